"""Patches as a unit read them: what a correction is fitted on and two units are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.sampling import Triplet, as_lab
from drivers.readings import Channels, Condition, Identity
from kiosk.desk.bench import PatchReading
from kiosk.desk.errors import DeskError


@dataclass(frozen=True, slots=True)
class MeasuredPatch:
    """One patch, mean of its readings; channels of a head, XYZ where the unit tells colour."""

    id: str
    channels: Channels | None
    xyz: Triplet | None


@dataclass(frozen=True, slots=True)
class MeasuredChart:
    """The patches of a chart that one unit has read."""

    identity: Identity
    condition: Condition
    patches: tuple[MeasuredPatch, ...]


def mean_patch(name: str, readings: Sequence[PatchReading]) -> MeasuredPatch:
    """The mean of readings of one patch, lifted and set down again in between.

    Raises:
        DeskError: the readings do not have the same channels.
    """
    if not readings:
        raise DeskError(f"patch: {name} has not been read", "Read it.")
    first = readings[0].raw.channels
    channels = None
    if first is not None:
        values = []
        for reading in readings:
            measured = reading.raw.channels
            if measured is None or measured.names != first.names:
                raise DeskError(f"patch: {name} was read with different channels", "Read it again.")
            values.append(measured.values)
        mean = tuple(float(value) for value in np.mean(values, axis=0))
        channels = Channels(first.names, mean, first.full_scale)
    seen = [reading.sample.xyz for reading in readings if reading.sample is not None]
    xyz = as_lab(np.mean(seen, axis=0)) if len(seen) == len(readings) else None
    return MeasuredPatch(name, channels, xyz)


def chart_document(chart: MeasuredChart) -> dict[str, Any]:
    """A measured chart as plain JSON data, the form that `read_measured` takes."""
    condition, identity = chart.condition, chart.identity
    return {
        "instrument": {
            "model": identity.model,
            "serial": identity.serial,
            "firmware": identity.firmware,
        },
        "condition": {
            "geometry": condition.geometry,
            "illuminant": condition.illuminant,
            "observer": condition.observer,
            "aperture_mm": condition.aperture_mm,
        },
        "patches": [
            {
                "patch": patch.id,
                "channels": None
                if patch.channels is None
                else dict(zip(patch.channels.names, patch.channels.values, strict=True)),
                "xyz": None if patch.xyz is None else list(patch.xyz),
            }
            for patch in chart.patches
        ],
    }


def read_measured(document: Mapping[str, Any]) -> MeasuredChart:
    """What `chart_document` gave, perhaps edited by hand.

    Raises:
        DeskError: a member is missing or cannot be.
    """
    try:
        return MeasuredChart(
            Identity(**document["instrument"]),
            Condition(**document["condition"]),
            tuple(_patch(patch) for patch in document["patches"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DeskError(
            f"patches: the file cannot be used ({type(error).__name__}: {error})",
            "Make it with 'smp-kiosk calibrate measure'.",
        ) from error


def _patch(document: Mapping[str, Any]) -> MeasuredPatch:
    channels, xyz = document["channels"], document["xyz"]
    return MeasuredPatch(
        str(document["patch"]),
        None
        if channels is None
        else Channels(
            tuple(channels), tuple(float(value) for value in channels.values()), float("inf")
        ),
        None if xyz is None else as_lab(xyz),
    )
