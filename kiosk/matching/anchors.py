"""Recipes a studio knows to be good, and the strength in skin they imply.

No card of swatches can tell how strong an ink is inside skin. Two or three accepted results can:
each says which strength would have advised exactly it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from calibration.colorimetry import lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import InputError, bounded, lab_array
from kiosk.matching.inverse import contrast, follicle
from kiosk.matching.learning import Belief, Evidence, Lesson
from kiosk.matching.recommendation import Lab
from kiosk.matching.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Anchor:
    """One accepted result: CIELAB of skin and hair, 1:`ratio`, the product and its lot strength."""

    product: str
    skin_lab: Lab
    hair_lab: Lab
    ratio: float
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class AnchorFit:
    """Strength in skin of one product, A0 x retention x gain, from the anchors of that product.

    `strengths` holds one value an anchor. `anchored` needs as many anchors as the thresholds say.
    """

    product: str
    strengths: tuple[float, ...]
    anchored: bool
    lesson: Lesson

    @property
    def strength(self) -> Belief:
        """What is taken as the strength in skin: the anchors' where anchored, else the prior."""
        return self.lesson.posterior

    def applied(self, constants: Constants) -> Constants:
        """`constants` in their anchored form: absorbance and spread from the anchors.

        The gain is 1 again, from here on relative to them. The spread of the retention stays in
        the sum: what anchors vary by may hold it already, but counting it twice errs to the
        lighter side.
        """
        if not self.anchored:
            return constants
        return replace(
            constants,
            A0=self.strength.mean / constants.retention,
            gain=1.0,
            cv_gain=self.strength.cv,
        )


def fit_anchors(
    anchors: Iterable[Anchor], product: str, constants: Constants, thresholds: Thresholds
) -> AnchorFit:
    """The strength in skin of `product`; anchors of other products are left aside.

    Raises:
        InputError: an anchor whose hair would not show on its skin, or with a colour, ratio or
            strength that cannot be.
    """
    own = [anchor for anchor in anchors if anchor.product == product]
    strengths = tuple(_strength_of(anchor, constants) for anchor in own)
    known = constants.A0 * constants.retention * constants.gain
    prior = Belief(known, known * constants.cv_gain)
    anchored = len(own) >= thresholds.least_anchors
    if not anchored:
        short = f"{len(own)} of the {thresholds.least_anchors} anchors {product} needs."
        evidence = Evidence("anchors", None, None, len(own), short)
        sentence = f"{short} The shipped strength stands: UNANCHORED."
        return AnchorFit(
            product,
            strengths,
            False,
            Lesson("strength in skin", prior, evidence, prior, False, sentence),
        )
    middle = float(np.median(strengths))
    # With one anchor allowed by a studio's own thresholds there is no spread to see.
    seen = float(np.std(np.log(strengths), ddof=1)) if len(own) > 1 else constants.cv_gain
    cv = max(thresholds.least_cv_gain, seen)
    evidence = Evidence(
        "anchors",
        middle,
        middle * seen,
        len(own),
        f"{len(own)} accepted recipes of {product}: strengths "
        f"{', '.join(f'{each:.1f}' for each in sorted(strengths))}.",
    )
    posterior = Belief(middle, middle * cv)
    sentence = (
        f"{evidence.sentence} Their median, {middle:.1f}, replaces {known:.1f}; "
        f"fractions are multiplied by {known / middle:.2f}."
    )
    return AnchorFit(
        product,
        strengths,
        True,
        Lesson("strength in skin", prior, evidence, posterior, True, sentence),
    )


def _strength_of(anchor: Anchor, constants: Constants) -> float:
    labs = np.stack([lab_array(anchor.skin_lab, "skin"), lab_array(anchor.hair_lab, "hair")])
    strength = float(bounded(anchor.strength, "strength", 0.0, 1000.0, open_low=True))
    fraction = 1.0 / (1.0 + float(bounded(anchor.ratio, "ratio", 0.0, 1000.0)))
    skin, hair = lab_to_channels(labs)
    q = float(contrast(skin[1], follicle(skin, hair, constants)[1]))
    if q < constants.visible_contrast:
        raise InputError(
            "anchor",
            f"1:{anchor.ratio:g} on this pair would not be seen (contrast {q:.2f})",
            "Choose an accepted result with darker hair.",
        )
    return q / (2.0 * fraction * strength)
