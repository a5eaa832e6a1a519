"""Black and white of heads that measure channels, looked at before they are believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from calibration import baseline as reflectance
from calibration.baseline import Frame, form_baseline
from calibration.validity import CalibrationKey
from drivers.channel_heads import LEAST_WHITE, Baseline
from drivers.readings import Channels, Identity

#: Sixteen bits, as every head so far counts; only the plausibility of black hangs on it.
_FULL_SCALE: Final = 65535.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def used_channels(baseline: Baseline) -> tuple[int, ...]:
    """Places of the channels that the lamp lights well enough to be used."""
    white = baseline.white or (0,) * len(baseline.names)
    black = baseline.black or (0,) * len(baseline.names)
    return tuple(i for i, light in enumerate(white) if light - black[i] >= LEAST_WHITE)


def require_plausible(identity: Identity, now: Baseline, earlier: Baseline | None) -> None:
    """Compare black and white with the last ones under the same settings.

    Raises:
        ImplausibleBaseline: too little light, or far from the earlier one.
    """
    if now.black is None or now.white is None:
        return
    before = None
    places = used_channels(now)
    if (
        earlier is not None
        and earlier.black is not None
        and earlier.white is not None
        and (earlier.names, earlier.settings) == (now.names, now.settings)
    ):
        # A channel that one of them lacked cannot be compared.
        places = tuple(i for i in places if i in used_channels(earlier))
        before = _formed(identity, earlier, places, None)
    _formed(identity, now, places, before)


def _formed(
    identity: Identity,
    found: Baseline,
    places: tuple[int, ...],
    earlier: reflectance.Baseline | None,
) -> reflectance.Baseline:
    def frame(counts: tuple[int, ...] | None) -> Frame:
        assert counts is not None
        names = tuple(found.names[i] for i in places)
        values = tuple(float(counts[i]) for i in places)
        return Frame(Channels(names, values, _FULL_SCALE), _EPOCH)

    return form_baseline(
        CalibrationKey(identity.serial),
        frame(found.black),
        frame(found.white),
        tile_serial="",
        tile=(1.0,) * len(places),
        earlier=earlier,
    )
