"""A simulated CR30 in a process of its own, and the hand that moves its probe.

The process can be killed like a cable can be pulled; the kiosk then meets what it would meet with a
real unit: a hang-up on its serial port.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path

from drivers.errors import NoInstrument

#: Starting an interpreter and opening a pty; generous, because a small machine may be busy.
START_TIMEOUT_S = 20.0


class Hand:
    """Puts the probe where a screen asks for it, through the unit's control pipe."""

    def __init__(self, control: Path, surfaces: dict[str, str], *, pause_s: float = 0.0) -> None:
        self._control = control
        self._surfaces = surfaces
        self._pause_s = pause_s
        self._on: str | None = None

    def place(self, surface: str) -> None:
        """Move the probe; black and the tile are the simulated person's own business."""
        target = self._surfaces.get(surface)
        if target is None or target == self._on:
            return
        self._send(f"target {target}")
        self._on = target
        # A person needs a moment to take the cap off; at the screens there is one anyway.
        time.sleep(self._pause_s)

    def lift(self) -> None:
        """Lift the probe and set it down again."""
        self._send("lift")

    def _send(self, line: str) -> None:
        try:
            pipe = os.open(self._control, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return  # the unit is gone; the serial line will say so better than we can
        try:
            # Between the two calls the unit may have died, or be too busy to take lines.
            with suppress(OSError):
                os.write(pipe, line.encode() + b"\n")
        finally:
            os.close(pipe)


@contextmanager
def simulated_unit(
    folder: Path,
    *,
    skin: str = "skin-medium",
    hair: str = "hair-black",
    seed: int = 20,
    pause_s: float = 0.0,
) -> Iterator[tuple[str, Hand]]:
    """A running unit; yields (port, hand). The process ends with the block.

    Raises:
        NoInstrument: the process did not come up.
    """
    port, control = folder / "cr30", folder / "cr30.control"
    with as_file(files("kiosk.demo") / "data" / "card.csv") as card:
        process = subprocess.Popen(  # noqa: S603 - this interpreter, arguments of our own
            [
                sys.executable,
                "-m",
                "kiosk.entry",
                "instruments",
                "simulate",
                "cr30",
                "--link",
                str(port),
                "--control",
                str(control),
                "--target",
                skin,
                "--seed",
                str(seed),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            _wait_until_ready(process)
            surfaces = {"skin": skin, "hair": hair, "card": str(card)}
            yield str(port), Hand(control, surfaces, pause_s=pause_s)
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    # One line is all it says, so what select(2) sees is not hidden in a buffer.
    said, _, _ = select.select([process.stdout], [], [], START_TIMEOUT_S)
    if said and process.stdout.readline().startswith("ready "):
        return
    raise NoInstrument("the simulated unit did not start", "Run the demo again.")
