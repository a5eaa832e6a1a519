"""The Brightbox: an instrument that does not exist, with a driver as third parties write them.

It speaks lines: `?` gives `BB,serial,firmware`; `C` calibrates white and gives `C`; `M` gives
`M,number,` and six percentages from 450 nm in steps of 50 nm; anything else gives `E`.
"""

from __future__ import annotations

from drivers.contract import CalibrationStep, Capabilities, Colorimeter, InstrumentModel
from drivers.readings import Identity

CAPABILITIES = Capabilities(
    spectral=True,
    button=False,
    gated_cap=False,
    calibration=(CalibrationStep("white", "Stand it on its tile.", "Calibrate white"),),
    unit_time_s=0.05,
)


def _open(port: str) -> Colorimeter:
    from brightbox.driver import Brightbox

    return Brightbox(port)


def _probe(port: str, timeout_s: float) -> Identity:
    from brightbox.driver import probe

    return probe(port, timeout_s)


MODEL = InstrumentModel(
    name="brightbox",
    title="Brightbox",
    evidence="Made up for tests.",
    capabilities=CAPABILITIES,
    open=_open,
    probe=_probe,
)
