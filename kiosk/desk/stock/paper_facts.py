"""What was read off a paper, as a person types it: `lot_no=24-117; PAH=0.2; sterile=yes`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from kiosk.desk.errors import DeskError


def read_facts(dated: str, text: str) -> tuple[date | None, dict[str, Any]]:
    """The day and the facts of a paper, from two fields of a form.

    Raises:
        DeskError: one of them cannot be read; names the field.
    """
    try:
        day = date.fromisoformat(dated.strip()) if dated.strip() else None
    except ValueError as error:
        raise DeskError(f"dated: '{dated}' is no date", "Write it as 2026-03-01.") from error
    return day, facts_from(part for part in re.split(r"[;\n]", text) if part.strip())


def facts_from(entries: Iterable[str]) -> dict[str, Any]:
    """Facts, each as NAME=VALUE: `lot_no`, `sterile`, or a substance in mg/kg.

    Raises:
        DeskError: an entry says nothing that can be read.
    """
    facts: dict[str, Any] = {}
    measured: dict[str, Any] = {}
    for entry in entries:
        name, sign, amount = entry.partition("=")
        if not sign or not name.strip():
            raise DeskError(f"fact: '{entry}' is not NAME=VALUE", "For example PAH=0.2.")
        match name.strip(), amount.strip():
            case "lot_no", number:
                facts["lot_no"] = number
            case "sterile", "yes" | "no" as said:
                facts["sterile"] = said == "yes"
            case substance, result:
                measured[substance] = _result(entry, result)
    return facts | ({"values": measured} if measured else {})


def _result(fact: str, text: str) -> float | str:
    """A value in mg/kg, or one below what a laboratory can see: '<0.005'."""
    try:
        number = float(text.removeprefix("<"))
    except ValueError as error:
        raise DeskError(
            f"fact: '{fact}' has no number", "For example PAH=0.2 or BaP=<0.005, in mg/kg."
        ) from error
    return text if text.startswith("<") else number
