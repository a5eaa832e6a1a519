"""Looking at stock: the board and its work, the list of lots, one lot, what expires when."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

_HELP = Action("help", "Help", "What the keys do on this screen.")

TABLE: dict[str, Row] = {
    "board": (
        Action("receive", "Receive", "Book a delivery in."),
        Action("work", "Work list", "See what is behind the marked line, one by one."),
        Action("find", "Find", "Search all bottles. Typing or scanning here does the same."),
        Action("count", "Count", "Count what is on the shelf."),
        Action("recall", "Recall", "Work on recalls."),
        BACK,
    ),
    "work-list": (
        Action("act", "Lot page", "Do what the marked thing needs; the cell names it."),
        Action("lot", "Lot page", "See everything about the lot of the marked thing."),
        _,
        _,
        _HELP,
        BACK,
    ),
    "cup": (
        Action("used", "Used", "The mix was used; what is left of it is waste."),
        Action("discarded", "Discarded", "The mix was thrown away and reached nobody."),
        Action("incident", "Incident", "Something went wrong; the reason above says what."),
        _,
        _HELP,
        BACK,
    ),
    "lots": (
        Action("open", "Lot page", "See everything about the lot of the marked bottle."),
        Action("filter", "Filter", "Go to the next choice above; arrows left and right choose."),
        Action("find", "Find", "Go to the search field and begin anew."),
        Action("saved", "Saved", "Keep this filter under a name, or take one that was kept."),
        _HELP,
        BACK,
    ),
    "saved-filters": (
        Action("apply", "Apply", "List the stock by the marked filter."),
        Action("save", "Save", "Keep the filter of the list under the name typed above."),
        Action("delete", "Delete", "Forget the marked filter."),
        _,
        _HELP,
        BACK,
    ),
    "lot": (
        Action("step", "Next step", "The next sensible step for this lot; the cell names it."),
        Action("papers", "Papers", "See and attach papers, or withdraw one."),
        Action("uses", "Uses", "See which clients this lot reached, and when."),
        Action("history", "History", "See what was recorded about the lot and its bottles."),
        _HELP,
        BACK,
    ),
    "lot-uses": (
        Action("history", "History", "See what was recorded about the lot and its bottles."),
        _,
        _,
        _,
        _HELP,
        BACK,
    ),
    "lot-history": (
        Action("uses", "Uses", "See which clients this lot reached, and when."),
        _,
        _,
        _,
        _HELP,
        BACK,
    ),
    "calendar": (
        Action("open", "Lots", "Go to the lots of the marked month; there, to a lot's page."),
        _,
        _,
        _,
        _HELP,
        BACK,
    ),
}
