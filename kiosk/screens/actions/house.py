"""What belongs to no one path: set-up, sign-in, the ledger, a page to read."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

TABLE: dict[str, Row] = {
    "set-up": (
        Action("found", "Create", "Create the database with this clinic and this operator."),
        _,
        _,
        _,
        _,
        Action("leave", "Quit", "Leave the program."),
    ),
    "sign-in": (
        Action("sign_in", "Sign in", "Check operator and PIN, and begin."),
        _,
        _,
        _,
        Action("help", "Help", "What the keys do on this screen."),
        Action("leave", "Quit", "Leave the program."),
    ),
    "ledger": (
        Action("verify", "Verify", "Recompute every hash and every table from the events."),
        _,
        _,
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "page": (
        _,
        _,
        _,
        _,
        _,
        BACK,
    ),
}
