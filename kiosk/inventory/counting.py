"""A stock count: first what is there, and only then what should be.

Blind: the sheet shows no book value until a number was typed, so nobody counts what they expect. A
count never changes earlier movements; it ends in adjustments that say why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.inventory.volumes.quantities import QuantityError, say_ml

#: Fillers give more than the label says, but not this much: then a digit slipped.
_OVERFULL = 1.25


@dataclass(frozen=True, slots=True)
class Limits:
    """Above either, an unexplained difference needs a second person's signature.

    Half a millilitre is the pigment of one 10:1 mix; a tenth of a bottle catches small ones.
    """

    second_person_ul: int = 500
    second_person_share: float = 0.10

    def exceeded(self, unexplained_ul: int, size_ul: int) -> bool:
        """Whether a difference in a container of this size does."""
        beyond = min(self.second_person_ul, self.second_person_share * size_ul)
        return abs(unexplained_ul) > beyond


@dataclass(frozen=True, slots=True)
class Booked:
    """A container as the book has it when the count begins.

    `allowance_ul` is what may have evaporated since the last count. `held` says that it waits for
    this count, after kiosks took more from it than it held.
    """

    bottle: str
    size_ul: int
    book_ul: int
    allowance_ul: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One counted volume; `u_ul` is its standard uncertainty, 0 where it was read off and typed."""

    ul: int
    u_ul: float = 0.0


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What the person who counts sees: never the book value."""

    bottle: str
    size_ul: int
    found: Found | None


@dataclass(frozen=True, slots=True)
class Variance:
    """The difference of one container, and how much of it nothing explains.

    `difference_ul` is counted less booked. `by_measuring` says that it is no more than the
    weighing's own expanded uncertainty (twice the standard one), so that nothing is adjusted.
    """

    bottle: str
    book_ul: int
    counted_ul: int
    allowed_ul: int
    by_measuring: bool
    second_person: bool
    earlier_ul: tuple[int, ...]

    @property
    def difference_ul(self) -> int:
        """Counted less booked."""
        return self.counted_ul - self.book_ul

    @property
    def unexplained_ul(self) -> int:
        """The difference without what the allowance and the measuring explain."""
        return 0 if self.by_measuring else self.difference_ul + self.allowed_ul

    @property
    def needs_reason(self) -> bool:
        """Whether somebody has to say why; more than the book always asks that."""
        return self.unexplained_ul != 0

    @property
    def sentence(self) -> str:
        """The line to show once it was counted."""
        if self.difference_ul == 0:
            return f"{self.bottle}: {say_ml(self.counted_ul)}, as booked."
        way = "more" if self.difference_ul > 0 else "less"
        said = (
            f"{self.bottle}: {say_ml(self.counted_ul)}, {say_ml(abs(self.difference_ul))} {way} "
            f"than booked"
        )
        if self.by_measuring:
            return f"{said}, which the weighing cannot tell from nothing."
        if self.allowed_ul:
            return f"{said}; {say_ml(self.allowed_ul)} of it is allowed for evaporation."
        return f"{said}."


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What to book for one container; 0 where it was as booked.

    `allowed_ul` is the part that evaporation explains. `earlier_ul` are the numbers typed before a
    recount. `ends_hold` says that the bottle was held until counted.
    """

    bottle: str
    qty_ul: int
    reason: str
    allowed_ul: int
    counted_ul: int
    earlier_ul: tuple[int, ...]
    second_actor: str
    ends_hold: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A count that is going on: the book as it was, and everything typed, in order."""

    actor: str
    limits: Limits
    booked: tuple[Booked, ...]
    typed: tuple[tuple[str, Found], ...] = ()

    def sheet(self) -> tuple[SheetLine, ...]:
        """The list to count by."""
        last = dict(self.typed)
        return tuple(
            SheetLine(entry.bottle, entry.size_ul, last.get(entry.bottle)) for entry in self.booked
        )

    @property
    def open(self) -> tuple[str, ...]:
        """The containers that were not counted yet."""
        done = {bottle for bottle, _ in self.typed}
        return tuple(entry.bottle for entry in self.booked if entry.bottle not in done)


def begin(bottles: Iterable[Booked], *, actor: str, limits: Limits | None = None) -> Count:
    """A count of these containers, by their ids.

    Raises:
        QuantityError: none, or one twice.
    """
    booked = tuple(sorted(bottles, key=lambda entry: entry.bottle))
    names = [entry.bottle for entry in booked]
    if not names or len(set(names)) < len(names):
        raise QuantityError("bottles", "are none, or one is named twice", "Choose what to count.")
    return Count(actor, limits or Limits(), booked)


def enter(count: Count, bottle: str, found: Found) -> Count:
    """The count with one more number; typing again is a recount, and the first number stays known.

    Raises:
        QuantityError: not on the sheet, or no volume that this container can hold.
    """
    entry = _entry(count, bottle)
    if found.ul < 0 or not found.u_ul >= 0.0:
        raise QuantityError("counted", f"{found.ul} µl is no volume", "Type 0 for an empty one.")
    if found.ul > _OVERFULL * entry.size_ul:
        raise QuantityError(
            "counted",
            f"{say_ml(found.ul)} do not fit into {bottle} of {say_ml(entry.size_ul)}",
            "Look at the number and its unit.",
        )
    return replace(count, typed=(*count.typed, (bottle, found)))


def variance(count: Count, bottle: str) -> Variance:
    """The difference of a container that was counted.

    Raises:
        QuantityError: it was not counted yet, so its book value stays hidden.
    """
    entry = _entry(count, bottle)
    found = [number for name, number in count.typed if name == bottle]
    if not found:
        raise QuantityError("counted", f"{bottle} was not counted yet", "Type what is there first.")
    last = found[-1]
    difference = last.ul - entry.book_ul
    by_measuring = difference != 0 and abs(difference) <= 2.0 * last.u_ul and not entry.held
    allowed = 0 if by_measuring else min(entry.allowance_ul, max(0, -difference))
    return Variance(
        bottle,
        entry.book_ul,
        last.ul,
        allowed,
        by_measuring,
        not by_measuring and count.limits.exceeded(difference + allowed, entry.size_ul),
        tuple(number.ul for number in found[:-1]),
    )


def close(
    count: Count,
    reasons: Mapping[str, str],
    *,
    book_now: Mapping[str, int],
    second_actor: str = "",
) -> tuple[Adjustment, ...]:
    """The adjustments of a finished count, one for each container on the sheet.

    Args:
        count: with every container counted; one that is missing counts as 0.
        reasons: why, by container, wherever a difference is not explained.
        book_now: the book values at this moment; what moved since the beginning is counted again.
        second_actor: who else signs, where a difference is above the limits.

    Raises:
        QuantityError: something is not counted, not explained, not signed, or moved meanwhile.
    """
    if count.open:
        raise QuantityError(
            "counted", f"{', '.join(count.open)} not counted yet", "Type 0 for one that is missing."
        )
    adjustments = []
    for entry in count.booked:
        if book_now.get(entry.bottle) != entry.book_ul:
            raise QuantityError(
                "counted",
                f"{entry.bottle} was used while it was being counted",
                "Count it again, in a new count.",
            )
        found = variance(count, entry.bottle)
        reason = reasons.get(entry.bottle, "").strip()
        if found.needs_reason and not reason:
            raise QuantityError(
                "reason", f"{found.sentence} Nothing explains it", "Say why, or 'not known'."
            )
        if found.second_person and second_actor in {"", count.actor}:
            raise QuantityError(
                "second_actor", f"{found.sentence} That is above the limit", "Somebody else signs."
            )
        adjustments.append(
            Adjustment(
                entry.bottle,
                0 if found.by_measuring else found.difference_ul,
                reason or _standard_reason(found),
                found.allowed_ul,
                found.counted_ul,
                found.earlier_ul,
                second_actor if found.second_person else "",
                entry.held,
            )
        )
    return tuple(adjustments)


def _standard_reason(found: Variance) -> str:
    if found.by_measuring:
        return "within the uncertainty of the weighing"
    return "evaporation allowance" if found.difference_ul else "as booked"


def _entry(count: Count, bottle: str) -> Booked:
    for entry in count.booked:
        if entry.bottle == bottle:
            return entry
    raise QuantityError("bottle", f"{bottle} is not on this sheet", "Begin a count that names it.")
