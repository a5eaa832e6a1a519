"""When two names or numbers are the same, and when they are only alike."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.recalls.brands import one_brand
from kiosk.inventory.recalls.names import Likeness, likeness, normal_form
from kiosk.inventory.recalls.stock import numbers_like

#: Few characters, so that random pairs are often near each other.
NEAR = st.text("0o1ils5b8a", min_size=1, max_size=7)


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("SS 202", "ss202"),
        ("ss-202", "ss202"),
        ("10.19.18", "101918"),
        ("0042", "0042"),
        ("RX44Q22 / SS199", "rx44q22ss199"),
        ("Antone’s Ink™", "antonesink"),
        ("Intenze™️", "intenze"),
        ("Straße", "strasse"),
        ("Café", "café"),
        ("Cafe\u0301", "café"),
        ("Ｌ12", "l12"),  # full-width, as an East Asian keyboard types it
        (" - / . ", ""),
        ("", ""),
    ],
)
def test_normal_forms(printed: str, form: str) -> None:
    assert normal_form(printed) == form


@given(st.text())
def test_a_normal_form_is_its_own_and_has_only_letters_and_digits(text: str) -> None:
    form = normal_form(text)
    assert normal_form(form) == form
    assert not any(c.isspace() for c in form)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_lowered_and_stripped_to_letters_and_digits(text: str) -> None:
    assert normal_form(text) == re.sub("[^a-z0-9]", "", text.lower())


@pytest.mark.parametrize(
    ("one", "other", "like"),
    [
        ("ss202", "ss2o2", Likeness.LOOKALIKE),
        ("bl23", "8i23", Likeness.LOOKALIKE),
        ("ss202", "ss220", Likeness.SWAPPED),
        ("ss202", "ss203", Likeness.ONE_CHARACTER),
        ("ss202", "ss2302", Likeness.ONE_CHARACTER),
        ("ss202", "s202", Likeness.PART),
        ("ss202", "ss20", Likeness.PART),
        ("ss202", "ss2020", Likeness.PART),
        ("bl23", "batch1lotbl23", Likeness.PART),
        ("ss202", "ss219", None),
        ("ss202", "202ss", None),
        ("abcde", "cbade", None),
        ("1", "12", None),
        ("1", "2", None),
        ("ss202", "ss202", None),
        ("", "ss202", None),
    ],
)
def test_likeness(one: str, other: str, like: Likeness | None) -> None:
    assert likeness(one, other) is like
    assert likeness(other, one) is like


def alignment(a: str, b: str) -> int:
    """Optimal string alignment distance by the textbook table."""
    table = [[i + j for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def alike(a: str, b: str) -> bool:
    """What may be listed, said without regard to how it is found."""

    def drawn(text: str) -> str:
        return re.sub("[il]", "1", text.replace("o", "0").replace("s", "5").replace("b", "8"))

    telling = min(len(a), len(b)) >= 3
    part = any(f.startswith(g) or f.endswith(g) for f, g in ((a, b), (b, a)))
    return a != b and (drawn(a) == drawn(b) or (telling and (part or alignment(a, b) == 1)))


@given(NEAR, NEAR)
def test_alike_is_one_edit_a_part_or_drawn_alike_and_nothing_else(a: str, b: str) -> None:
    assert (likeness(a, b) is not None) == alike(a, b)


@given(st.frozensets(NEAR, max_size=8), st.frozensets(NEAR, max_size=30))
def test_the_search_loses_no_number_that_is_alike(
    wanted: frozenset[str], known: frozenset[str]
) -> None:
    found = {(number, form) for number, form, _ in numbers_like(wanted, known)}
    assert found == {(a, b) for a in wanted for b in known if alike(a, b)}


def test_one_maker_has_several_names_and_others_have_their_own() -> None:
    maker = one_brand(["SOLID INK"])
    assert maker == one_brand(["Antones ink"]) == one_brand(["Color Art, Inc."])
    assert {"solidink", "antonesink", "colorartinc"} <= maker
    assert not maker & one_brand(["Eternal Ink"])
    assert one_brand(["Eternal Ink"]) == {"eternalink"}


def test_a_notice_may_bring_names_that_the_table_does_not_know() -> None:
    both = one_brand(["Halden", "Color Art Inc."])
    assert {"halden", "solidink"} <= both
    assert "halden" not in one_brand(["Solid Ink"])
