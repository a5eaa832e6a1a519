"""The shared scans, and how a decoded one is compared with the truth."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.inventory.scanning import Scan, Status

DATA = Path(__file__).parent / "data"
#: The day the data was made; the century of a date and the age of an expiry hang on it.
TODAY = date(2026, 11, 21)

Elements = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Oracle:
    """One scan and what the official engine says of it."""

    scan: str
    kind: str
    ok: bool
    elements: Elements
    gtin: str | None


@dataclass(frozen=True)
class Mangled:
    """One scan as it arrived, and what it was."""

    received: str
    variant: str
    original: str
    elements: Elements


@cache
def oracle() -> tuple[Oracle, ...]:
    lines = (DATA / "oracle-smp-scans.jsonl").read_text("utf-8").split("\n")
    return tuple(_oracle(json.loads(line)) for line in lines if line)


def _oracle(row: dict[str, Any]) -> Oracle:
    elements = tuple(
        (ai, value)
        for ai, value in (re.fullmatch(r"\((\d+)\) (.*)", h).groups() for h in row.get("hri") or ())  # type: ignore[union-attr]
    )
    gtin = row["data_str"].zfill(14) if row["ok"] and row["sym"] == "EAN13" else None
    return Oracle(row["scan"], row["kind"], row["ok"], elements, gtin)


@cache
def mangled() -> tuple[Mangled, ...]:
    cases = json.loads((DATA / "keyboard-wedge-cases.json").read_text("utf-8"))["cases"]
    by_scan = {one.scan: one.elements for one in oracle() if one.ok}
    return tuple(
        Mangled(
            case["received"],
            case["variant"],
            case["original_scan"],
            by_scan.get(case["original_scan"]) or _bracketed(case["ai"]),
        )
        for case in cases
    )


def _bracketed(text: str) -> Elements:
    return tuple(re.findall(r"\((\d{2,4})\)((?:(?!\(\d{2,4}\)).)*)", text))


@cache
def engine() -> tuple[tuple[str, tuple[Any, ...]], ...]:
    document = json.loads((DATA / "gs1-syntax-engine-vectors.json").read_text("utf-8"))
    return tuple((one["case"], tuple(one["args"])) for one in document["vectors"])


def older_than_ten_years(elements: Elements) -> bool:
    """By the calendar alone: the two-digit year within 49 back and 50 ahead of 2026."""
    text = dict(elements).get("17")
    if not text:
        return False
    year = 1900 + int(text[:2]) if int(text[:2]) >= 77 else 2000 + int(text[:2])
    return (year, text[2:]) < (2016, "1121") and text != "161100"


def outcome(scan: Scan, elements: Elements, gtin: str | None = None) -> str:
    """`right`, `wrong`, `asked`, `asked without it`, `too old` or `refused`."""

    def same(reading: Any) -> bool:
        if gtin:
            return bool(reading.gtin == gtin)
        return sorted(reading.elements) == sorted(elements)

    if scan.status is Status.OK:
        return "right" if (elements or gtin) and same(scan.reading) else "wrong"
    if scan.status is Status.ASK:
        return "asked" if any(map(same, scan.choices)) else "asked without it"
    return "too old" if "more than ten years ago" in scan.reason else "refused"


def report(title: str, counts: Counter[tuple[str, str]]) -> str:
    """A table of kinds against outcomes."""
    columns = ("right", "asked", "asked without it", "too old", "refused", "wrong")
    lines = [f"{title:<24}" + "".join(f"{column:>18}" for column in columns)]
    lines += [
        f"{kind:<24}" + "".join(f"{counts[kind, column]:>18}" for column in columns)
        for kind in sorted({kind for kind, _ in counts})
    ]
    totals = [sum(n for (_, o), n in counts.items() if o == column) for column in columns]
    return "\n".join([*lines, f"{'all':<24}" + "".join(f"{total:>18}" for total in totals)])
