"""Every rule: what makes it match, what it does, and that it is silent on an ink without fault."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.inventory.profiles import Certificate, Result, profile
from kiosk.inventory.verdict import Effect, Verdict, load_rules
from kiosk.inventory.verdict.declaration import Codes, Container, Declaration, Seal
from tests.inventory.verdict.declared import COA, GOOD, LABEL, LOT, SMP, TODAY, WATER, judged, keys

V = Verdict
PIGMENT, FRANCE = GOOD, profile("FR")

#: Key, what is changed, verdict, stop.
CASES: list[tuple[str, dict[str, Any], Verdict, str]] = [
    ("B01", {"recalls": ("FDA 2019-05-15",)}, V.UNKNOWN, "safety"),
    ("B02", {"expiry": date(2026, 11, 1)}, V.UNKNOWN, "safety"),
    ("B02", {"last_day": date(2026, 11, 1)}, V.UNKNOWN, "safety"),
    ("B03.restricted", {"colourants": ("CI 77266", "CI 74160")}, V.PROHIBITED, "safety"),
    ("B03.restricted", {"colourants": ("CI 74260",), "intended_use": "PMU"},
     V.PROHIBITED, "safety"),
    ("B03.pending", {"colourants": ("CI 21095",), "intended_use": "PMU"}, V.PMU_COSMETIC, "policy"),
    ("B04", {"certificates": (replace(COA, results=(*COA.results, Result("Pb", 0.7))),)},
     V.PROHIBITED, "safety"),
    ("B04.unconfirmed", {"certificates": (replace(COA, results=(*COA.results, Result("As", 9)),),)},
     V.SMP_SUITABLE, "none"),
    ("B05.use", {"intended_use": "Tattoo ink"}, V.BODY_TATTOO, "safety"),
    ("B05.catalogue", {"brand": "Dynamic", "line": "", "shade": "Black"}, V.BODY_TATTOO, "safety"),
    ("B06", {"colourants": ("CI 77266", "CI 51319")}, V.BODY_TATTOO, "safety"),
    ("B07.drawing", {"intended_use": "India ink, not for skin"}, V.PROHIBITED, "safety"),
    ("B07.drawing", {"line": "Calligraphy ink"}, V.PROHIBITED, "safety"),
    ("B07.refilled", {"container": Container.REFILLED}, V.UNKNOWN, "safety"),
    ("B07.unlabelled", {"container": Container.UNLABELLED}, V.UNKNOWN, "safety"),
    ("B08.unnamed", {"colourants": ("CI 12475",), "intended_use": ""}, V.BODY_TATTOO, "safety"),
    ("B08.named", {"colourants": ("CI 77266", "CI 12475")}, V.PMU_COSMETIC, "policy"),
    ("D4.pmu", {"intended_use": "PMU, brows and lips"}, V.PMU_COSMETIC, "policy"),
    ("D4.trico", {"intended_use": "Tricopigmentation"}, V.TRICO_TEMPORARY, "policy"),
    ("D4.warm", {"colourants": ("CI 77266", "CI 77491")}, V.PMU_COSMETIC, "policy"),
    ("S01", {}, V.SMP_SUITABLE, "none"),
    ("S02.other", {"colourants": ("CI 77266", "CI 77120")}, V.UNKNOWN, "safety"),
    ("S02.review", {"colourants": ("CI 77268:1",), "ingredients": ("CI 77268:1",)},
     V.SMP_SUITABLE, "none"),
    ("S04.missing", {"sds_dated": None}, V.UNKNOWN, "safety"),
    ("S04.old", {"sds_dated": date(2021, 11, 1)}, V.UNKNOWN, "safety"),
    ("Q01", {"lot_no": " "}, V.UNKNOWN, "safety"),
    ("Q02", {"expiry": None}, V.UNKNOWN, "safety"),
    ("Q03", {"intended_use": ""}, V.UNKNOWN, "safety"),
    ("Q04.missing", {"colourants": (), "ingredients": ("Aqua",)}, V.UNKNOWN, "safety"),
    ("Q04.list", {"ingredients": None}, V.UNKNOWN, "safety"),
    ("Q04.incomplete", {"ingredients_complete": False}, V.UNKNOWN, "safety"),
    ("Q04.unidentified", {"colourants": ("CI 77266", "CI 99999")}, V.UNKNOWN, "safety"),
    ("Q05", {"eu_statement": False}, V.SMP_SUITABLE, "none"),
    ("Q06.seal", {"seal": Seal.BROKEN}, V.SMP_SUITABLE, "none"),
    ("Q07.require", {"certificates": ()}, V.UNKNOWN, "safety"),
    ("Q07.require", {"certificates": (replace(COA, sterile=False),)}, V.UNKNOWN, "safety"),
    ("Q08", {"codes": Codes(check_digit_right=False)}, V.SMP_SUITABLE, "none"),
    ("Q08", {"codes": Codes(lot_as_scanned=False)}, V.SMP_SUITABLE, "none"),
    ("Q09.supplier", {"supplier_approved": False}, V.SMP_SUITABLE, "none"),
    ("Q09.invoice", {"invoice": False}, V.SMP_SUITABLE, "none"),
    ("Q10.unknown", {"own_entry": False}, V.SMP_SUITABLE, "none"),
    ("Q10.unconfirmed", {"own_entry": False, "brand": "Team Micro"}, V.UNKNOWN, "safety"),
    ("W01", {"colourants": ("CI 77499",), "intended_use": "PMU"}, V.PMU_COSMETIC, "policy"),
    ("W02", {"colourants": ("CI 77891",), "intended_use": "PMU"}, V.PMU_COSMETIC, "policy"),
    ("W03", {"ingredients": ("Aqua", "CI 77266", "Acrylates Copolymer")}, V.SMP_SUITABLE, "none"),
    ("W03", {"ingredients": ("Shellac", "CI 77266")}, V.SMP_SUITABLE, "none"),
    ("W04", {"ingredients": ("Isopropyl Alcohol", "CI 77266")}, V.SMP_SUITABLE, "none"),
    ("W05", {"ingredients": ("DMDM Hydantoin", "CI 77266")}, V.SMP_SUITABLE, "none"),
    ("W06.cas", {"colourants": ("CI 77266", "CI 13463-67-7")}, V.UNKNOWN, "safety"),
    ("W06.unknown", {"colourants": ("CI 77226",), "ingredients": ()}, V.UNKNOWN, "safety"),
    ("W06.unread", {"colourants": ("CI 77266", "house blend")}, V.UNKNOWN, "safety"),
    ("W07", {"pao_months": None}, V.SMP_SUITABLE, "none"),
    ("W08.product", {"certificates": (COA, replace(COA, lot_no=""))}, V.SMP_SUITABLE, "none"),
    ("W08.other_lot", {"certificates": (COA, replace(COA, lot_no="24-118"))},
     V.SMP_SUITABLE, "none"),
    ("W09", {"claims": ("vegan",)}, V.SMP_SUITABLE, "none"),
]  # fmt: skip

DILUENTS: list[tuple[str, dict[str, Any], Verdict, str]] = [
    ("D5.fit", {}, V.DILUENT_STERILE, "none"),
    ("D5.not_sterile", {"sterile": False}, V.DILUENT_UNFIT, "safety"),
    ("D5.broken_seal", {"seal": Seal.BROKEN}, V.DILUENT_UNFIT, "safety"),
    ("D5.no_lot", {"lot_no": ""}, V.DILUENT_UNFIT, "safety"),
    ("D5.coloured", {"colourants": ("CI 77266",)}, V.DILUENT_UNFIT, "safety"),
    ("D5.coloured", {"colourants": ("grey wash",)}, V.DILUENT_UNFIT, "safety"),
    ("B01", {"recalls": ("a notice",)}, V.DILUENT_STERILE, "safety"),
    ("B02", {"expiry": date(2026, 11, 1)}, V.DILUENT_STERILE, "safety"),
    ("B07.refilled", {"container": Container.REFILLED}, V.DILUENT_UNFIT, "safety"),
    ("Q02", {"expiry": None}, V.DILUENT_STERILE, "none"),
    ("Q09.invoice", {"invoice": False}, V.DILUENT_STERILE, "none"),
    ("W07", {"pao_months": None}, V.DILUENT_STERILE, "none"),
]  # fmt: skip

#: Rules that only other profiles have.
ELSEWHERE = {"Q06.label", "Q07.warn"}


def named(cases: list[tuple[str, dict[str, Any], Verdict, str]]) -> list[Any]:
    return [pytest.param(*case, id=f"{case[0]}-{n}") for n, case in enumerate(cases)]


def check(base: Declaration, key: str, facts: dict[str, Any], verdict: Verdict, stop: str) -> None:
    judgement = judged(base, **facts)
    assert key in keys(judgement)
    assert (judgement.verdict, judgement.stop) == (verdict, stop)
    if facts:
        assert key not in keys(judged(base))


@pytest.mark.parametrize(("key", "facts", "verdict", "stop"), named(CASES))
def test_each_rule_of_pigments(
    key: str, facts: dict[str, Any], verdict: Verdict, stop: str
) -> None:
    check(PIGMENT, key, facts, verdict, stop)


@pytest.mark.parametrize(("key", "facts", "verdict", "stop"), named(DILUENTS))
def test_each_rule_of_diluents(
    key: str, facts: dict[str, Any], verdict: Verdict, stop: str
) -> None:
    check(WATER, key, facts, verdict, stop)


def test_every_rule_of_the_rule_base_has_its_case() -> None:
    tested = {case[0] for case in (*CASES, *DILUENTS)} | ELSEWHERE
    assert tested == set(load_rules().rules)
    ids = {key.partition(".")[0] for key in tested}
    wanted = [("B", range(1, 9)), ("Q", range(1, 11)), ("W", range(1, 10))]
    assert ids >= {f"{letter}{n:02}" for letter, numbers in wanted for n in numbers}


def test_an_ink_without_fault_has_one_reason_and_no_stop() -> None:
    judgement = judged()
    assert keys(judgement) == {"S01"}
    assert judgement.holds == ()
    assert judgement.stops == ()
    assert judgement.lifts == ()
    assert judgement.rules_version == load_rules().version


@pytest.mark.parametrize("place", ["FR", "SE", "CH"])
def test_q06_where_the_law_wants_sterile_stated(place: str) -> None:
    silent = {"sterile": False, "certificates": (replace(COA, sterile=False),)}
    assert "Q06.label" in keys(judged(where=profile(place), **silent))
    assert "Q06.label" not in keys(judged(where=profile("EU"), **silent))
    # A certificate of this lot that says sterile is a document that states it.
    assert "Q06.label" not in keys(judged(where=profile(place), sterile=False))


@pytest.mark.parametrize(
    ("policy", "key", "verdict"),
    [
        ("require", "Q07.require", V.UNKNOWN),
        ("warn", "Q07.warn", V.SMP_SUITABLE),
        ("off", None, V.SMP_SUITABLE),
    ],
)
def test_q07_does_what_the_policy_says(policy: str, key: str | None, verdict: Verdict) -> None:
    import msgspec

    where = msgspec.structs.replace(profile("EU"), certificate_policy=policy)
    judgement = judged(where=where, certificates=())
    assert {k for k in keys(judgement) if k.startswith("Q07")} == ({key} if key else set())
    assert judgement.verdict is verdict


def test_two_papers_on_one_lot_complete_one_another() -> None:
    chemistry = replace(COA, sterile=False)
    sterility = Certificate("24 117", None, (), sterile=True)
    assert judged(certificates=(chemistry,)).verdict is V.UNKNOWN
    assert judged(certificates=(chemistry, sterility)).verdict is V.SMP_SUITABLE


def test_b03_begins_on_its_day() -> None:
    colours = {"colourants": ("CI 74160",), "expiry": date(2023, 2, 1)}
    before = judged(today=date(2023, 1, 3), **colours)
    assert "B03.restricted" not in keys(before)
    assert before.verdict is V.BODY_TATTOO
    assert judged(today=date(2023, 1, 4), **colours).verdict is V.PROHIBITED


def test_a_label_good_through_its_last_day() -> None:
    assert "B02" not in keys(judged(expiry=TODAY))


@pytest.mark.parametrize(
    ("sheet", "key"),
    [(date(2021, 11, 2), None), (date(2021, 11, 1), "S04.old")],
)
def test_a_safety_data_sheet_is_good_for_five_years(sheet: date, key: str | None) -> None:
    assert keys(judged(sds_dated=sheet)) == {"S01"} | ({key} if key else set())


def test_a_reference_number_names_the_batch_as_well() -> None:
    paper = replace(COA, lot_no="RX44Q22")
    found = judged(lot_no="", reference_number="RX-44 q22", certificates=(paper,))
    assert found.verdict is V.SMP_SUITABLE


@pytest.mark.parametrize("use", ["SMP", "PMU"])
def test_the_makers_written_statement_makes_a_pmu_product_one_for_scalps(use: str) -> None:
    found = judged(intended_use=use, smp_statement="Letter of 3 May 2026")
    assert found.verdict is V.SMP_SUITABLE
    tattoo = judged(intended_use="Tattoo ink", smp_statement="Letter of 3 May 2026")
    assert tattoo.verdict is V.BODY_TATTOO


def test_smp_in_the_name_clears_nothing() -> None:
    found = judged(line="SMP Scalp Black", intended_use="")
    assert (found.verdict, found.deciding.rule) == (V.UNKNOWN, "Q03")


def test_77266_alone_clears_nothing() -> None:
    bare = Declaration("Halden", colourants=("CI 77266",))
    assert judged(bare).verdict is V.UNKNOWN
    assert judged(intended_use="Tattooing").verdict is V.BODY_TATTOO


@pytest.mark.parametrize(
    ("use", "flagged"), [(SMP, True), ("PMU brows", False), ("SMP and tricopigmentation", True)]
)
def test_a_warm_line_is_flagged_where_it_names_scalps(use: str, flagged: bool) -> None:
    found = judged(intended_use=use, colourants=("CI 77266", "CI 77491"))
    assert found.flags == (("warm_tone",) if flagged else ())
    assert found.stop == "policy"


def test_a_warm_line_whose_list_is_incomplete_is_unknown() -> None:
    found = judged(colourants=("CI 77266", "CI 77491"), ingredients_complete=False)
    assert (found.verdict, found.declared_class) == (V.UNKNOWN, V.UNKNOWN)


def test_quarantine_does_not_soften_or_harden_a_policy_verdict() -> None:
    found = judged(intended_use="PMU", lot_no="", expiry=None, invoice=False)
    assert (found.verdict, found.stop) == (V.PMU_COSMETIC, "policy")
    assert {reason.rule for reason in found.holds} >= {"Q01", "Q02", "Q09"}


def test_the_deciding_reason_comes_first_and_warnings_last() -> None:
    found = judged(
        colourants=("CI 77266", "CI 51319", "CI 77491"), invoice=False, claims=("vegan",)
    )
    effects = [reason.effect for reason in found.reasons]
    assert found.deciding.rule == "B06"
    order = list(Effect)
    assert effects == sorted(effects, key=order.index)


def test_every_sentence_is_filled_and_says_neither_contains_nor_will_turn() -> None:
    for case in CASES:
        for reason in judged(**case[1]).reasons:
            said = f"{reason.text} {reason.source} {reason.lifts}"
            assert "{" not in said
            assert reason.text.endswith(".")
            assert reason.source
            assert reason.grade
            assert "contains" not in reason.text
            assert "turn blue" not in said


def test_gaps_of_the_rule_base_are_plain_names() -> None:
    for key, rule in load_rules().rules.items():
        for template in (rule.text, rule.source):
            for _, name, spec, conversion in string.Formatter().parse(template):
                assert name is None or (name.isidentifier() and not spec and not conversion), key


def test_the_lot_label_is_the_one_the_certificates_are_compared_with() -> None:
    assert LABEL.batch == (LOT,)
    neighbour = replace(COA, lot_no="24-1170")
    assert "Q07.require" in keys(judged(certificates=(neighbour,)))
    assert "Q07.require" in keys(judged(where=FRANCE, certificates=(neighbour,)))


def test_values_of_another_lots_certificate_do_not_forbid_this_one() -> None:
    bad = replace(COA, lot_no="24-118", results=(Result("Lead", 5.0),))
    found = judged(certificates=(COA, bad))
    assert found.verdict is V.SMP_SUITABLE
    assert "W08.other_lot" in keys(found)
