"""The modulo 43 check character of Code 39, which HIBC uses."""

from __future__ import annotations

#: A character's place is its value (ISO/IEC 16388, annex A).
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def check_character(text: str) -> str | None:
    """The check character of a text, or None where a character has no value."""
    total = 0
    for character in text:
        value = ALPHABET.find(character)
        if value < 0:
            return None
        total += value
    return ALPHABET[total % 43]
