"""GretagMacbeth Spectrolino: 45/0 spectrophotometer for RS-232, 380 to 730 nm.

Importing this costs nothing; the driver and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.contract import CalibrationStep, Capabilities, InstrumentModel
from drivers.lazily import lazily

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


MODEL = InstrumentModel(
    name="spectrolino",
    title="GretagMacbeth Spectrolino",
    evidence=(
        "From the maker's manual as two published programs read it, which agree; dialogues "
        "constructed, never tried on hardware."
    ),
    capabilities=CAPABILITIES,
    open=lazily("drivers.spectrolino.driver:open_port"),
    # RS-232 only: a USB id would be that of a cable.
    usb=(),
    probe=lazily("drivers.spectrolino.driver:probe"),
    attach=lazily("drivers.spectrolino.driver:Spectrolino"),
    redact=lazily("drivers.spectrolino.codec:redact"),
)
