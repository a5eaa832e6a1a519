"""The one table of actions: the bar, the function keys and the help are all made from it.

At most six a screen, F1 to F6 from left to right, the primary one first, back always last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do on a screen.

    `id` names the handler (`do_<id>` on the screen), `help` is the sentence of the help page.
    """

    id: str
    label: str
    help: str


BACK = Action("back", "Back", "Go back to where you came from; nothing is lost.")
_: Final = None

Row = tuple[Action | None, ...]

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
    "day": (
        Action("next", "Next", "Take the step that is marked: black, white tile, white card."),
        Action(
            "client", "Client", "Go to the clients; possible once the instrument is calibrated."
        ),
        Action("stock", "Stock", "See every bottle and why some may not be used."),
        Action("ledger", "Ledger", "See what was recorded and verify it."),
        Action("help", "Help", "What the keys do on this screen."),
        Action("sign_out", "Sign out", "Sign out and hide everything."),
    ),
    "client": (
        Action("open", "Open", "Open a visit for the marked client."),
        Action("new", "Register", "Register a new client with the initials typed above."),
        Action("healed", "Healed", "Say how an earlier mix of the marked client healed."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "healed": (
        Action("right", "Right", "The healed dots look as forecast."),
        Action("light", "Too light", "The healed dots are lighter than forecast."),
        Action("dark", "Too dark", "The healed dots are darker than forecast."),
        Action(
            "redness", "Redness", "The skin is still red: the verdict is kept, not learned from."
        ),
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "skin": (
        Action(
            "read",
            "Read",
            "Take one reading where the probe stands. The unit's button does the same.",
        ),
        Action(
            "drop", "Drop last", "Leave the last reading of this site out; it stays in the record."
        ),
        Action("site", "Next site", "Go to the next site of the map."),
        Action("why", "Why here", "Why this site is read."),
        Action("on", "Hair ›", "Accept the skin tone and go on to the hair."),
        BACK,
    ),
    "hair": (
        Action(
            "read", "Read", "Take one reading of the lock. Re-position it before every reading."
        ),
        Action("drop", "Drop last", "Leave the last reading out; it stays in the record."),
        _,
        Action("why", "Why here", "Why this lock is read."),
        Action("on", "Review ›", "Accept the hair tone and review both."),
        BACK,
    ),
    "review": (
        Action("recommend", "Recommend", "Work out the dilution from these two tones."),
        Action("skin", "Skin", "Read the skin again."),
        Action("hair", "Hair", "Read the hair again."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "recipe": (
        Action("use", "Use", "Use the ratio that is shown."),
        Action("lighter", "Lighter", "One rung lighter: more diluent."),
        Action(
            "darker",
            "Darker …",
            "One rung darker; darker than advised needs a reason when you sign.",
        ),
        Action("why", "Why", "The derivation with your own numbers."),
        Action("again", "Again", "Read skin and hair again."),
        BACK,
    ),
    "bottles": (
        Action("take", "Take", "Use the two marked bottles."),
        Action("pigment", "Pigment", "Mark another pigment bottle."),
        Action("diluent", "Diluent", "Mark another diluent bottle."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "mix": (
        Action("mixed", "Mixed", "It has been drawn up as shown; go on to sign it."),
        Action("smaller", "Smaller", "A smaller batch."),
        Action("larger", "Larger", "A larger batch."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "confirm": (
        Action(
            "confirm", "Confirm", "Sign with your PIN; the mix is recorded and stock is drawn down."
        ),
        _,
        _,
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "done": (
        Action("client", "Client", "Close this visit and go to the clients."),
        Action("more", "Mix more", "Another mix for the same client."),
        Action("ledger", "Ledger", "See what was recorded."),
        _,
        _,
        Action("day", "To day", "Close this visit and go to the day's start."),
    ),
    "stock": (
        Action("filter", "Usable", "Show only bottles that may be used, or all of them."),
        _,
        _,
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
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
