"""The unit that a driver is tested with, and who moves it about."""

from __future__ import annotations

from typing import Literal, Protocol

Situation = Literal[
    "black",  # what the black calibration asks for
    "white",  # what the white calibration asks for
    "sample",  # a matt surface
    "other",  # another one, clearly lighter or darker
    "silence",  # takes bytes and answers nothing, as a unit with a dead processor
    "answers",  # the end of that
    "unplug",  # the cable is pulled, for good
    "press",  # the unit's own button is pressed, once
]


class Stand(Protocol):
    """A unit with a port of its own; simulated, or a real one and a person beside it."""

    @property
    def port(self) -> str:
        """What `InstrumentModel.open` takes."""
        ...

    def arrange(self, what: Situation) -> bool:
        """Bring this about and return when it is so; False where that is not possible.

        Only what depends on it is then left untried.
        """
        ...
