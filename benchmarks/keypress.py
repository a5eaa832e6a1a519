"""From a key to the character on the screen: at rest, while packages load, while a unit streams.

One reference for all three: the minimal app at rest, typed into in the same round. A frame waits
for the next tick of Textual's clock (60 a second), so keys come at random distances.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread

from benchmarks.subjects import F6, HERE, KIOSK_MARKER, MINIMAL_MARKER, minimal
from benchmarks.table import Row, compared
from benchmarks.terminal import Cell, Terminal, running

ROUNDS = 5
KEYS = 60
BUDGET = 1.5
#: A fast typist's, and far from any timer's. Six keys closer than 35 ms are a scanner's, and go to
#: no field.
_PAUSE_S = (0.06, 0.12)
#: Fits into the shortest input that is typed into.
_WORD = "qzxvwkjhgfybpmudrtco"
_CTRL_U = b"\x15"
#: A reading takes the unit 315 ms: this is as fast as its button can be pressed.
_PRESS_EVERY_S = 0.33
_PATIENCE_S = 30.0
#: The sign of the line that says what the kiosk is waiting for.
_LOADING = "…"


class Typist:
    """Types into the input that has the focus and times each character."""

    def __init__(self, terminal: Terminal, seed: int) -> None:
        self._terminal = terminal
        self._random = random.Random(seed)
        self._place = self._find_place()
        self._typed = 0

    def key(self) -> float:
        """Seconds from one key to its character, after a pause."""
        self._terminal.rest(self._random.uniform(*_PAUSE_S))
        if self._typed == len(_WORD):
            self._empty()
        row, column = self._place
        letter, cell = _WORD[self._typed], (row, column + self._typed)
        sent = self._terminal.send(letter.encode())
        seen = self._terminal.wait_for(lambda: self._terminal.at(cell) == letter, _PATIENCE_S)
        self._typed += 1
        return seen - sent

    def _find_place(self) -> Cell:
        self._terminal.send(_WORD[:3].encode())
        self._terminal.wait_for(lambda: self._terminal.shows(_WORD[:3]), _PATIENCE_S)
        place = self._terminal.find(_WORD[:3])
        assert place is not None
        self._place = place
        self._empty()
        return place

    def _empty(self) -> None:
        self._terminal.send(_CTRL_U)
        self._terminal.wait_for(lambda: self._terminal.at(self._place) != _WORD[0], _PATIENCE_S)
        self._typed = 0


def measure() -> list[Row]:
    """Rounds in turns, after one that only warms caches."""
    found: dict[str, list[float]] = {}
    readings = 0
    for number in range(ROUNDS + 1):
        times, heard = _round(number)
        if number:
            readings += heard
            for name, seconds in times.items():
                found.setdefault(name, []).append(median(seconds))
    against = found.pop("minimal")
    names = {
        "idle": "key to frame, idle",
        "loading": "key to frame, packages loading",
        "streaming": f"key to frame, unit streaming ({readings} readings)",
    }
    return [
        compared(names[name], seconds, against, BUDGET, reference="minimal app, idle")
        for name, seconds in found.items()
    ]


def _round(number: int) -> tuple[dict[str, list[float]], int]:
    times: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="smp-kiosk-bench-") as name:
        folder = Path(name)
        with minimal(folder) as small:
            small.wait_for(lambda: small.shows(MINIMAL_MARKER), _PATIENCE_S)
            small_typist = Typist(small, number)
            arguments = [sys.executable, str(HERE / "streaming_demo.py"), name]
            with running(arguments, folder, leave=F6) as kiosk:
                kiosk.wait_for(lambda: kiosk.shows(KIOSK_MARKER), _PATIENCE_S)
                typist = Typist(kiosk, number)
                times["loading"] = list(_while_loading(kiosk, typist))
                kiosk.rest(0.5)
                times["minimal"] = [small_typist.key() for _ in range(KEYS // 2)]
                times["idle"] = [typist.key() for _ in range(KEYS)]
                times["minimal"] += [small_typist.key() for _ in range(KEYS // 2)]
                with _pressing(folder / "cr30.control"):
                    times["streaming"] = [typist.key() for _ in range(KEYS)]
        readings = int((folder / "readings").read_text())
    return times, readings


def _while_loading(kiosk: Terminal, typist: Typist) -> Iterator[float]:
    """Keys that were sent and drawn while the screen said that it was waiting for something."""
    while True:
        seconds = typist.key()
        if not _loading(kiosk):
            return
        yield seconds


def _loading(kiosk: Terminal) -> bool:
    # Line 1 has the same sign while it looks for the unit.
    return any(_LOADING in line for line in kiosk.screen.display[1:])


@contextmanager
def _pressing(control: Path) -> Iterator[None]:
    """The button of the simulated unit, pressed as soon as each reading is over."""
    done = Event()

    def press() -> None:
        while not done.wait(_PRESS_EVERY_S):
            with suppress(OSError):
                pipe = os.open(control, os.O_WRONLY | os.O_NONBLOCK)
                os.write(pipe, b"press\n")
                os.close(pipe)

    thread = Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        time.sleep(_PRESS_EVERY_S)
