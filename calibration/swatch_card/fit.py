"""From a card to the lot's absorbance E per pigment fraction, in X, Y and Z.

Two laws are tried. Opaque swatches add K/S: ks(R) = ks(blank) + E c. A transparent film lets the
blank through twice: R = blank exp(-2 E c). The one that predicts left-out swatches better is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000, lab_to_channels
from calibration.sampling import Lab, as_lab
from calibration.swatch_card.card import (
    MINIMUM_SWATCHES,
    CardChannels,
    CardError,
    SwatchCard,
    channels_of,
    fraction,
    ratio_name,
)
from calibration.swatch_card.kubelka_munk import clip_channels, ks
from calibration.swatch_card.laws import LAWS, Law, absorbance, on_blank

#: all: straight line through every swatch. without-darkest: the darkest bends away and was left
#: out. quadratic: q = E c + F c², E being the slope at no pigment.
Form = Literal["all", "without-darkest", "quadratic"]

#: Largest CIEDE2000 by which a left-out swatch may miss its prediction.
ACCEPTED_MISS = 1.5
#: Slopes q/c of the darkest and the lightest swatch may differ by this share.
STRAIGHT_WITHIN = 0.10
#: Keeps the weight of the lightest swatches finite; K/S of a white card is about 0.01.
_WEIGHT_FLOOR = 0.02
_ROUNDING = 1e-9


class PoorFit(CardError):
    """No law predicts every left-out swatch within 1.5 CIEDE2000; names the worst one.

    `law` is the better of the laws that were tried and `miss` its largest error.
    """

    def __init__(self, swatch: str, law: Law, miss: float) -> None:
        super().__init__(
            swatch,
            f"it lies {miss:.1f} CIEDE2000 from what the other swatches predict, "
            f"more than {ACCEPTED_MISS}",
            f"Make and read {swatch} again; if it stays, make the whole card again.",
        )
        self.law = law
        self.miss = miss


class OutsideCard(CardError):
    """A ratio the card says nothing about: lighter or darker than its swatches."""

    def __init__(self, ratio: float, lightest: float, darkest: float) -> None:
        super().__init__(
            ratio_name(ratio),
            f"the card reaches from {ratio_name(darkest)} to {ratio_name(lightest)}",
            "Choose a ratio within it, or add a swatch at this ratio to the card.",
        )


@dataclass(frozen=True, slots=True)
class CardFit:
    """An accepted card.

    `slope` is E and `bend` is F (0 unless quadratic), per channel X, Y, Z, natural logarithm for
    film and K/S otherwise. `misses` holds for each used ratio the CIEDE2000 between its colour and
    the one the others predict. `slope_drift` is the darkest Y slope over the lightest, minus 1,
    before anything was left out. `lightest` and `darkest` are the ratios the fit is good for.
    """

    card: SwatchCard
    law: Law
    form: Form
    slope: Lab
    bend: Lab
    misses: tuple[tuple[float, float], ...]
    slope_drift: float
    lightest: float
    darkest: float
    clipped: tuple[str, ...]

    @property
    def worst_miss(self) -> float:
        """The fit error to store with the lot: the largest miss, CIEDE2000."""
        return max(miss for _, miss in self.misses)

    @property
    def kappa(self) -> Lab:
        """Undertone: E of X, Y, Z over E of Y."""
        return as_lab(np.asarray(self.slope) / self.slope[1])

    def covers(self, ratio: float) -> bool:
        """Whether 1:ratio lies within the swatches the fit rests on."""
        low, high = self.darkest * (1 - _ROUNDING), self.lightest * (1 + _ROUNDING)
        return low <= ratio <= high

    def as_dict(self) -> dict[str, object]:
        """The form that is stored with product and lot."""
        return {
            "law": self.law,
            "form": self.form,
            "slope": list(self.slope),
            "bend": list(self.bend),
            "kappa": list(self.kappa),
            "misses": {ratio_name(ratio): miss for ratio, miss in self.misses},
            "worst_miss": self.worst_miss,
            "slope_drift": self.slope_drift,
            "range": [ratio_name(self.darkest), ratio_name(self.lightest)],
            "clipped": list(self.clipped),
        }


def fit_card(card: SwatchCard, law: Law | None = None) -> CardFit:
    """Fit one card under the law that predicts its own swatches best, or under `law`.

    Raises:
        CardError: the card is not sound (see `channels_of`).
        PoorFit: a left-out swatch is missed by more than 1.5 CIEDE2000.
    """
    data = channels_of(card)
    laws = LAWS if law is None else (law,)
    return min((_fit_law(card, data, each) for each in laws), key=lambda f: f.rank).accepted()


def predict(fit: CardFit, ratio: float, blank: Lab | None = None) -> Lab:
    """CIELAB of 1:ratio on the card's own blank, or on another.

    Raises:
        OutsideCard: the card holds no swatch that light or that dark; nothing is extrapolated.
    """
    if not fit.covers(ratio):
        raise OutsideCard(ratio, fit.lightest, fit.darkest)
    on = fit.card.blank if blank is None else blank
    assert on is not None  # channels_of refused a card without one
    bare, _ = clip_channels(lab_to_channels(on))
    amount = np.array([fraction(ratio)])
    terms = np.array([fit.slope, fit.bend])
    return as_lab(channels_to_lab(_predicted(bare, terms, amount, fit.law))[0])


@dataclass(frozen=True, slots=True)
class _Candidate:
    fit: CardFit
    grows: bool
    """Every channel darkens with every addition of pigment, up to the darkest swatch."""

    @property
    def rank(self) -> tuple[bool, float]:
        return not self.grows, self.fit.worst_miss

    def sound(self) -> bool:
        return self.grows and self.fit.worst_miss <= ACCEPTED_MISS

    def accepted(self) -> CardFit:
        if not self.sound():
            ratio, miss = max(self.fit.misses, key=lambda entry: entry[1])
            raise PoorFit(ratio_name(ratio), self.fit.law, miss)
        return self.fit


def _fit_law(card: SwatchCard, data: CardChannels, law: Law) -> _Candidate:
    slopes = absorbance(data.channels, data.blank, law)[:, 1] / data.fractions
    drift = float(slopes[-1] / slopes[0] - 1.0)
    if abs(drift) <= STRAIGHT_WITHIN:
        return _fit_form(card, data, law, "all", drift)
    bent = _fit_form(card, data, law, "quadratic", drift)
    if len(data.swatches) <= MINIMUM_SWATCHES:
        return bent
    # Preferred: E is then a mean over swatches, where the quadratic's is the slope at no pigment,
    # which the lightest and noisiest swatch decides.
    straight = _fit_form(card, data, law, "without-darkest", drift)
    return straight if straight.sound() else min((straight, bent), key=lambda each: each.rank)


def _fit_form(
    card: SwatchCard, data: CardChannels, law: Law, form: Form, drift: float
) -> _Candidate:
    count = len(data.swatches) - (form == "without-darkest")
    fractions, channels = data.fractions[:count], data.channels[:count]
    order = 2 if form == "quadratic" else 1
    terms = _least_squares(channels, data.blank, fractions, law, order)
    predictions = []
    for left_out in range(count):
        others = np.arange(count) != left_out
        partial = _least_squares(channels[others], data.blank, fractions[others], law, order)
        one = fractions[left_out : left_out + 1]
        predictions.append(_predicted(data.blank, partial, one, law)[0])
    misses = delta_e_2000(data.lab[:count], channels_to_lab(np.array(predictions)))
    ratios = [swatch.ratio for swatch in data.swatches[:count]]
    slope, bend = terms[0], terms[1] if order == 2 else np.zeros(3)
    grows = bool((slope > 0.0).all() and (slope + 2.0 * bend * fractions[-1] > 0.0).all())
    fit = CardFit(
        card=card,
        law=law,
        form=form,
        slope=as_lab(slope),
        bend=as_lab(bend),
        misses=tuple((ratio, float(miss)) for ratio, miss in zip(ratios, misses, strict=True)),
        slope_drift=drift,
        lightest=ratios[0],
        darkest=ratios[-1],
        clipped=data.clipped,
    )
    return _Candidate(fit, grows)


def _least_squares(
    channels: Floats, blank: Floats, fractions: Floats, law: Law, order: int
) -> Floats:
    """Coefficients (order, 3) of powers 1 to `order` of the fraction; no constant term.

    K/S of a dark swatch magnifies the error of its reading, by about its own size, so it is
    weighted down by the square; -ln R/2 does so much less and stays unweighted.
    """
    target = absorbance(channels, blank, law)
    weight = 1.0 / (ks(channels) + _WEIGHT_FLOOR) ** 2 if law == "ks" else np.ones_like(channels)
    powers = fractions[:, np.newaxis] ** np.arange(1, order + 1)
    normal = np.einsum("ip,ij,iq->jpq", powers, weight, powers)
    right = np.einsum("ip,ij,ij->jp", powers, weight, target)
    return np.asarray(np.linalg.solve(normal, right[..., np.newaxis])[..., 0].T)


def _predicted(blank: Floats, terms: Floats, fractions: Floats, law: Law) -> Floats:
    """Channels (n, 3) of these fractions."""
    powers = fractions[:, np.newaxis] ** np.arange(1, len(terms) + 1)
    return on_blank(blank, powers @ terms, law)
