"""Raw readings become samples, samples of one place become a site, sites become a tone.

Repeats are averaged as reflectance and only then turned into CIELAB; averaging CIELAB would weight
dark readings wrongly. Every sample is kept, outliers too, with the reason why they do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from calibration.colorimetry import channels_to_lab, delta_e_2000, reflectance_to_channels
from drivers.errors import ProtocolError, Saturated
from drivers.readings import Condition, RawReading

Lab = tuple[float, float, float]
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
    """One raw reading and the colour it stands for (CIELAB, D65/10 degrees)."""

    raw: RawReading
    lab: Lab


def as_lab(values: Sequence[float] | np.ndarray) -> Lab:
    """Three floats as a plain tuple, for records and screens."""
    lightness, a, b = (float(value) for value in values)
    return lightness, a, b


def take_sample(raw: RawReading) -> Sample:
    """The colour of one raw reading.

    Raises:
        ProtocolError: a band is not a number.
        Saturated: the colour is one no surface has (L* above 100 or below 0).
    """
    values = np.asarray(raw.spectrum.values)
    if values.size == 0 or not np.isfinite(values).all():
        raise ProtocolError("the reading holds bands that are not numbers; it was not kept")
    channels = reflectance_to_channels(raw.spectrum.start_nm, raw.spectrum.step_nm, values)
    lab = as_lab(channels_to_lab(channels))
    if not 0.0 <= lab[0] <= 100.0:
        raise Saturated(f"the reading has L* {lab[0]:.1f}, which no surface has; it was not kept")
    return Sample(raw, lab)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the samples of one site amount to at this moment.

    `distances` holds, sample by sample, the CIEDE2000 difference from the mean of the samples that
    count. `outliers` are indices into the samples.
    """

    state: SiteState
    sentence: str
    distances: tuple[float, ...]
    outliers: tuple[int, ...]
    lab: Lab | None
    mcdm: float | None
    sd: Lab | None
    missing: int


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
    """CIELAB of the mean reflectance of samples that share one wavelength axis."""
    spectrum = samples[0].raw.spectrum
    reflectance = np.mean([sample.raw.spectrum.values for sample in samples], axis=0)
    channels = reflectance_to_channels(spectrum.start_nm, spectrum.step_nm, reflectance)
    return as_lab(channels_to_lab(channels))


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

    state: SiteState
    if missing == 0 and spread <= protocol.mcdm_limit and len(outliers) <= 1:
        state, sentence = "accepted", f"Spread {spread:.1f}, within {protocol.mcdm_limit}."
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
        return Assessment(state, sentence, distances, outliers, None, spread, sd, 0)
    return Assessment(state, sentence, distances, outliers, mean, spread, sd, max(missing, 0))


@dataclass(frozen=True, slots=True)
class Tone:
    """The colour of a surface, with everything needed to judge and to repeat it.

    `sd` is the standard deviation of single readings within their site (pooled), per L*, a*, b*;
    `mcdm` the largest of the sites.
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


def form_tone(sites: Sequence[Site]) -> Tone:
    """One tone from accepted sites of one surface, every site weighing the same.

    Raises:
        ValueError: there is no site, or one of them is not accepted.
        ConditionMismatch: sites were read with different units or conditions.
    """
    if not sites:
        raise ValueError("no site has been read")
    means, spreads, variances, degrees, total = [], [], np.zeros(3), 0, 0
    first = sites[0].samples[0].raw if sites[0].samples else None
    for site in sites:
        judged = assess(site)
        if judged.state != "accepted" or judged.mcdm is None or first is None:
            raise ValueError(f"the site '{site.name}' is not finished: {judged.sentence}")
        require_same_instrument(first, site.samples[0].raw)
        counted = [s for i, s in enumerate(site.samples) if i not in judged.outliers]
        spectra = np.mean([s.raw.spectrum.values for s in counted], axis=0)
        means.append(spectra)
        spreads.append(judged.mcdm)
        labs = np.asarray([s.lab for s in counted])
        variances += ((labs - labs.mean(axis=0)) ** 2).sum(axis=0)
        degrees += len(counted) - 1
        total += len(counted)
    assert first is not None
    axis = first.spectrum
    channels = reflectance_to_channels(axis.start_nm, axis.step_nm, np.mean(means, axis=0))
    return Tone(
        surface=sites[0].protocol.surface,
        lab=as_lab(channels_to_lab(channels)),
        sd=as_lab(np.sqrt(variances / max(degrees, 1))),
        mcdm=max(spreads),
        readings=total,
        sites=tuple(sites),
        condition=first.condition,
        instrument=(first.identity.model, first.identity.serial),
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
