"""Scans read by the kiosk against the same scans parsed by biip alone, in turns within one run."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import biip

from benchmarks.table import Row, compared
from kiosk.inventory.scanning import decode

ROUNDS = 15
BUDGET = 1.5
_SCANS = Path(__file__).parent.parent / "tests/inventory/scanning/data/oracle-smp-scans.jsonl"
_TODAY = date(2026, 11, 21)


def _biip(scans: list[str]) -> None:
    config = biip.ParseConfig()
    for scan in scans:
        biip.parse(scan, config=config)


def _kiosk(scans: list[str]) -> None:
    for scan in scans:
        decode(scan, today=_TODAY)


def _seconds(read: Callable[[list[str]], None], scans: list[str]) -> float:
    gc.collect()
    started = time.perf_counter()
    read(scans)
    return time.perf_counter() - started


def measure() -> list[Row]:
    """Seconds for the scans that biip parses without an exception of its own, all in one pass."""
    lines = _SCANS.read_text("utf-8").split("\n")
    scans = [json.loads(line)["scan"] for line in lines if line]
    readable = []
    for scan in scans:
        try:
            biip.parse(scan)
        except Exception:
            continue
        readable.append(scan)
    _kiosk(readable)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(_seconds(_biip, readable))
        ours.append(_seconds(_kiosk, readable))
    return [
        compared(
            f"{len(readable):,} scans decoded", ours, theirs, BUDGET, reference="biip.parse alone"
        )
    ]
