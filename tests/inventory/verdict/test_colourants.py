"""Colourants as they are printed, traps seen on real labels included."""

from __future__ import annotations

import pytest

from kiosk.inventory.verdict import Verdict, load_catalogue
from kiosk.inventory.verdict.colourants import Reading, read_colourants
from tests.inventory.verdict.declared import judged


def read(*entries: str, ingredients: tuple[str, ...] = ()) -> Reading:
    return read_colourants(entries, ingredients, load_catalogue())


@pytest.mark.parametrize(
    ("printed", "numbers"),
    [
        ("CI 77266", ["77266"]),
        ("C.I. 77266", ["77266"]),
        ("C.I.77266", ["77266"]),
        ("ci77266", ["77266"]),
        ("77266", ["77266"]),
        ("CI-77266", ["77266"]),
        ("CI: 77266", ["77266"]),
        ("CI 77266 (nano), 20 %", ["77266"]),
        ("Carbon Black (CI 77266)", ["77266"]),
        ("CI 77266, CAS 1333-86-4", ["77266"]),
        ("CI 77266 [1333-86-4]", ["77266"]),
        ("INCL: 77891, 77492", ["77492", "77891"]),
        ("INCL: 77891; 77492 + 77499", ["77492", "77499", "77891"]),
        ("CI 77491/77492/77499", ["77491", "77492", "77499"]),
        ("May contain: CI 77891", ["77891"]),
        ("CI77268:1", ["77268:1"]),
        ("Pigment Black 7 CI 77266", ["77266"]),
        ("ＣＩ ７７２６６", ["77266"]),
        ("CI\u00a077266", ["77266"]),
    ],
)
def test_numbers_are_read_as_people_print_them(printed: str, numbers: list[str]) -> None:
    reading = read(printed)
    assert list(reading.known) == numbers
    assert reading.identified


@pytest.mark.parametrize(
    ("printed", "ci"),
    [
        ("GREEN 7 - CI 1328-53-6", "74260"),
        ("CI 1328-53-6", "74260"),
        ("CI 1328\u201153\u20116", "74260"),
        ("147-14-8", "74160"),
        ("CI 51274-00-1", "77492"),
        ("CI 1333-86-4", "77266"),
    ],
)
def test_a_cas_number_typed_as_a_colour_index_only_points(printed: str, ci: str) -> None:
    reading = read(printed)
    assert reading.known == ()
    assert {pointer.ci for pointer in reading.pointers} == {ci}
    assert not reading.identified


def test_cas_as_ci_is_named_and_counts_against_the_ink_only() -> None:
    green = judged(colourants=("CI 77266", "CI 1328-53-6"))
    assert green.verdict is Verdict.PROHIBITED
    assert any(r.rule == "W06" and "1328-53-6" in r.text for r in green.reasons)
    # The CAS number of carbon black is carbon black, and still no declared colour index.
    carbon = judged(colourants=("CI 1333-86-4",), ingredients=("Aqua",))
    assert carbon.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("printed", "near"),
    [
        ("CI 77226", "77266"),  # as a shop printed it
        ("CI 77626", "77266"),
        ("CI 72766", "77266"),
        ("CI 74610", "74160"),
    ],
)
def test_a_swapped_or_changed_digit_is_a_suspicion_and_not_a_number(
    printed: str, near: str
) -> None:
    reading = read(printed)
    assert reading.known == ()
    assert near in reading.strangers[0].near
    warned = next(
        r for r in judged(colourants=(printed,), ingredients=()).reasons if r.key == "W06.unknown"
    )
    assert near in warned.text
    assert printed in warned.text


def test_an_unknown_number_without_a_neighbour_is_named_alone() -> None:
    assert read("CI 99999").strangers[0].near == ()
    found = judged(colourants=("CI 77266", "CI 99999"))
    assert found.verdict is Verdict.UNKNOWN
    assert any("CI 99999" in r.text for r in found.reasons if r.rule == "W06")


def test_one_number_for_several_pigments_names_them_all() -> None:
    found = judged(colourants=("CI 77266", "CI 74160"))
    assert "Pigment Blue 15 / 15:3" in found.deciding.text


@pytest.mark.parametrize(
    ("printed", "ci"),
    [
        ("Pigment Blue 15:3", "74160"),
        ("PB15:3", "74160"),
        ("P.Bk. 7", "77266"),
        ("copper phthalocyanine blue", "74160"),
        ("dioxazine violet", "51319"),
        ("CI 74160:3", "74160"),
        ("black with Pigment Green 7", "74260"),
    ],
)
def test_a_pigments_name_points_to_its_number(printed: str, ci: str) -> None:
    reading = read(printed)
    assert ci in reading.counted
    assert not reading.identified


def test_a_toner_named_beside_carbon_is_found() -> None:
    found = judged(colourants=("CI 77266, dioxazine violet",))
    assert found.verdict is Verdict.BODY_TATTOO


@pytest.mark.parametrize(
    "printed", ["house blend", "CI 772666", "CI 7726", "CI 77266, house blend", "trade secret", "?"]
)
def test_what_cannot_be_read_never_clears(printed: str) -> None:
    assert judged(colourants=(printed,), ingredients=()).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("printed", ["", "  ", "INCL:", "carbon"])
def test_words_that_declare_nothing_are_nothing(printed: str) -> None:
    assert not read(printed).anything


def test_the_ingredient_list_is_read_for_colourants_too() -> None:
    water = ("Aqua", "Glycerin (56-81-5)", "Alcohol", "12345")
    assert read("CI 77266", ingredients=water) == read("CI 77266")
    for hidden in ("CI 74160", "C.I. 74160", "147-14-8", "Pigment Blue 15"):
        assert "74160" in read("CI 77266", ingredients=(*water, hidden)).counted
    assert read("CI 77266", ingredients=("CI 99999",)).strangers
    assert read(ingredients=("Aqua, CI 77266, Glycerin",)).known == ("77266",)


def test_a_white_in_a_black_ink_is_shown() -> None:
    found = judged(intended_use="PMU", colourants=("CI 77266", "CI 77891"))
    assert any(r.rule == "W02" and "77891" in r.text for r in found.reasons)
