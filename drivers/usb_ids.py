"""USB ids a colorimeter may be behind: most of them name a cable or a board, not what hangs on it.

The ids of FTDI, WCH, Silicon Labs and Prolific bridges are on printers, lathes and power supplies
as well, so none of them is a reason to send a byte; see `drivers.discovery`. What a model of the
registry shows on USB stands in its own `usb`; this table has what lies around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "bridge",  # a serial cable or adapter; anything may be behind it
    "board",  # a microcontroller board; anything may run on it
    "instrument",  # a maker's own id
    "not-serial",  # an instrument that no serial driver can reach
]


@dataclass(frozen=True, slots=True)
class UsbId:
    """A vendor and product id; `pid` None stands for all products of the vendor.

    `models` are names of `drivers.registry` that may be behind it.
    """

    vid: int
    pid: int | None
    what: str
    kind: Kind
    models: tuple[str, ...] = ()


_AT_HEADS: Final = ("as7261", "as7262", "as7265x")
_RS232: Final = ("cm2600d", "spectrolino")

#: Instruments: 132B is Konica Minolta's vendor id, its products are unverified. HID instruments:
#: the rules file that ArgyllCMS ships (usb/55-Argyll.rules). Bridges and boards: their makers.
TABLE: Final = (
    UsbId(0x1A86, 0x7523, "CH340 serial bridge", "bridge", ("cr30", *_AT_HEADS)),
    UsbId(0x1A86, 0x55D4, "CH9102 serial bridge", "bridge", _AT_HEADS),
    UsbId(0x0403, 0x6001, "FTDI FT232R serial bridge", "bridge", (*_AT_HEADS, *_RS232)),
    UsbId(0x0403, 0x6015, "FTDI FT231X serial bridge", "bridge", (*_AT_HEADS, *_RS232)),
    UsbId(0x10C4, 0xEA60, "CP210x serial bridge", "bridge", _AT_HEADS),
    UsbId(0x067B, 0x2303, "Prolific PL2303 serial cable", "bridge", _RS232),
    UsbId(0x132B, None, "Konica Minolta instrument", "instrument", ("cm700d",)),
    UsbId(0x239A, None, "Adafruit board", "board", ("open-head",)),
    UsbId(0x2E8A, None, "Raspberry Pi microcontroller board", "board", ("open-head",)),
    UsbId(0x2341, None, "Arduino board", "board", ("open-head",)),
    UsbId(0x303A, None, "Espressif board", "board", ("open-head",)),
    UsbId(0x0971, 0x2000, "X-Rite i1 Pro", "not-serial", ("spotread",)),
    UsbId(0x0971, 0x2007, "X-Rite ColorMunki", "not-serial", ("spotread",)),
    UsbId(0x0765, 0x5020, "X-Rite i1 Display Pro (for screens)", "not-serial", ("spotread",)),
    UsbId(0x0765, 0xD020, "X-Rite DTP20", "not-serial", ("spotread",)),
    UsbId(0x0765, 0x6003, "X-Rite instrument", "not-serial", ("spotread",)),
    UsbId(0x085C, None, "Datacolor Spyder (for screens)", "not-serial", ("spotread",)),
    UsbId(0x04D8, 0xF8DA, "ColorHug (for screens)", "not-serial", ("spotread",)),
    UsbId(0x273F, 0x1001, "ColorHug (for screens)", "not-serial", ("spotread",)),
    UsbId(0x273F, 0x1004, "ColorHug 2 (for screens)", "not-serial", ("spotread",)),
)


def lookup(vid: int | None, pid: int | None) -> UsbId | None:
    """What the table says about a device; its own product id goes before its vendor's."""
    found = [row for row in TABLE if row.vid == vid and row.pid in (pid, None)]
    return min(found, key=lambda row: row.pid is None, default=None)
