"""Recalls, products, suppliers and papers."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

_HELP = Action("help", "Help", "What the keys do on this screen.")

TABLE: dict[str, Row] = {
    "recalls": (
        Action("open", "Open", "See the marked recall: its lots, its mixes, its clients."),
        Action("new", "New", "Type a notice, or read one from a file."),
        Action("products", "Products", "Go to the catalogue."),
        _,
        _HELP,
        BACK,
    ),
    "recall": (
        Action("drill", "Bottles ›", "One step on: lots, their bottles, mixes, clients."),
        Action("clients", "Clients", "Everybody whom this recall reached, at once."),
        Action("versions", "Versions", "Read every version of the notice."),
        Action("amend", "Amend", "Type a later version of this notice, or read it from a file."),
        Action("close", "Close", "End the recall, with outcome and reason."),
        BACK,
    ),
    "recall-close": (
        Action("close", "Close it", "End the recall as chosen above."),
        _,
        _,
        _,
        _HELP,
        BACK,
    ),
    "recall-form": (
        Action("on", "Next ›", "The next page; after the preview, confirm."),
        Action("read", "From file", "Read the notice from the file named above."),
        Action("view", "Clients", "In the preview: lots, clients, what is to be done."),
        _,
        _HELP,
        BACK,
    ),
    "products": (
        Action("open", "Open", "See or amend the marked product."),
        Action("new", "Add", "Put a product into the catalogue."),
        Action("suppliers", "Suppliers", "Who delivers, and from whom nothing is bought."),
        Action("assets", "Assets", "Tiles, probes, balances: what falls due when."),
        Action("law", "Law", "Whose law the clinic works under."),
        BACK,
    ),
    "product": (
        Action("save", "Save", "Keep what was typed; a change of class is shown first."),
        Action("papers", "Papers", "See and attach the papers of this product."),
        Action("uses", "Uses", "Which clients the lots reached whose class changes."),
        _,
        _HELP,
        BACK,
    ),
    "suppliers": (
        Action("judge", "Block", "Block the marked supplier, or approve them again."),
        Action("new", "Add", "Put the supplier typed above on the list."),
        Action("papers", "Papers", "See and attach the papers of the marked supplier."),
        _,
        _HELP,
        BACK,
    ),
    "papers": (
        Action("attach", "Attach", "Keep the file named above."),
        Action("withdraw", "Withdraw", "Say that the marked paper no longer counts."),
        Action("verify", "Verify", "Hold every file against its hash again."),
        _,
        _HELP,
        BACK,
    ),
    "assets": (
        Action("service", "Serviced", "Record a service of the marked thing, and its next day."),
        Action("new", "Add", "Put the thing typed above on the list."),
        Action("retire", "Retire", "Take the marked thing out of service."),
        Action("papers", "Papers", "See and attach the papers of the marked thing."),
        _HELP,
        BACK,
    ),
    "law": (
        Action("choose", "Choose", "Work under the marked law from now on; owners only."),
        _,
        _,
        _,
        _HELP,
        BACK,
    ),
}
