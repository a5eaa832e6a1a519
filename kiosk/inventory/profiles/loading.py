"""The shipped profiles, from their file."""

from __future__ import annotations

import csv
import difflib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from kiosk.inventory.profiles.certificate import substance_form
from kiosk.inventory.profiles.model import Limit, Profile

DEFAULT = "EU"
_FILE = "profiles-2026.1.json"


class UnknownProfile(ValueError):
    """No profile has that code; the mend names those there are."""

    def __init__(self, code: str, known: tuple[str, ...]) -> None:
        near = difflib.get_close_matches(code.upper(), known, n=1)
        self.problem = f"'{code}' is no profile"
        self.mend = (f"Did you mean {near[0]}? " if near else "") + f"Known: {', '.join(known)}."
        super().__init__(f"{self.problem}. {self.mend}")


def _text(name: str) -> str:
    return (files("kiosk.inventory") / "data" / name).read_text("utf-8")


def _limits(name: str, *, confirmed: bool) -> list[Limit]:
    rows = csv.DictReader(_text(f"{name.replace('-', '_limits-', 1)}.csv").splitlines())
    found = []
    for row in rows:
        # A class of substances is no name that a laboratory reports.
        spoken = [] if row["group"] == "class" else [row["substance"], *row["aliases"].split("|")]
        found.append(
            Limit(
                row["substance"],
                frozenset(form for name in spoken if (form := substance_form(name))),
                row["group"],
                float(row["mg_per_kg"]),
                confirmed and row["confirmed"] == "true",
                row["item"],
                row["note"],
                row["source"],
            )
        )
    return found


#: Added to what the profile it rests on says; everything else replaces it.
_ADDED = ("sources", "notes")


def _whole(raw: dict[str, Any], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    own = {**raw}
    base = known[own.pop("based_on")] if "based_on" in own else {}
    sheet, sure = own.pop("limits", None), own.pop("limits_confirmed", True)
    if sheet is not None:
        own["limits"] = _limits(sheet, confirmed=sure)
    for name in _ADDED:
        own[name] = [*base.get(name, ()), *own.get(name, ())]
    return {**base, **own}


@cache
def profiles() -> dict[str, Profile]:
    """All shipped profiles by code."""
    document = msgspec.json.decode(_text(_FILE))
    raw: dict[str, dict[str, Any]] = {}
    for entry in document["profiles"]:
        raw[entry["code"]] = _whole(entry, raw)
    return {
        code: msgspec.convert(
            {**entry, "version": document["version"], "dated": document["dated"]}, Profile
        )
        for code, entry in raw.items()
    }


def profile(code: str = DEFAULT) -> Profile:
    """One profile by its code, in any case.

    Raises:
        UnknownProfile: there is none; names the nearest.
    """
    known = profiles()
    found = known.get(code.strip().upper())
    if found is None:
        raise UnknownProfile(code, tuple(known))
    return found
