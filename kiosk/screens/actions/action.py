"""One thing a person can do on a screen, and the row of six that a screen has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do on a screen.

    `id` names the handler (`do_<id>` on the screen), `help` is the sentence of the help page.
    """

    id: str
    label: str
    help: str


BACK = Action("back", "Back", "Go back to where you came from; nothing is lost.")
_: Final = None

Row = tuple[Action | None, ...]
