"""What a declaration says of what a client is allergic to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clients.allergies import Answer, Declared, Told, answers, checked_allergies, names_of
from kiosk.clients.identity import ClientInputError


def told(allergy: str, *entries: str, complete: bool = True) -> Told:
    (answer,) = answers([allergy], Declared((), entries, complete))
    return answer.told


@pytest.mark.parametrize(
    ("allergy", "entry"),
    [
        ("nickel", "Contains nickel. Can cause allergic reactions."),
        ("Nickel", "NICKEL(II) SULFATE"),
        ("nickel", "Ni < 0.5 mg/kg"),
        ("preservative", "Methylisothiazolinone"),
        ("Preservatives", "phenoxyethanol"),
        ("parabens", "Methylparaben"),
        ("MIT", "methylisothiazolinone"),
        ("local anaesthetic", "Lignocaine HCl"),
        ("anesthetics", "lidocaine"),
        ("witch hazel", "Hamamelis Virginiana Water"),
        ("alcohol", "Isopropyl Alcohol"),
        ("isopropanol", "ISOPROPYL ALCOHOL"),
        ("Rosin", "rosin"),
    ],
)
def test_a_substance_is_found_under_the_names_that_lists_use(allergy: str, entry: str) -> None:
    assert answers([allergy], Declared((), ("Aqua", entry), True)) == (
        Answer(allergy, Told.DECLARED, entry),
    )


@pytest.mark.parametrize(
    ("allergy", "entry"),
    [
        ("nickel", "Nickelodeon black"),
        ("ni", "Nigrosin"),
        ("nickel", "nickel-free"),
        ("nickel", "contains no nickel"),
        ("latex", "free of latex"),
        ("parabens", "without parabens"),
        ("isopropanol", "Benzyl alcohol"),
        ("witch hazel", "hazelnut"),
    ],
)
def test_a_word_that_only_looks_like_it_or_denies_it_is_no_declaration(
    allergy: str, entry: str
) -> None:
    assert told(allergy, entry) is Told.NOT_LISTED


@pytest.mark.parametrize("complete", [False, True])
def test_ac_p33_what_no_whole_list_names_is_not_declared_and_never_absent(complete: bool) -> None:
    for declared in (
        Declared(complete=complete),
        Declared(("chromium (VI)",), None, complete),
        Declared((), ("Aqua", "CI 77266"), complete=False),
    ):
        (answer,) = answers(["nickel"], declared)
        assert answer.told is Told.NOT_DECLARED
        assert answer.told.value == "not declared"
    assert "absent" not in " ".join(told.value for told in Told)


def test_a_warning_on_the_label_counts_beside_a_list_that_is_silent() -> None:
    (answer,) = answers(["nickel"], Declared(("nickel",), ("Aqua",), True))
    assert answer.told is Told.DECLARED


def test_allergies_are_kept_trimmed_and_once() -> None:
    assert checked_allergies(["  Nickel ", "latex", "NICKEL"]) == ("Nickel", "latex")


@pytest.mark.parametrize("bad", ["", "  ", "-", "x" * 61, "nul\0", "bell\x07"])
def test_what_names_nothing_is_refused(bad: str) -> None:
    with pytest.raises(ClientInputError, match="allergies"):
        checked_allergies([bad])


def test_more_than_anybody_has_is_refused() -> None:
    with pytest.raises(ClientInputError, match="more than"):
        checked_allergies(f"substance {number}" for number in range(41))


@given(st.text(min_size=1, max_size=40))
def test_a_substance_is_always_found_under_its_own_name(text: str) -> None:
    if not any(character.isalnum() for character in text):
        return
    assert names_of(text)
    assert told(text, text) in {Told.DECLARED, Told.NOT_LISTED}
    plain = "".join(character for character in text if character.isalnum())
    assert told(plain, plain) is Told.DECLARED
