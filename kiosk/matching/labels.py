"""Names for a tone that people know, as labels only: the nearest Monk Skin Tone step.

The scale's steps are screen colours, not measured skin: its first four are lighter than nearly any
skin. A label says which step looks nearest, and the difference says how little that may mean.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats, delta_e_2000
from kiosk.matching.inputs import one_colour


@dataclass(frozen=True, slots=True)
class ToneLabel:
    """The nearest step, 1 to 10, its sRGB code and its CIEDE2000 from the tone."""

    step: int
    code: str
    difference: float

    @property
    def sentence(self) -> str:
        """How to say it without promising a measurement."""
        return (
            f"Looks nearest to Monk Skin Tone {self.step} (a label, {self.difference:.0f} ΔE00 "
            "off, not a measurement)."
        )

    def as_dict(self) -> dict[str, object]:
        """The form that commands print."""
        return {"step": self.step, "code": self.code, "difference": self.difference}


def monk_label(lab: ArrayLike) -> ToneLabel:
    """The Monk Skin Tone step nearest to one colour, CIELAB (3,).

    Raises:
        InputError: not one colour.
    """
    codes, steps = _scale()
    difference = delta_e_2000(np.broadcast_to(one_colour(lab, "lab"), steps.shape), steps)
    nearest = int(np.argmin(difference))
    return ToneLabel(nearest + 1, codes[nearest], float(difference[nearest]))


@cache
def _scale() -> tuple[tuple[str, ...], Floats]:
    text = files("kiosk.matching").joinpath("data", "monk_skin_tone.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    labs = np.array([[float(row[name]) for name in ("L", "a", "b")] for row in rows])
    return tuple(row["hex"] for row in rows), labs
