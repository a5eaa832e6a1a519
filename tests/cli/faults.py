"""What `instruments read` ends with for each fault of each simulated unit.

`DONE` is a reading (exit 0). `UNFITTED` is the end of a healthy head without a correction: it was
calibrated and read, and only the colour is missing. All else is a kind of error, with exit 3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from drivers.simulators import running
from tests.cli.conftest import Cli
from tests.drivers.quick import quick_unit, shorten

DONE: Final = "done"
UNFITTED: Final = "no correction"

AT_HEADS: Final = ("as7261", "as7262", "as7265x")
HEADS: Final = (*AT_HEADS, "open-head")

#: Steps that must come before a reading; the other units come calibrated.
STEPS: Final = {"spectrolino": "white", **dict.fromkeys(HEADS, "black,white")}

_EVERY: Final = {
    "unplug": "disconnected",
    "silence": "timeout",
    "split": DONE,
    "short": "protocol",
    "garbage": DONE,
    "wrong-model": "unsupported",
    "nan": "protocol",
}
_TEXT: Final = {"twice": DONE, "wrong-speed": "protocol", "parity": "protocol"}
_HEAD: Final = (
    _EVERY
    | _TEXT
    | {
        "banner": DONE,
        "echo": "unsupported",
        "error": "unsupported",
        "saturated": "saturated",
        "stuck": "protocol",
        "dark-lamp": "needs-calibration",
    }
)
_AT: Final = _HEAD | dict.fromkeys(
    ("streaming", "led-dialect", "crlf", "cr", "unended", "own-line"), DONE
)
_MINOLTA: Final = (
    _EVERY
    | _TEXT
    | {
        "late": DONE,
        "preparing": "timeout",
        "endless": "timeout",
        "uncalibrated": "needs-calibration",
        "white-missing": "needs-calibration",
        "calibration": DONE,  # nothing is calibrated here
        "slider": "needs-calibration",
        "battery-low": DONE,
        "battery-dead": "unit-fault",
        "lamp": "unit-fault",
        "clock": "unit-fault",
        "recalibrate": DONE,
        "unknown-code": "unsupported",
        "overrange": "saturated",
        "missing-band": "protocol",
        "button": DONE,
    }
)

KINDS: Final[dict[str, dict[str, str]]] = {
    "as7261": _AT,
    "as7262": _AT,
    "as7265x": _AT,
    "open-head": _HEAD
    | {
        "checksum": "protocol",
        "button": DONE,
        "stale": "protocol",
        "busy": DONE,
        "stuck-busy": "timeout",
        "sensor": "unit-fault",
        "hot": "unit-fault",
    },
    "cm700d": _MINOLTA,
    # Its ER25 is about a target in its memory, it knows no ER17, and lines of two measurements
    # cannot be told apart.
    "cm2600d": _MINOLTA | {"slider": "protocol", "clock": "unsupported", "button": "protocol"},
    "cr30": _EVERY
    | {
        "short": "timeout",  # frames have no end, so a part of one is silence
        "twice": "protocol",
        "checksum": "protocol",
        "echo": "unsupported",
        "button": DONE,
        "cap-on": "gated",
        "calibration": DONE,
        "overrange": "saturated",
    },
    "spectrolino": _EVERY
    | {
        "short": "timeout",  # what it hears at one speed sends it on to the next
        "twice": DONE,
        "wrong-speed": "timeout",
        "parity": "timeout",
        "line-error": "timeout",
        "not-ready": "timeout",
        "lamp": "unit-fault",
        "overflow": "saturated",
        "reset": "disconnected",
        "unknown-code": "unsupported",
        "stale": "protocol",
        "filter-out": "needs-calibration",
        "filter-changed": "needs-calibration",
        "white-warning": "needs-calibration",
        "no-reference": "needs-calibration",
        "overrange": "saturated",
        "colour-range": DONE,
    },
}


def check(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, fault: str | None
) -> None:
    """Calibrate and read one simulated unit, and compare how that ends with `KINDS`."""
    shorten(monkeypatch)
    expected = DONE if fault is None else KINDS[model][fault]
    if expected == DONE and model in HEADS:
        expected = UNFITTED
    steps = ["--calibrate", STEPS[model]] if model in STEPS else []
    options = {} if fault is None else {"fault": fault}
    with running(quick_unit(model, **options), tmp_path / "unit"):
        # Enter before each step; the simulated person needs no more.
        ended = cli(
            "instruments", "read", "--model", model, "--port", str(tmp_path / "unit"), "--json",
            *steps, stdin="\n" * 3,
        )  # fmt: skip
    if expected == DONE:
        assert ended.code == 0, ended.out
        assert len(ended.json["readings"]) == 1
        return
    assert ended.code == 3, ended.out
    assert ended.error["hint"]
    assert "readings" not in ended.json
    if expected == UNFITTED:
        assert ended.error["kind"] == "needs-calibration"
        assert "no correction" in ended.error["message"]
    else:
        assert ended.error["kind"] == expected
        assert "no correction" not in ended.error["message"]
