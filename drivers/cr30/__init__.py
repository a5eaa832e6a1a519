"""CHNSpec CR30: contact 45/0 colorimeter with an LED source and a USB serial port.

Importing this costs nothing; the driver and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.contract import CalibrationStep, Capabilities, InstrumentModel
from drivers.cr30 import protocol
from drivers.lazily import lazily
from drivers.readings import Condition

CAPABILITIES = Capabilities(
    spectral=True,
    button=True,
    gated_cap=True,
    calibration=(
        CalibrationStep(
            kind="black",
            arrange=(
                "Take the cap off and hold the aperture into the open, "
                "away from lamps and at least half a metre from any surface."
            ),
            button="Calibrate black",
        ),
        CalibrationStep(
            kind="white",
            arrange="Seat the cap so that its white tile faces the aperture, and leave it on.",
            button="Calibrate white",
        ),
    ),
    unit_time_s=0.315,
)

#: What the unit's own display is computed for; its aperture size is not published.
CONDITION = Condition(geometry="45/0", illuminant="D65", observer="10", aperture_mm=None)


MODEL = InstrumentModel(
    name="cr30",
    title="CHNSpec CR30",
    evidence=(
        "Worked out from public wire captures of two units by three independent projects; "
        "not documented by the maker. Tried against those bytes, never on a unit here."
    ),
    capabilities=CAPABILITIES,
    open=lazily("drivers.cr30.driver:open_port"),
    usb=(
        (protocol.USB_VENDOR, protocol.USB_PRODUCT, protocol.USB_PRODUCT_NAME),
        (protocol.USB_VENDOR, protocol.USB_PRODUCT, None),
    ),
    probe=lazily("drivers.cr30.driver:probe"),
    attach=lazily("drivers.cr30.driver:Cr30"),
    redact=lazily("drivers.cr30.codec:redact"),
)
