"""The desk itself: one database, one kiosk, one clock, and the transaction everything runs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Engine, func, select

from kiosk.desk.errors import DatabaseUnusable, DeskError
from kiosk.ledger import writer
from kiosk.ledger.canonical import LedgerValueError
from kiosk.ledger.events import Event, Recorded
from kiosk.ledger.projections import Unprojectable
from kiosk.ledger.rows import LedgerDamaged
from kiosk.stops import Refused, Severity, Stop
from kiosk.storage.engine import open_engine, reading, writing
from kiosk.storage.tables import clinic, ledger

#: How far the clock may lie behind the last event before dates are no longer believed. Covers two
#: machines that keep time a little differently, not a clock that lost its battery.
CLOCK_TOLERANCE = timedelta(minutes=2)

#: The kind of event by which a manager says that the clock is right after all.
CLOCK_CONFIRMED = "clock.confirmed"


def utc_now() -> datetime:
    """The present instant, UTC, in whole milliseconds as the ledger keeps them."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open database together with who writes (kiosk) and what time it is."""

    engine: Engine
    url: str
    kiosk: str
    zone: ZoneInfo
    clock: Callable[[], datetime] = utc_now

    def today(self) -> date:
        """The clinic's local calendar day."""
        return self.clock().astimezone(self.zone).date()

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction of one operator."""

    desk: Desk
    connection: Connection
    actor: str
    now: datetime

    def record(self, *events: Event) -> list[Recorded]:
        """Append events; tables that follow from them change with it.

        Raises:
            DeskError: a value is too long or cannot be kept exactly; the sentence names it.
        """
        try:
            return writer.append(
                self.connection, kiosk=self.desk.kiosk, actor=self.actor, at=self.now, events=events
            )
        except LedgerValueError as error:
            field = error.field.removeprefix("body.")
            raise DeskError(f"{field}: {error.problem}", "Type something else there.") from error
        except Unprojectable as error:
            raise DeskError(f"{error.event.kind}: {error.problem}", "Nothing was saved.") from error

    @property
    def today(self) -> date:
        """The clinic's local day of this transaction."""
        return self.now.astimezone(self.desk.zone).date()


def open_desk(url: str, *, kiosk: str = "kiosk-1", clock: Callable[[], datetime] = utc_now) -> Desk:
    """Open an existing database.

    Raises:
        DatabaseUnusable: it is missing, damaged, foreign or needs a migration.
    """
    engine = open_engine(url)
    with reading(engine) as connection:
        row = connection.execute(select(clinic.c.timezone)).first()
    zone = read_zone(row.timezone) if row else ZoneInfo("UTC")
    return Desk(engine, url, kiosk, zone, clock)


def read_zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        DeskError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DeskError(
            f"timezone: '{name}' is not a known time zone", "Use a name such as 'Europe/Vienna'."
        ) from error


@contextmanager
def look(desk: Desk) -> Iterator[Connection]:
    """A transaction that only reads; DatabaseUnusable where the ledger turns out damaged."""
    with _whole_ledger(), reading(desk.engine) as connection:
        yield connection


@contextmanager
def work(desk: Desk, actor: str) -> Iterator[Work]:
    """One transaction that may append events; nothing stays unless it ends well.

    Raises:
        DatabaseUnusable: the ledger turns out damaged.
    """
    with _whole_ledger(), writing(desk.engine) as connection:
        yield Work(desk, connection, actor, desk.clock())


@contextmanager
def _whole_ledger() -> Iterator[None]:
    try:
        yield
    except LedgerDamaged as damage:
        raise DatabaseUnusable(
            f"the ledger is not whole: {damage.reason}",
            "'smp-kiosk audit verify' names the first bad event; restore the last good backup.",
        ) from damage


_other = ledger.alias()
_CONFIRMED = select(func.max(_other.c.seq)).where(_other.c.kind == CLOCK_CONFIRMED)
_LATEST = (
    select(ledger.c.seq, ledger.c.kiosk, ledger.c.at)
    # The sum keeps SQLite to the index on `at`: by `seq` it might sort the whole ledger.
    .where(ledger.c.seq + 0 >= func.coalesce(_CONFIRMED.scalar_subquery(), 0))
    .order_by(ledger.c.at.desc())
    .limit(1)
)


def clock_stop(connection: Connection, now: datetime) -> Stop | None:
    """A SAFETY stop where the clock lies behind a recorded event: then no date can be believed.

    Compared with the latest instant and not with the last event: signing in or keeping a reading
    while the clock is wrong is an event too, and must not make it right. A person's word about the
    clock (`kiosk.desk.care.confirm_clock`) begins the comparison anew.
    """
    newest = connection.execute(_LATEST).first()
    if newest is None or now >= (last := datetime.fromisoformat(newest.at)) - CLOCK_TOLERANCE:
        return None
    return Stop(
        "CLOCK-UNTRUSTED",
        Severity.SAFETY,
        f"The clock says {now:%d %b %Y %H:%M} UTC, but an event was recorded on "
        f"{last:%d %b %Y %H:%M} UTC. Dates cannot be trusted.",
        f"Event {newest.seq} of kiosk {newest.kiosk}",
        "Set the clock of this machine. If it is right, a manager confirms it: "
        "'smp-kiosk db confirm-clock'.",
    )


def require_trusted_clock(task: Work) -> None:
    """Refuse work that decides on dates while the clock is behind the ledger."""
    if (stop := clock_stop(task.connection, task.now)) is not None:
        raise Refused([stop])
