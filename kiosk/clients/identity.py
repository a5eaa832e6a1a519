"""Pseudonymous client ids: what the ledger knows of a person."""

from __future__ import annotations

import re
import unicodedata

_INITIALS = re.compile(r"[^\W\d_]{1,4}")


class ClientInputError(ValueError):
    """A field of the client form cannot be kept; the sentence names it and the mend."""


def next_client_id(taken: int) -> str:
    """The id after `taken` clients: C-0001, C-0002, ..."""
    return f"C-{taken + 1:04d}"


def checked_initials(text: str) -> str:
    """Initials as they are kept: one to four letters, upper case.

    Raises:
        ClientInputError: anything else was typed.
    """
    # Composed, because a letter typed with a separate accent is two code points.
    composed = unicodedata.normalize("NFC", text)
    initials = composed.strip().replace(".", "").replace(" ", "").upper()
    if not _INITIALS.fullmatch(initials):
        raise ClientInputError(
            f"initials: '{text.strip()}' is not one to four letters; type for example 'JM'"
        )
    return initials
