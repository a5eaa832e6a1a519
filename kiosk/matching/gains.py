"""How much darker or lighter this studio's hand, and this client's skin, makes the same ink.

The gain multiplies the absorbance: 1.2 means dots heal as if the ink were a fifth stronger. The
studio's is kept for each band of skin tone, and apart for scars; the client's multiplies it.

Field readings teach slowly: at 5 % cover ten readings before and ten after leave an SD of 0.4 on
the gain. The practitioner's verdict on the dots against their forecast is worth more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from calibration.colorimetry import Floats, lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.forward import absorbance
from kiosk.matching.healing import Eligibility
from kiosk.matching.inputs import InputError, bounded
from kiosk.matching.learning import Belief, Evidence, Lesson, taught
from kiosk.matching.thresholds import Thresholds
from kiosk.matching.tone import BANDS
from kiosk.matching.uncertainty import pooled_sigma

Verdict = Literal["too light", "right", "too dark"]
VERDICTS: tuple[Verdict, ...] = ("too light", "right", "too dark")

#: L*; a spread that reaches below the darkest skin must not leave the scale.
_DARKEST = 0.01
_NO_EFFECT = 0.05


@dataclass(frozen=True, slots=True)
class FieldReading:
    """An area read before and after one session: L*, the SD seen, and the number of readings.

    `before` is the area before that session, `after` healed. `drift` is how much the untreated
    reference site moved in L* meanwhile (a tan), with `reference_readings` readings each time.
    """

    before: float
    after: float
    readings_before: int
    readings_after: int
    sd: float | None = None
    drift: float = 0.0
    reference_readings: int | None = None


def client_prior(constants: Constants, thresholds: Thresholds) -> Belief:
    """What is known of a client's gain before anything of theirs has healed."""
    return Belief(1.0, min(thresholds.client_sd_limit, constants.cv_gain))


def gain_of_field(
    skin_y: ArrayLike, field_y: ArrayLike, fraction: ArrayLike, cover: ArrayLike, c: Constants
) -> Floats:
    """Gain (...,) over that of `c` which makes a healed session look like this; Y channel.

    The inverse of the field law in closed form. 0 where nothing is seen, infinite where the area
    is darker than solid dots of that cover could make it.

    Raises:
        InputError: no pigment, no cover, or a Y that is not above 0 and at most 1.
    """
    skin = bounded(skin_y, "skin Y", 0.0, 1.0, open_low=True)
    field = bounded(field_y, "field Y", 0.0, 1.0, open_low=True)
    amount = bounded(fraction, "fraction", 0.0, 1.0, open_low=True)
    share = bounded(cover, "cover", 0.0, 1.0, open_low=True, open_high=True)
    n = c.yule_nielsen
    dimmed = 1.0 - (np.minimum(field, skin) / skin) ** (1.0 / n)
    solid = dimmed >= share
    with np.errstate(divide="ignore"):
        depth = -np.log1p(-np.where(solid, 1.0, dimmed / share))
    return np.asarray(depth * n / (2.0 * absorbance(c)[1] * amount * c.retention))


def field_evidence(
    reading: FieldReading,
    ratio: float,
    cover: float,
    constants: Constants,
    *,
    used_gain: float = 1.0,
) -> Evidence:
    """What a healed area says about the client's gain.

    `constants` are those of the recipe it was made with, `used_gain` the client's share of their
    gain.

    Raises:
        InputError: readings, ratio or cover that cannot be.
    """
    fraction = 1.0 / (1.0 + float(bounded(ratio, "ratio", 0.0, 1000.0)))
    untouched = reading.before + reading.drift
    sigma = _sigma_of_difference(reading, constants)
    # Lighter than before says "nothing seen", and no more surely than bare skin itself would.
    seen = min(reading.after, untouched)
    levels = _luminance(untouched, seen, max(seen - sigma, _DARKEST))
    gains = gain_of_field(levels[0], levels[1:], fraction, cover, constants)
    value, darker = float(gains[0]) * used_gain, float(gains[1]) * used_gain
    count = min(reading.readings_before, reading.readings_after)
    what = f"Healed at L* {reading.after:.1f} from {untouched:.1f}"
    if not np.isfinite(value):
        sentence = f"{what}: darker than solid dots of that cover; check cover and placement."
        return Evidence("healed field", None, None, count, sentence)
    if not np.isfinite(darker):
        sentence = f"{what}: within the readings' spread of solid dots, so it tells nothing."
        return Evidence("healed field", None, None, count, sentence)
    if value == 0.0:
        sentence = f"{what}: no effect seen, within ±{darker - value:.2f}."
    else:
        kept = value / used_gain
        how = "less" if kept < 1.0 else "more"
        sentence = (
            f"{what}: {kept:.2f} of the forecast absorbance, {how} kept than expected "
            f"(±{darker - value:.2f})."
        )
    return Evidence("healed field", value, darker - value, count, sentence)


def verdict_evidence(verdict: Verdict, used_gain: float, thresholds: Thresholds) -> Evidence:
    """What the practitioner's eye says: healed dots against their *forecast*, not the hair.

    The advised rung is lighter than the hair on purpose; compared with the hair nearly every first
    session would be "too light" and the recipe would chase the dark.

    Raises:
        InputError: a verdict that is none of VERDICTS.
    """
    coding = {
        "too light": thresholds.verdict_too_light,
        "right": thresholds.verdict_right,
        "too dark": thresholds.verdict_too_dark,
    }
    if verdict not in coding:
        raise InputError("verdict", f"{verdict!r} is none", f"Give one of {', '.join(VERDICTS)}.")
    sentence = f"The practitioner found the healed dots {verdict} against their forecast."
    return Evidence(
        "verdict", used_gain * coding[verdict], used_gain * thresholds.verdict_sd, 1, sentence
    )


def client_lesson(prior: Belief, evidence: Evidence, healed: Eligibility) -> Lesson:
    """The client's gain over the studio's after one piece of evidence; the prior if not healed."""
    if not healed.healed:
        why = " ".join(reason.sentence for reason in healed.reasons)
        return Lesson("client gain", prior, evidence, prior, False, f"{why} Nothing is learned.")
    return taught("client gain", prior, evidence)


def with_client(constants: Constants, lesson: Lesson, thresholds: Thresholds) -> Constants:
    """`constants` for this client's next recipe.

    The gain moves to the posterior; its spread, and in the same proportion that of the retention,
    shrink: a healed result shows their product and cannot tell them apart.
    """
    if not lesson.learned:
        return constants
    shrunk = lesson.posterior.cv / lesson.prior.cv
    return replace(
        constants,
        gain=constants.gain / lesson.fraction_factor,
        cv_gain=min(constants.cv_gain, lesson.posterior.cv),
        sigma_retention=min(
            constants.sigma_retention,
            max(thresholds.least_sigma_retention, constants.sigma_retention * shrunk),
        ),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one settled result said of the gain over the reference ink; scars count apart."""

    band: str
    gain: float
    scar: bool = False


def outcome_of(
    evidence: Evidence,
    studio: float,
    band: str,
    healed: Eligibility,
    *,
    scar: bool = False,
) -> Outcome | None:
    """The outcome a studio keeps of one client; None where it is not settled or said nothing.

    It is the evidence itself times the `studio` gain of its recipe, not the client's posterior:
    that one is already drawn towards 1, and a studio that is far off would hardly ever learn it.
    """
    if not healed.settled or evidence.value is None:
        return None
    # A median only cares that "no effect" is low; its logarithm must exist.
    return Outcome(band, studio * max(evidence.value, _NO_EFFECT), scar)


def studio_gain(gains: ArrayLike, cv_prior: float, thresholds: Thresholds) -> tuple[Floats, Floats]:
    """Studio gain and its CV (...,) from outcomes (..., n) of one band.

    The median of the logarithms, drawn towards 1 as if some outcomes of exactly 1 had been seen.

    Raises:
        InputError: a gain that is not above 0.
    """
    seen = bounded(gains, "gain", 0.0, 1000.0, open_low=True)
    count, pseudo = seen.shape[-1], thresholds.gain_pseudo_outcomes
    # No outcomes and no pseudo-outcomes would weigh 0/0.
    weight = count / (count + pseudo) if count else 0.0
    middle = np.median(np.log(seen), axis=-1) if count else np.zeros(seen.shape[:-1])
    cv = cv_prior * np.sqrt(1.0 - weight)
    floor = min(cv_prior, thresholds.least_cv_gain)
    return np.exp(weight * middle), np.full(seen.shape[:-1], max(floor, float(cv)))


def studio_lesson(
    band: str,
    outcomes: Iterable[Outcome],
    constants: Constants,
    thresholds: Thresholds,
    *,
    scar: bool = False,
) -> Lesson:
    """The studio's gain in one band from its settled outcomes there; `constants` hold the prior.

    Raises:
        InputError: a band that is none.
    """
    if band not in BANDS:
        raise InputError("band", f"{band!r} is none", f"Give one of {', '.join(BANDS)}.")
    gains = [each.gain for each in outcomes if each.band == band and each.scar is scar]
    prior = Belief(1.0, constants.cv_gain)
    where = f"{band} skin, scars" if scar else f"{band} skin"
    subject = f"studio gain, {where}"
    if not gains:
        evidence = Evidence("outcomes", None, None, 0, f"No settled outcome on {where} yet.")
        return taught(subject, prior, evidence)
    mean, cv = studio_gain(gains, constants.cv_gain, thresholds)
    middle = float(np.median(gains))
    evidence = Evidence(
        "outcomes",
        middle,
        None,
        len(gains),
        f"{len(gains)} settled outcome{'s' if len(gains) > 1 else ''} on {where}, "
        f"median gain {middle:.2f}.",
    )
    posterior = Belief(float(mean), float(cv * mean))
    sentence = f"{evidence.sentence} The studio's gain there is taken as {posterior.mean:.2f}."
    return Lesson(subject, prior, evidence, posterior, True, sentence)


def with_studio(constants: Constants, lesson: Lesson) -> Constants:
    """`constants` for the next client in that band."""
    if not lesson.learned:
        return constants
    return replace(
        constants,
        gain=constants.gain / lesson.fraction_factor,
        cv_gain=lesson.posterior.cv,
    )


def _luminance(*lightness: float) -> Floats:
    return np.asarray(lab_to_channels([(level, 0.0, 0.0) for level in lightness])[:, 1])


def _sigma_of_difference(reading: FieldReading, constants: Constants) -> float:
    counts = np.array([reading.readings_before, reading.readings_after], dtype=np.float64)
    bounded(counts, "readings", 1.0, 1000.0)
    seen = None if reading.sd is None else bounded(reading.sd, "SD", 0.0, 100.0)
    sigma = pooled_sigma(constants.sigma_skin, seen, counts, constants.pooling_weight)
    variance = np.sum(sigma**2 / counts)
    if reading.reference_readings is not None:
        variance += 2.0 * constants.sigma_skin**2 / reading.reference_readings
    return float(np.sqrt(variance))
