"""The GretagMacbeth Spectrolino's HEX protocol: numbers only.

From the maker's "Serial Interface, Edition 5" (98.42.59), as read by two programs that agree:
ArgyllCMS (facts only) and color4j. The list of requests is short on purpose: Argyll's author
warns that an incautious command may damage the instrument.
"""

from __future__ import annotations

from enum import Enum, IntEnum, IntFlag
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from drivers.link import Flow

REQUEST_MARK: Final = b";"
ANSWER_MARK: Final = b":"
TERMINATOR: Final = b"\r\n"

DEFAULT_BAUDRATE: Final = 9600
#: Faster, an answer of 36 floats takes 0.05 s instead of 0.32 s.
WORKING_BAUDRATE: Final = 57600
#: Needs no wires in the cable, unlike RTS and CTS, and hexadecimal text holds neither character.
WORKING_FLOW: Final[Flow] = "xon-xoff"
#: In the order Argyll tries them.
PROBED_BAUDRATES: Final = (9600, 19200, 57600, 2400, 1200, 600, 300)

PROBE_S: Final = 0.5
ANSWER_S: Final = 6.0
MEASURE_S: Final = 12.0
RESET_S: Final = 18.0
POLL_S: Final = 0.5

#: Argyll calibrates white again after so many readings in reflection, and at every start.
READINGS_PER_WHITE: Final = 50


class Request(Enum):
    """Everything this driver ever sends, as it stands between the mark and the line end."""

    PARAMETERS = b"00"
    NEW_MEASUREMENT = b"07"
    # ANSI-T, absolute white, D65, 10 degrees.
    SET_PARAMETERS = b"1601010201"
    MEASURE = b"20"
    CALIBRATE_WHITE = b"220907"
    TARGET = b"2B"
    BUTTON_ON = b"33000000"
    BUTTON_OFF = b"33000100"
    REFLECTANCE = b"4D9B"
    RESET = b"5A010405"  # all but speed and flow control
    SPECTRUM = b"B80900"
    FLOW_NONE = b"4D1F"
    FLOW_XON_XOFF = b"4D1E"
    BAUD_9600 = b"4D27"
    BAUD_57600 = b"4D99"


class Answer(IntEnum):
    """The first byte of an answer."""

    PARAMETERS = 0x0B
    NEW_MEASUREMENT = 0x12
    DOWNLOAD = 0x1F
    EXECUTION = 0x25
    LINE_ERROR = 0x26
    TARGET = 0x31
    SPECTRUM = 0xB9


#: A constant in the requests and answers that name what is meant by "the measurement".
REFERENCE: Final = 0x09
ABSOLUTE_WHITE: Final = 0x01
REFERENCE_VALID: Final = 0x01
LINEAR_SPECTRUM: Final = 0x00
AFTER_WHITE_BASE: Final = 0x02
SPECTROLINO: Final = 0x02
NAME: Final = "Spectrolino"
NAME_BYTES: Final = 18

#: Geometry by filter; without a known filter no reading is comparable to any other.
GEOMETRIES: Final = {
    0x01: "45/0",
    0x02: "45/0 pol",
    0x03: "45/0 D65",
    0x05: "45/0 UV-cut",
}


class Fault(IntEnum):
    """The error byte of an execution."""

    NONE = 0x00
    MEMORY = 0x01
    POWER = 0x02
    LAMP = 0x04
    HARDWARE = 0x05
    FILTER = 0x06
    SEND_TIMEOUT = 0x07
    DRIVE = 0x08
    DISABLED = 0x09
    DENSITY_CALIBRATION = 0x0A
    EPROM = 0x0D
    OVERFLOW = 0x0E
    MEMORY_ERROR = 0x10
    MEMORY_FULL = 0x11
    WHITE_OK = 0x13
    NOT_READY = 0x15
    WHITE_WARNING = 0x32
    RESET_DONE = 0x33
    CHECKSUM = 0x36
    NO_MEASUREMENT = 0x37


class Refusal(IntFlag):
    """The error bits of a download or of data."""

    DENSITY_STANDARD = 0x0001
    WHITE = 0x0002
    ILLUMINANT = 0x0004
    OBSERVER = 0x0008
    LONGEST_WAVELENGTH = 0x0010
    SPECTRUM = 0x0020
    COLOUR_SYSTEM = 0x0040
    CHARACTER = 0x0080
    DENSITY_RANGE = 0x0200
    REFLECTANCE_RANGE = 0x0400
    COLOUR_1_RANGE = 0x0800
    COLOUR_2_RANGE = 0x1000
    COLOUR_3_RANGE = 0x2000


#: Ranges of values that are not read here; the spectrum is good all the same.
HARMLESS: Final = (
    Refusal.DENSITY_RANGE | Refusal.COLOUR_1_RANGE | Refusal.COLOUR_2_RANGE | Refusal.COLOUR_3_RANGE
)
