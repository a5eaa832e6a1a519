"""What the matcher found: hits, near misses, and the preview that a person decides on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.inventory.recalls.notice import Notice
from kiosk.inventory.recalls.stock import StockLot


class Group(StrEnum):
    """Under which heading the preview lists a hit."""

    NUMBER = "number"
    ALL_LOTS = "all-lots"
    UNKNOWN_LOT = "unknown-lot"
    DATED = "dated"
    UNDATED = "undated"
    ACCEPTED = "accepted"


class Near(StrEnum):
    """In what a lot differs from a hit."""

    LOOKALIKE = "lookalike"
    SWAPPED = "swapped"
    ONE_CHARACTER = "one-character"
    PART = "part"
    NO_NUMBER = "no-number"
    PRODUCT = "product"
    BRAND = "brand"
    MATERIAL = "material"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Hit:
    """A lot that the notice means; `reason` is a sentence for people."""

    lot: StockLot
    group: Group
    reason: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A lot that is like a hit and is none until a person says so."""

    lot: StockLot
    near: Near
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a notice would do to this stock; hits and near misses in the order of the stock."""

    notice: Notice
    hits: tuple[Hit, ...]
    near_misses: tuple[NearMiss, ...]

    @property
    def lots(self) -> frozenset[str]:
        """The ids of the lots hit."""
        return frozenset(hit.lot.id for hit in self.hits)

    def of_group(self, group: Group) -> tuple[Hit, ...]:
        """The hits under one heading."""
        return tuple(hit for hit in self.hits if hit.group is group)

    def accepting(self, lots: Collection[str]) -> Preview:
        """The preview after a person took near misses in, by lot id; they become the last hits.

        Raises:
            KeyError: one of the lots is no near miss of this notice.
        """
        near = {miss.lot.id: miss for miss in self.near_misses}
        taken = {lot: near[lot] for lot in lots}
        hits = tuple(
            Hit(miss.lot, Group.ACCEPTED, f"Taken in by hand. {miss.reason}")
            for miss in taken.values()
        )
        left = tuple(miss for miss in self.near_misses if miss.lot.id not in taken)
        return replace(self, hits=self.hits + hits, near_misses=left)
