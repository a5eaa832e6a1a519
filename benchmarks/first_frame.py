"""From starting the program to its first screen, and what `--help` pulls in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.subjects import KIOSK_MARKER, MINIMAL_MARKER, demo, minimal
from benchmarks.table import Row, compared
from benchmarks.terminal import Terminal

ROUNDS = 9
BUDGET = 1.5
_PATIENCE_S = 30.0
#: What a person who only asks for help must not wait for.
HEAVY = ("colour", "sqlalchemy", "textual")


def measure() -> list[Row]:
    """Rounds in turns, after one that only warms caches."""
    ours: list[float] = []
    theirs: list[float] = []
    with TemporaryDirectory(prefix="smp-kiosk-bench-") as name:
        folder = Path(name)
        for _ in range(ROUNDS + 1):
            with minimal(folder) as terminal:
                theirs.append(_first_frame(terminal, MINIMAL_MARKER))
            with demo(folder) as terminal:
                ours.append(_first_frame(terminal, KIOSK_MARKER))
    row = compared(
        "first frame of `smp-kiosk demo`", ours[1:], theirs[1:], BUDGET, reference="minimal app"
    )
    return [row, _imports_of_help()]


def _first_frame(terminal: Terminal, marker: str) -> float:
    return terminal.wait_for(lambda: terminal.shows(marker), _PATIENCE_S) - terminal.started


def _imports_of_help() -> Row:
    program = (
        "import sys; sys.argv = ['smp-kiosk', '--help']\n"
        "from kiosk.entry import main\n"
        "try: main()\n"
        f"finally: print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    found = done.stderr.split()
    answer = ", ".join(f"{name} {'yes' if name in found else 'no'}" for name in HEAVY)
    return Row("imported by `smp-kiosk --help`", answer, "-", "-", "-", "none of them", not found)
