"""ArgyllCMS `spotread`: a bridge to instruments that are no serial ports (i1 Pro, ColorMunki ...).

The program is ArgyllCMS's own, run as it is and installed separately; its licence stays there.
Importing this costs nothing.
"""

from __future__ import annotations

from drivers.contract import CalibrationStep, Capabilities, InstrumentModel
from drivers.lazily import lazily

CAPABILITIES = Capabilities(
    spectral=True,
    button=False,  # known per instrument, once it is open
    gated_cap=False,
    calibration=(
        CalibrationStep(
            kind="white",
            arrange=(
                "Put the instrument on its own white reference, or turn its dial to the "
                "calibration position."
            ),
            button="Calibrate white",
        ),
    ),
    unit_time_s=2.0,
)


MODEL = InstrumentModel(
    name="spotread",
    title="USB instrument through ArgyllCMS spotread",
    evidence=(
        "From the sources of ArgyllCMS, one source; tested against a stand-in that prints what "
        "they print, never with an instrument. Port: 'spotread' or 'spotread:N'."
    ),
    capabilities=CAPABILITIES,
    open=lazily("drivers.spotread.driver:open_port"),
)
