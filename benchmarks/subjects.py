"""The two programs that are timed on a terminal, and how one leaves them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.terminal import Terminal, running

HERE = Path(__file__).parent
MINIMAL_MARKER = "What is your name?"
KIOSK_MARKER = "Who is at the chair?"
F6, CTRL_Q = b"\x1b[17~", b"\x11"


def script() -> str:
    """The installed `smp-kiosk` of this interpreter."""
    found = shutil.which("smp-kiosk", path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit("smp-kiosk is not installed beside this Python: pip install -e .")
    return found


@contextmanager
def minimal(folder: Path) -> Iterator[Terminal]:
    """The minimal app."""
    with running([sys.executable, str(HERE / "minimal_app.py")], folder, leave=CTRL_Q) as terminal:
        yield terminal


@contextmanager
def demo(folder: Path) -> Iterator[Terminal]:
    """`smp-kiosk demo` as it is installed."""
    with running([script(), "demo"], folder, leave=F6) as terminal:
        yield terminal
