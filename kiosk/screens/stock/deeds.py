"""What can be done with a bottle or a lot: which lines each deed needs, and the desk's function.

The order is what a person most likely came for; of blocked stock the ways out come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.desk.office import Desk
from kiosk.desk.people import Operator
from kiosk.desk.stock import bottles, claiming, correcting, holding, judging, leaving
from kiosk.desk.stock.book import blocked_for
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.desk.stock.signing import Witness
from kiosk.desk.stock.weighing import dispense_drops
from kiosk.inventory.model import Bottle, Lot, LotState
from kiosk.inventory.volumes.quantities import say_ml
from kiosk.screens.stock.rows import counted
from kiosk.screens.stock.typed import Typo, past_day, volume_ul


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a deed's form."""

    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `verb` is what its key is called; `do` returns what then is, in words."""

    label: str
    verb: str
    lines: tuple[Asked, ...]
    do: Callable[[Job], str]
    witnessed: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A deed as it was filled in; `name` is the bottle's id or the lot's."""

    desk: Desk
    operator: Operator
    name: str
    typed: Mapping[str, str]
    second: Witness | None
    token: str

    def amount(self) -> int:
        """The amount in µl.

        Raises:
            Typo: it is none.
        """
        return volume_ul(self.typed["amount"])

    def day(self) -> date:
        """The day; today where none was typed.

        Raises:
            Typo: it is none of the past.
        """
        return past_day(self.typed["day"], self.desk.today())


_REASON = Asked("reason", "Reason", "why")
_PLACE = Asked("place", "Place", "room, drawer or site")


def _left(bottle: Bottle) -> str:
    return f"{bottle.id} holds {say_ml(bottle.remaining_ul)} now."


def _open(job: Job) -> str:
    day = job.day()
    if day == job.desk.today():
        bottle = bottles.open_bottle(job.desk, job.operator, job.name)
        return f"{bottle.id} is open. Write the day on its label."
    return _open_late(job)


def _open_late(job: Job) -> str:
    day = job.day()
    found = correcting.open_late(job.desk, job.operator, job.name, day, job.typed["reason"])
    said = f"{job.name} was opened on {day:%-d %B %Y}."
    if found.late:
        uses = counted(len(found.late), "use")
        clients = ", ".join(sorted({use.client for use in found.late if use.client}))
        said += f" {uses} after its limit: {clients or 'no client known'}."
    return said


def _dispense(job: Job) -> str:
    amount, *word = job.typed["amount"].lower().split()
    if word and word[0].startswith("drop"):
        if not amount.isdigit():
            raise Typo("Type the drops as a whole number.")
        bottle = dispense_drops(
            job.desk, job.operator, job.name, int(amount), job.typed["ref"], job.typed["reason"]
        )
    else:
        bottle = bottles.dispense(
            job.desk, job.operator, job.name, job.amount(), job.typed["ref"], job.typed["reason"]
        )
    return _left(bottle)


def _discard(job: Job) -> str:
    bottle = leaving.discard(
        job.desk,
        job.operator,
        job.name,
        job.amount(),
        job.typed["reason"],
        second=job.second,
        token=job.token,
    )
    return _left(bottle)


def _empty(give_back: bool) -> Callable[[Job], str]:
    def do(job: Job) -> str:
        bottle = leaving.empty_bottle(
            job.desk,
            job.operator,
            job.name,
            job.typed["reason"],
            second=job.second,
            give_back=give_back,
        )
        return f"{bottle.id} is empty: {'returned' if give_back else 'disposed of'}."

    return do


def _hold(job: Job) -> str:
    bottle = holding.hold_bottle(job.desk, job.operator, job.name, job.typed["reason"])
    return f"{bottle.id} is held: {bottle.held}."


def _free(job: Job) -> str:
    bottle = holding.free_bottle(job.desk, job.operator, job.name, job.typed["reason"])
    return f"{bottle.id} is free again."


def _send(job: Job) -> str:
    bottle = claiming.send_bottle(job.desk, job.operator, job.name, job.typed["place"])
    return f"{bottle.id} is under way to {bottle.sent_to}; whoever has it there books it in."


def _arrive(job: Job) -> str:
    bottle = claiming.book_in_bottle(job.desk, job.operator, job.name, job.typed["place"])
    return f"{bottle.id} is in {bottle.place}."


def _used(job: Job) -> str:
    typed = job.typed
    report = Report(
        job.name, job.amount(), job.day(), typed["visit"], typed["found"], typed["action"],
        job.token,
    )  # fmt: skip
    bottle = record_nonconformance(job.desk, job.operator, report)
    return f"Recorded as a non-conformance. {_left(bottle)} It stays blocked."


def _lot(what: Callable[[Job], Lot]) -> Callable[[Job], str]:
    def do(job: Job) -> str:
        lot = what(job)
        return f"{lot.id} is {lot.state.value.lower()}: {lot.reason}."

    return do


OPEN = Deed(
    "Open it", "Open",
    (Asked("day", "Opened on", "empty: today"), Asked("reason", "Reason", "if it was earlier")),
    _open,
)  # fmt: skip
OPENED_EARLIER = Deed(
    "Opened earlier than booked", "Enter",
    (Asked("day", "Opened on", "2026-11-03"), Asked("reason", "Reason", "why not at once")),
    _open_late,
)  # fmt: skip
DISPENSE = Deed(
    "Take something out", "Take out",
    (
        Asked("amount", "Amount", "0.50 ml, or 12 drops"),
        Asked("ref", "For what", "a test, a swatch card"),
        _REASON,
    ),
    _dispense,
)  # fmt: skip
DISCARD = Deed(
    "Pour some away", "Discard",
    (Asked("amount", "Amount", "0.50 ml"), _REASON),
    _discard,
)  # fmt: skip
DISPOSE = Deed("Dispose of all that is in it", "Dispose", (_REASON,), _empty(False), witnessed=True)
RETURN = Deed("Return it to the supplier", "Return", (_REASON,), _empty(True), witnessed=True)
HOLD = Deed("Put it aside", "Hold", (_REASON,), _hold)
FREE = Deed("Free it again", "Free", (Asked("reason", "Reason", "what was found"),), _free)
SEND = Deed("Send it elsewhere", "Send", (_PLACE,), _send)
ARRIVE = Deed("Say where it is", "Book in", (_PLACE,), _arrive)
USED = Deed(
    "It was used all the same", "Record",
    (
        Asked("amount", "Amount", "0.50 ml"),
        Asked("day", "Used on", "empty: today"),
        Asked("visit", "Visit", "its id; empty: unknown"),
        Asked("found", "Found how", "how it came out"),
        Asked("action", "Done", "what was done about it"),
    ),
    _used,
)  # fmt: skip

LOT_QUARANTINE = Deed(
    "Put it into quarantine", "Put there", (_REASON,),
    _lot(lambda j: judging.quarantine(j.desk, j.operator, j.name, j.typed["reason"])),
)  # fmt: skip
LOT_REJECT = Deed(
    "Reject the lot for good", "Reject", (_REASON,),
    _lot(lambda j: judging.reject(j.desk, j.operator, j.name, j.typed["reason"])),
)  # fmt: skip
LOT_RETURN = Deed(
    "Return all to the supplier", "Return", (_REASON,),
    _lot(
        lambda j: leaving.return_lot(
            j.desk, j.operator, j.name, j.typed["reason"], second=j.second
        )
    ),
    witnessed=True,
)  # fmt: skip
LOT_DISPOSE = Deed(
    "Destroy all that is left", "Destroy", (_REASON,),
    _lot(
        lambda j: leaving.dispose_lot(
            j.desk, j.operator, j.name, j.typed["reason"], second=j.second
        )
    ),
    witnessed=True,
)  # fmt: skip


def deeds_with(bottle: Bottle, today: date) -> tuple[Deed, ...]:
    """What can be done with a bottle now, the likeliest first."""
    if bottle.under_way:
        return (ARRIVE, HOLD) if not bottle.held else (ARRIVE, FREE)
    moving = (SEND, ARRIVE)
    if bottle.remaining_ul <= 0:
        return moving
    held = (FREE,) if bottle.held else (HOLD,)
    if blocked_for(bottle, today):
        first = held if bottle.held else ()
        return (*first, DISPOSE, RETURN, USED, *moving)
    if bottle.opened_on is None:
        return (OPEN, *held, *moving, RETURN, DISPOSE)
    return (DISPENSE, DISCARD, *held, *moving, OPENED_EARLIER, DISPOSE, RETURN)


def deeds_with_lot(lot: Lot) -> tuple[Deed, ...]:
    """What can be done with a whole lot now."""
    gone = (LOT_DISPOSE, LOT_RETURN)
    if lot.state is LotState.DISPOSED:
        return ()
    if lot.state in {LotState.RECALLED, LotState.REJECTED}:
        return gone
    if lot.state is LotState.QUARANTINE:
        return (LOT_REJECT, LOT_RETURN, LOT_DISPOSE)
    return (LOT_QUARANTINE, LOT_REJECT, *gone)
