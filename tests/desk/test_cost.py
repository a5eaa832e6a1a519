"""What signing a mix costs must not grow with the years a ledger holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from kiosk.desk.office import Desk, work
from kiosk.ledger.events import Event
from tests.desk.clinic import Clinic


def hundreds_of_steps(desk: Desk, action: Callable[[], object]) -> int:
    """Steps of SQLite's virtual machine, in hundreds: the same on every computer."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    def watch(raw: Any, *_: object) -> None:
        raw.set_progress_handler(count, 100)

    event.listen(desk.engine, "checkout", watch)
    try:
        action()
    finally:
        event.remove(desk.engine, "checkout", watch)
    return counted


def test_confirming_costs_the_same_after_3000_more_events(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    pigment, diluent = clinic.stock_up()
    visit = clinic.visit()
    clinic.confirm(clinic.order(visit, pigment, diluent))  # opens the bottles

    def confirm() -> None:
        clinic.confirm(clinic.order(visit, pigment, diluent))

    young = hundreds_of_steps(clinic.desk, confirm)
    with work(clinic.desk, clinic.owner.id) as task:
        task.record(*(Event("operator.signed_in", clinic.owner.id, {}) for _ in range(3000)))
    old = hundreds_of_steps(clinic.desk, confirm)
    # Looking at each of the 3000 would be some ten steps for each, or 300 hundreds.
    assert old < young + 20
