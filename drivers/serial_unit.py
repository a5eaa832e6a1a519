"""What drivers do alike whose unit answers on a serial line, whatever it speaks.

A driver adds what its unit measures and calibrates, how it tells who it is, and last words.
"""

from __future__ import annotations

import contextlib
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from drivers.contract import Link
from drivers.conversation import Conversation, Diagnostics
from drivers.errors import Disconnected, InstrumentError
from drivers.readings import Identity, Spectrum

L = TypeVar("L", bound=Link)
T = TypeVar("T")
C = TypeVar("C", bound=Conversation[Any])


class SerialUnit(ABC, Generic[C]):
    """An open unit; see `drivers.contract.Colorimeter`. Without a gated cap, if not overridden."""

    def __init__(self, talk: C) -> None:
        self._talk = talk
        self._woken = threading.Event()
        self._closed = False

    @property
    @abstractmethod
    def identity(self) -> Identity:
        """Who answered when the port was opened."""

    @property
    def diagnostics(self) -> Diagnostics:
        """Disturbances of the line, counted since the port was opened."""
        return self._talk.diagnostics

    @property
    def tile_constant(self) -> Spectrum | None:
        """Always None: there is no gated cap, and what is set is forgotten."""
        return None

    @tile_constant.setter
    def tile_constant(self, value: Spectrum | None) -> None:
        del value

    def ping(self) -> None:
        """Ask for the identity again.

        Raises:
            Disconnected: another unit answers.
        """
        now = self._who()
        if now != self.identity:
            raise Disconnected(
                f"Another unit ({now.model} {now.serial} {now.firmware}) answers on "
                f"{self._talk.link.name} instead of {self.identity.serial}.",
                "Open the instrument again and calibrate it.",
            )

    def wake(self) -> None:
        """End the `wait_for_button` that runs, or else the next one; safe from any thread."""
        self._woken.set()
        self._talk.link.cancel()

    def close(self) -> None:
        """Leave the unit as the next program wants to find it, if it listens; release the port."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(InstrumentError):
                self._part()
        self._talk.link.close()

    @abstractmethod
    def _who(self) -> Identity:
        """Ask the unit who it is."""

    def _part(self) -> None:
        """Last words, for units that need any; what goes wrong with them is nobody's concern."""

    def _settle(self) -> None:
        """After a failed exchange, let a late answer pass by asking something harmless.

        Answers come in the order of requests, so what the failed one still brings comes before
        the identity, and is dropped.
        """
        if self._talk.unsettled:
            self.ping()

    def _heard(
        self,
        deadline: float,
        pressed: Callable[[], bool],
        listen: Callable[[float], None] | None = None,
    ) -> bool:
        """Listen until `pressed`; False after the deadline or when somebody called `wake`."""
        while not self._woken.is_set():
            if pressed():
                return True
            if self._talk.clock() >= deadline:
                return False
            (listen or self._talk.listen)(deadline)
        self._woken.clear()
        return False


def never_pressed() -> bool:
    """For `SerialUnit._heard` of units without a button."""
    return False


def attached(link: L, attach: Callable[[L], T]) -> T:
    """What `attach` makes of `link`, which is closed again when it fails."""
    try:
        return attach(link)
    except BaseException:
        link.close()
        raise


@contextlib.contextmanager
def asking(link: L, timeout_s: float) -> Iterator[tuple[L, Callable[[], float]]]:
    """`link` without what lay on it, and the seconds left of `timeout_s`; closed afterwards."""
    deadline = time.monotonic() + timeout_s
    try:
        link.drain()
        yield link, lambda: max(0.0, deadline - time.monotonic())
    finally:
        link.close()
