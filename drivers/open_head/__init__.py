"""Open head: any filter head that speaks this project's own line protocol over a serial port.

Importing this costs nothing; the driver and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.channel_heads import CALIBRATION_STEPS
from drivers.contract import Capabilities, InstrumentModel
from drivers.lazily import lazily
from drivers.open_head import protocol
from drivers.readings import Condition

CAPABILITIES = Capabilities(
    spectral=False,
    button=True,
    gated_cap=False,
    calibration=CALIBRATION_STEPS,
    # What the example head takes: two frames of twice 182 ms, and 100 ms for its lamp.
    unit_time_s=0.828,
)

#: The builder decides where lamp and sensor sit; a correction to colour is fitted for D65 and 10°.
CONDITION = Condition(geometry="open head", illuminant="D65", observer="10", aperture_mm=None)


MODEL = InstrumentModel(
    name="open-head",
    title="Open head (self-built, TCS34725, AS7341 and the like)",
    evidence=(
        "This project's own published protocol; tried against simulated heads and the example "
        "firmware's own code, not on a board."
    ),
    capabilities=CAPABILITIES,
    open=lazily("drivers.open_head.driver:open_port"),
    usb=protocol.BOARDS,
    probe=lazily("drivers.open_head.driver:probe"),
    attach=lazily("drivers.open_head.driver:OpenHead"),
    redact=lazily("drivers.open_head.codec:redact"),
)
