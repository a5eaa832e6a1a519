"""What the clinic prints on its own bottle labels.

    SMPK/B-0001/Q

the marker, the bottle's id and a check character. A QR code or DataMatrix carries it as it is; a
GS1 symbol carries it under application identifier 91, which GS1 leaves to each company: marker and
check tell it from another company's 91.
"""

from __future__ import annotations

import re
from string import ascii_uppercase, digits

MARKER = "SMPK"
#: The identifier a GS1 symbol has it under.
INTERNAL_AI = "91"
_ID = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")
_PAYLOAD = re.compile(rf"({MARKER}/({_ID.pattern})/)([0-9A-Z*])")
#: A character's place is its value; `*` can only be a check (ISO/IEC 7064, MOD 37-2).
_ALPHABET = f"{digits}{ascii_uppercase}*"


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37-2 over capital letters and digits; punctuation does not count.

    It catches every single wrong character and every swap of neighbours, which MOD 37,36 does not
    (B-0100 for B-1000). All it can be is allowed in a GS1 value, unlike modulo 43.
    """
    total = 0
    for character in text:
        if character in _ALPHABET:
            total = (total + _ALPHABET.index(character)) * 2 % 37
    return _ALPHABET[(1 - total) % 37]


def bottle_payload(bottle_id: str) -> str:
    """The text of a bottle's label.

    Raises:
        ValueError: the id holds anything but capital letters, digits and single hyphens.
    """
    if not _ID.fullmatch(bottle_id):
        raise ValueError(f"bottle id {bottle_id!r}: capital letters, digits and hyphens only")
    text = f"{MARKER}/{bottle_id}/"
    return f"{text}{check_character(text)}"


def read_bottle(text: str) -> str | None:
    """The bottle's id out of a label's text; None where marker, form or check are not right."""
    found = _PAYLOAD.fullmatch(text)
    if found is None or check_character(found[1]) != found[3]:
        return None
    return found[2]
