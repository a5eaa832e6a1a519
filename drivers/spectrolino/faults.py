"""What the unit's error codes ask for: pure."""

from __future__ import annotations

from typing import Final

from drivers.errors import (
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.spectrolino.protocol import Fault, Refusal

CALIBRATE: Final = "Stand the unit on its white reference and calibrate white."
_SERVICE: Final = "Unplug its power for five seconds; if it repeats, have the unit serviced."
_LINE: Final = {
    0x01: "a line that ends and never began",
    0x02: "an illegal character",
    0x03: "a line of the wrong length",
    0x04: "an unknown type",
    0x06: "a missing tag",
    0x07: "a number it cannot convert",
}


def execution_failure(code: int) -> InstrumentError:
    """The typed error for the error byte of a measurement or calibration that did not succeed."""
    match code:
        case Fault.WHITE_WARNING:
            return NeedsCalibration(
                "The unit does not recognise its white reference.",
                "Clean the white reference, make sure it is this unit's own, and calibrate again.",
            )
        case Fault.FILTER:
            return NeedsCalibration(
                "The filter is not in its place.", "Push the filter in fully, then calibrate white."
            )
        case Fault.DENSITY_CALIBRATION:
            return NeedsCalibration("The unit needs a calibration.", CALIBRATE)
        case Fault.OVERFLOW:
            return Saturated("The unit saw more light than it can measure.")
        case Fault.NOT_READY:
            return InstrumentTimeout("The unit is not ready.", "Wait some seconds and try again.")
        case Fault.SEND_TIMEOUT:
            return InstrumentTimeout("The unit could not send its answer in time.")
        case Fault.RESET_DONE:
            return Disconnected("The unit was reset.", "Open the instrument again, calibrate it.")
        case Fault.DISABLED | Fault.NO_MEASUREMENT:
            return ProtocolError("The unit holds no valid measurement.")
        case Fault.LAMP:
            return UnitFault("The unit's lamp failed.", _SERVICE)
        case Fault.POWER:
            return UnitFault("The unit's power supply is too weak.", _SERVICE)
        case Fault.HARDWARE | Fault.DRIVE:
            return UnitFault("The unit reports a hardware fault.", _SERVICE)
        case Fault.MEMORY | Fault.EPROM | Fault.MEMORY_ERROR | Fault.MEMORY_FULL | Fault.CHECKSUM:
            return UnitFault("The unit reports a fault of its memory.", _SERVICE)
        case _:
            return Unsupported(f"The unit answered the error {code:02X}, which is not known here.")


def refusal_failure(bits: int) -> InstrumentError:
    """The typed error for error bits; the gravest that is set."""
    known = int(sum(Refusal))
    if bits & Refusal.REFLECTANCE_RANGE:
        return Saturated("A band is outside the unit's measuring range.")
    if bits & Refusal.WHITE:
        return NeedsCalibration("The unit has no valid white reference.", CALIBRATE)
    if bits & known:
        names = ", ".join(flag.name or "" for flag in Refusal(bits & known))
        return ProtocolError(f"The unit refused: {names.lower().replace('_', ' ')}.")
    return Unsupported(f"The unit answered the error bits {bits:04X}, which are not known here.")


def line_failure(code: int) -> InstrumentError:
    """The typed error for an answer of type 26."""
    if code in _LINE:
        return ProtocolError(f"The unit received {_LINE[code]}.")
    return Unsupported(f"The unit refused the request (communication error {code:02X}).")
