"""A recall notice as plain data, and the one way in which it can be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NoticeKind(StrEnum):
    """What the source calls it; both block alike."""

    ADVISORY = "advisory"
    RECALL = "recall"


class Material(StrEnum):
    """What a product is for in a mix; the values are those of the stock's product kinds."""

    PIGMENT = "pigment"
    DILUENT = "diluent"


class NumberKind(StrEnum):
    """What a label or a notice calls a number that identifies a lot."""

    LOT = "LOT"
    BATCH = "BATCH"
    SERIAL = "SERIAL"
    OTHER = "OTHER"


class Reach(StrEnum):
    """Which lots of the products a notice speaks of."""

    LOTS = "lots"
    ALL_LOTS = "all_lots"
    UNKNOWN_LOT = "unknown_lot"


class Event(StrEnum):
    """What happened to the bottles on the days of a window."""

    DISTRIBUTED = "distributed"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class LotNumber:
    """One number of a lot: `value` character for character as printed."""

    kind: NumberKind
    value: str

    @property
    def named(self) -> str:
        """Kind and number for a sentence; the number alone where the kind is OTHER."""
        return self.value if self.kind is NumberKind.OTHER else f"{self.kind} {self.value}"


@dataclass(frozen=True, slots=True)
class ProductName:
    """A product of the brand; with one part left empty the other may be line, shade or both."""

    line: str = ""
    shade: str = ""

    @property
    def text(self) -> str:
        """Line and shade as one text."""
        return f"{self.line} {self.shade}".strip()


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both ends included; None is open to that side, and never both are."""

    event: Event
    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def described(self) -> str:
        """The window for a sentence."""
        if self.first is None:
            return f"{self.event} until {self.last}"
        if self.last is None:
            return f"{self.event} since {self.first}"
        return f"{self.event} {self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lots are meant.

    `lots` has the numbers of each lot and is empty unless `reach` is LOTS. `windows` narrow any
    reach: a bottle belongs to the scope if one of them holds, or if its day is not known.
    """

    reach: Reach
    lots: tuple[tuple[LotNumber, ...], ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of a notice.

    `issued_on` is ISO 8601 with the precision of the source (2020, 2020-05 or 2020-05-01).
    `products` is empty where all products of the brand are meant; `material` is None for both
    kinds. At least one of `reference` and `url` says where the notice can be read.
    """

    id: str
    version: int
    source: str
    kind: NoticeKind
    issued_on: str
    brand: str
    aliases: tuple[str, ...]
    products: tuple[ProductName, ...]
    material: Material | None
    scope: Scope
    hazard: str
    reference: str
    url: str

    @property
    def evidence(self) -> str:
        """Where the notice can be read, for a stop."""
        return ", ".join(part for part in (self.source, self.reference, self.url) if part)

    @property
    def title(self) -> str:
        """Kind, id and version for a sentence."""
        return f"{self.kind} {self.id} (version {self.version})"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field as a path, what is wrong, what would mend it."""

    field: str
    sentence: str
    mend: str


class NoticeError(ValueError):
    """A notice that cannot be used; `problems` holds every complaint, at least one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.sentence} {p.mend}".rstrip() for p in problems))
        self.problems = problems
