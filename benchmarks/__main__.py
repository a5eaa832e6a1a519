"""Runs the benchmarks that are named, or all, and prints their tables."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

from benchmarks.table import Row, markdown

NAMES = (
    "first_frame",
    "keypress",
    "reading",
    "cycles",
    "codecs",
    "idle",
    "leaving",
    "recipe",
    "confirm",
    "many_lots",
    "stock_at_scale",
    "scanning",
    "correction_quality",
)


def main(wanted: list[str]) -> None:
    """Progress goes to standard error, so that the tables can be redirected.

    A benchmark has rows for the common table (`measure`), or a table of its own (`report`).
    """
    if unknown := set(wanted) - set(NAMES):
        raise SystemExit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    rows: list[Row] = []
    reports: list[str] = []
    for name in NAMES:
        if not wanted or name in wanted:
            print(f"{name} ...", file=sys.stderr, flush=True)
            module = import_module(f"benchmarks.{name}")
            if hasattr(module, "measure"):
                rows += module.measure()
            if hasattr(module, "report"):
                reports.append(module.report())
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}\n")
    if rows:
        print(markdown(rows))
    for report in reports:
        print(f"\n{report}")


if __name__ == "__main__":
    main(sys.argv[1:])
