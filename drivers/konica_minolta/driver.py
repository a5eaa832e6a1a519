"""What both dialects do alike: identity, conditions, calibration; measuring is each one's own.

The unit may be calibrated, set and measured with at its own keys at any time, so nothing is taken
for granted from one reading to the next: conditions and status are asked before every one.

Evidence: one source for each dialect (see `protocol`), dialogues constructed; never tried on
hardware.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from drivers.contract import CalibrationKind, Capabilities, Link
from drivers.errors import (
    InstrumentTimeout,
    NeedsCalibration,
    UnitFault,
    Unsupported,
)
from drivers.konica_minolta import protocol, replies
from drivers.konica_minolta.codec import Reply
from drivers.konica_minolta.conversation import Conversation
from drivers.konica_minolta.protocol import Dialect
from drivers.konica_minolta.replies import Axis, Conditions, Status
from drivers.link import open_link
from drivers.readings import Condition, Identity, RawReading, Spectrum
from drivers.serial_unit import SerialUnit, asking, attached

RECALIBRATE: Final = "The unit recommends to calibrate again now."


class KonicaMinolta(SerialUnit[Conversation]):
    """An open unit of one dialect; see `drivers.contract.Colorimeter`.

    `condition` is that of the last look at the unit: its slider and its menu may change it.
    """

    def __init__(
        self,
        dialect: Dialect,
        capabilities: Capabilities,
        link: Link,
        clock: Callable[[], float],
        data_fields: int = 0,
    ) -> None:
        """Identify the unit behind `link`, which must be open; takes ownership of the link.

        Raises:
            Unsupported: another product answers.
            InstrumentTimeout: nothing answers.
        """
        super().__init__(Conversation(link, clock, data_fields))
        self.capabilities = capabilities
        self.dialect = dialect
        link.drain()  # left by whoever used the port before
        self._identity, self._axis = self._ask_identity()
        # That may have answered a program that crashed; then our own answer is still to come.
        self._talk.pause(protocol.LATE_S)
        found = self._look()
        self.condition: Condition = self._condition(found)
        #: What the unit's calibration belongs to, as far as this driver saw it happen.
        self._calibrated_for = found.key

    @property
    def identity(self) -> Identity:
        """Who answered when the port was opened."""
        return self._identity

    def calibrate(self, kind: CalibrationKind) -> None:
        """Calibrate zero ("black") or white for the area and the mode the unit is set to.

        Raises:
            NeedsCalibration: the unit refused, or is not calibrated even so.
        """
        self._settle()
        found = self._look()
        self.condition = self._condition(found)
        command = self.dialect.zero if kind == "black" else protocol.WHITE
        self._act(command, timeout_s=protocol.ACTION_S)
        if kind == "white":
            missing = self._status()[0].missing
            if missing:
                raise NeedsCalibration(missing, replies.CALIBRATE)
            self._calibrated_for = found.key

    def read(self, *, confirm: bool = False) -> RawReading:
        """Trigger one measurement with the unit's own settings; `confirm` changes nothing here.

        Raises:
            NeedsCalibration: the unit is not calibrated, or was for another area or mode.
            UnitFault: battery or lamp.
        """
        del confirm
        self._settle()
        found = self._look()
        self.condition = self._condition(found)
        if found.key != self._calibrated_for:
            raise NeedsCalibration(
                f"The unit was calibrated for another setting than {found.area.name}, "
                f"{self.condition.geometry}.",
                replies.CALIBRATE,
            )
        state, warnings = self._status()
        if state.missing:
            raise NeedsCalibration(state.missing, replies.CALIBRATE)
        if state.battery_dead:
            raise UnitFault(state.battery)
        return self._measure(found, warnings)

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        """Block up to `timeout_s` for a press; None when none came or `wake` was called.

        Units whose button is switched off give None, and notice meanwhile when they vanish.
        """
        self._settle()
        deadline = self._talk.clock() + timeout_s
        self._talk.absorb()
        return self._press() if self._heard(deadline, lambda: bool(self._talk.unasked)) else None

    @abstractmethod
    def _measure(self, found: Conditions, warnings: tuple[str, ...]) -> RawReading:
        """One reading under conditions that were checked."""

    def _press(self) -> RawReading | None:
        """The measurement the button made; only units that send one have this to do."""
        self._talk.lose_presses()
        return None

    def _ask_identity(self) -> tuple[Identity, Axis]:
        return replies.identity(self.dialect, self._talk.settle(protocol.ANSWER_S))

    def _who(self) -> Identity:
        return self._ask_identity()[0]

    def _look(self) -> Conditions:
        return replies.conditions(
            self.dialect, self._ask(protocol.CONDITIONS, timeout_s=protocol.ANSWER_S)
        )

    def _status(self, timeout_s: float | None = None) -> tuple[Status, tuple[str, ...]]:
        """The status, and the warnings in it."""
        reply = self._ask(protocol.STATUS, timeout_s=timeout_s or protocol.ANSWER_S)
        state = replies.status(self.dialect, reply)
        warnings = replies.warning(self.dialect, reply)
        warnings += (state.battery,) if state.battery and not state.battery_dead else ()
        return state, warnings + ((RECALIBRATE,) if state.recalibrate else ())

    def _condition(self, found: Conditions) -> Condition:
        geometry = self.dialect.geometries.get(found.mode)
        if geometry is None:
            raise Unsupported(
                f"The unit is set to measuring mode {found.mode}, which gives several readings.",
                "Set the unit to SCI or to SCE alone, then calibrate it.",
            )
        return Condition(geometry, "D65", "10", found.area.aperture_mm)

    def _ask(self, command: bytes, *arguments: str, timeout_s: float) -> Reply:
        reply = self._talk.ask(command, *arguments, timeout_s=timeout_s)
        if not reply.ok:
            raise replies.failure(self.dialect, reply)
        return reply

    def _act(self, command: bytes, *arguments: str, timeout_s: float) -> Reply:
        """Like `_ask`, again every 0.5 s while the unit is not ready: then it did nothing yet."""
        deadline = self._talk.clock() + timeout_s
        while True:
            reply = self._talk.ask(command, *arguments, timeout_s=timeout_s)
            if reply.ok:
                return reply
            if not self._may_become_ready(reply) or self._talk.clock() >= deadline:
                raise replies.failure(self.dialect, reply)
            self._talk.pause(protocol.POLL_S)

    def _may_become_ready(self, reply: Reply) -> bool:
        return isinstance(replies.failure(self.dialect, reply), InstrumentTimeout)

    def _reading(
        self,
        lines: list[Reply],
        scale: float,
        warnings: tuple[str, ...],
        trigger: Literal["host", "button"],
    ) -> RawReading:
        """The last of `lines` as a reading; the bytes of all of them are kept."""
        at, monotonic_ns = datetime.now(UTC), time.monotonic_ns()
        values = replies.reflectance(lines[-1], self._axis.count, scale)
        warnings += replies.warning(self.dialect, lines[-1])
        return RawReading(
            identity=self._identity,
            condition=self.condition,
            spectrum=Spectrum(self._axis.start_nm, self._axis.step_nm, values),
            at=at,
            monotonic_ns=monotonic_ns,
            raw=b"".join(line.line + protocol.TERMINATOR for line in lines),
            trigger=trigger,
            warnings=tuple(dict.fromkeys(warnings)),
        )


def open_port(
    dialect: Dialect, driver: Callable[[Link], KonicaMinolta], port: str
) -> KonicaMinolta:
    """Open `port` with the dialect's line settings; closed again when nothing suitable answers."""
    return attached(open_link(port, baudrate=dialect.baudrate, flow=dialect.flow), driver)


def probe(dialect: Dialect, port: str, timeout_s: float) -> Identity:
    """Who is on `port`, asked once and within `timeout_s` from now."""
    line = open_link(port, baudrate=dialect.baudrate, flow=dialect.flow)
    with asking(line, timeout_s) as (link, left):
        return replies.identity(dialect, Conversation(link, time.monotonic).settle(left()))[0]
