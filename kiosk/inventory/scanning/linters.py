"""Content checks of application identifiers, by the names the GS1 Syntax Dictionary gives them.

Each says whether one component of a value is possible. The names are those of the "linters" of
github.com/gs1/gs1-syntax-dictionary.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable

from biip.checksums import gs1_standard_check_digit


def _csum(text: str) -> bool:
    return gs1_standard_check_digit(text[:-1]) == int(text[-1])


def _company_prefix_at(position: int) -> Callable[[str], bool]:
    # No company prefix is shorter than four digits.
    def check(text: str) -> bool:
        head = text[position : position + 4]
        return len(head) == 4 and head.isdigit()

    return check


def _month_and_day(text: str, *, zero_day: bool) -> bool:
    # The century is not known here. 29 February passes in every fourth year, as it does in 2000.
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if not 1 <= month <= 12:
        return False
    return (0 if zero_day else 1) <= day <= monthrange(2000 + year % 100, month)[1]


def _below(limit: int) -> Callable[[str], bool]:
    return lambda text: int(text) < limit


def _percent_encoded(text: str) -> bool:
    pieces = text.split("%")[1:]
    return all(
        len(piece) >= 2 and all(c in "0123456789ABCDEFabcdef" for c in piece[:2])
        for piece in pieces
    )


def _piece_of_total(text: str) -> bool:
    half = len(text) // 2
    piece, total = int(text[:half]), int(text[half:])
    return 0 < piece <= total


LINTERS: dict[str, Callable[[str], bool]] = {
    "csum": _csum,
    "gcppos1": _company_prefix_at(0),
    "gcppos2": _company_prefix_at(1),
    "yymmdd": lambda text: _month_and_day(text, zero_day=False),
    "yymmd0": lambda text: _month_and_day(text, zero_day=True),
    "yyyymmdd": lambda text: _month_and_day(text, zero_day=False),
    "hh": _below(24),
    "mi": _below(60),
    "ss": _below(60),
    "hhmi": lambda text: int(text[:2]) < 24 and int(text[2:]) < 60,
    "zero": lambda text: set(text) == {"0"},
    "nonzero": lambda text: set(text) != {"0"},
    "nozeroprefix": lambda text: text == "0" or not text.startswith("0"),
    "hasnondigit": lambda text: not text.isdigit(),
    "hyphen": lambda text: text == "-",
    "yesno": lambda text: text in {"0", "1"},
    "winding": lambda text: text in {"0", "1", "9"},
    "iso5218": lambda text: text in {"0", "1", "2", "9"},
    "pcenc": _percent_encoded,
    "pieceoftotal": _piece_of_total,
}

#: Lists and sums of things that no decision about stock rests on (countries, currencies, coupons,
#: bank accounts ...); such elements are kept as they were scanned.
NOT_CHECKED = frozenset(
    {
        "couponcode",
        "couponposoffer",
        "csumalpha",
        "iban",
        "importeridx",
        "iso3166",
        "iso3166999",
        "iso3166alpha2",
        "iso4217",
        "latitude",
        "longitude",
        "mediatype",
        "packagetype",
        "posinseqslash",
    }
)
