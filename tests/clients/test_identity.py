"""Pseudonyms and initials."""

import pytest

from kiosk.clients.identity import ClientInputError, checked_initials, next_client_id
from kiosk.clients.sites import HAIR_SITES, SITES, SKIN_SITES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jm", "JM"),
        (" J. M. ", "JM"),
        ("Ö", "Ö"),
        ("E\u0301K", "ÉK"),  # an accent typed as a sign of its own
        ("ЖЗ", "ЖЗ"),
        ("王", "王"),
        ("abcd", "ABCD"),
    ],
)
def test_initials_are_kept_as_one_to_four_capitals(typed: str, kept: str) -> None:
    assert checked_initials(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "J1", "J-M", "ABCDE", "J\nM", "J\n.", "=JM", "J_M", "🙂"]
)
def test_anything_else_is_refused_with_the_field_and_an_example(typed: str) -> None:
    with pytest.raises(ClientInputError, match=r"(?s)initials: .*for example 'JM'"):
        checked_initials(typed)


def test_ids_count_on() -> None:
    assert [next_client_id(n) for n in (0, 41, 9999)] == ["C-0001", "C-0042", "C-10000"]


def test_every_site_has_a_place_on_the_head_and_a_reason() -> None:
    assert len(SITES) == len(SKIN_SITES) + len(HAIR_SITES)
    for key, site in SITES.items():
        assert site.key == key
        assert 0 <= site.x <= 1
        assert 0 <= site.y <= 1
        assert site.why.endswith(".")
    assert {site.surface for site in SKIN_SITES} == {"skin"}
    assert {site.surface for site in HAIR_SITES} == {"hair"}
