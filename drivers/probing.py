"""Asking a port who is on it: one read-only request, within a quarter of a second, remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.contract import InstrumentModel
from drivers.errors import Busy, Disconnected, InstrumentError, NoInstrument, PermissionDenied
from drivers.readings import Identity
from drivers.usb import plugged

#: For opening, asking and answering, for each model asked for on a port; a CR30 needs 2 ms.
PROBE_S: Final = 0.25


class Asked:
    """What ports answered, so that none is asked twice between plugging in and pulling out."""

    def __init__(self, plugged: Callable[[str], str] = plugged) -> None:
        """`plugged` gives a mark that changes whenever a port is plugged in."""
        self._plugged = plugged
        self._answers: dict[tuple[str, str], tuple[str, Identity | InstrumentError]] = {}

    def ask(self, model: InstrumentModel, port: str) -> Identity:
        """The unit's identity, from memory if this driver has asked this port before.

        Raises:
            InstrumentError: as the probe said it, or had said it.
        """
        key, mark = (port, model.name), self._plugged(port)
        before = self._answers.get(key)
        if before is None or before[0] != mark:
            try:
                answer: Identity | InstrumentError = probe(model, port)
            except (Busy, PermissionDenied, NoInstrument, Disconnected):
                raise  # nothing was sent, so nothing was asked
            except InstrumentError as error:
                answer = error
            self._answers[key] = before = (mark, answer)
        if isinstance(before[1], InstrumentError):
            raise before[1]
        return before[1]


def probe(model: InstrumentModel, port: str) -> Identity:
    """Who is on a port, by one read-only request within `PROBE_S`.

    Raises:
        InstrumentError: nobody, somebody else, or the port cannot be opened.
    """
    assert model.probe is not None
    return model.probe(port, PROBE_S)
