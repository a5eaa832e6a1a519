"""What a mixing plan is made of, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MixStatus = Literal["plan", "add-diluent", "add-pigment", "remake", "too-small"]

LABEL = "Label the cup: one client, today; discard what is left after the session."


def ml(microlitres: int) -> str:
    """A volume as a syringe shows it: 1200 is '1.20 ml'."""
    places = 2 if microlitres % 10 == 0 else 3
    return f"{microlitres / 1000:.{places}f} ml"


@dataclass(frozen=True, slots=True)
class Stock:
    """A first dilution, 1 part of pigment in `k` parts, of which `use_ul` goes into the cup."""

    k: int
    pigment_ul: int
    diluent_ul: int
    use_ul: int

    @property
    def step(self) -> str:
        """How to make it."""
        return (
            f"Stock 1-in-{self.k}: draw {ml(self.pigment_ul)} pigment, "
            f"add {ml(self.diluent_ul)} diluent, shake."
        )

    def as_dict(self) -> dict[str, int]:
        """The form that commands print."""
        return {
            "k": self.k,
            "pigment_ul": self.pigment_ul,
            "diluent_ul": self.diluent_ul,
            "use_ul": self.use_ul,
        }


@dataclass(frozen=True, slots=True)
class MixPlan:
    """How to come to a mix of 1:`ratio`, in microlitres.

    `pigment_ul` and `diluent_ul` are what the cup holds in the end, as neat pigment and as
    diluent, so they add up to `total_ul` whether a stock was used or not. `drawn_*` is what leaves
    the bottles on the way, the stock's leftover included: that is what the shelf loses. `waste_ul`
    is what is thrown away of a cup that exists. `error_percent` is the fraction's deviation;
    negative is lighter.

    `remake` and `too-small` describe the mix to make instead; `reason` says why.
    """

    status: MixStatus
    ratio: float
    pigment_ul: int
    diluent_ul: int
    error_percent: float
    stock: Stock | None
    steps: tuple[str, ...]
    reason: str
    drawn_pigment_ul: int
    drawn_diluent_ul: int
    waste_ul: int = 0

    @property
    def total_ul(self) -> int:
        """What the cup holds in the end."""
        return self.pigment_ul + self.diluent_ul

    def as_dict(self) -> dict[str, object]:
        """The `mix` document."""
        return {
            "status": self.status,
            "reason": self.reason,
            "ratio": self.ratio,
            "steps": list(self.steps),
            "pigment_ul": self.pigment_ul,
            "diluent_ul": self.diluent_ul,
            "total_ul": self.total_ul,
            "error_percent": self.error_percent,
            "stock": None if self.stock is None else self.stock.as_dict(),
            "drawn_pigment_ul": self.drawn_pigment_ul,
            "drawn_diluent_ul": self.drawn_diluent_ul,
            "waste_ul": self.waste_ul,
        }
