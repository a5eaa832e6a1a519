"""Bar codes: from what a scanner sends to what a label says.

`Wedge` tells scans from typing, `decode` reads them, `learn` sets a scanner up. Pure: no port, no
screen, no clock.
"""

from kiosk.inventory.scanning.bottle_label import INTERNAL_AI, bottle_payload
from kiosk.inventory.scanning.decoding import decode
from kiosk.inventory.scanning.model import Form, Reading, Scan, Status
from kiosk.inventory.scanning.set_up import TEST_CODE, TEST_ELEMENTS, Trouble, learn
from kiosk.inventory.scanning.settings import DEFAULT, ScannerSettings
from kiosk.inventory.scanning.wedge import Scanned, Spoiled, Stroke, Typed, Wedge, pasted_lines

__all__ = [
    "DEFAULT",
    "INTERNAL_AI",
    "TEST_CODE",
    "TEST_ELEMENTS",
    "Form",
    "Reading",
    "Scan",
    "Scanned",
    "ScannerSettings",
    "Spoiled",
    "Status",
    "Stroke",
    "Trouble",
    "Typed",
    "Wedge",
    "bottle_payload",
    "decode",
    "learn",
    "pasted_lines",
]
