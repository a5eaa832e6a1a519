"""Konica Minolta's CM-700d and CM-2600d as far as two published programs show them.

Pure: bytes and a time in, scheduled bytes out. Constructed from the documented forms and never
compared with a real unit; where the documents leave a choice (when the answer to MES comes, how
many lines a CM-2600d sends), a fault or a control line makes the other choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.simulators.faults import LINE_FAULTS, WIRE_FAULTS, FaultyUnit
from drivers.simulators.noise import Noise
from drivers.simulators.targets import BLACK, TILE, Target, load
from drivers.simulators.unit import Action, HangUp

FAULTS: Final = (
    *LINE_FAULTS,
    *WIRE_FAULTS,
    "late",  # MES is answered only after the flash (CM-700d)
    "preparing",  # the lamp never becomes ready: ER28, or ER27 on the CM-2600d
    "endless",  # the measurement never ends (CM-700d: ER35)
    "uncalibrated",  # neither zero nor white
    "white-missing",  # zero only
    "calibration",  # refuses to calibrate: ER11
    "slider",  # the aperture slider is not where the unit is set to: ER25
    "battery-low",  # OK03, with data
    "battery-dead",  # ER02
    "lamp",  # ER05
    "recalibrate",  # the unit recommends to calibrate again (CM-700d)
    "clock",  # ER17: the unit's clock has stopped
    "unknown-code",  # measurements end with a code nobody knows
    "wrong-model",  # another product of the same family answers
    "nan",  # one band is not a number
    "overrange",  # one band is far above the range, with OK09
    "missing-band",  # the last band is not sent
    "button",  # the button is pressed during every measurement (CM-2600d)
)

#: No serial number is published; this one is made up, eight digits as on the wire.
SERIAL: Final = "00012345"


@dataclass(frozen=True, slots=True)
class _Model:
    product: str
    other_product: str
    rom: str
    axis: tuple[int, int, int]
    sav: str
    mav: str
    baudrate: int


_MODELS: Final = {
    "cm700d": _Model("0100", "0300", "1010000", (400, 700, 10), "1", "2", 115200),
    "cm2600d": _Model("03", "04", "112", (360, 740, 10), "1", "0", 9600),
}


class KonicaMinoltaUnit(FaultyUnit):
    """One simulated unit; see `drivers.simulators.unit.Unit`.

    It comes calibrated. `attended` adds a person who aims into the open for zero, stands the unit
    on its plate for white, and lifts it between readings; without, calibrations see the target.
    `flash_s` is the time of one measurement; `lines` how many a CM-2600d sends for one;
    `baudrate` sets the pace at which answers end, for which a terminal has no wire.

    Control lines: `target NAME`, `lift`, `press`, `slider sav|mav`, `mode N`, `manual N`,
    `fault NAME|none`.
    """

    title = "Konica Minolta"
    faults = FAULTS
    junk = b"\x00\xffOK\x8aER3AT\r\n\xaaOK"
    cut = 6

    def __init__(
        self,
        model: str = "cm700d",
        *,
        serial: str = SERIAL,
        seed: int = 0,
        target: Target | None = None,
        fault: str | None = None,
        attended: bool = False,
        flash_s: float = 0.95,
        lines: int = 1,
        baudrate: int | None = None,
    ) -> None:
        if not re.fullmatch(r"\d{8}", serial):
            raise ValueError(f"A serial number has eight digits: {serial!r}.")
        self._zeroed = self._whited = True
        super().__init__(Noise(seed), target if target is not None else load(TILE), fault)
        self.model = model
        self._facts = _MODELS[model]
        self._serial = serial
        self._attended = attended
        self._flash_s = flash_s
        self._lines = lines
        self._baudrate = baudrate if baudrate is not None else self._facts.baudrate
        self._area = self._facts.mav
        self._slider = self._facts.mav
        self._mode = 1 if model == "cm700d" else 0
        self._averaging = ("00", "01", "01")
        self._button = True
        plate = load(TILE).reflectance
        self._white, self._dark = list(plate), [0.0] * len(plate)
        self._data: list[float] | None = None
        self._measuring_until = 0.0
        self._buffer = b""

    def _hear(self, data: bytes, now: float) -> list[Action]:
        """Answer each whole line; a line may come in pieces."""
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        return [
            action
            for line in lines
            for action in self._command(line.decode("ascii", "replace"), now)
        ]

    def _handle(self, words: list[str], now: float) -> list[Action] | None:
        match words:
            case ["press"]:
                return self._press(now)
            case ["slider", "sav" | "mav" as area]:
                self._area = self._slider = self._facts.sav if area == "sav" else self._facts.mav
            case ["mode", digit] if digit.isdigit():
                self._mode = int(digit)
            case ["manual", number] if number.isdigit():
                self._averaging = (*self._averaging[:2], f"{int(number):02d}")
            case _:
                return None
        return []

    @property
    def button_on(self) -> bool:
        """Whether a press at the unit would measure."""
        return self._button

    def _set_fault(self, name: str | None) -> None:
        super()._set_fault(name)
        self._zeroed = name != "uncalibrated"
        self._whited = name not in ("uncalibrated", "white-missing")

    def _command(self, line: str, now: float) -> list[Action]:
        start = max(now, self._busy_until)
        name, *arguments = line.split(",")
        if now < self._measuring_until and self.model == "cm700d":
            return self._answer("ER35", start)
        answers: dict[str, Callable[[float], list[Action]]] = {
            "IDR": self._identity,
            "STR": self._status,
            "CPR": self._conditions,
            "CPS": lambda at: self._set_conditions(arguments, at),
            "CAL": self._calibrate_white,
            "MES": self._measure,
        }
        if self.model == "cm700d":
            answers |= {
                "ZRC": self._calibrate_zero,
                "SWS": lambda at: self._switch(arguments == ["1"], at),
                "MDR": self._read,
            }
        else:
            answers |= {
                "UZC": self._calibrate_zero,
                "SWE": lambda at: self._switch(True, at),
            }
        return answers[name](start) if name in answers else self._answer("ER00", start)

    def _identity(self, start: float) -> list[Action]:
        facts = self._facts
        product = facts.other_product if self._fault == "wrong-model" else facts.product
        axis = ",".join(str(number) for number in facts.axis)
        return self._answer(f"OK00,{product},{facts.rom},{self._serial},0,{axis}", start)

    def _status(self, start: float) -> list[Action]:
        battery = {"battery-low": 1, "battery-dead": 2}.get(self._fault or "", 0)
        if self.model == "cm700d":
            calibration = 3 if self._whited else 1 if self._zeroed else 0
            advice = int(self._fault == "recalibrate")
            fields = f"1,{battery},{calibration},01700,00000,0000,0,{advice}"
        else:
            calibration = 3 if self._whited else 1 if self._zeroed else 0
            charging = int(self._fault == "preparing" or start < self._measuring_until)
            fields = f"{charging},{min(battery, 1)},{calibration},1700,0000,0000"
        return self._answer(f"OK00,{fields}", start)

    def _conditions(self, start: float) -> list[Action]:
        fields = [self._area, str(self._mode)]
        fields += self._averaging if self.model == "cm700d" else ()
        return self._answer(",".join(["OK00", *fields]), start)

    def _set_conditions(self, arguments: list[str], start: float) -> list[Action]:
        area, mode, *averaging = arguments
        if self._fault == "slider" or area != self._slider:
            return self._answer("ER25" if self.model == "cm700d" else "ER00", start)
        if (area, int(mode)) != (self._area, self._mode):
            self._whited = False
        self._area, self._mode = area, int(mode)
        if averaging:
            self._averaging = (averaging[0], averaging[1], averaging[2])
        return self._answer("OK00", start)

    def _switch(self, on: bool, start: float) -> list[Action]:
        self._button = on
        return self._answer("OK00", start)

    def _calibrate_zero(self, start: float) -> list[Action]:
        if self._fault == "calibration":
            return self._answer("ER11", start + self._flash_s)
        self._dark = self._noise.disturb(
            load(BLACK if self._attended else self._target.name).reflectance
        )
        self._zeroed, self._whited = True, False
        return self._answer("OK00", start + self._flash_s)

    def _calibrate_white(self, start: float) -> list[Action]:
        if self._fault == "calibration":
            return self._answer("ER11", start + self._flash_s)
        if not self._zeroed:
            return self._answer("ER07", start)
        surface = load(TILE) if self._attended else self._target
        self._white = self._noise.disturb(surface.reflectance)
        self._whited = True
        return self._answer("OK00", start + self._flash_s)

    def _measure(self, start: float) -> list[Action]:
        refusal = {
            "preparing": "ER28" if self.model == "cm700d" else "ER27",
            "slider": "ER25",
            "battery-dead": "ER02",
            "lamp": "ER05",
            "clock": "ER17",
            "unknown-code": "ER99",
        }.get(self._fault or "")
        if not self._zeroed:
            refusal = "ER07"
        elif not self._whited:
            refusal = "ER24"
        if refusal:
            return self._answer(refusal, start)
        if self._fault == "unplug":
            self._fault = None
            return [HangUp(start + self._flash_s / 2.0)]
        done = start + (1e6 if self._fault == "endless" else self._flash_s)
        self._expose()
        code = {"battery-low": "OK03", "overrange": "OK09"}.get(self._fault or "", "OK00")
        if self.model == "cm700d":
            if self._fault == "late":
                return self._answer(code, done)
            self._measuring_until = done
            return self._answer(code, start)
        if self._fault == "endless":
            return []
        self._measuring_until = done
        actions = self._send_data(code, done)
        if self._fault == "button":
            self._expose()
            actions += self._send_data(code, self._busy_until + 2.0 * self._flash_s)
        return actions

    def _press(self, now: float) -> list[Action]:
        if not self._button:
            return []
        self._expose()
        if self.model == "cm700d":
            return []
        return self._send_data("OK00", max(now, self._busy_until) + self._flash_s)

    def _expose(self) -> None:
        if self._attended:
            self._noise.lift()
        light = self._noise.disturb(self._target.reflectance)
        plate = load(TILE).reflectance
        self._data = [
            tile * (seen - dark) / max(white - dark, 1e-4)
            for tile, seen, dark, white in zip(plate, light, self._dark, self._white, strict=True)
        ]

    def _read(self, start: float) -> list[Action]:
        if self._data is None:
            return self._answer("ER10", start)
        code = {"battery-low": "OK03", "overrange": "OK09"}.get(self._fault or "", "OK00")
        return self._answer(f"{code},{','.join(self._values())}", start)

    def _send_data(self, code: str, at: float) -> list[Action]:
        line = f"{code},{','.join(self._values())}"
        return [
            action
            for _ in range(self._lines)
            for action in self._answer(line, max(at, self._busy_until))
        ]

    def _values(self) -> list[str]:
        data = self._data or []
        if self.model == "cm700d":
            values = [f"{round(value * 1e4):04d}" for value in data]
        else:
            # The targets end at 400 and 700 nm; beyond, the last value goes on.
            wide = [data[0]] * 4 + data + [data[-1]] * 4
            values = [f"{value * 100:.2f}" for value in wide]
        if self._fault == "nan":
            values[7] = "*****"
        elif self._fault == "overrange":
            values[24] = "21000" if self.model == "cm700d" else "210.00"
        elif self._fault == "missing-band":
            values.pop()
        return values

    def _answer(self, line: str, at: float) -> list[Action]:
        data = line.encode("ascii") + b"\r\n"
        return self._send(data, at + 10.0 * len(data) / self._baudrate)
