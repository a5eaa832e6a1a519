"""The acceptance scenarios that the engine alone can show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.inventory.profiles import Profile, profile, profiles
from kiosk.inventory.verdict import Verdict, load_rules, missing, release_checklist
from kiosk.inventory.verdict.declaration import Declaration, Documents
from kiosk.stops import Severity
from tests.inventory.verdict.declared import COA, EU, GOOD, TODAY, WATER, changed, judged, keys


def lacks(declaration: Declaration, where: Profile = EU) -> set[str]:
    items = release_checklist(declaration, where, today=TODAY, rules=load_rules())
    return {item.name for item in missing(items)}


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"lot_no": ""}, "Batch reference"),
        ({"ingredients": None}, "Ingredient list"),
        ({"ingredients_complete": False}, "Ingredient list"),
        ({"expiry": None}, "Expiry date"),
        ({"intended_use": ""}, "Intended use"),
        ({"sds_dated": None}, "Safety data sheet"),
        ({"certificates": ()}, "Certificate of this lot"),
        ({"eu_statement": False}, "Statement on use"),
        ({"supplier_approved": False}, "Approved supplier"),
        ({"delivery": None}, "Approved supplier"),
        ({"invoice": False}, "Invoice"),
        ({"seal": "broken"}, "Seal intact on arrival"),
        ({"container": "refilled"}, "Maker's own container"),
    ],
)
def test_ac_s09_a_release_is_refused_by_the_name_of_what_is_missing(
    facts: dict[str, object], name: str
) -> None:
    from kiosk.inventory.verdict.declaration import Container, Seal

    kinds = {"seal": Seal, "container": Container}
    facts = {k: kinds[k](v) if k in kinds else v for k, v in facts.items()}
    assert lacks(GOOD) == set()
    without = changed(**facts)
    certificate = {"Certificate of this lot"} if facts == {"lot_no": ""} else set()
    assert lacks(without) == {name} | certificate
    item = next(
        item
        for item in release_checklist(without, EU, today=TODAY, rules=load_rules())
        if item.name == name
    )
    assert item.why
    assert item.satisfied_by
    assert item.source


CLAIMS = ("sterile", "REACH compliant", "vegan", "Mixture for use in tattoos", "lot 24-117")


@pytest.mark.parametrize("where", profiles().values(), ids=lambda p: p.code)
def test_ac_s09_claims_satisfy_no_item_in_any_profile(where: Profile) -> None:
    for bare in (Declaration("Halden"), replace(WATER, label=replace(WATER.label, sterile=False))):
        claiming = replace(bare, claims=CLAIMS)
        rules = load_rules()
        assert release_checklist(claiming, where, today=TODAY, rules=rules) == release_checklist(
            bare, where, today=TODAY, rules=rules
        )
        assert lacks(claiming, where)


def test_ac_s09_sterile_is_asked_where_the_law_or_the_diluent_asks() -> None:
    silent = changed(sterile=False, certificates=(replace(COA, sterile=False),))
    assert "Sterile" in lacks(silent, profile("FR"))
    assert "Sterile" not in lacks(silent, EU)
    for where in profiles().values():
        assert "Sterile" in lacks(changed(WATER, sterile=False), where)
        assert lacks(WATER, where) == set()


def test_ac_s09_warnings_are_owed_where_the_substance_is_declared_or_measured() -> None:
    from kiosk.inventory.profiles import Result

    assert "Nickel warning" not in lacks(GOOD)
    assert lacks(changed(contains=("nickel",))) == {"Nickel warning"}
    assert lacks(changed(contains=("nickel",), nickel_warning=True)) == set()
    measured = replace(COA, results=(*COA.results, Result("Cr(VI)", 0.2)))
    assert lacks(changed(certificates=(measured,))) == {"Chromium (VI) warning"}
    acid = changed(ingredients=("Aqua", "CI 77266", "Citric Acid"))
    assert lacks(acid) == {"pH regulator named as such"}


def test_ac_s10_carbon_only_for_scalps_with_its_papers_is_smp() -> None:
    found = judged()
    assert (found.verdict, found.stop) == (Verdict.SMP_SUITABLE, "none")
    assert "carbon only" in found.deciding.text
    assert "CI 77266" in found.deciding.text
    both = judged(intended_use="SMP/PMU")
    assert both.verdict is Verdict.SMP_SUITABLE


@pytest.mark.parametrize("added", ["CI 77891", "CI 77499", "CI 12475", "CI 74160"])
def test_ac_s10_another_colourant_and_it_is_not_carbon_only_with_the_fact_shown(added: str) -> None:
    found = judged(colourants=("CI 77266", added))
    assert found.verdict is not Verdict.SMP_SUITABLE
    assert found.stop != "none"
    assert added in found.deciding.text


def test_ac_s10_without_its_papers_it_is_not_smp_but_says_what_it_would_be() -> None:
    found = judged(documents=Documents())
    assert (found.verdict, found.stop) == (Verdict.UNKNOWN, "safety")
    assert found.declared_class is Verdict.SMP_SUITABLE
    assert any("safety data sheet" in text for text in found.lifts)


def test_ac_p30_carbon_with_a_blue_toner_is_blocked_with_that_reason() -> None:
    for where in profiles().values():
        found = judged(where=where, colourants=("CI 77266", "CI 74160"))
        assert found.verdict in {Verdict.BODY_TATTOO, Verdict.PROHIBITED}
        assert found.stop == "safety"
        assert "B06" in {reason.rule for reason in found.reasons}
        assert "CI 74160" in found.deciding.text
        assert "declared" in found.deciding.text
        assert found.stops[0].severity is Severity.SAFETY
        assert found.stops[0].lifts.startswith("Nothing")


def test_ac_p31_smp_in_the_name_and_no_ingredient_list_is_unknown() -> None:
    bare = Declaration("SMP Labs", "SMP Black", "SMP", intended_use="SMP")
    found = judged(bare)
    assert (found.verdict, found.stop) == (Verdict.UNKNOWN, "safety")
    assert found.declared_class is Verdict.UNKNOWN
    assert found.deciding.rule == "Q04"
    nameless = judged(replace(bare, intended_use=""))
    assert nameless.deciding.rule == "Q03"


def test_ac_p32_a_diluent_that_is_only_distilled_is_unfit_and_the_outbreak_is_cited() -> None:
    found = judged(WATER, line="Distilled water", sterile=False, claims=("sterile",))
    assert (found.verdict, found.stop) == (Verdict.DILUENT_UNFIT, "safety")
    assert "outbreak" in found.deciding.text
    assert "MMWR 61(33)" in found.deciding.source
    assert judged(WATER).stop == "none"


def test_a_recalled_smp_brand_is_blocked_though_it_says_smp() -> None:
    found = judged(
        brand="Scalpaink",
        line="Basic Black",
        own_entry=False,
        recalls=("FDA, 15 May 2019: all lots",),
    )
    assert found.stop == "safety"
    assert found.deciding.rule == "B01"
    assert found.declared_class is Verdict.SMP_SUITABLE
    assert "Q10.unknown" not in keys(found)
