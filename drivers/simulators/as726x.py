"""An AS7265x, AS7262 or AS7261 with AT firmware behind its UART, with the firmware's habits.

Pure: bytes and a time in, scheduled bytes out. Answers look like those in the published firmware
images: values, a blank, OK, line feed. One-shot frames take two integration periods; asked for
earlier, the head sends the frame before.
"""

from __future__ import annotations

import re
from typing import Final

from drivers.simulators import heads
from drivers.simulators.faults import LINE_FAULTS, WIRE_FAULTS, FaultyUnit
from drivers.simulators.heads import Filter, Holder, Optics
from drivers.simulators.targets import TILE, Target, load
from drivers.simulators.unit import Action, HangUp, Send

FAULTS: Final = (
    *LINE_FAULTS,
    *WIRE_FAULTS,
    "banner",  # boots when first spoken to, and says so instead of answering
    "echo",  # a line that sends back what it is sent
    "error",  # ERROR to all but questions about who is there
    "wrong-model",  # an AS7263, which sees near infrared only
    "nan",  # one value is N/A
    "saturated",  # one value is 65535
    "stuck",  # the one-shot never happens: the same counts each time
    "dark-lamp",  # the lamp does not light
    "streaming",  # a crashed program left ATBURST on
    "led-dialect",  # the other firmware's values for lamps
    "crlf",  # lines end with CR LF
    "cr",  # lines end with CR
    "unended",  # lines do not end
    "own-line",  # OK has a line of its own
)

_CHIPS: Final[dict[str, tuple[int, tuple[Filter, ...], int]]] = {
    "as7265x": (0x4041, heads.AS7265X, 1),
    "as7262": (0x403E, heads.AS7262, 100),
    "as7261": (0x403D, heads.AS7261, 100),
}
_FIRMWARE: Final = {"as7265x": "12.0.0", "as7262": "1.1.0", "as7261": "1.1.0"}
_ANSWER_S: Final = 0.003
#: One step of the integration time.
_STEP_S: Final = 0.0028
_GAINS: Final = (1.0, 3.7, 16.0, 64.0)
_REFERENCE: Final = 16.0 * 60
_ASSIGNMENT: Final = re.compile(r"(AT[A-Z0-9]*)=([0-9]+|0X[0-9A-F]+)")


class As726xUnit(FaultyUnit):
    """One simulated head; see `drivers.simulators.unit.Unit`.

    Control lines: `target NAME`, `lift`, `temperature N`, `fault NAME|none`.
    """

    title = "AT head"
    faults = FAULTS
    junk = b"\x00\xff\xbb\x01AT\r\n"
    cut = 2

    def __init__(
        self,
        model: str = "as7265x",
        *,
        seed: int = 0,
        target: Target | None = None,
        fault: str | None = None,
        attended: bool = False,
    ) -> None:
        """`attended` adds a person; see `drivers.simulators.heads.Holder`."""
        self._model = model
        self._hardware, filters, self._lamp_on = _CHIPS[model]
        self._streaming = False
        self._booting = False
        self._optics = Optics(filters, seed)
        surface = target if target is not None else load(TILE)
        self._holder = Holder(surface, attended=attended)
        super().__init__(self._optics.noise, surface, fault)
        self._registers = {
            "ATGAIN": 1,
            "ATINTTIME": 20,
            "ATTCSMD": 2,
            "ATLED0": 1,
            "ATLED1": 0,
            "ATLEDC": 0,
        }
        self._frame = (0,) * len(filters)
        self._frame_at = 0.0
        self._pending: tuple[int, ...] | None = None
        self._exposed = False
        self._celsius = 25
        self._line = b""

    @property
    def lamp(self) -> bool:
        """Whether the lamp burns."""
        return self._registers["ATLED1"] != 0

    @property
    def streaming(self) -> bool:
        """Whether frames are sent unasked."""
        return self._streaming

    def _hear(self, data: bytes, now: float) -> list[Action]:
        """Answer the lines that `data` ends; a stream sends a frame around each."""
        if self._fault == "echo":
            return [Send(now + _ANSWER_S, data)]
        *lines, self._line = re.split(rb"[\r\n]", self._line + data)
        actions: list[Action] = []
        for line in filter(None, lines):
            start = max(now, self._busy_until)
            if self._streaming:
                # The middle of a line first: the host opened the port in the middle of one.
                actions.append(Send(start, b"8, 455" + self._end(self._data())))
            actions += self._obey(line.decode("ascii", "replace").strip().upper(), start)
        return actions

    def _handle(self, words: list[str], now: float) -> list[Action] | None:  # noqa: ARG002
        match words:
            case ["temperature", celsius] if celsius.isdecimal():
                self._celsius = int(celsius)
                return []
        return None

    def _place(self, target: Target) -> None:
        self._holder.place(target)

    def _set_fault(self, name: str | None) -> None:
        super()._set_fault(name)
        self._streaming |= name == "streaming"
        self._booting |= name == "banner"

    def _obey(self, line: str, start: float) -> list[Action]:
        done = self._busy_until = start + _ANSWER_S
        if self._booting:
            self._booting = False
            return [Send(done, b"\x00ams boot 2.1\r\nstarting\r\n")]
        if self._fault == "unplug" and line == "ATDATA" and self.lamp:
            self._fault = None
            return [HangUp(start)]
        return self._tell(self._answer(line, start), done)

    def _answer(self, line: str, start: float) -> str:
        assignment = _ASSIGNMENT.fullmatch(line)
        asks_who = line in ("AT", "ATVERHW", "ATVERSW") or line == "ATBURST=0"
        if self._fault == "error" and not asks_who:
            return "ERROR"
        if assignment is not None:
            return self._assign(assignment[1], int(assignment[2], 0), start)
        match line:
            case "AT":
                return "OK"
            case "ATVERHW":
                return f"0x{0x403F if self._fault == 'wrong-model' else self._hardware:04X} OK"
            case "ATVERSW":
                return f"{_FIRMWARE[self._model]} OK"
            case "ATTEMP":
                count = 3 if self._model == "as7265x" else 1
                return f"{', '.join([str(self._celsius)] * count)} OK"
            case "ATDATA":
                return self._read_out(start)
            case _ if line in self._registers:
                return f"{self._registers[line]} OK"
        return "ERROR"

    def _assign(self, name: str, value: int, start: float) -> str:
        if name == "ATBURST":
            self._streaming = value != 0
            self._holder.opened()
            return "OK"
        on = 101 - self._lamp_on if self._fault == "led-dialect" else self._lamp_on
        allowed: dict[str, tuple[int, ...] | range] = {
            "ATGAIN": range(4),
            "ATINTTIME": range(1, 256),
            "ATTCSMD": range(4),
            "ATLED0": (0, on),
            "ATLED1": (0, on),
            "ATLEDC": range(0x40),
        }
        if value not in allowed.get(name, ()):
            return "ERROR"
        if name == "ATLED1" and self._exposed and not value:
            # The lamp goes out after a lit frame: that exposure is over.
            self._holder.exposed(start)
            self._exposed = False
        self._registers[name] = value
        if name == "ATTCSMD":
            self._integrate(start)
        return "OK"

    def _integrate(self, start: float) -> None:
        if self._holder.moved(start) and not self.lamp:
            self._optics.lift()
        self._pending = self._expose()
        self._frame_at = start + 2 * self._registers["ATINTTIME"] * _STEP_S

    def _expose(self) -> tuple[int, ...]:
        gain = _GAINS[self._registers["ATGAIN"]]
        return self._optics.counts(
            self._holder.surface,
            lit=self.lamp and self._fault != "dark-lamp",
            sensitivity=gain * self._registers["ATINTTIME"] / _REFERENCE,
        )

    def _read_out(self, start: float) -> str:
        if self._fault != "stuck":
            if self._registers["ATTCSMD"] != 3:
                self._frame = self._expose()
            elif self._pending is not None and start >= self._frame_at:
                self._frame, self._pending = self._pending, None
        elif not any(self._frame):
            self._frame = tuple(5000 + place for place in range(len(self._frame)))
        self._exposed |= self.lamp
        return self._data()

    def _data(self) -> str:
        fields = [str(count) for count in self._frame]
        if self._fault == "nan":
            fields[2] = "N/A"
        elif self._fault == "saturated":
            fields[4] = "65535"
        return ", ".join(fields) + " OK"

    def _end(self, text: str) -> bytes:
        if self._fault == "own-line" and text.endswith(" OK"):
            text = text.removesuffix(" OK") + "\nOK"
        ends = {"crlf": "\r\n", "cr": "\r", "unended": ""}
        end = ends.get(self._fault or "", "\n")
        return (text.replace("\n", end) + end).encode("ascii")

    def _tell(self, text: str, at: float) -> list[Action]:
        data = self._end(text)
        return self._send(data + self._end(self._data()) if self._streaming else data, at)
