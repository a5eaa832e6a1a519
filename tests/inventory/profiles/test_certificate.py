"""Certificates against limits. The figures are those of REACH entry 75 and of published alerts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.profiles import (
    Certificate,
    CertificateFinding,
    Result,
    Standing,
    check_certificate,
    profile,
)

EU, GB, CH = profile("EU"), profile("GB"), profile("CH")
S = Standing


def only(substance: str, value: float, *, below: bool = False) -> CertificateFinding:
    (finding,) = check_certificate([Result(substance, value, below)], EU)
    return finding


#: mg/kg: Cosmetics 2023, 10(5), 141, table of Appendix 13.
CONFIRMED = {
    "Mercury": 0.5, "Nickel": 5, "Cadmium": 0.5, "Chromium (VI)": 0.5, "Cobalt": 0.5, "Lead": 0.7,
    "Benzo[a]pyrene": 0.005, "Naphthalene": 0.5, "Chrysene": 0.5,
}  # fmt: skip
UNCONFIRMED = {
    "Antimony": 0.5, "Arsenic": 0.5, "Selenium": 2, "Barium (soluble)": 500,
    "Copper (soluble)": 250, "Zinc (soluble)": 2000, "Methanol": 110000, "o-Toluidine": 5,
    "3,3'-Dichlorobenzidine": 5, "Organometallic tin": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(("substance", "limit"), CONFIRMED.items())
def test_at_the_limit_a_result_forbids_and_just_below_it_does_not(
    substance: str, limit: float
) -> None:
    assert only(substance, limit).forbids
    assert only(substance, math.nextafter(limit, 0)).standing is S.BELOW


@pytest.mark.parametrize(("substance", "limit"), UNCONFIRMED.items())
def test_an_unconfirmed_limit_warns_and_says_that_it_is_not_confirmed(
    substance: str, limit: float
) -> None:
    finding = only(substance, limit)
    assert finding.standing is S.UNCONFIRMED
    assert finding.warns
    assert not finding.forbids
    assert "not confirmed" in finding.sentence


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("Pb", "Lead"), ("lead", "Lead"), ("Blei", "Lead"), ("BaP", "Benzo[a]pyrene"),
        ("benzo(a)pyrene", "Benzo[a]pyrene"), ("Benzo [a] pyrene", "Benzo[a]pyrene"),
        ("Cr(VI)", "Chromium (VI)"), ("Chromium VI", "Chromium (VI)"), ("Cr6+", "Chromium (VI)"),
        ("Cr", "Chromium (total)"), ("NI", "Nickel"), ("Sum of PAHs", "Sum of PAHs"),
    ],
)  # fmt: skip
def test_laboratories_write_one_substance_in_many_ways(written: str, item: str) -> None:
    limit = only(written, 0).limit
    assert limit is not None
    assert limit.item == item


@pytest.mark.parametrize(
    ("substance", "value", "standing"),
    [
        # Values that the old Council of Europe figures would have judged otherwise.
        ("Lead", 1.0, S.AT_OR_ABOVE),  # they allowed 2
        ("Cadmium", 0.3, S.BELOW),  # they allowed 0.2
        ("Nickel", 4.9, S.BELOW),
        # RAPEX A12/0654/17, lining black: naphthalene 1.67.
        ("Naphthalene", 1.67, S.AT_OR_ABOVE),
        # RAPEX A12/00112/20, lip pigment: lead 4.5, nickel 47, o-toluidine 1.0.
        ("Lead", 4.5, S.AT_OR_ABOVE),
        ("Nickel", 47, S.AT_OR_ABOVE),
        ("o-toluidine", 1.0, S.BELOW),
        # RAPEX A12/1633/17, total of PAHs: whether the limit holds for a sum is not confirmed.
        ("PAH", 20.9, S.UNCONFIRMED),
        # Total chromium is not chromium (VI).
        ("Chromium", 0.6, S.UNCONFIRMED),
        ("Unobtainium", 1e6, S.NO_LIMIT),
    ],
)
def test_published_values_and_old_figures(substance: str, value: float, standing: Standing) -> None:
    assert only(substance, value).standing is standing


@pytest.mark.parametrize(
    ("bound", "standing"),
    [(0.005, S.BELOW), (0.001, S.BELOW), (0.01, S.CANNOT_TELL)],
)
def test_less_than_a_bound_tells_something_only_where_the_bound_is_fine_enough(
    bound: float, standing: Standing
) -> None:
    finding = only("BaP", bound, below=True)
    assert finding.standing is standing
    assert not finding.forbids


def test_pah_are_judged_one_by_one_and_their_sum_is_shown_too() -> None:
    results = [Result("Naphthalene", 0.3), Result("Chrysene", 0.25), Result("BaP", 1, below=True)]
    findings = check_certificate(results, EU)
    assert [f.standing for f in findings] == [S.BELOW, S.BELOW, S.CANNOT_TELL, S.UNCONFIRMED]
    assert findings[-1].result.mg_per_kg == pytest.approx(0.55)
    assert not any(finding.forbids for finding in findings)


def test_a_pending_profile_shows_its_limits_and_none_decides() -> None:
    (finding,) = check_certificate([Result("Lead", 70)], GB)
    assert finding.warns
    assert not finding.forbids


def test_a_place_without_limits_at_hand_says_so() -> None:
    (finding,) = check_certificate([Result("Lead", 70)], CH)
    assert finding.standing is S.NO_LIMIT


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(sorted(CONFIRMED)))
def test_more_of_a_substance_never_looks_better(one: float, other: float, substance: str) -> None:
    low, high = sorted((one, other))
    assert only(substance, high).forbids >= only(substance, low).forbids


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
def test_an_impossible_amount_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no amount"):
        Result("Lead", value)


@pytest.mark.parametrize(
    ("lot", "numbers", "covers"),
    [
        ("SS 202", ["ss-202"], True),
        ("SS202", ["BK124IMX40", "SS 202"], True),
        ("SS202", ["SS2020"], False),
        ("SS202", ["SS20"], False),
        ("", [""], False),
        ("", ["SS202"], False),
        ("-", ["-"], False),
    ],
)
def test_a_certificate_covers_the_lot_whose_whole_number_it_names(
    lot: str, numbers: list[str], covers: bool
) -> None:
    assert Certificate(lot).covers(numbers) is covers


@pytest.mark.parametrize(
    ("results", "sterile", "lacks"),
    [
        (["BaP", "Pb"], True, ()),
        (["BaP", "Pb"], False, ("sterility",)),
        (["PAH", "Pb"], True, ("benzo[a]pyrene",)),
        (["BaP"], True, ("metals",)),
        (["Pb"], True, ("PAH", "benzo[a]pyrene")),
        ([], False, ("PAH", "benzo[a]pyrene", "metals", "sterility")),
    ],
)
def test_what_a_certificate_is_silent_on(
    results: list[str], sterile: bool, lacks: tuple[str, ...]
) -> None:
    paper = Certificate("1", None, tuple(Result(name, 0) for name in results), sterile)
    assert paper.lacks(EU.limits) == lacks
