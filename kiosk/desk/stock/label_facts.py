"""Things that a container says, noted one by one while it is looked at."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.people import Operator
from kiosk.desk.stock.correcting import Facts, correct_lot
from kiosk.desk.stock.inspecting import Inspection, chosen_profile, inspect_lot
from kiosk.desk.stock.lot_page import lot_page
from kiosk.inventory.profiles import DEFAULT
from kiosk.inventory.profiles import profile as profile_named

#: Items whose fact is a field of the lot, or is read from papers; no tick can make them true.
_NOT_BY_EYE = frozenset({"batch", "expiry", "ingredients"})


def seen_by_eye(desk: Desk) -> dict[str, str]:
    """The items of the clinic's checklist that somebody can see on a label, with their facts."""
    with look(desk) as connection:
        law = chosen_profile(connection) or profile_named(DEFAULT)
    found = {e.name: e.fact for e in law.label if e.fact not in _NOT_BY_EYE}
    return {**found, "Sterile": "sterile"}


def note_on_label(
    desk: Desk, operator: Operator, lot_id: str, item: str, *, seen: bool
) -> Inspection:
    """Note that an item of the checklist stands on the container, or that it does not after all.

    Raises:
        DeskError: it is none that a label shows, or it is noted so already.
    """
    fact = seen_by_eye(desk).get(item)
    if fact is None:
        raise DeskError(
            f"item: '{item}' is not seen on a label", "Attach the paper, or correct the lot."
        )
    page = lot_page(desk, lot_id)
    lot = page.lot
    facts = Facts(
        lot.lot_no,
        lot.label_expiry,
        lot.received_on,
        # The lot number itself leads the list; correcting puts it there again.
        page.identifiers[1:] if lot.lot_no.strip() else page.identifiers,
        dict(lot.label),
    )
    facts = replace(facts, label={**facts.label, fact: seen})
    said = "seen" if seen else "not found"
    correct_lot(desk, operator, lot_id, facts, f"{item.lower()}: {said} on the label")
    return inspect_lot(desk, lot_id)
