"""The shipped profiles: what each place asks, and that what is not confirmed says so."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.inventory.profiles import UnknownProfile, profile, profiles


@pytest.mark.parametrize(
    ("place", "years"),
    [
        ("AT", 10), ("US-OR", 3), ("US-OK", 3), ("US-CO", 3), ("US-NM-ABQ", 3),
        ("US-IL-MADISON", 3), ("US-SD", 2), ("US-TN", 2), ("US-NYC", 2), ("US-IN-DUBOIS", 2),
    ],
)  # fmt: skip
def test_how_long_records_are_kept(place: str, years: int) -> None:
    kept = profile(place).retention
    assert kept is not None
    assert kept.years == years
    assert kept.source


def test_only_austria_demands_the_lots_in_the_clients_record() -> None:
    demanding = {
        code for code, p in profiles().items() if p.retention and p.retention.lots_in_record
    }
    assert demanding == {"AT"}


def test_the_contradicted_french_period_is_no_rule() -> None:
    assert profile("FR").retention is None
    assert any("contradicted" in note for note in profile("FR").notes)


def test_where_sterile_must_be_stated() -> None:
    assert {code for code, p in profiles().items() if p.sterile_label} == {"FR", "SE", "CH"}


@pytest.mark.parametrize("place", ["EU", "XI", "AT", "NL", "FR", "SE"])
def test_the_two_restricted_toners_of_the_eu_from_their_day(place: str) -> None:
    rules = {r.ci: r for r in profile(place).restricted if r.confirmed}
    assert set(rules) == {"74160", "74260"}
    assert not rules["74160"].in_force(date(2023, 1, 3))
    assert rules["74160"].in_force(date(2023, 1, 4))


def test_great_britain_is_pending_and_nothing_of_it_decides() -> None:
    britain = profile("GB")
    assert britain.status == "pending"
    assert not any(limit.confirmed for limit in britain.limits)
    assert not any(rule.in_force(date.max) for rule in britain.restricted)
    assert not any(element.confirmed for element in britain.label)
    assert profile("XI").status == "in force"


def test_the_eu_label_has_its_seven_elements_and_the_last_is_not_confirmed() -> None:
    elements = {element.id: element for element in profile("EU").label}
    assert list(elements) == list("abcdefg")
    assert [e.id for e in elements.values() if not e.confirmed] == ["g"]


def test_limits_that_rest_on_a_source_and_those_that_say_they_do_not() -> None:
    limits = profile("EU").limits
    confirmed = {limit.item for limit in limits if limit.confirmed}
    # Six classes (Annex IV is confirmed in part only), Hg, Ni, Cd, Cr VI, Co, Pb, BaP, PAHs.
    assert len(confirmed) == 14
    assert "Arsenic" not in confirmed
    assert all(limit.source for limit in limits)


def test_one_name_of_a_substance_means_one_limit() -> None:
    names = [name for limit in profile("EU").limits for name in limit.names]
    assert len(names) == len(set(names))


def test_every_profile_has_version_date_and_name() -> None:
    assert len({p.name for p in profiles().values()}) == len(profiles())
    for p in profiles().values():
        assert p.version
        assert p.dated == date(2026, 11, 21)
        assert p.sources or p.code == "CH"


def test_codes_in_any_case_and_the_nearest_for_a_wrong_one() -> None:
    assert profile(" us-or ").name == "Oregon"
    with pytest.raises(UnknownProfile) as error:
        profile("US-ORE")
    assert "US-OR" in error.value.mend
