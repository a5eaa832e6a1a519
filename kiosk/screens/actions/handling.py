"""Doing something with stock: receiving, inspecting, counting, moving, scanners."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

_HELP = Action("help", "Help", "What the keys do on this screen.")

TABLE: dict[str, Row] = {
    "receive": (
        Action("book", "Book in", "Book this lot in; it begins in quarantine."),
        Action("clear", "Empty", "Empty the form; supplier and invoice stay."),
        Action("labels", "Labels", "Write the labels of everything booked here into a file."),
        Action("inspect", "Inspect", "Look at the lot that was booked last, and release it."),
        Action("more", "Other …", "A delivery file, labels for a label printer, the scanner."),
        BACK,
    ),
    "import-delivery": (
        Action("book", "Book in", "Book every row of the file, or none."),
        Action("drop", "Drop row", "Leave the marked row out, or take it in again."),
        Action("days", "Day first", "Read 05/06/2027 as 5 June, as 6 May, or ask."),
        _,
        _HELP,
        BACK,
    ),
    "inspect": (
        Action("release", "Release", "Sign the release with your PIN; then it may be used."),
        Action("papers", "Papers", "Attach a label photo, a data sheet, a certificate."),
        Action("seen", "Seen", "Note that the marked item stands on the label, or not."),
        Action("verdict", "Verdict", "Read every reason that speaks about this ink."),
        Action("out", "Send off", "Reject the lot, return it, destroy it."),
        BACK,
    ),
    "handle": (
        Action("do", "Do it", "Do what is marked, with what was typed."),
        Action("choose", "Choose", "Go to the list of what can be done."),
        Action("other", "Bottle", "Type or scan another bottle or lot."),
        Action("lot", "Lot page", "See everything about this lot."),
        _HELP,
        BACK,
    ),
    "count": (
        Action("on", "Next", "Take what was typed and go on; at the end, book the count."),
        Action("weigh", "By weight", "Type what it weighs, or type millilitres again."),
        Action("again", "Recount", "Type another number for the marked bottle."),
        Action("missing", "Missing", "The marked bottle is not there."),
        Action("drop", "Give up", "Give this count up; nothing of it was booked."),
        BACK,
    ),
    "scanner": (
        Action("keep", "Keep", "Use what was learned from now on."),
        Action("code", "Code", "Write the set-up code into a file to print."),
        Action("default", "Default", "Forget what was learned."),
        _,
        _HELP,
        BACK,
    ),
}
