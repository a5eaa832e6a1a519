"""The class of a product as such, for callers that know no lot and no place."""

from dataclasses import replace

import pytest

from kiosk.inventory.verdict import Verdict, classify
from tests.inventory.stock import diluent, pigment

V = Verdict
SMP = "Scalp micropigmentation (SMP)"


@pytest.mark.parametrize(
    ("use", "colourants", "verdict"),
    [
        # AC-S10 and the rows of the verdict table, the first that fits deciding.
        (SMP, ["CI 77266"], V.SMP_SUITABLE),
        ("For scalp use", ["77266", "CI 77268:1"], V.SMP_SUITABLE),
        (SMP, ["CI 77266", "CI 77891"], V.PMU_COSMETIC),
        (SMP, ["CI 77266", "CI 77499"], V.PMU_COSMETIC),
        (SMP, ["CI 77266", "CI 12475"], V.PMU_COSMETIC),
        ("SMP and tricopigmentation", ["CI 77266", "CI 77499"], V.TRICO_TEMPORARY),
        ("Temporary trichopigmentation", ["CI 77499"], V.TRICO_TEMPORARY),
        ("Tricopigmentation", ["CI 77266"], V.TRICO_TEMPORARY),
        ("Permanent make-up, brows and lips", ["CI 77499", "CI 77491"], V.PMU_COSMETIC),
        ("PMU", ["CI 77266"], V.PMU_COSMETIC),
        ("Eyebrow pigment", ["CI 77266"], V.PMU_COSMETIC),
        # B06: a toner decides, also inside an SMP-labelled product.
        (SMP, ["CI 77266", "CI 74160"], V.BODY_TATTOO),
        ("PMU", ["CI 77266", "CI 74260"], V.BODY_TATTOO),
        ("Tattoo ink", ["CI 77266", "CI 51319"], V.BODY_TATTOO),
        # B05: tattoo only, though the colourant is the same carbon black as in SMP ink.
        ("Tattoo ink", ["CI 77266"], V.BODY_TATTOO),
        ("Tattooing of the skin, dark brown", ["CI 77266"], V.BODY_TATTOO),
        ("Tattoo ink, paper clip shader", ["CI 77266"], V.BODY_TATTOO),
        ("Tattoo ink. Not for scalp use.", ["CI 77266"], V.BODY_TATTOO),
        ("Tattoo ink (non-SMP)", ["CI 77266"], V.BODY_TATTOO),
        # B08: colours with no use that would explain them.
        ("", ["CI 77266", "CI 12475"], V.BODY_TATTOO),
        # Anything not stated is unknown, whatever the name says.
        ("", ["CI 77266"], V.UNKNOWN),
        ("Drawing ink", ["CI 77266"], V.PROHIBITED),
        (SMP, ["carbon"], V.UNKNOWN),
        (SMP, ["CI 77266", "proprietary blend"], V.UNKNOWN),
        (SMP, ["CI 77266", "CI 99999"], V.UNKNOWN),
    ],
)
def test_verdicts(use: str, colourants: list[str], verdict: Verdict) -> None:
    assert classify(pigment(use, *colourants)).verdict is verdict


def test_ac_p31_smp_in_the_name_and_no_ingredients_is_unknown() -> None:
    item = pigment(SMP)
    bare = type(item)("P", "SMP Labs", "SMP Black", "", item.kind, SMP, ())
    finding = classify(bare)
    assert (finding.verdict, finding.rule) == (V.UNKNOWN, "Q04")


def test_ac_p30_the_sentence_names_the_colourant_and_prophesies_nothing() -> None:
    sentence = classify(pigment(SMP, "CI 77266", "CI 74160")).sentence
    assert "CI 74160" in sentence
    assert "declared" in sentence
    assert "not documented" in sentence
    assert "will turn" not in sentence
    assert "contains" not in sentence


def test_a_cas_number_in_the_colour_index_field_names_the_toner_it_stands_for() -> None:
    finding = classify(pigment(SMP, "CI 77266", "CI 1328-53-6"))
    assert (finding.verdict, finding.rule) == (V.BODY_TATTOO, "B06")
    assert "1328-53-6" in finding.sentence


def test_permanent_make_up_whose_colourants_cannot_be_told_is_unknown_here() -> None:
    # Nobody who asks for the class alone sees the quarantine that would hold its lots.
    for colourants in (("blend",), ("CI 77499", "CI 99999")):
        finding = classify(pigment("PMU", *colourants))
        assert (finding.verdict, finding.rule) == (V.UNKNOWN, "Q04")


def test_the_papers_of_a_product_that_were_typed_in_are_read() -> None:
    item = pigment("PMU", "CI 77266")
    assert classify(item).verdict is V.PMU_COSMETIC
    vouched = replace(item, declared={"smp_statement": "Letter of 3 May 2026"})
    assert classify(vouched).verdict is V.SMP_SUITABLE
    toned = replace(item, declared={"ingredients": ["Aqua", "CI 51319"]})
    assert classify(toned).verdict is V.BODY_TATTOO


def test_a_swapped_digit_is_a_stranger_and_not_carbon() -> None:
    # 77226 for 77266, as printed in a shop.
    assert classify(pigment(SMP, "CI 77226")).verdict is V.UNKNOWN


def test_a_diluent_is_judged_by_sterility_alone() -> None:
    assert classify(diluent()).verdict is V.DILUENT_STERILE
    unfit = classify(diluent(sterile=False))
    assert unfit.verdict is V.DILUENT_UNFIT
    assert "2011-12" in unfit.sentence
