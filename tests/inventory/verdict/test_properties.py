"""What holds for any declaration."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Certificate, Result, profiles
from kiosk.inventory.verdict import Declaration, Judgement, Verdict, load_catalogue, load_rules
from kiosk.inventory.verdict.catalogue import CARBONS, Role
from kiosk.inventory.verdict.declaration import Container, Delivery, Documents, Label, Seal
from kiosk.inventory.verdict.uses import parse_use
from tests.inventory.verdict.declared import COA, GOOD, LOT, TODAY, judged

TABLE = load_catalogue().colourants
NUMBERS = [f"CI {ci}" for ci in TABLE]
TONERS = [f"CI {ci}" for ci, c in TABLE.items() if c.role is Role.TONER]
RESTRICTED = ["CI 74160", "CI 74260"]
BEYOND_CARBON = [f"CI {ci}" for ci, c in TABLE.items() if c.role not in CARBONS]
STRANGE = ["CI 99999", "CI 77226", "CI 1328-53-6", "house blend", "CI 1333-86-4"]
USES = ["", "SMP", "PMU", "SMP/PMU", "Tricopigmentation", "SMP, tricopigmentation", "Tattoo ink"]
GRAVITY = {"none": 0, "policy": 1, "safety": 2}

papers = st.sampled_from([COA, replace(COA, lot_no=""), replace(COA, sterile=False)])
days = st.sampled_from([None, TODAY - timedelta(days=1), TODAY, date(2030, 1, 31)])
labels = st.builds(
    Label,
    lot_no=st.sampled_from(["", LOT]),
    expiry=days,
    pao_months=st.sampled_from([None, 12]),
    sterile=st.booleans(),
    eu_statement=st.booleans(),
    container=st.sampled_from(Container),
)
declarations = st.builds(
    Declaration,
    brand=st.sampled_from(["Halden", "Dynamic", "Team Micro", ""]),
    line=st.sampled_from(["", "Black", "SMP"]),
    kind=st.sampled_from([Kind.PIGMENT, Kind.PIGMENT, Kind.DILUENT]),
    intended_use=st.sampled_from(USES),
    colourants=st.lists(st.sampled_from(NUMBERS + STRANGE), max_size=4).map(tuple),
    ingredients=st.sampled_from([None, ("Aqua",), ("Aqua", "CI 77266")]),
    ingredients_complete=st.sampled_from([None, True, False]),
    smp_statement=st.sampled_from(["", "letter"]),
    label=labels,
    documents=st.builds(
        Documents,
        sds_dated=days,
        certificates=st.lists(papers, max_size=2).map(tuple),
        invoice=st.booleans(),
    ),
    delivery=st.none() | st.builds(Delivery, st.booleans(), st.sampled_from(Seal)),
    recalls=st.sampled_from([(), ("a notice",)]),
    own_entry=st.booleans(),
)
places = st.sampled_from(list(profiles().values()))
words = st.text(max_size=40) | st.sampled_from(NUMBERS + STRANGE + USES)


def gravity(judgement: Judgement) -> int:
    return GRAVITY[judgement.stop]


@given(declarations, places, st.sampled_from(TONERS + RESTRICTED))
def test_a_toner_or_restricted_colourant_never_improves_anything(
    declared: Declaration, where, added: str
) -> None:
    before = judged(declared, where)
    after = judged(replace(declared, colourants=(*declared.colourants, added)), where)
    assert gravity(after) == 2
    assert gravity(after) >= gravity(before)
    assert after.declared_class not in {Verdict.SMP_SUITABLE, Verdict.DILUENT_STERILE}
    if before.verdict is Verdict.PROHIBITED:
        assert after.verdict is Verdict.PROHIBITED


@given(declarations, places, st.sampled_from(BEYOND_CARBON + STRANGE))
def test_no_colourant_makes_a_softer_class(declared: Declaration, where, added: str) -> None:
    if not declared.colourants and declared.ingredients != ("Aqua", "CI 77266"):
        return  # from nothing declared to something declared is no further colourant
    before = judged(declared, where)
    after = judged(replace(declared, colourants=(*declared.colourants, added)), where)
    # Of the class, not of the lot: a warm line is a policy matter whether its papers are there or
    # not, and they hold it in quarantine all the same.
    stops = load_rules().stops
    assert GRAVITY[stops[after.declared_class]] >= GRAVITY[stops[before.declared_class]]
    assert after.verdict is not Verdict.SMP_SUITABLE
    assert {hold.key for hold in before.holds} <= {hold.key for hold in after.holds} | {
        # Asked of scalp pigments alone; the release checklist asks it of every pigment.
        "S04.missing", "S04.old", "S02.other", "Q04.missing",
    }  # fmt: skip


@given(declarations, places, st.lists(words, max_size=4))
def test_claims_change_neither_verdict_nor_stop_nor_holds(
    declared: Declaration, where, claims: list[str]
) -> None:
    before = judged(declared, where)
    after = judged(replace(declared, claims=("sterile", "REACH compliant", *claims)), where)
    assert (after.verdict, after.stop, after.flags) == (before.verdict, before.stop, before.flags)
    assert after.holds == before.holds
    assert [r for r in after.reasons if r.rule != "W09"] == list(before.reasons)


@given(declarations, places, st.randoms())
def test_the_order_of_colourants_never_matters(declared: Declaration, where, random) -> None:
    shuffled = list(declared.colourants)
    random.shuffle(shuffled)
    assert judged(replace(declared, colourants=tuple(shuffled)), where) == judged(declared, where)


@given(declarations, places)
def test_only_a_sound_scalp_pigment_goes_without_a_stop(declared: Declaration, where) -> None:
    found = judged(declared, where)
    if found.stop != "none":
        return
    assert found.verdict in {Verdict.SMP_SUITABLE, Verdict.DILUENT_STERILE}
    if found.verdict is Verdict.SMP_SUITABLE:
        uses = parse_use(declared.intended_use, load_rules())
        assert "smp" in uses or ("pmu" in uses and declared.smp_statement)
        assert "CI 77266" in (*declared.colourants, *(declared.ingredients or ()))
        assert declared.label.lot_no
        assert declared.label.expiry is not None
        assert declared.label.expiry >= TODAY
        assert declared.documents.sds_dated is not None
        assert not declared.recalls
        assert declared.label.container is Container.ORIGINAL
        assert declared.ingredients is not None


@given(
    st.builds(
        Declaration,
        brand=words, line=words, shade=words, intended_use=words,
        kind=st.sampled_from(Kind),
        colourants=st.lists(words, max_size=4).map(tuple),
        ingredients=st.none() | st.lists(words, max_size=4).map(tuple),
        smp_statement=words,
        claims=st.lists(words, max_size=2).map(tuple),
        recalls=st.lists(words, max_size=2).map(tuple),
        label=st.builds(Label, lot_no=words, reference_number=words),
        documents=st.builds(
            Documents,
            certificates=st.builds(
                Certificate, words, st.none(),
                st.builds(Result, words, st.floats(0, 1e6), st.booleans()).map(lambda r: (r,)),
            ).map(lambda paper: (paper,)),
        ),
    ),
    places,
)  # fmt: skip
def test_no_text_breaks_the_engine_and_none_clears_an_ink(declared: Declaration, where) -> None:
    found = judged(declared, where)
    assert found.stop in GRAVITY
    assert found.deciding.text
    json.dumps(found.as_dict())
    # Without a lot's date and a safety data sheet nothing is suitable.
    assert found.verdict is not Verdict.SMP_SUITABLE


@given(declarations, places)
def test_the_verdict_is_a_function_of_what_is_declared(declared: Declaration, where) -> None:
    assert judged(declared, where) == judged(replace(declared), where)


def test_the_examples_above_reach_every_verdict() -> None:
    reached = {
        judged(replace(GOOD, intended_use=use, colourants=c)).verdict
        for use in USES
        for c in [("CI 77266",), ("CI 77491",), ("CI 51319",), ("CI 74160",)]
    }
    assert reached == {v for v in Verdict if not v.startswith("DILUENT")}
