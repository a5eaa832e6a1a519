"""Which brand names are one brand, from a table that names its sources."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from kiosk.inventory.recalls.names import normal_form


@cache
def brand_groups() -> dict[str, frozenset[str]]:
    """The shipped table: the normal form of a name to those of all names of its brand."""
    text = (files("kiosk.inventory.recalls") / "data" / "brand_aliases.csv").read_text("utf-8")
    groups: dict[str, set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        groups.setdefault(row["group"], set()).add(normal_form(row["name"]))
    return {name: frozenset(names) for names in groups.values() for name in names}


def one_brand(names: Iterable[str]) -> frozenset[str]:
    """Normal forms of these names and of every name the table knows for one of them."""
    forms = {form for name in names if (form := normal_form(name))}
    table = brand_groups()
    return frozenset(forms.union(*(table.get(form, frozenset()) for form in forms)))
