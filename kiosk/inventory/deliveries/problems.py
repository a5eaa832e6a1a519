"""What can be wrong with a delivery file, in words that name the place and the mend."""

from __future__ import annotations

from dataclasses import dataclass


class DeliveryError(ValueError):
    """The file as a whole gives nothing: unreadable, or not ready to be booked."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class CellError(ValueError):
    """One cell cannot be used; the row and column are added by who knows them."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be booked. `row` counts from 1, the header and blank lines included."""

    row: int
    column: str
    wrong: str
    mend: str

    @property
    def sentence(self) -> str:
        """Place, fault and mend in one line."""
        return f"row {self.row}, {self.column}: {self.wrong}. {self.mend}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody should know about a row that can be booked all the same."""

    row: int
    sentence: str
