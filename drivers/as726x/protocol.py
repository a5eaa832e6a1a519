"""The AT commands of ams AS7265x and AS726x over UART: names, ranges, numbers.

From the AS7265x datasheet v1-04, the AS7262 datasheet v1-01 and the ams application note "AT and
I2C commands for AS7265" v1-00. The AS7261's data order is known from two implementations only
(ESPHome's as7261 and another); its command table is not in its public datasheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

BAUDRATE: Final = 115200

#: What a channel reads when it is blinded; also the top of its scale.
FULL_SCALE: Final = 65535

#: The longest answer known is 18 numbers of "%f", well below 400 bytes.
LONGEST_LINE: Final = 512

INTEGRATION_STEP_S: Final = 0.0028
GAINS: Final = ("1x", "3.7x", "16x", "64x")

#: ATTEMP's way of saying that a sensor has no temperature.
NO_TEMPERATURE: Final = 255
#: From here on the die is too hot for its lamp (the limit ESPHome's driver uses).
HOTTEST_C: Final = 76.5


class Command(Enum):
    """Everything this driver ever sends.

    The list is short on purpose: ATFW writes firmware, ATFRST forgets the factory calibration.
    """

    HARDWARE = "ATVERHW"
    FIRMWARE = "ATVERSW"
    TEMPERATURE = "ATTEMP"
    DATA = "ATDATA"
    GAIN = "ATGAIN"
    INTEGRATION = "ATINTTIME"
    MODE = "ATTCSMD"
    BURST = "ATBURST"
    INDICATOR = "ATLED0"
    LAMP = "ATLED1"
    CURRENT = "ATLEDC"


#: What may be written. A lamp is switched on by 1 or, in the older dialect, by 100.
WRITABLE: Final = {
    Command.GAIN: range(4),
    Command.INTEGRATION: range(1, 256),
    Command.MODE: range(4),
    Command.BURST: range(1),  # 0 stops; streaming is never started
    Command.INDICATOR: range(1),  # off: it shines into the sensor
    Command.LAMP: (0, 1, 100),
    Command.CURRENT: range(0x40),
}

ONE_SHOT: Final = 3
#: Two banks of photodiodes are integrated one after the other.
ONE_SHOT_PERIODS: Final = 2

#: What an answer to a question looks like, to tell it from a late answer to another one. Data may
#: hold "N/A": that is still an answer, and refused later.
SHAPES: Final = {
    Command.HARDWARE: re.compile(r"0x[0-9A-Fa-f]{1,4}|[0-9]{1,5}"),
    Command.FIRMWARE: re.compile(r"[0-9]+(\.[0-9]+)+"),
    Command.TEMPERATURE: re.compile(r"-?[0-9]+(\s*,\s*-?[0-9]+){0,2}"),
    Command.DATA: re.compile(r".+,.+"),
    Command.GAIN: re.compile(r"0x[0-9A-Fa-f]|[0-9]"),
    Command.INTEGRATION: re.compile(r"0x[0-9A-Fa-f]{1,2}|[0-9]{1,3}"),
}

# An answer takes 2 to 10 ms; these are the points at which a head counts as silent.
ANSWER_TIMEOUT_S: Final = 1.0
OPENING_TIMEOUT_S: Final = 0.7
CLOSING_TIMEOUT_S: Final = 0.25
#: An OK without an end of line is taken as ended after this; USB bridges hold bytes up to 16 ms.
GRACE_S: Final = 0.05
#: Silence after which a stream counts as stopped, and how long that may take.
QUIET_S: Final = 0.06
QUIET_LIMIT_S: Final = 2.0
#: For the banks to be read out after the last integration.
READ_OUT_S: Final = 0.05
#: For a white LED to settle after it was switched on.
LAMP_SETTLE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Chip:
    """One member of the family; `channels` in the order ATDATA sends them.

    `lamp_on` is the dialect of its usual firmware.
    """

    name: str
    hardware: int
    channels: tuple[str, ...]
    lamp_on: int


#: Firmware 1.2.8 is reported by one source to send U, T, R, S where R, S, T, U are documented.
AS7265X: Final = Chip(
    "AS7265x",
    0x41,
    (
        *("R610", "S680", "T730", "U760", "V810", "W860"),
        *("G560", "H585", "I645", "J705", "K900", "L940"),
        *("A410", "B435", "C460", "D485", "E510", "F535"),
    ),
    1,
)
AS7262: Final = Chip("AS7262", 0x3E, ("V450", "B500", "G550", "Y570", "O600", "R650"), 100)
AS7261: Final = Chip("AS7261", 0x3D, ("X", "Y", "Z", "NIR", "Dark", "Clear"), 100)
CHIPS: Final = (AS7265X, AS7262, AS7261)

#: Near infrared only: a chip of the family that cannot see colour.
AS7263_HARDWARE: Final = 0x3F
#: High byte of ATVERHW for the whole family; older firmware leaves it out.
FAMILY: Final = 0x40
