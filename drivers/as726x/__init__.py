"""ams AS7265x, AS7262 and AS7261 with AT firmware: filter chips for heads one builds oneself.

Importing this costs nothing; the driver and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.as726x.protocol import AS7261 as _AS7261
from drivers.as726x.protocol import AS7262 as _AS7262
from drivers.as726x.protocol import AS7265X as _AS7265X
from drivers.as726x.protocol import Chip
from drivers.channel_heads import CALIBRATION_STEPS
from drivers.contract import Capabilities, InstrumentModel
from drivers.lazily import lazily
from drivers.readings import Condition

CAPABILITIES = Capabilities(
    spectral=False,
    button=False,
    gated_cap=False,
    calibration=CALIBRATION_STEPS,
    # Two frames of two periods of 168 ms and 50 ms, 100 ms for the lamp, nine answers of 3 ms.
    unit_time_s=0.9,
)

#: The builder decides where lamp and chip sit; a correction to colour is fitted for D65 and 10°.
CONDITION = Condition(geometry="open head", illuminant="D65", observer="10", aperture_mm=None)

#: The USB ids of common serial bridges. They name the cable, never the head.
BRIDGES: tuple[tuple[int, int, str | None], ...] = (
    (0x1A86, 0x7523, None),  # CH340
    (0x1A86, 0x55D4, None),  # CH9102
    (0x0403, 0x6001, None),  # FT232R
    (0x0403, 0x6015, None),  # FT231X
    (0x10C4, 0xEA60, None),  # CP210x
)


def _model(chip: Chip, what: str, evidence: str) -> InstrumentModel:
    return InstrumentModel(
        name=chip.name.casefold(),
        title=f"ams {chip.name} head ({what})",
        evidence=evidence,
        capabilities=CAPABILITIES,
        open=lazily("drivers.as726x.driver:open_port", chip),
        usb=BRIDGES,
        probe=lazily("drivers.as726x.driver:probe", chip),
        attach=lazily("drivers.as726x.driver:As726x", chip),
    )


AS7265X = _model(
    _AS7265X,
    "18 channels, 410 to 940 nm",
    "Commands from the maker's datasheet and application note; the spacing of answers and the "
    "older LED values from firmware images and independent programs; dialogues constructed, "
    "never run on hardware.",
)
AS7262 = _model(
    _AS7262,
    "6 channels, 450 to 650 nm",
    "Commands from the maker's datasheet; channel order and formats from firmware images; "
    "dialogues constructed, never run on hardware.",
)
AS7261 = _model(
    _AS7261,
    "X, Y, Z and near infrared",
    "Data order from two independent programs, the maker's command table was not available; "
    "dialogues constructed, never run on hardware.",
)
