"""Sites of a scalp that belong together, and those that must be kept apart.

Half a tanned head averaged with the other half matches neither. So sites join a zone only where
every one of them is near every other; a scar is a zone of its own whatever its colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, lab_to_channels
from kiosk.matching.inputs import InputError, bounded, lab_array
from kiosk.matching.recommendation import Lab, Note
from kiosk.matching.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Site:
    """The accepted tone of one site: mean CIELAB and the number of readings behind it."""

    name: str
    lab: Lab
    readings: int = 3
    scar: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """Sites that share one skin target; the mean is of light, weighted by readings."""

    sites: tuple[str, ...]
    lab: Lab
    readings: int
    scar: bool
    spread: float

    def as_dict(self) -> dict[str, object]:
        """The form that commands print; `spread` is the widest ΔE*ab inside."""
        return {
            "sites": list(self.sites),
            "lab": list(self.lab),
            "readings": self.readings,
            "scar": self.scar,
            "spread": self.spread,
        }


@dataclass(frozen=True, slots=True)
class Zones:
    """All zones of a head, most readings first; `note` is there where a choice is needed."""

    zones: tuple[Zone, ...]
    note: Note | None

    @property
    def common(self) -> Zone | None:
        """The one skin target, or None where somebody has to choose."""
        return self.zones[0] if len(self.zones) == 1 else None


def zones_of(sites: Sequence[Site], thresholds: Thresholds) -> Zones:
    """Zones such that no two sites of one differ by more than the split.

    Sites join nearest first, so the order they were read in does not matter.

    Raises:
        InputError: no site, a name twice, or a colour that is none.
    """
    if not sites:
        raise InputError("sites", "are missing", "Read at least one site.")
    if len({site.name for site in sites}) != len(sites):
        raise InputError("sites", "hold a name twice", "Merge the readings of a site first.")
    ordered = sorted(sites, key=lambda site: site.name)
    labs = np.array([lab_array(site.lab, site.name) for site in ordered])
    bounded([site.readings for site in ordered], "readings", 1.0, 1000.0)
    apart = np.linalg.norm(labs[:, np.newaxis] - labs, axis=-1)
    groups: list[list[int]] = [[index] for index in range(len(ordered))]
    while (pair := _nearest(groups, apart, ordered, thresholds.zone_split)) is not None:
        first, second = pair
        groups[first] += groups.pop(second)
    zones = [_zone([ordered[index] for index in group], apart, group) for group in groups]
    zones.sort(key=lambda zone: (-zone.readings, zone.sites))
    note = None
    if len(zones) > 1:
        names = "; ".join(", ".join(zone.sites) for zone in zones)
        note = Note(
            "zones-apart",
            f"{len(zones)} zones, kept apart beyond {thresholds.zone_split:g} ΔE*ab: {names}. "
            "Choose one, or plan each.",
        )
    return Zones(tuple(zones), note)


def instrument_drift(then: Lab, now: Lab, thresholds: Thresholds, *, tanned: bool) -> Note | None:
    """The note where an untreated site reads differently on another instrument, no tan declared.

    Raises:
        InputError: not colours.
    """
    moved = float(np.linalg.norm(lab_array(then, "then") - lab_array(now, "now")))
    if tanned or moved <= thresholds.instrument_drift:
        return None
    return Note(
        "instrument-drift",
        f"The reference site reads {moved:.1f} ΔE*ab off the last visit, on another instrument and "
        f"without a tan (notice above {thresholds.instrument_drift:g}). Check both on one tile "
        "before trusting a recipe.",
    )


def _nearest(
    groups: list[list[int]],
    apart: Floats,
    sites: Sequence[Site],
    split: float,
) -> tuple[int, int] | None:
    """The two groups whose farthest members are nearest, if they may join."""
    best: tuple[float, int, int] | None = None
    for first in range(len(groups)):
        for second in range(first + 1, len(groups)):
            members = groups[first] + groups[second]
            if any(sites[index].scar for index in members):
                continue
            farthest = float(apart[np.ix_(members, members)].max())
            if farthest <= split and (best is None or farthest < best[0]):
                best = (farthest, first, second)
    return None if best is None else best[1:]


def _zone(
    sites: Sequence[Site],
    apart: Floats,
    members: list[int],
) -> Zone:
    weights = np.array([site.readings for site in sites], dtype=np.float64)
    channels = lab_to_channels([site.lab for site in sites])
    lab = channels_to_lab(weights @ channels / weights.sum())
    return Zone(
        tuple(site.name for site in sites),
        cast(Lab, tuple(lab.tolist())),
        int(weights.sum()),
        any(site.scar for site in sites),
        float(apart[np.ix_(members, members)].max()),
    )
