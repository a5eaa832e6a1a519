"""The path from the day to a recorded mix."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

TABLE: dict[str, Row] = {
    "day": (
        Action("next", "Next", "Take the step that is marked: black, white tile, white card."),
        Action(
            "client", "Client", "Go to the clients; possible once the instrument is calibrated."
        ),
        Action("stock", "Stock", "See what the stock needs today, and every lot and bottle."),
        Action("ledger", "Ledger", "See what was recorded and verify it."),
        Action("unit", "Unit", "Choose the instrument, see its drift; ? explains the keys."),
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
        Action("cup", "Close cup", "Say how the cup ended: used, discarded or an incident."),
        _,
        Action("day", "To day", "Close this visit and go to the day's start."),
    ),
}
