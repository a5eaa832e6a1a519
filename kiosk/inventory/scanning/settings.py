"""How one scanner sends what it sees, as its set-up learned it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.inventory.scanning.keyboards import ALPHABET

#: What ends a scan: a key (Enter or Tab), or nothing but silence.
End = Literal["key", "silence"]


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """One scanner on one computer; the default is what is recommended, before it was tried.

    All fields are plain text, numbers and flags, so that they can be kept in any configuration.
    """

    #: It sends AIM symbology identifiers (`]d2` ...).
    prefix: bool = True
    #: The form in which the group separator arrives.
    separator: str = "\x1d"
    #: A set-up saw the separator arrive: a scan without one has lost none.
    separator_proven: bool = False
    #: What arrives for each character of `keyboards.ALPHABET`, in that order.
    arrives_as: str = ALPHABET
    end: End = "key"
    #: Keys closer than this belong to one scan. People need 80 ms and more; scanners 1 to 30.
    gap_ms: int = 35
    #: Silence after which a scan is over.
    silence_ms: int = 100
    #: Fewer characters than this are typing, however fast.
    shortest: int = 6
    #: For scanners on a serial line.
    port: str | None = None


DEFAULT = ScannerSettings()
