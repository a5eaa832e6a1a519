"""The CHNSpec CR30 on the wire: numbers only.

The maker publishes nothing. These facts come from the public captures and implementations of
itohio/color-science, itsab1989/chromiq-cr30-research and beerjongen/CR30-ti3-Dispensary.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

#: The link is USB all the way: the unit ignores baud rate, parity and stop bits.
BAUDRATE: Final = 115200

FRAME_SIZE: Final = 60
MARKER_AT: Final = 58
CHECKSUM_AT: Final = 59
MARKER: Final = 0xFF
#: Marker of frames the unit sends unasked, when its button was pressed.
MARKER_BUTTON: Final = 0x00

GROUP_IDENTITY: Final = 0xAA
GROUP_COMMAND: Final = 0xBB

CALIBRATION_RESULT_AT: Final = 6
CALIBRATION_OK: Final = 0x01

HEADER_START_AT: Final = 4  # start wavelength in units of 10 nm
HEADER_COUNT_AT: Final = 5
HEADER_STEP_AT: Final = 6
#: In button headers: 1 when the cap's magnet turned the press into a white calibration. Bytes 20
#: and 23 vary too, with unknown meaning.
GATED_AT: Final = 24

CHUNK_VALUES_AT: Final = 6
CHUNK_VALUES: Final = 12
MAX_BANDS: Final = 3 * CHUNK_VALUES

# Identity texts: (reply number, offset), NUL terminated ASCII.
DEVICE_ID: Final = (0, 9)
MODEL_NAME: Final = (0, 39)
SERIAL: Final = (1, 19)
VERSION: Final = (1, 49)
FIRMWARE_DATE: Final = (2, 5)
FIRMWARE_VERSION: Final = (2, 29)

# Round trips: identity 0.8 ms, a whole reading 313-318 ms, black calibration 249 ms. These are
# the points at which a unit counts as silent.
IDENTITY_TIMEOUT_S: Final = 0.25
CHUNK_TIMEOUT_S: Final = 0.5
ACTION_TIMEOUT_S: Final = 3.0

USB_VENDOR: Final = 0x1A86
USB_PRODUCT: Final = 0x7523  # every CH340 has this id ...
USB_PRODUCT_NAME: Final = "CH554_CDC"  # ... but few have this name


class Command(Enum):
    """Everything this driver ever sends; the value is bytes 0..2 of the request.

    The list is short on purpose: commands from 0x80 up write to the unit's memory.
    """

    IDENTITY_0 = (GROUP_IDENTITY, 0x0A, 0x00)
    IDENTITY_1 = (GROUP_IDENTITY, 0x0A, 0x01)
    IDENTITY_2 = (GROUP_IDENTITY, 0x0A, 0x02)
    IDENTITY_3 = (GROUP_IDENTITY, 0x0A, 0x03)
    BLACK = (GROUP_COMMAND, 0x10, 0x00)
    WHITE = (GROUP_COMMAND, 0x11, 0x00)
    TRIGGER = (GROUP_COMMAND, 0x01, 0x00)
    CHUNK_0 = (GROUP_COMMAND, 0x01, 0x10)
    CHUNK_1 = (GROUP_COMMAND, 0x01, 0x11)
    CHUNK_2 = (GROUP_COMMAND, 0x01, 0x12)


HEADER_REPLY: Final = (GROUP_COMMAND, 0x01, 0x09)
CHUNKS: Final = (Command.CHUNK_0, Command.CHUNK_1, Command.CHUNK_2)
