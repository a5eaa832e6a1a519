"""What can go wrong between a port and a reading: a closed set.

    InstrumentError
    ├── NoInstrument      nothing answers there, or there is no such port
    ├── PermissionDenied  the port may not be opened by this user
    ├── Busy              somebody else holds the port
    ├── Disconnected      the unit went away while we were talking to it
    ├── InstrumentTimeout the unit is there and says nothing
    ├── ProtocolError     bytes that are not what the protocol allows
    ├── Unsupported       an instrument, or an answer, this driver does not know
    ├── NeedsCalibration  the unit refuses to measure before it is calibrated
    ├── Gated             the unit calibrated itself instead of measuring
    ├── UnitFault         the unit says that a part of it failed: lamp, battery, memory
    └── Saturated         too much light, or a physically impossible spectrum

`kind` is the word the command line prints; `hint` is the mend, as a sentence.
"""

from __future__ import annotations

from typing import ClassVar


class InstrumentError(Exception):
    """Base of every instrument failure; carries a sentence and its mend."""

    kind: ClassVar[str] = "instrument"
    default_hint: ClassVar[str] = "Unplug the instrument, plug it in again and retry."

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint if hint is not None else self.default_hint


class NoInstrument(InstrumentError):
    """There is no such port, or nothing on it answers."""

    kind = "no-instrument"
    default_hint = "Check the cable and the port; 'smp-kiosk instruments list' shows what is there."


class PermissionDenied(InstrumentError):
    """The operating system does not let this user open the port."""

    kind = "permission"
    default_hint = (
        "Add this user to the group that owns the port (often 'dialout'), then sign in again."
    )


class Busy(InstrumentError):
    """Another program holds the port."""

    kind = "busy"
    default_hint = (
        "Close the other program that uses the port (often ModemManager or a second kiosk)."
    )


class Disconnected(InstrumentError):
    """The unit vanished in the middle of a conversation."""

    kind = "disconnected"
    default_hint = "Plug the instrument in again; readings already taken are kept."


class InstrumentTimeout(InstrumentError):
    """The port is open and the unit stays silent."""

    kind = "timeout"
    default_hint = "Unplug the instrument for five seconds and plug it in again."


class ProtocolError(InstrumentError):
    """The unit sent bytes that its protocol does not allow."""

    kind = "protocol"
    default_hint = "Take the reading again; if it repeats, replace the cable."


class Unsupported(InstrumentError):
    """An instrument or an answer this driver was not written for."""

    kind = "unsupported"
    default_hint = (
        "Choose the driver for this model; 'smp-kiosk instruments list' names the models."
    )


class NeedsCalibration(InstrumentError):
    """The unit will not measure before it is calibrated."""

    kind = "needs-calibration"
    default_hint = "Calibrate black and white, then take the reading again."


class Gated(InstrumentError):
    """The unit performed a white calibration instead of a measurement."""

    kind = "gated"
    default_hint = "Take the white-tile cap off, re-calibrate on the tile, then read again."


class UnitFault(InstrumentError):
    """The unit reports that a part of it failed; measuring again does not mend that."""

    kind = "unit-fault"
    default_hint = "Charge the unit or change its batteries; if it repeats, have it serviced."


class Saturated(InstrumentError):
    """A spectrum that no surface can have."""

    kind = "saturated"
    default_hint = "Re-calibrate on the white tile; keep bright light away from the aperture."
