"""Labels to print, and a scanner that reads what was printed."""

from __future__ import annotations

from datetime import date

import numpy as np
import zxingcpp
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.inventory.labelling.content import BottleLabel

SEALED = BottleLabel("B-0017", "Halden Carbon Black", "24-117", date(2027, 6, 30))
OPENED = BottleLabel(
    "B-0018", "Halden Carbon Black", "SS 202", date(2027, 6, 30), date(2026, 5, 1), date(2027, 5, 1)
)
BARE = BottleLabel("B-0019", "Aqua Steril", "", None)
LONG_LOT = BottleLabel("B-0020", "Halden", "RX44Q22Y77W122O72RD68G87IMX40", date(2027, 6, 30))

#: Texts that try to be commands: ZPL, ESC/POS, line ends, quotes of every kind.
NASTY = st.text(st.sampled_from("^~_,\\\x1b\x1d\x10\n\r\t\x00()%>;:{}ßé€漢ABab01 ")) | st.text()
LABELS = st.builds(
    BottleLabel,
    bottle=st.from_regex(r"B-[0-9]{4,6}", fullmatch=True),
    product=NASTY.map(lambda text: text[:60]),
    lot_no=NASTY.map(lambda text: text[:20]),
    expiry=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    opened_on=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    use_by=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)


def scanned(image: NDArray[np.uint8]) -> list[str]:
    """Every QR code's text in a picture, 0 dark and 255 light, top to bottom."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [
        code.text
        for code in sorted(found, key=lambda c: (c.position.top_left.y, c.position.top_left.x))
    ]
