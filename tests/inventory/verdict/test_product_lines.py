"""The catalogue's lines, judged by what is published about them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.inventory.verdict import Declaration, Verdict, load_catalogue
from kiosk.inventory.verdict.catalogue import Grade, Line
from tests.inventory.verdict.declared import COA, GOOD, LOT, SMP, judged

CATALOGUE = load_catalogue()
BLOCKED = {Verdict.BODY_TATTOO, Verdict.PROHIBITED, Verdict.UNKNOWN}

#: What may come out for a line by the use it is sold for, from what is published alone.
PLAUSIBLE = {
    "body": {Verdict.BODY_TATTOO, Verdict.PROHIBITED},
    "pmu": {Verdict.PMU_COSMETIC, Verdict.PROHIBITED},
    "pmu+smp": {Verdict.UNKNOWN, Verdict.PMU_COSMETIC},
    "smp": {Verdict.UNKNOWN},
    "trico": {Verdict.TRICO_TEMPORARY},
}


def named(line: Line) -> tuple[str, str]:
    """A brand and a product name that a label of this line could carry."""
    brand = line.name.split("/")[0].split("(")[0]
    item = " ".join(sorted(line.items[0])) if line.items else "pigment"
    for words in range(len(brand.split()), 0, -1):
        short = " ".join(brand.split()[:words])
        if CATALOGUE.line(short, item, "") is line:
            return short, item
    raise AssertionError(f"{line.name} is not found under its own name")


def published(line: Line) -> Declaration:
    brand, item = named(line)
    entries = (entry.strip() for entry in line.colourants.split(";"))
    listed = tuple(entry for entry in entries if entry.startswith("CI "))
    return Declaration(brand, item, intended_use=line.intended_use, colourants=listed)


def test_thirty_two_lines_and_each_is_found_under_its_own_name() -> None:
    assert len(CATALOGUE.lines) == 32
    assert len({named(line) for line in CATALOGUE.lines}) == 32


@pytest.mark.parametrize("line", CATALOGUE.lines, ids=lambda line: line.name)
def test_each_line_is_judged_plausibly_from_what_is_published(line: Line) -> None:
    found = judged(published(line))
    assert found.verdict in PLAUSIBLE[line.sold_as]
    assert found.verdict is not Verdict.SMP_SUITABLE


@pytest.mark.parametrize(
    "line",
    [line for line in CATALOGUE.lines if line.grade in {Grade.UNCONFIRMED, Grade.UNRELIABLE}],
    ids=lambda line: line.name,
)
def test_a_line_known_by_name_only_is_never_smp_whatever_is_declared(line: Line) -> None:
    brand, item = named(line)
    claimed = replace(GOOD, brand=brand, line=item, shade="", own_entry=False, intended_use=SMP)
    found = judged(claimed)
    assert found.verdict is Verdict.UNKNOWN
    assert "Q10" in {reason.rule for reason in found.reasons}
    # Until the clinic catalogues it itself, from the maker's papers.
    assert judged(replace(claimed, own_entry=True)).verdict is Verdict.SMP_SUITABLE


@pytest.mark.parametrize(
    "line",
    [line for line in CATALOGUE.lines if line.sold_as == "body" and line.grade is Grade.CONFIRMED],
    ids=lambda line: line.name,
)
def test_a_confirmed_body_line_stays_one_though_its_label_says_smp(line: Line) -> None:
    brand, item = named(line)
    found = judged(replace(GOOD, brand=brand, line=item))
    assert (found.verdict, found.stop) == (Verdict.BODY_TATTOO, "safety")


@pytest.mark.parametrize(
    ("brand", "line", "shade", "expected"),
    [
        ("DYNAMIC", "", "black", "Dynamic Black"),
        ("Dynamic Color Inc.", "Triple Black", "", "Dynamic Black"),
        ("Dynamic", "White", "", None),
        ("Solid Ink", "Diablo", "", "Solid Ink Diablo; Salmon"),
        ("Antone's Ink", "", "Salmon", "Solid Ink Diablo; Salmon"),
        ("Perma Blend", "SMP set", "", "Perma Blend SMP set"),
        ("Fusion Ink", "Mixing Yellow", "FI-046", "Fusion Ink Mixing Yellow FI-046"),
        ("Sacred", "Black", "", None),
        ("Halden", "Black", "", None),
        ("", "", "", None),
    ],
)
def test_lines_are_found_by_any_name_of_the_brand(
    brand: str, line: str, shade: str, expected: str | None
) -> None:
    found = CATALOGUE.line(brand, line, shade)
    assert (found.name if found else None) == expected


def test_the_certificate_of_the_sound_ink_is_for_its_lot() -> None:
    assert COA.lot_no == LOT
