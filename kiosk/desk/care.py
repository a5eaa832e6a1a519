"""Care of the database: migration, the tables derived again, a clock that was wrong."""

from __future__ import annotations

from kiosk.desk.errors import DatabaseUnusable, DeskError
from kiosk.desk.office import CLOCK_CONFIRMED, Desk, clock_stop, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.ledger.events import Event
from kiosk.ledger.projections import Unprojectable
from kiosk.ledger.rebuild import RebuildReport, rebuild
from kiosk.storage.migrate import upgrade


def migrate_database(url: str) -> bool:
    """Bring a database to this program's version; True when something was to be done."""
    return upgrade(url)


def check_database(desk: Desk) -> None:
    """Read every page of a SQLite file; a server checks its own files.

    Raises:
        DatabaseUnusable: a page is damaged, even where no event or table would show it yet.
    """
    if desk.engine.dialect.name != "sqlite":
        return
    with look(desk) as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        raise DatabaseUnusable(
            f"the database file is damaged: {found}",
            "Keep the file as it is and restore the newest backup.",
        )


def rebuild_tables(desk: Desk) -> RebuildReport:
    """Derive every projection again from the events and say what had differed.

    Raises:
        DatabaseUnusable: the ledger itself is damaged; tables made from it would only look right.
    """
    with work(desk, "rebuild") as task:
        try:
            return rebuild(task.connection)
        except Unprojectable as error:
            raise DatabaseUnusable(
                f"event {error.event.seq} {error.problem}",
                "'smp-kiosk audit verify' says the same; restore the last good backup.",
            ) from error


def confirm_clock(desk: Desk, operator: Operator, reason: str) -> None:
    """Keep a manager's word that the clock is right although events lie in its future.

    Both clocks are kept: the event's own instant, and in its sentence the one it contradicts.

    Raises:
        DeskError: no reason was given, or the clock contradicts nothing.
    """
    require(operator, Duty.MANAGE)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the clock was wrong before.")
    with work(desk, operator.id) as task:
        stop = clock_stop(task.connection, task.now)
        if stop is None:
            raise DeskError("the clock contradicts no event", "There is nothing to confirm.")
        body = {"contradicted": stop.sentence, "evidence": stop.evidence, "reason": reason.strip()}
        task.record(Event(CLOCK_CONFIRMED, desk.kiosk, body))
