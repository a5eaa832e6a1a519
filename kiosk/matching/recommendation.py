"""What a recommendation says, and the sentences it says it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.matching.constants import Constants
from kiosk.matching.tone import Tone

Status = Literal["recipe", "no-recipe", "low-contrast", "off-ladder"]
Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know beside the result; `code` is stable, `sentence` is for people."""

    code: str
    sentence: str

    def as_dict(self) -> dict[str, str]:
        """The form that commands print."""
        return {"code": self.code, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class Dot:
    """One dot of 1:`ratio` on this skin, on the day and healed."""

    ratio: float
    fresh_lab: Lab
    healed_lab: Lab


@dataclass(frozen=True, slots=True)
class Offer:
    """The lightest rung where the ladder ends too soon: only after an explicit confirmation."""

    ratio: int
    healed_lab: Lab
    lighter_by: float

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {
            "ratio": self.ratio,
            "healed_lab": list(self.healed_lab),
            "lighter_by": self.lighter_by,
        }


@dataclass(frozen=True, slots=True)
class Residual:
    """Healed dot at the best fraction minus follicle: what carbon cannot correct."""

    de00: float
    dl: float
    da: float
    db: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One client's answer; None stands for a number that does not exist.

    `fraction`, `ratio` and `residual` belong to the best match, c*. `dot` belongs to the advised
    rung, and to c* where no rung is advised (its `ratio` says which). `interval` is of r. A
    low-contrast result keeps c* and its dot, but no interval: the closed form is not valid there.
    """

    status: Status
    reason: str
    anchored: bool
    constants: Constants
    q: float | None
    fraction: float | None
    ratio: float | None
    sigma_ln: float | None
    interval: tuple[float, float] | None
    safe_ratio: float | None
    advised_ratio: int | None
    dot: Dot | None
    target_lab: Lab
    residual: Residual | None
    skin: Tone
    offer: Offer | None
    notes: tuple[Note, ...]

    @property
    def label(self) -> str:
        """The word every recommendation is shown and printed with."""
        return "ANCHORED" if self.anchored else "UNANCHORED"

    def as_dict(self) -> dict[str, object]:
        """The `match` document: plain JSON values, null for what does not exist."""
        dot, residual = self.dot, self.residual
        return {
            "status": self.status,
            "reason": self.reason,
            "anchored": self.anchored,
            "constants": self.constants.as_dict(),
            "q": self.q,
            "fraction": self.fraction,
            "ratio": self.ratio,
            "sigma_ln": self.sigma_ln,
            "interval": None if self.interval is None else list(self.interval),
            "safe_ratio": self.safe_ratio,
            "advised_ratio": self.advised_ratio,
            "dot": {
                "ratio": None if dot is None else dot.ratio,
                "fresh_lab": None if dot is None else list(dot.fresh_lab),
                "healed_lab": None if dot is None else list(dot.healed_lab),
            },
            "target_lab": list(self.target_lab),
            "residual": {
                "dE00": None if residual is None else residual.de00,
                "dL": None if residual is None else residual.dl,
                "da": None if residual is None else residual.da,
                "db": None if residual is None else residual.db,
            },
            "skin": self.skin.as_dict(),
            "offer": None if self.offer is None else self.offer.as_dict(),
            "notes": [note.as_dict() for note in self.notes],
        }


def reason_for(
    status: Status,
    constants: Constants,
    *,
    contrast: float,
    lighter_by: float,
    offered: bool,
) -> str:
    """Why the result is what it is; `lighter_by` is L* of the healed rung above the follicle.

    Names no ratio outside the ladder: such a number would be mixed.
    """
    darker_or_lighter = f"{abs(lighter_by):.1f} L* {'lighter' if lighter_by >= 0 else 'darker'}"
    lightest = constants.ladder[-1]
    match status:
        case "recipe":
            return f"The advised rung heals {darker_or_lighter} than the follicle."
        case "no-recipe" if contrast > 0.0:
            return "Even undiluted ink would heal lighter than this follicle."
        case "no-recipe":
            return "The hair is not darker than the skin, and carbon only darkens."
        case "low-contrast":
            return (
                f"A dot would not be seen: contrast {contrast:.3f}, "
                f"visible from {constants.visible_contrast:.2f}."
            )
        case "off-ladder" if offered:
            return (
                f"No rung is light enough to be safe. The lightest, 1:{lightest}, may be offered: "
                f"it heals {darker_or_lighter} than the follicle."
            )
        case "off-ladder":
            return (
                f"No rung is light enough: the lightest, 1:{lightest}, would heal "
                f"{darker_or_lighter} than the follicle."
            )


def notes_for(
    status: Status,
    constants: Constants,
    *,
    skin_lightness: float,
    residual: Residual | None,
    beyond_darkest: bool,
) -> tuple[Note, ...]:
    """What to tell beside the result; nothing where there is nothing to apply."""
    if status not in ("recipe", "off-ladder") or residual is None:
        return ()
    notes = []
    if status == "recipe":
        notes.append(
            Note("light-first", "Lighter than the hair on purpose: later sessions build it up.")
        )
    if beyond_darkest:
        notes.append(
            Note(
                "darkest-rung",
                f"The match lies beyond the ladder's dark end; 1:{constants.ladder[0]} is its "
                "darkest rung.",
            )
        )
    if max(abs(residual.da), abs(residual.db)) > constants.tone_limit:
        off = residual.db if abs(residual.db) >= abs(residual.da) else residual.da
        notes.append(
            Note(
                "tone",
                "Tone cannot be matched with carbon: the dot stays "
                f"{'warmer' if off > 0 else 'cooler'} than the hair "
                f"(Δa* {residual.da:+.1f}, Δb* {residual.db:+.1f}).",
            )
        )
    if skin_lightness < constants.dark_skin:
        notes.append(
            Note("dark-skin", "Very dark skin: contrast is soft; set test spots before a session.")
        )
    return tuple(notes)
