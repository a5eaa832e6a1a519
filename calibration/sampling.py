"""Raw readings become samples, samples of one place become a site, sites become a tone.

Repeats are averaged as light (XYZ, linear in reflectance) and only then turned into CIELAB;
averaging CIELAB would weight dark readings wrongly. Every sample is kept, outliers too, with the
reason why they do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, runtime_checkable
from typing import Protocol as Interface

import numpy as np

from calibration.colorimetry import channels_to_lab, delta_e_2000, reflectance_to_channels
from calibration.trend import Trend, find_trend
from calibration.uncertainty import (
    CARD_CHECKED,
    BaselineUncertainty,
    Covariance,
    tone_covariance,
)
from drivers.errors import NeedsCalibration, ProtocolError, Saturated
from drivers.readings import Channels, Condition, RawReading

Lab = tuple[float, float, float]
Triplet = tuple[float, float, float]
#: Turns what a head without a spectrum measured into white-normalised XYZ.
Correction = Callable[[Channels], Triplet]


@runtime_checkable
class UnitCorrection(Interface):
    """A correction that knows its unit and its own expected error.

    `lab_covariance` travels with every sample into the tone's covariance.
    """

    @property
    def serial(self) -> str:
        """Serial number of the unit it was fitted for."""
        ...

    @property
    def lab_covariance(self) -> Covariance:
        """Expected error in CIELAB."""
        ...

    def __call__(self, channels: Channels) -> Triplet:
        """White-normalised XYZ of one reading."""
        ...


Surface = Literal["skin", "hair"]
SiteState = Literal["reading", "repeat", "accepted", "unusable"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """How often one place is read and how far the readings may lie apart.

    `mcdm_limit` is in CIEDE2000: skin from the NIST repeats (95 % of subjects stay below 1.19),
    hair an assumption. `outlier_floor` is the CIEDE2000 distance from the median below which a
    reading is never called an outlier.
    """

    surface: Surface
    minimum: int
    maximum: int
    mcdm_limit: float
    outlier_floor: float


# Floors: of the NIST skins' 100 triplets 1.0 finds an outlier in 30, 2.0 in 4 (recounted in
# tests/calibration/test_outliers.py). Re-positioned hair has SD L* 1.2, so 3.0.
SKIN = Protocol("skin", minimum=3, maximum=5, mcdm_limit=1.2, outlier_floor=2.0)
HAIR = Protocol("hair", minimum=5, maximum=8, mcdm_limit=2.0, outlier_floor=3.0)
PROTOCOLS: dict[Surface, Protocol] = {"skin": SKIN, "hair": HAIR}


@dataclass(frozen=True, slots=True)
class Sample:
    """One raw reading and the colour it stands for, D65/10 degrees.

    `xyz` are white-normalised and linear in reflectance, so their mean is the colour of the mean
    reflectance; `lab` is the same colour as CIELAB. `fit_covariance` is the expected error of the
    correction that made it, None where the unit measured a spectrum.
    """

    raw: RawReading
    xyz: Triplet
    lab: Lab
    fit_covariance: Covariance | None = None


def as_lab(values: Sequence[float] | np.ndarray) -> Lab:
    """Three floats as a plain tuple, for records and screens."""
    lightness, a, b = (float(value) for value in values)
    return lightness, a, b


def take_sample(raw: RawReading, correction: Correction | None = None) -> Sample:
    """The colour of one raw reading.

    Raises:
        ProtocolError: a value is not a number.
        NeedsCalibration: a head without a spectrum, and no correction that was fitted for it, or
            one that was fitted for another unit.
        Saturated: the colour is one no surface has (L* above 100 or below 0).
    """
    if raw.spectrum is not None:
        values = np.asarray(raw.spectrum.values)
    elif raw.channels is not None:
        values = np.asarray(raw.channels.values)
    else:
        values = np.empty(0)
    if values.size == 0 or not np.isfinite(values).all():
        raise ProtocolError("the reading holds values that are not numbers; it was not kept")
    if raw.spectrum is not None:
        axis = raw.spectrum
        channels = reflectance_to_channels(axis.start_nm, axis.step_nm, values)
        fit_covariance = None
    elif raw.channels is not None and correction is not None:
        fit_covariance = _fit_covariance(raw, correction)
        channels = np.asarray(correction(raw.channels))
    else:
        raise NeedsCalibration(
            f"{raw.identity.model} {raw.identity.serial} measures channels, and no correction to "
            "colour has been fitted for it",
            "Measure the patches of a chart once: 'smp-kiosk calibrate fit'.",
        )
    lab = as_lab(channels_to_lab(channels))
    if not 0.0 <= lab[0] <= 100.0:
        raise Saturated(f"the reading has L* {lab[0]:.1f}, which no surface has; it was not kept")
    return Sample(raw, as_lab(channels), lab, fit_covariance)


def _fit_covariance(raw: RawReading, correction: Correction) -> Covariance | None:
    if not isinstance(correction, UnitCorrection):
        return None
    if correction.serial != raw.identity.serial:
        raise NeedsCalibration(
            f"the correction was fitted for {correction.serial}, and the reading comes from "
            f"{raw.identity.serial}",
            "Measure the reference patches with this instrument.",
        )
    return correction.lab_covariance


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the samples of one site amount to at this moment.

    `distances` holds, sample by sample, the CIEDE2000 difference from the mean of the samples that
    count. `outliers` are indices into the samples. `trend` is a drift in one direction of the
    samples that count: more readings are asked for while there may be more, and a site accepted at
    its last attempt says so.
    """

    state: SiteState
    sentence: str
    distances: tuple[float, ...]
    outliers: tuple[int, ...]
    lab: Lab | None
    mcdm: float | None
    sd: Lab | None
    missing: int
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One place on skin or hair and every sample taken there, in order."""

    name: str
    protocol: Protocol
    samples: tuple[Sample, ...] = field(default=())

    def with_sample(self, sample: Sample) -> Site:
        """This site with one more sample.

        Raises:
            ConditionMismatch: the sample comes from another unit or colour condition.
        """
        if self.samples:
            require_same_instrument(self.samples[0].raw, sample.raw)
        return Site(self.name, self.protocol, (*self.samples, sample))

    def without_last(self) -> Site:
        """This site with its last sample dropped at the practitioner's wish."""
        return Site(self.name, self.protocol, self.samples[:-1])


class ConditionMismatch(Exception):
    """Two readings that may not be compared: other unit, geometry, illuminant or observer."""


def require_same_instrument(first: RawReading, second: RawReading) -> None:
    """Raise ConditionMismatch unless both readings come from one unit under one condition."""
    if (first.identity.model, first.identity.serial) != (
        second.identity.model,
        second.identity.serial,
    ):
        raise ConditionMismatch(
            f"these readings come from two instruments ({first.identity.model} "
            f"{first.identity.serial} and {second.identity.model} {second.identity.serial}); "
            "start the site again with one of them"
        )
    if (mismatch := condition_mismatch(first.condition, second.condition)) is not None:
        raise ConditionMismatch(f"these readings differ in {mismatch}; start the site again")


def condition_mismatch(first: Condition, second: Condition) -> str | None:
    """The name of the first part of the condition that differs, or None. Aperture only warns."""
    for name in ("geometry", "illuminant", "observer"):
        if getattr(first, name) != getattr(second, name):
            return name
    return None


def mean_lab(samples: Sequence[Sample]) -> Lab:
    """CIELAB of the mean of samples, averaged where light adds up (XYZ), not in CIELAB."""
    return as_lab(channels_to_lab(np.mean([sample.xyz for sample in samples], axis=0)))


def mcdm(labs: Sequence[Lab], mean: Lab) -> float:
    """Mean CIEDE2000 difference of the readings from their mean."""
    return float(np.mean(delta_e_2000(np.asarray(labs), np.asarray(mean))))


def outlier_indices(labs: Sequence[Lab], floor: float) -> tuple[int, ...]:
    """Readings far from the component-wise median, by median absolute deviation.

    A reading is an outlier beyond max(floor, 3 * 1.4826 * MAD) in CIEDE2000; 1.4826 makes the MAD
    a standard deviation for normal noise. Fewer than three readings have no outliers.
    """
    if len(labs) < 3:
        return ()
    array = np.asarray(labs)
    distance = delta_e_2000(array, np.median(array, axis=0))
    mad = float(np.median(np.abs(distance - np.median(distance))))
    limit = max(floor, 3.0 * 1.4826 * mad)
    return tuple(int(i) for i in np.flatnonzero(distance > limit))


def assess(site: Site) -> Assessment:
    """Judge one site: enough readings, close enough together, or what to do next.

    At most one reading may be left out; after `maximum` attempts the site is unusable and no
    average is offered.
    """
    protocol = site.protocol
    if not site.samples:
        return Assessment("reading", "No reading yet.", (), (), None, None, None, protocol.minimum)
    labs = [sample.lab for sample in site.samples]
    outliers = outlier_indices(labs, protocol.outlier_floor)
    # Readings in two camps all lie far from a median between them: none of those is the odd one.
    if 2 * len(outliers) >= len(labs):
        outliers = ()
    counted = [s for i, s in enumerate(site.samples) if i not in outliers]
    mean = mean_lab(counted)
    counted_labs = [sample.lab for sample in counted]
    spread = mcdm(counted_labs, mean)
    sd = as_lab(np.std(counted_labs, axis=0, ddof=1)) if len(counted) > 1 else None
    distances = tuple(float(d) for d in delta_e_2000(np.asarray(labs), np.asarray(mean)))
    missing = max(0, protocol.minimum - len(counted))
    trend = find_trend(protocol.surface, counted_labs) if missing == 0 else None

    state: SiteState
    if missing == 0 and spread <= protocol.mcdm_limit and len(outliers) <= 1:
        if trend is not None and len(site.samples) < protocol.maximum:
            state, sentence = "repeat", trend.sentence
        else:
            state, sentence = "accepted", f"Spread {spread:.1f}, within {protocol.mcdm_limit}."
            if trend is not None:
                sentence = f"{sentence} {trend.sentence}"
    elif len(site.samples) >= protocol.maximum:
        state = "unusable"
        sentence = f"Not repeatable after {len(site.samples)} readings: this site is not usable."
    elif outliers and outliers[-1] == len(labs) - 1:
        state = "repeat"
        sentence = (
            f"Reading {outliers[-1] + 1} lies {distances[outliers[-1]]:.1f} from the others "
            "and does not count. Lift the probe and read again."
        )
    elif missing:
        state = "reading"
        sentence = "Lift the probe, set it down again, do not press."
    else:
        state = "repeat"
        sentence = f"Spread {spread:.1f} is above {protocol.mcdm_limit}. Read once more."
    if state == "unusable":
        return Assessment(state, sentence, distances, outliers, None, spread, sd, 0, trend)
    return Assessment(
        state, sentence, distances, outliers, mean, spread, sd, max(missing, 0), trend
    )


@dataclass(frozen=True, slots=True)
class Tone:
    """The colour of a surface, with everything needed to judge and to repeat it.

    `sd` is the standard deviation of single readings within their site (pooled), per L*, a*, b*;
    `mcdm` the largest of the sites. `covariance` is that of the tone itself, not of one reading:
    readings, calibration and correction together (see `calibration.uncertainty`).
    """

    surface: Surface
    lab: Lab
    sd: Lab
    mcdm: float
    readings: int
    sites: tuple[Site, ...]
    condition: Condition
    instrument: tuple[str, str]
    """(model, serial) of the unit."""
    covariance: Covariance


def form_tone(sites: Sequence[Site], baseline: BaselineUncertainty = CARD_CHECKED) -> Tone:
    """One tone from accepted sites of one surface, every site weighing the same.

    Args:
        sites: in any order.
        baseline: how well white and black of the unit are known.

    Raises:
        ValueError: there is no site, or one of them is not accepted.
        ConditionMismatch: sites were read with different units or conditions.
    """
    if not sites:
        raise ValueError("no site has been read")
    means, spreads, readings, variances, degrees, total = [], [], [], np.zeros(3), 0, 0
    first = sites[0].samples[0].raw if sites[0].samples else None
    for site in sites:
        judged = assess(site)
        if judged.state != "accepted" or judged.mcdm is None or first is None:
            raise ValueError(f"the site '{site.name}' is not finished: {judged.sentence}")
        require_same_instrument(first, site.samples[0].raw)
        counted = [s for i, s in enumerate(site.samples) if i not in judged.outliers]
        means.append(np.mean([s.xyz for s in counted], axis=0))
        spreads.append(judged.mcdm)
        labs = np.asarray([s.lab for s in counted])
        readings.append(labs)
        variances += ((labs - labs.mean(axis=0)) ** 2).sum(axis=0)
        degrees += len(counted) - 1
        total += len(counted)
    assert first is not None
    surface, lab = sites[0].protocol.surface, as_lab(channels_to_lab(np.mean(means, axis=0)))
    return Tone(
        surface=surface,
        lab=lab,
        sd=as_lab(np.sqrt(variances / max(degrees, 1))),
        mcdm=max(spreads),
        readings=total,
        sites=tuple(sites),
        condition=first.condition,
        instrument=(first.identity.model, first.identity.serial),
        covariance=tone_covariance(
            surface, lab, readings, fit=sites[0].samples[0].fit_covariance, baseline=baseline
        ),
    )


def site_disagreement(sites: Sequence[Site]) -> float:
    """The largest colour difference between the means of any two sites, as Euclidean CIELAB.

    Euclidean, because the limit practitioners use for splitting a scalp into zones (4) is one.
    """
    labs = [judged.lab for judged in map(assess, sites) if judged.lab is not None]
    array = np.asarray(labs)
    if len(array) < 2:
        return 0.0
    return float(np.linalg.norm(array[:, None, :] - array[None, :, :], axis=-1).max())
