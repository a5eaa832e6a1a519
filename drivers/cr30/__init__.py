"""CHNSpec CR30: contact 45/0 colorimeter with an LED source and a USB serial port.

Importing this costs nothing; the driver and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.contract import (
    CalibrationStep,
    Capabilities,
    Colorimeter,
    InstrumentModel,
    Link,
)
from drivers.cr30 import protocol
from drivers.readings import Condition, Identity

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


def _open(port: str) -> Colorimeter:
    from drivers.cr30.driver import open_port

    return open_port(port)


def _probe(port: str, timeout_s: float) -> Identity:
    from drivers.cr30.driver import probe

    return probe(port, timeout_s)


def _attach(link: Link) -> Colorimeter:
    from drivers.cr30.driver import Cr30

    return Cr30(link)


def _redact(data: bytes) -> bytes:
    from drivers.cr30.codec import redact

    return redact(data)


MODEL = InstrumentModel(
    name="cr30",
    title="CHNSpec CR30",
    evidence=(
        "Worked out from public wire captures of two units by three independent projects; "
        "not documented by the maker."
    ),
    capabilities=CAPABILITIES,
    open=_open,
    usb=(
        (protocol.USB_VENDOR, protocol.USB_PRODUCT, protocol.USB_PRODUCT_NAME),
        (protocol.USB_VENDOR, protocol.USB_PRODUCT, None),
    ),
    probe=_probe,
    attach=_attach,
    redact=_redact,
)
