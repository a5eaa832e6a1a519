"""Do two instruments agree, and would a bridge between them help?

A bridge turns what one unit reads into what another would have read. It hides a disagreement that
should be known, and outside the patches it was made from it is a guess; so it is offered with what
it gains on patches it has not seen, and converts nothing before somebody accepted it by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000
from calibration.sampling import ConditionMismatch, Lab, Triplet, as_lab
from drivers.readings import Condition

Form = Literal["scale", "matrix"]

#: Patches for each free number of one output channel: 2 for a scale and an offset, 4 for a row of
#: the matrix and an offset.
_NEEDED: Final[dict[Form, int]] = {"scale": 6, "matrix": 12}
#: A bridge is worth having where it takes away a third of the disagreement on patches it has not
#: seen, and at least a quarter of a just visible difference (0.5 CIEDE2000 on skin).
LEAST_GAIN: Final = 1.0 / 3.0
LEAST_GAIN_CIEDE2000: Final = 0.12


@dataclass(frozen=True, slots=True)
class PairedPatch:
    """One patch as two units read it, white-normalised XYZ (means of repeats with lifting)."""

    id: str
    ours: Triplet
    theirs: Triplet


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two units are apart on the same patches, in CIEDE2000 and as a mean CIELAB shift."""

    median: float
    percentile_95: float
    worst_patch: str
    shift: Lab
    """Theirs minus ours, mean of L*, a*, b*."""


@dataclass(frozen=True, slots=True)
class BridgeOffer:
    """A bridge nobody has accepted yet; it converts nothing.

    `after` is the agreement on patches left out in turn; `worthwhile` says whether the gain is
    more than chance and habit. Aperture and serial numbers go along to the record.
    """

    ours: str
    theirs: str
    form: Form
    matrix: tuple[Triplet, Triplet, Triplet]
    offset: Triplet
    patches: tuple[str, ...]
    before: Agreement
    after: Agreement
    worthwhile: bool
    sentence: str

    def accept(self, operator: str, at: datetime) -> Bridge:
        """The bridge, with the name of who wants it."""
        if not operator.strip():
            raise ValueError("a bridge is accepted by somebody: a name is needed")
        return Bridge(self, operator, at)


@dataclass(frozen=True, slots=True)
class Bridge:
    """An accepted bridge: what `theirs` read, as `ours` would have read it."""

    offer: BridgeOffer
    accepted_by: str
    accepted_at: datetime

    def convert(self, serial: str, xyz: Triplet) -> Triplet:
        """White-normalised XYZ of a reading of `theirs` on the scale of `ours`.

        Raises:
            ConditionMismatch: the reading comes from another unit than the bridge starts from.
        """
        if serial != self.offer.theirs:
            raise ConditionMismatch(
                f"this bridge leads from {self.offer.theirs} to {self.offer.ours}; the reading "
                f"comes from {serial}"
            )
        return as_lab(
            np.asarray(self.offer.matrix) @ np.asarray(xyz) + np.asarray(self.offer.offset)
        )


def agreement(patches: Sequence[PairedPatch]) -> Agreement:
    """How far two units are apart.

    Raises:
        ValueError: there is no patch.
    """
    if not patches:
        raise ValueError("no patch has been read with both instruments")
    ours, theirs = _arrays(patches)
    return _agreement(patches, ours, theirs)


#: Range of Y (white is 1) that the patches must span; a colour chart spans 0.85.
LEAST_CONTRAST: Final = 0.3


def offer_bridge(
    ours: tuple[str, Condition],
    theirs: tuple[str, Condition],
    patches: Sequence[PairedPatch],
) -> BridgeOffer:
    """Fit a bridge from one unit to another and say what it would gain.

    Args:
        ours: serial number and condition of the unit whose scale is kept.
        theirs: those of the unit to be converted.
        patches: at least 6, read with both; 12 for a full matrix.

    Raises:
        ConditionMismatch: illuminant or observer differ, which no bridge between units mends.
        ValueError: too few patches, one twice, or both units the same.
    """
    for name in ("illuminant", "observer"):
        if getattr(ours[1], name) != getattr(theirs[1], name):
            raise ConditionMismatch(f"the two instruments differ in {name}: compute both alike")
    if ours[0] == theirs[0]:
        raise ValueError("an instrument needs no bridge to itself")
    if len({patch.id for patch in patches}) != len(patches):
        raise ValueError("a patch is there twice: average its repeats first")
    if len(patches) < _NEEDED["scale"]:
        raise ValueError(f"read at least {_NEEDED['scale']} patches with both instruments")
    target, source = _arrays(patches)
    if min(float(np.ptp(side[:, 1])) for side in (target, source)) < LEAST_CONTRAST:
        raise ValueError(
            "the patches are nearly alike, so that any bridge would fit them: read a chart that "
            "goes from dark to light"
        )
    before = _agreement(patches, target, source)
    forms: list[Form] = [form for form in _NEEDED if len(patches) >= _NEEDED[form]]
    left_out = {form: _leave_one_out(form, source, target) for form in forms}
    form = min(forms, key=lambda each: float(_differences(left_out[each], target).mean()))
    after = _agreement(patches, target, left_out[form])
    matrix, offset = _fit(form, source, target)
    gain = before.median - after.median
    worthwhile = gain >= max(LEAST_GAIN * before.median, LEAST_GAIN_CIEDE2000)
    return BridgeOffer(
        ours=ours[0],
        theirs=theirs[0],
        form=form,
        matrix=(as_lab(matrix[0]), as_lab(matrix[1]), as_lab(matrix[2])),
        offset=as_lab(offset),
        patches=tuple(patch.id for patch in patches),
        before=before,
        after=after,
        worthwhile=worthwhile,
        sentence=_sentence(before, after, worthwhile, ours[1], theirs[1]),
    )


def _sentence(
    before: Agreement, after: Agreement, worthwhile: bool, ours: Condition, theirs: Condition
) -> str:
    found = (
        f"On patches left out in turn the median difference goes from {before.median:.2f} to "
        f"{after.median:.2f} CIEDE2000."
    )
    warning = ""
    if ours.geometry != theirs.geometry or ours.aperture_mm != theirs.aperture_mm:
        warning = (
            " Geometry or aperture differ: on skin, which lets light through, patches do not show "
            "how far the two are apart."
        )
    if not worthwhile:
        return f"{found} A bridge would not help; keep to one instrument for each client.{warning}"
    return f"{found} The bridge may be used if you accept it.{warning}"


def _arrays(patches: Sequence[PairedPatch]) -> tuple[Floats, Floats]:
    return (
        np.array([patch.ours for patch in patches], dtype=np.float64),
        np.array([patch.theirs for patch in patches], dtype=np.float64),
    )


def _differences(one: Floats, other: Floats) -> Floats:
    return delta_e_2000(channels_to_lab(one), channels_to_lab(other))


def _agreement(patches: Sequence[PairedPatch], ours: Floats, theirs: Floats) -> Agreement:
    differences = _differences(theirs, ours)
    return Agreement(
        median=float(np.median(differences)),
        percentile_95=float(np.percentile(differences, 95)),
        worst_patch=patches[int(differences.argmax())].id,
        shift=as_lab((channels_to_lab(theirs) - channels_to_lab(ours)).mean(axis=0)),
    )


def _fit(form: Form, source: Floats, target: Floats) -> tuple[Floats, Floats]:
    constant = np.ones((len(source), 1))
    if form == "matrix":
        solved = np.linalg.lstsq(np.hstack([source, constant]), target, rcond=None)[0]
        return np.asarray(solved[:3].T), np.asarray(solved[3])
    matrix, offset = np.zeros((3, 3)), np.zeros(3)
    for axis in range(3):
        terms = np.hstack([source[:, [axis]], constant])
        matrix[axis, axis], offset[axis] = np.linalg.lstsq(terms, target[:, axis], rcond=None)[0]
    return matrix, offset


def _leave_one_out(form: Form, source: Floats, target: Floats) -> Floats:
    predicted = np.empty_like(target)
    for index in range(len(source)):
        others = np.arange(len(source)) != index
        matrix, offset = _fit(form, source[others], target[others])
        predicted[index] = matrix @ source[index] + offset
    return predicted
