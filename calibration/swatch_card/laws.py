"""The two laws by which pigment darkens a blank, forward and back, on channels or spectra."""

from __future__ import annotations

from typing import Literal

import numpy as np

from calibration.colorimetry import Floats
from calibration.swatch_card.kubelka_munk import CLIP_HIGH, CLIP_LOW, ks, ks_inv

#: ks: opaque swatches (Kubelka-Munk). film: a transparent film the blank shines through twice.
Law = Literal["ks", "film"]
LAWS: tuple[Law, ...] = ("ks", "film")


def absorbance(seen: Floats, blank: Floats, law: Law) -> Floats:
    """What the pigment adds to the blank: K/S, or the film's absorbance per pass (natural log).

    Both are clipped to [0.001, 0.999] first.
    """
    dark, bare = (np.clip(each, CLIP_LOW, CLIP_HIGH) for each in (seen, blank))
    if law == "ks":
        return ks(dark) - ks(bare)
    return np.asarray(-0.5 * np.log(dark / bare))


def on_blank(blank: Floats, added: Floats, law: Law) -> Floats:
    """The blank with a pigment that adds this absorbance; the inverse of `absorbance`.

    Taking away more than the blank itself absorbs leaves perfect white under the opaque law.
    """
    bare = np.clip(blank, CLIP_LOW, CLIP_HIGH)
    if law == "ks":
        return ks_inv(np.maximum(ks(bare) + added, 0.0))
    return np.asarray(bare * np.exp(-2.0 * added))
