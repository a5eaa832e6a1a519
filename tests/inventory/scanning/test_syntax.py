"""The GS1 Syntax Dictionary as it is read."""

from __future__ import annotations

import re
from calendar import isleap

import pytest

from kiosk.inventory.scanning.linters import LINTERS, NOT_CHECKED
from kiosk.inventory.scanning.syntax import CSET_82, company_problem, dictionary, value_problem


def test_every_check_the_dictionary_names_is_made_or_left_out_by_name() -> None:
    named = {name for entry in dictionary().values() for group in entry.linters for name in group}
    assert named == set(LINTERS) | NOT_CHECKED


def test_there_are_82_characters() -> None:
    assert len(re.findall(f"[{CSET_82}]", "".join(map(chr, range(0x250))))) == 82


@pytest.mark.parametrize(
    ("ai", "predefined", "needs", "excludes"),
    [
        ("01", True, (), ("255", "37")),
        ("10", False, ("01", "02", "03", "8006", "8026"), ()),
        ("17", True, ("01", "02", "03", "255", "8006", "8026"), ()),
        ("21", False, ("01", "03", "8006"), ("235",)),
        ("30", False, ("01", "02"), ()),
        ("91", False, (), ()),
        ("3103", True, ("01", "02"), ("310n",)),
    ],
)
def test_identifiers_of_a_label_have_the_rules_of_the_standard(
    ai: str, predefined: bool, needs: tuple[str, ...], excludes: tuple[str, ...]
) -> None:
    entry = dictionary()[ai]
    assert entry.predefined is predefined
    assert entry.required == (() if not needs else (tuple((one,) for one in needs),))
    assert entry.excluded == excludes


def test_all_91_to_99_are_internal() -> None:
    assert {f"9{n}" for n in range(10)} <= set(dictionary())


@pytest.mark.parametrize(
    ("ai", "value", "good"),
    [
        ("8003", "02112345678900ABC", True),
        ("8003", "12112345678900ABC", False),
        ("7007", "211225211231", True),
        ("7007", "211225211200", False),
        ("8008", "28123123", True),
        ("8008", "28123124", False),
        ("7003", "2812312359", True),
        ("7003", "2812312360", False),
        ("8006", "095212345432130102", True),
        ("8006", "095212345432130302", False),
        ("8011", "0", True),
        ("8011", "01", False),
        ("4300", "A%20B", True),
        ("4300", "A%2", False),
        ("401", "9521A", True),
        ("401", "952A", False),
        ("4321", "2", False),
        ("4330", "001000-", True),
        ("4330", "001000+", False),
        ("04", "1", False),
    ],
)
def test_values_are_checked_as_their_linters_say(ai: str, value: str, good: bool) -> None:
    assert (value_problem(ai, value) is None) is good


def test_29_february_exists_every_fourth_year() -> None:
    for year in range(100):
        assert (value_problem("17", f"{year:02d}0229") is None) == isleap(2000 + year)


@pytest.mark.parametrize(
    ("ais", "good"),
    [
        (["01", "21", "250"], True),
        (["01", "250"], False),
        (["01", "30", "3103", "3922"], True),
        (["3103", "3922"], False),
        (["01", "3103", "3102"], False),
        (["02", "37", "00"], True),
        (["02", "37"], False),
    ],
)
def test_company_is_judged_with_groups_and_patterns(ais: list[str], good: bool) -> None:
    assert (company_problem([(ai, "1") for ai in ais]) is None) is good


def test_the_same_identifier_twice_must_say_the_same() -> None:
    assert company_problem([("91", "A"), ("91", "A")]) is None
    assert "twice" in (company_problem([("91", "A"), ("91", "B")]) or "")
