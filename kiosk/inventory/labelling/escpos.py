"""Labels for receipt printers: ESC/POS, code page Windows-1252, one cut after each label.

Commands as in Epson's ESC/POS reference; code page 16 and the QR commands are in what its
TM series and most compatible printers know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kiosk.inventory.labelling.content import BottleLabel, LabelError, Printout, require_some
from kiosk.inventory.labelling.letters import Letters
from kiosk.inventory.labelling.plain import label_lines

_INITIALISE: Final = b"\x1b@"
_CODE_PAGE_1252: Final = b"\x1bt\x10"
#: GS V 66 n: feed so that the last line clears the blade, then cut all but a bridge.
_FEED_AND_CUT: Final = b"\x1dVB\x00"
_FEED_3: Final = b"\x1bd\x03"
#: Module size in dots; at 203 dpi 6 dots are 0.75 mm.
_MODULE_DOTS: Final = 6
COLUMNS: Final = 42


def _qr_function(function: int, *parameters: int, data: bytes = b"") -> bytes:
    # GS ( k pL pH cn fn parameters: cn 49 is QR, the length counts everything from cn on.
    body = bytes([49, function, *parameters]) + data
    return b"\x1d(k" + len(body).to_bytes(2, "little") + body


def _qr(payload: str) -> bytes:
    return (
        _qr_function(65, 50, 0)  # model 2
        + _qr_function(67, _MODULE_DOTS)
        + _qr_function(69, 50)  # error correction Q
        + _qr_function(80, 48, data=payload.encode("ascii"))  # store
        + _qr_function(81, 48)  # print what is stored
    )


def _in_code_page(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def escpos_labels(labels: Sequence[BottleLabel], *, columns: int = COLUMNS) -> Printout:
    """Labels as ESC/POS bytes; `columns` is how many letters fit a line (32, 42 or 48).

    Raises:
        LabelError: nothing or too much to print, or the paper is too narrow.
    """
    require_some(tuple(labels))
    if not 20 <= columns <= 96:
        raise LabelError(f"columns: {columns}", "20 to 96; a receipt printer has 32, 42 or 48.")
    letters = Letters(_in_code_page)
    written = bytearray(_INITIALISE + _CODE_PAGE_1252)
    for label in labels:
        written += _qr(label.payload)
        for line in label_lines(label, letters, columns):
            written += line.encode("cp1252") + b"\n"
        written += _FEED_3 + _FEED_AND_CUT
    return Printout(bytes(written), letters.replaced)
