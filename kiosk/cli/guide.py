"""Leading a person from one placement of the probe to the next."""

from __future__ import annotations

import sys

from kiosk.cli.outcome import Unreadable, note


def confirm_step() -> bool:
    """Wait for Enter where somebody sits at a terminal; False where nobody does."""
    if not sys.stdin.isatty():
        return False
    sys.stdin.readline()
    return True


def await_placement(what: str) -> None:
    """Say what belongs under the probe and wait for a line on standard input.

    Raises:
        Unreadable: standard input has ended, so nobody will say when it is in place.
    """
    note(f"{what}, then press Enter.")
    if not sys.stdin.readline():
        raise Unreadable(
            "standard input ended before all was read",
            "Press Enter for each placement, or give the readings with --batch.",
        )
