"""What an open unit tells about itself beyond its readings: settings, temperature, black and white.

The drivers keep the contract small; this file asks the few things that only some of them know.
"""

from __future__ import annotations

import re
from typing import Any, Final

from calibration.validity import CalibrationKey, Circumstances
from drivers import channel_heads
from drivers.channel_heads import Baseline
from drivers.contract import Colorimeter
from drivers.cr30 import plausibility as cr30
from drivers.konica_minolta import driver as konica_minolta
from drivers.readings import Condition, Identity, RawReading

#: Warnings by which a unit, or its driver for it, asks to be calibrated.
_ASKING: Final = frozenset(
    {konica_minolta.RECALIBRATE, channel_heads.RECALIBRATE, cr30.RECALIBRATE}
)
_SETTINGS: Final = re.compile(
    r"gain (?P<gain>[\d.]+), (?P<ms>[\d.]+) ms(?:, lamp current (?P<lamp>0x[\da-f]+))?"
)
#: Bits 5 and 4 of the AS726x lamp register (AS7265x datasheet v1-04, ATLEDC).
_LAMP_MA: Final = (12.5, 25.0, 50.0, 100.0)


def unit_name(identity: Identity) -> str:
    """Model and serial number, as tones and bridges name a unit."""
    return f"{identity.model} {identity.serial}"


def baseline_of(unit: Colorimeter) -> Baseline | None:
    """Black and white of a head that leaves them to its driver; None for every other unit."""
    found = getattr(unit, "baseline", None)
    return found if isinstance(found, Baseline) else None


def circumstances_of(unit: Colorimeter) -> Circumstances:
    """What a calibration made now is made under."""
    temperature = getattr(unit, "temperature_c", None)
    key = _key(unit.identity, unit.condition, baseline_of(unit))
    return Circumstances(key, None if temperature is None else float(temperature))


def asks_for_calibration(raw: RawReading) -> bool:
    """Whether the unit's own flag came with this reading."""
    return not _ASKING.isdisjoint(raw.warnings)


def _key(identity: Identity, condition: Condition, baseline: Baseline | None) -> CalibrationKey:
    specular = next((mode for mode in ("SCI", "SCE") if mode in condition.geometry), None)
    settings = _SETTINGS.fullmatch(baseline.settings) if baseline is not None else None
    return CalibrationKey(
        identity.serial,
        condition.aperture_mm,
        specular,
        float(settings["gain"]) if settings else None,
        float(settings["ms"]) if settings else None,
        _LAMP_MA[int(settings["lamp"], 16) >> 4 & 3] if settings and settings["lamp"] else None,
    )


def circumstances_document(made: Circumstances) -> dict[str, Any]:
    """Circumstances as plain JSON data."""
    key = made.key
    return {
        "temperature_c": made.temperature_c,
        "key": None
        if key is None
        else {
            "serial": key.serial,
            "aperture_mm": key.aperture_mm,
            "specular": key.specular,
            "gain": key.gain,
            "integration_ms": key.integration_ms,
            "led_ma": key.led_ma,
        },
    }


def read_circumstances(document: dict[str, Any]) -> Circumstances:
    """What `circumstances_document` gave."""
    key = document["key"]
    return Circumstances(
        None if key is None else CalibrationKey(**key),
        document["temperature_c"],
    )


def baseline_document(baseline: Baseline) -> dict[str, Any]:
    """A head's black and white as plain JSON data."""
    return {
        "names": list(baseline.names),
        "settings": baseline.settings,
        "black": None if baseline.black is None else list(baseline.black),
        "white": None if baseline.white is None else list(baseline.white),
        "temperature_c": baseline.temperature_c,
    }


def read_baseline(document: dict[str, Any]) -> Baseline:
    """What `baseline_document` gave."""
    black, white = document["black"], document["white"]
    return Baseline(
        tuple(document["names"]),
        document["settings"],
        None if black is None else tuple(black),
        None if white is None else tuple(white),
        document["temperature_c"],
    )
