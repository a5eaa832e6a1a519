"""Serial colorimeters: bytes in, raw readings out.

Nothing here knows colour, people or stock. The parts:

* `drivers.link` owns the serial port (the one place that imports pyserial);
* one package an instrument, with a pure codec and a driver state machine on top;
* `drivers.registry` knows the models, ours and those of third parties, by name;
* `drivers.discovery` looks which of them are plugged in;
* `drivers.interrupt` ends from another thread whatever a driver waits for;
* `drivers.conversation` and `drivers.serial_unit` are what our drivers share, for others to use;
* `drivers.dialogue` records conversations, `drivers.testing` replays them and holds any driver to
  the contract;
* `drivers.simulators` are units behind a pseudo terminal, for demos and tests only.
"""

from drivers.contract import CalibrationStep, Capabilities, Colorimeter, InstrumentModel, Link
from drivers.errors import (
    Busy,
    Disconnected,
    Gated,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    PermissionDenied,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.readings import Channels, Condition, Identity, RawReading, Spectrum

__all__ = [
    "Busy",
    "CalibrationStep",
    "Capabilities",
    "Channels",
    "Colorimeter",
    "Condition",
    "Disconnected",
    "Gated",
    "Identity",
    "InstrumentError",
    "InstrumentModel",
    "InstrumentTimeout",
    "Link",
    "NeedsCalibration",
    "NoInstrument",
    "PermissionDenied",
    "ProtocolError",
    "RawReading",
    "Saturated",
    "Spectrum",
    "UnitFault",
    "Unsupported",
]
