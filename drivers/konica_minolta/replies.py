"""What the fields of a reply mean in a dialect, and what its code asks for: pure.

Widths are not documented, so numbers are read by value and never by column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.errors import (
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.konica_minolta import protocol
from drivers.konica_minolta.codec import Reply
from drivers.konica_minolta.protocol import Area, Dialect
from drivers.readings import Identity

CALIBRATE: Final = "Calibrate zero, then white, with the mask in place that will be measured with."
SLIDER: Final = (
    "Set the aperture slider to the mask that is fitted, then calibrate zero and white again."
)
_SERVICE: Final = "Switch the unit off and on again; if it repeats, have it serviced."
_CHARGE: Final = "Charge the unit or put fresh batteries in, then read again."
_WAIT: Final = "Wait some seconds and take the reading again."

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")

#: Both units measure 0 to 175 %. Below zero there is only noise; above, OK09 warns already.
LOWEST: Final = -0.02
HIGHEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Axis:
    """Wavelengths of a reading in nm, as the unit itself names them."""

    start_nm: int
    step_nm: int
    count: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """How the unit is set; `auto` and `manual` are 1 where the dialect has no averaging."""

    area_code: int
    area: Area
    mode: int
    delay_s: float
    auto: int
    manual: int

    @property
    def key(self) -> tuple[int, int]:
        """What a calibration belongs to: another area or mode needs another one."""
        return self.area_code, self.mode


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the unit may measure; `missing` is empty when it is calibrated."""

    lamp_ready: bool
    battery: str
    battery_dead: bool
    missing: str
    recalibrate: bool


def identity(dialect: Dialect, reply: Reply) -> tuple[Identity, Axis]:
    """Who answers and what its axis is.

    Raises:
        Unsupported: another product or another geometry.
        ProtocolError: fields that are none of an identity.
    """
    _require_fields(reply, (protocol.IDENTITY_FIELDS,) * 2)
    product, rom, serial, geometry = reply.fields[:4]
    if product not in dialect.products:
        raise Unsupported(f"The unit has the product code {product!r}, not a {dialect.title}'s.")
    if _integer(geometry) != protocol.GEOMETRY_D8:
        raise Unsupported(f"The unit has the geometry code {geometry!r}, which is not known.")
    shortest, longest, step = (_integer(text) for text in reply.fields[4:])
    if not 0 < shortest < longest or step <= 0 or (longest - shortest) % step:
        raise ProtocolError(f"The unit names an impossible axis: {','.join(reply.fields[4:])}.")
    axis = Axis(shortest, step, (longest - shortest) // step + 1)
    return Identity(dialect.products[product], serial, _version(rom, dialect.rom_digits)), axis


def status(dialect: Dialect, reply: Reply) -> Status:
    """What a status says.

    Raises:
        ProtocolError: wrong number of fields, or a calibration or voltage code without a meaning.
    """
    _require_fields(reply, dialect.status_fields)
    values = [_integer(text) for text in reply.fields]
    lamp, voltage, calibration = values[:3]
    if voltage not in dialect.voltages:
        raise ProtocolError(f"The unit's status has the voltage code {voltage}.")
    if calibration not in dialect.calibrated and calibration not in dialect.missing:
        raise ProtocolError(f"The unit's status has the calibration code {calibration}.")
    return Status(
        lamp_ready=lamp == dialect.lamp_ready,
        battery=dialect.voltages[voltage],
        battery_dead=voltage == 2,
        missing=dialect.missing.get(calibration, ""),
        # The eighth field counts only when the unit is calibrated.
        recalibrate=calibration in dialect.calibrated and values[7:8] == [1],
    )


def conditions(dialect: Dialect, reply: Reply) -> Conditions:
    """How the unit is set.

    Raises:
        ProtocolError: an area code or a number that the dialect does not have.
    """
    _require_fields(reply, dialect.condition_fields)
    area, mode, *more = (_integer(text) for text in reply.fields)
    if area not in dialect.areas:
        raise ProtocolError(f"The unit names the measuring area {area}.")
    delay, auto, manual = more or (0, 1, 1)
    if not (0 <= delay <= 30 and 1 <= auto <= 10 and 1 <= manual <= 30):
        raise ProtocolError(f"The unit names impossible conditions: {','.join(reply.fields)}.")
    return Conditions(area, dialect.areas[area], mode, delay / 10.0, auto, manual)


def reflectance(reply: Reply, count: int, scale: float) -> tuple[float, ...]:
    """The values of a reading as fractions; `scale` is what 1.0 is on the wire.

    Raises:
        ProtocolError: not exactly `count` plain numbers: never padded, never cut.
        Saturated: no surface has this spectrum.
    """
    _require_fields(reply, (count, count))
    if not all(_DECIMAL.fullmatch(text) for text in reply.fields):
        raise ProtocolError("The unit sent a reading with a band that is not a number.")
    values = tuple(float(text) / scale for text in reply.fields)
    low, high = min(values), max(values)
    if low < LOWEST or high > HIGHEST:
        raise Saturated(f"Reflectance from {low:.1%} to {high:.1%}: no surface has that.")
    if low == high:
        raise Saturated(f"Every band reads exactly {low:.2%}: that is not a measurement.")
    return values


def warning(dialect: Dialect, reply: Reply) -> tuple[str, ...]:
    """The warning in an OK code, as a tuple of none or one; unknown codes warn too."""
    if reply.code == 0:
        return ()
    return (
        dialect.warnings.get(reply.code, f"The unit warns with the unknown code {reply.name}."),
    )


def failure(dialect: Dialect, reply: Reply) -> InstrumentError:
    """The typed error for an ER reply; InstrumentTimeout for "not yet", when nothing was done."""
    if reply.code not in dialect.errors:
        return Unsupported(f"The unit answered {reply.name}, which has no known meaning.")
    match reply.code:
        case 7:
            return NeedsCalibration("Zero and white have not been calibrated.", CALIBRATE)
        case 24:
            return NeedsCalibration("White has not been calibrated.", CALIBRATE)
        case 11:
            return NeedsCalibration("The calibration was not done correctly.", CALIBRATE)
        case 22 | 36:
            return NeedsCalibration(
                "The unit's user calibration is switched on and incomplete.",
                "Switch the user calibration off in the unit, then calibrate zero and white.",
            )
        case 25 if dialect is protocol.CM700D:
            return NeedsCalibration("The aperture slider is not where the unit is set to.", SLIDER)
        case 27 if dialect is protocol.CM2600D:  # on the CM-700d: a broken circuit
            return InstrumentTimeout("The unit's lamp does not become ready.", _WAIT)
        case 28 | 35:
            return InstrumentTimeout(f"The unit is still busy ({reply.name}).", _WAIT)
        case 2:
            return UnitFault("The unit's battery is too low to measure.", _CHARGE)
        case 5:
            return UnitFault("The unit's lamp did not flash.", _SERVICE)
        case 13 | 17 | 20 | 27:
            what = {13: "converter", 17: "clock", 20: "memory", 27: "charging circuit"}[reply.code]
            return UnitFault(f"The unit reports a fault of its {what}.", _SERVICE)
        case 0 | 3:
            return Unsupported(f"The unit refused the command ({reply.name}).")
        case _:
            return ProtocolError(f"The unit reports {_TROUBLE[reply.code]} ({reply.name}).")


_TROUBLE: Final = {
    8: "a disturbed line",
    10: "that it holds no data",
    25: "a trouble with its stored target",
    69: "a protected target",
}


def _require_fields(reply: Reply, allowed: tuple[int, int]) -> None:
    least, most = allowed
    if not least <= len(reply.fields) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise ProtocolError(
            f"The unit's answer has {len(reply.fields)} fields instead of {wanted}."
        )


def _integer(text: str) -> int:
    # int() would also take signs, underscores and digits of other scripts.
    if not (text.isascii() and text.isdigit()):
        raise ProtocolError(f"The unit sent {text!r} where a whole number belongs.")
    return int(text)


def _version(rom: str, digits: Sequence[int]) -> str:
    if len(rom) != sum(digits):
        return rom
    parts: list[str] = []
    for length in digits:
        parts.append(rom[:length])
        rom = rom[length:]
    return ".".join(parts)
