"""Classes of ink as people say them."""

from __future__ import annotations

from typing import Final

from kiosk.inventory.verdict import Verdict
from kiosk.screens.stock.rows import Sign

#: What a class means for use, as a sign and in words.
CLASSES: Final[dict[Verdict, tuple[Sign, str]]] = {
    Verdict.SMP_SUITABLE: ("pass", "SMP, carbon"),
    Verdict.TRICO_TEMPORARY: ("check", "trico, temporary"),
    Verdict.PMU_COSMETIC: ("check", "permanent make-up"),
    Verdict.BODY_TATTOO: ("stop", "body tattoo"),
    Verdict.PROHIBITED: ("stop", "prohibited"),
    Verdict.UNKNOWN: ("stop", "unknown"),
    Verdict.DILUENT_STERILE: ("pass", "sterile diluent"),
    Verdict.DILUENT_UNFIT: ("stop", "unfit diluent"),
}
