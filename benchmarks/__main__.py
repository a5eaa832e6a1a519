"""Runs the benchmarks that are named, or all, and prints one table on standard output."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

from benchmarks.table import Row, markdown

NAMES = ("first_frame", "keypress", "reading", "recipe", "confirm", "many_lots")


def main(wanted: list[str]) -> None:
    """Progress goes to standard error, so that the table can be redirected."""
    if unknown := set(wanted) - set(NAMES):
        raise SystemExit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    rows: list[Row] = []
    for name in NAMES:
        if not wanted or name in wanted:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += import_module(f"benchmarks.{name}").measure()
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}\n")
    print(markdown(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
