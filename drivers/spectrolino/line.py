"""Finding the speed a unit was left at, moving to a better one, and back on closing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Final, Protocol

from drivers.contract import Link
from drivers.conversation import again
from drivers.errors import InstrumentError, InstrumentTimeout, ProtocolError
from drivers.link import Flow
from drivers.spectrolino import protocol
from drivers.spectrolino.conversation import Conversation
from drivers.spectrolino.protocol import Answer, Request

#: Characters of the longest request here and its answer.
_SHORT_EXCHANGE: Final = 22


class AdjustableLink(Link, Protocol):
    """A link whose speed and flow control can be changed while it is open."""

    def configure(self, *, baudrate: int, flow: Flow) -> None:
        """See `drivers.link.SerialLink.configure`."""
        ...


class TunedLink:
    """A link at the working speed that leaves the unit at 9600 baud, where others look for it."""

    def __init__(self, link: AdjustableLink, clock: Callable[[], float] = time.monotonic) -> None:
        """Find the unit behind `link` and set both ends; blocks up to 7 s when it is silent.

        Raises:
            InstrumentTimeout: it answers at no speed.
        """
        self._link = link
        self._closed = False
        self._baudrate = protocol.DEFAULT_BAUDRATE
        self._talk = Conversation(link, clock)
        self._find()
        self._tune()

    @property
    def name(self) -> str:
        """The name of the link underneath."""
        return self._link.name

    def read(self, size: int, timeout_s: float) -> bytes:
        """See `drivers.contract.Link.read`."""
        return self._link.read(size, timeout_s)

    def write(self, data: bytes) -> None:
        """See `drivers.contract.Link.write`."""
        self._link.write(data)

    def drain(self) -> bytes:
        """See `drivers.contract.Link.drain`."""
        return self._link.drain()

    def cancel(self) -> None:
        """See `drivers.contract.Link.cancel`."""
        self._link.cancel()

    def close(self) -> None:
        """Take the unit back to 9600 baud without flow control, if it listens, and close."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(InstrumentError):
                for request in (Request.FLOW_NONE, Request.BAUD_9600):
                    self._talk.ask(request, Answer.DOWNLOAD, self._patience())
        self._link.close()

    def _find(self) -> None:
        for baudrate in protocol.PROBED_BAUDRATES:
            self._configure(baudrate, "none")
            if self._answers():
                return
        raise InstrumentTimeout(
            f"No Spectrolino answers on {self._link.name} at any speed from 300 to 57600 baud.",
            "Check its power supply and that the cable is a serial one for this unit.",
        )

    def _tune(self) -> None:
        self._talk.ask(Request.FLOW_XON_XOFF, Answer.DOWNLOAD, self._patience())
        # Whether this is answered at the old speed or the new one is not documented.
        with contextlib.suppress(InstrumentTimeout, ProtocolError):
            self._talk.ask(Request.BAUD_57600, Answer.DOWNLOAD, self._patience())
        self._configure(protocol.WORKING_BAUDRATE, protocol.WORKING_FLOW)
        if not self._answers():
            # It did not move, or the cable is too long for it; any speed will do.
            self._find()

    def _answers(self) -> bool:
        """Whether the unit answers at this speed; once more, for the first may follow noise."""
        try:
            again(2, self._ask_parameters)
        except (InstrumentTimeout, ProtocolError):
            return False
        return True

    def _ask_parameters(self) -> None:
        self._talk.ask(Request.PARAMETERS, Answer.PARAMETERS, self._patience(), settling=True)

    def _configure(self, baudrate: int, flow: Flow) -> None:
        self._link.configure(baudrate=baudrate, flow=flow)
        self._baudrate = baudrate

    def _patience(self) -> float:
        """How long a short answer may take at this speed; 300 baud need 0.7 s for the wire."""
        return protocol.PROBE_S / 2 + 10.0 * _SHORT_EXCHANGE / self._baudrate
