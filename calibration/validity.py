"""When a calibration stops being good: the one place that decides.

The kiosk's gate asks here, and so does whoever applies a baseline. Rules are data for each model;
what never varies is that a calibration ends with the connection (what was on the bench meanwhile
nobody knows) and with any change of the settings it was made under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

Cause = Literal["reconnect", "clock", "age", "readings", "temperature", "settings", "device"]


@dataclass(frozen=True, slots=True)
class CalibrationKey:
    """What a calibration belongs to; it says nothing about any other combination.

    None where a unit has no such setting. `specular` is "SCI" or "SCE".
    """

    serial: str
    aperture_mm: float | None = None
    specular: str | None = None
    gain: float | None = None
    integration_ms: float | None = None
    led_ma: float | None = None


_SETTING_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "serial": "instrument",
        "aperture_mm": "aperture",
        "specular": "specular mode",
        "gain": "gain",
        "integration_ms": "integration time",
        "led_ma": "lamp current",
    }
)


@dataclass(frozen=True, slots=True)
class ValidityRules:
    """How long a model holds its calibration; None switches a rule off.

    `warm_up_readings` are read and discarded before calibrating. `needs_black` is False for units
    that see to their zero themselves.
    """

    maximum_age: timedelta
    maximum_readings: int | None = None
    temperature_step_c: float | None = None
    warm_up_readings: int = 0
    needs_black: bool = True


#: Eight hours is what makers of colour instruments recommend as a maximum (Datacolor, X-Rite).
EIGHT_HOURS: Final = ValidityRules(timedelta(hours=8))
#: Bare LED and sensor without a reference channel: an hour as ArgyllCMS allows the comparable
#: Cube, and a new baseline when the head got 5 °C warmer (this project's choice).
LED_HEAD: Final = ValidityRules(timedelta(hours=1), 50, 5.0, warm_up_readings=5)
#: Instruments behind spotread, which asks for what they need by itself.
BRIDGED: Final = ValidityRules(timedelta(hours=8), needs_black=False)
#: The lamp of the Spectrolino asks for white every 50 readings (ArgyllCMS does the same).
LAMP: Final = ValidityRules(timedelta(hours=8), 50, needs_black=False)

#: By how a unit's name begins; units add their aperture or their number to it.
_BY_NAME: Final[Mapping[str, ValidityRules]] = MappingProxyType(
    {
        "cr30": EIGHT_HOURS,
        "cm-": EIGHT_HOURS,
        "spectrolino": LAMP,
        # What ArgyllCMS's spotread calls the instruments behind it: white is all they are asked.
        "spotread": BRIDGED,
        "x-rite": BRIDGED,
        "gretagmacbeth": BRIDGED,
        "datacolor": BRIDGED,
    }
)


def rules_for(model: str) -> ValidityRules:
    """The rules of a unit by the name that it reports, upper and lower case alike.

    A name that is not known has the strictest rules: builders of heads name them as they like.
    """
    name = model.casefold()
    return next((rules for start, rules in _BY_NAME.items() if name.startswith(start)), LED_HEAD)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a calibration was made under, or what readings are made under now."""

    key: CalibrationKey | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What happened to a unit since it was calibrated.

    `asks_for_calibration` is the unit's own flag, where it has one.
    """

    readings: int = 0
    now: Circumstances = Circumstances()
    asks_for_calibration: bool = False


@dataclass(frozen=True, slots=True)
class Invalid:
    """One reason why a calibration no longer counts, as a sentence for people."""

    cause: Cause
    sentence: str


def describe_age(age: timedelta) -> str:
    """Hours and minutes, as the status strip shows them: 0:42."""
    minutes = int(age.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def changed_setting(first: CalibrationKey, second: CalibrationKey) -> str | None:
    """The name of the first setting in which two keys differ, or None."""
    for field in fields(CalibrationKey):
        if getattr(first, field.name) != getattr(second, field.name):
            return _SETTING_NAMES[field.name]
    return None


def invalidations(
    calibrated_at: datetime,
    *,
    now: datetime,
    connected_at: datetime,
    rules: ValidityRules,
    made_under: Circumstances | None = None,
    usage: Usage | None = None,
) -> tuple[Invalid, ...]:
    """Everything that ended a calibration, the most telling first; empty while it holds.

    Args:
        calibrated_at: when the older of black and white was done, UTC.
        now: the present instant, UTC.
        connected_at: since when the unit has been connected without interruption.
        rules: those of the model.
        made_under: settings and temperature at the calibration; what is unknown is not compared.
        usage: what happened since.
    """
    made = made_under if made_under is not None else Circumstances()
    use = usage if usage is not None else Usage()
    age = now - calibrated_at
    found: list[Invalid] = []

    def add(cause: Cause, sentence: str) -> None:
        found.append(Invalid(cause, sentence))

    if calibrated_at < connected_at:
        add("reconnect", "The instrument was reconnected: calibrate it again.")
    if age < timedelta(0):
        add("clock", "The last calibration lies in the future: check the clock.")
    if (
        made.key is not None
        and use.now.key is not None
        and (name := changed_setting(made.key, use.now.key)) is not None
    ):
        add("settings", f"The {name} is not the one that was calibrated: calibrate again.")
    if use.asks_for_calibration:
        add("device", "The instrument itself asks to be calibrated.")
    if age > rules.maximum_age:
        add("age", f"The calibration is {describe_age(age)} old: calibrate again.")
    if rules.maximum_readings is not None and use.readings >= rules.maximum_readings:
        add("readings", f"{use.readings} readings since the calibration: calibrate again.")
    if (
        rules.temperature_step_c is not None
        and made.temperature_c is not None
        and use.now.temperature_c is not None
        and (step := abs(use.now.temperature_c - made.temperature_c)) >= rules.temperature_step_c
    ):
        add(
            "temperature",
            f"The instrument's temperature moved by {step:.1f} °C since the calibration: "
            "calibrate again.",
        )
    return tuple(found)
