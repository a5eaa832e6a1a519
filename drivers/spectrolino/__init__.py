"""GretagMacbeth Spectrolino: 45/0 spectrophotometer for RS-232, 380 to 730 nm.

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
from drivers.readings import Identity

CAPABILITIES = Capabilities(
    spectral=True,
    button=True,
    gated_cap=False,
    calibration=(
        CalibrationStep(
            kind="white",
            arrange="Stand the unit on its own white reference, with the filter you will use.",
            button="Calibrate white",
        ),
    ),
    unit_time_s=1.05,
)


def _open(port: str) -> Colorimeter:
    from drivers.spectrolino.driver import open_port

    return open_port(port)


def _probe(port: str, timeout_s: float) -> Identity:
    from drivers.spectrolino.driver import probe

    return probe(port, timeout_s)


def _attach(link: Link) -> Colorimeter:
    from drivers.spectrolino.driver import Spectrolino

    return Spectrolino(link)


def _redact(data: bytes) -> bytes:
    from drivers.spectrolino.codec import redact

    return redact(data)


MODEL = InstrumentModel(
    name="spectrolino",
    title="GretagMacbeth Spectrolino",
    evidence=(
        "From the maker's manual as two published programs read it, which agree; dialogues "
        "constructed, never tried on hardware."
    ),
    capabilities=CAPABILITIES,
    open=_open,
    # RS-232 only: a USB id would be that of a cable.
    usb=(),
    probe=_probe,
    attach=_attach,
    redact=_redact,
)
