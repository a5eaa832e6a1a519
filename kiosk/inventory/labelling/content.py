"""What stands on a bottle's label, before any printer is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.inventory.scanning import bottle_payload

#: Between a word and the edge, to be filled in by hand.
BLANK: Final = "__________"
MAX_LABELS: Final = 1_000
_ID_LIMIT = 32
_TEXT_LIMIT = 300


class LabelError(ValueError):
    """A label cannot be printed as asked; `hint` is the mend."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class BottleLabel:
    """One bottle's label. `lot_no` is as printed on the container, empty where it has none.

    `opened_on` and `use_by` are None on a sealed bottle; then there is room to write them.

    Raises:
        LabelError: the bottle's id cannot be in a code, or a text is far too long.
    """

    bottle: str
    product: str
    lot_no: str
    expiry: date | None
    opened_on: date | None = None
    use_by: date | None = None

    def __post_init__(self) -> None:
        try:
            bottle_payload(self.bottle)
        except ValueError as error:
            raise LabelError(str(error), "Give the bottle's id as the kiosk shows it.") from None
        if len(self.bottle) > _ID_LIMIT:
            raise LabelError(f"bottle: an id of {len(self.bottle)} signs", f"At most {_ID_LIMIT}.")
        for name, text in (("product", self.product), ("lot_no", self.lot_no)):
            if len(text) > _TEXT_LIMIT:
                raise LabelError(f"{name}: {len(text)} characters", f"At most {_TEXT_LIMIT}.")

    @property
    def payload(self) -> str:
        """The text in the QR code, a plain one without GS1 data; the scan reader takes it back."""
        return bottle_payload(self.bottle)

    @property
    def lot_line(self) -> str:
        """The lot as a line; never shortened by any printer, because half a lot is another lot."""
        return f"Lot {self.lot_no}" if self.lot_no.strip() else "No lot number"

    @property
    def date_lines(self) -> tuple[str, str, str]:
        """The label's date, the opening and the date it then ends."""
        expiry = self.expiry.isoformat() if self.expiry else "none stated"
        opened = self.opened_on.isoformat() if self.opened_on else BLANK
        use_by = self.use_by.isoformat() if self.use_by else BLANK
        return f"Exp {expiry}", f"Opened {opened}", f"Use by {use_by}"


@dataclass(frozen=True, slots=True)
class Printout:
    """Bytes for a printer or a file; `replaced` are the signs it could not print, in order."""

    data: bytes
    replaced: tuple[str, ...] = ()


def require_some(labels: tuple[BottleLabel, ...]) -> None:
    """Raise LabelError unless there are labels to print, and not too many at once."""
    if not labels:
        raise LabelError("labels: there is none to print", "Name a bottle.")
    if len(labels) > MAX_LABELS:
        raise LabelError(f"labels: {len(labels)} at once", f"At most {MAX_LABELS}.")
