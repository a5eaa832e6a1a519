"""Keyboard layouts between a scanner and its computer.

A keyboard scanner presses the keys of a US keyboard. Where the computer believes in another
keyboard, other characters arrive: a German one turns `]d2` into `+d2`, a French one into `$dé`.
"""

from __future__ import annotations

from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits

#: What a symbol identifier and a GS1 value are made of, without `+` and `=`: these are dead keys
#: on some layouts and then take the next character with them.
ALPHABET = f"]{digits}{ascii_uppercase}{ascii_lowercase}!\"%&'()*,-./:;<>?_"
#: Separators and the ends of lines are sent with the control key, which no layout moves.
_UNMOVED = "\x1d\r\n\t"


def _layout(sent: str, arrives: str) -> str:
    return ALPHABET.translate(str.maketrans(sent, arrives))


#: What arrives for each character of ALPHABET; only layouts that are recognised without a set-up.
LAYOUTS = {
    "German": _layout("yzYZ-_/?&*()\"';:<>]", "zyZYß?-_/()=ÄäöÖ;:+"),
    "French": _layout(
        "1234567890!%&*()-_qawzQAWZmM;:,<.>/?'\"]", "&é\"'(-è_çà157890)°aqzwAQZW,?mM;.:/!§ù%$"
    ),
}


@lru_cache(maxsize=16)
def _back(arrives_as: str) -> dict[int, int]:
    return str.maketrans(arrives_as + _UNMOVED, ALPHABET + _UNMOVED)


def arrive(text: str, arrives_as: str) -> str:
    """What a computer of that layout receives for a text of ALPHABET; else it stays as it is."""
    return text.translate(str.maketrans(ALPHABET, arrives_as))


def restore(text: str, arrives_as: str) -> str | None:
    """What the scanner sent, or None where a character comes from no key that was tried."""
    back = _back(arrives_as)
    if any(ord(character) not in back for character in text):
        return None
    return text.translate(back)
