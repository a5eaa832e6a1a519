"""What the studio learned moves the next recipe, and every step of it can be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from calibration.sampling import as_lab
from calibration.swatch_card.simulation import ideal_cards, titanium
from calibration.swatch_card.toners import base_absorption, toned
from kiosk.desk import anchoring, cards, mixing, outcomes, stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.recommending import Advice, advise
from kiosk.desk.replaying import replay_visit
from tests.calibration.surfaces import UNIT
from tests.desk.clinic import HAIR, PMU, SKIN, Clinic
from tests.desk.stories import CARD, CARD_BLANK

LATER = date(2029, 1, 31)


def ask(clinic: Clinic, visit: str) -> Advice:
    return advise(
        clinic.desk,
        clinic.owner,
        visit,
        identity=UNIT,
        connected_at=clinic.clock.now - timedelta(minutes=1),
    )


def advised(clinic: Clinic, initials: str = "JM") -> tuple[str, Advice]:
    visit = clinic.visit(initials)
    clinic.calibrate()
    clinic.measure(visit)
    return visit, ask(clinic, visit)


def weaker(strength: float) -> list[tuple[float, tuple[float, float, float]]]:
    """The same ink at part of its strength: a swatch of 1:r looks like one of 1:(r+1)/s - 1."""
    return [((ratio + 1.0) * strength - 1.0, lab) for ratio, lab in CARD]


def test_without_anchors_a_recipe_is_unanchored_and_two_make_it_anchored(clinic: Clinic) -> None:
    clinic.stock_up()
    _, before = advised(clinic)
    assert not before.recommendation.anchored
    first = anchoring.add_anchor(clinic.desk, clinic.owner, "SMP-CARBON", SKIN, HAIR, 25)
    assert not first.fit.anchored
    anchoring.add_anchor(clinic.desk, clinic.owner, "SMP-CARBON", SKIN, HAIR, 25)
    visit, after = advised(clinic, "AK")
    assert after.recommendation.anchored
    # Anchors of this very pair at 1:25 say that 1:25 is the best match for it.
    assert after.recommendation.ratio == pytest.approx(25.0, rel=0.01)
    assert after.known.lessons[0].learned
    assert replay_visit(clinic.desk, visit).identical


def test_an_anchor_of_another_product_changes_nothing(clinic: Clinic) -> None:
    clinic.stock_up()
    clinic.add(replace(_carbon(clinic), id="OTHER"))
    for _ in range(2):
        anchoring.add_anchor(clinic.desk, clinic.owner, "OTHER", SKIN, HAIR, 50)
    assert not advised(clinic)[1].recommendation.anchored


def _carbon(clinic: Clinic):
    return next(
        item.bottle.lot.product
        for item in stock.list_stock(clinic.desk)
        if item.bottle.lot.product.id == "SMP-CARBON"
    )


def test_a_pair_that_would_not_show_is_no_anchor(clinic: Clinic) -> None:
    clinic.stock_up()
    with pytest.raises(DeskError, match="would not be seen"):
        anchoring.add_anchor(clinic.desk, clinic.owner, "SMP-CARBON", SKIN, SKIN, 25)
    with pytest.raises(NotFound):
        anchoring.add_anchor(clinic.desk, clinic.owner, "NOTHING", SKIN, HAIR, 25)


def test_a_weaker_lot_asks_for_more_of_it(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    reference = cards.read_card(clinic.desk, clinic.owner, clinic.lot_of(pigment), CARD_BLANK, CARD)
    assert reference.reference is None
    assert reference.strength == 1.0
    _, full = advised(clinic)
    # The reference lot goes; a lot at 85 % of its strength is used instead.
    weak = clinic.deliver(lot_no="24-200")
    report = cards.read_card(
        clinic.desk, clinic.owner, clinic.lot_of(weak), CARD_BLANK, weaker(0.85)
    )
    assert report.reference == clinic.lot_of(pigment)
    assert report.strength == pytest.approx(0.85, abs=0.01)
    stock.quarantine(clinic.desk, clinic.owner, clinic.lot_of(pigment), "test")
    _, thin = advised(clinic, "AK")
    assert thin.known.lot is not None
    assert thin.known.lot.lot_no == "24-200"
    # Published worked example: the fraction of an 85 % lot is 1.176 times the reference lot's.
    assert thin.recommendation.fraction / full.recommendation.fraction == pytest.approx(
        1 / 0.85, rel=0.02
    )
    # A card narrows the interval: lot CV 3 % instead of 15 %.
    assert thin.recommendation.sigma_ln is not None
    assert thin.recommendation.sigma_ln < 0.41


def test_a_card_that_runs_backwards_is_refused_and_nothing_is_kept(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    wrong = [(ratio, lab) for (ratio, _), (_, lab) in zip(CARD, reversed(CARD), strict=True)]
    with pytest.raises(DeskError, match="card: "):
        cards.read_card(clinic.desk, clinic.owner, clinic.lot_of(pigment), CARD_BLANK, wrong)
    assert "lot.card_read" not in clinic.kinds()


def test_a_verdict_on_a_healed_mix_moves_this_clients_next_recipe(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit, first = advised(clinic)
    ratio = first.recommendation.advised_ratio
    mix = clinic.confirm(clinic.order(visit, pigment, water, ratio=ratio, total_ul=5000))
    clinic.clock.forward(days=30)
    (waiting,) = outcomes.awaited(clinic.desk, mix.client)
    assert waiting.mix == mix.mix
    assert waiting.healed
    judged = outcomes.judge(clinic.desk, clinic.owner, mix.mix, "too dark")
    assert judged.lesson.learned
    assert judged.lesson.posterior.mean > 1.0
    assert outcomes.awaited(clinic.desk, mix.client) == []
    again = clinic.visit_of(mix.client)
    clinic.calibrate()
    clinic.measure(again)
    second = ask(clinic, again)
    # Too dark healed: less pigment next time, and a narrower interval.
    assert second.recommendation.fraction < first.recommendation.fraction
    assert second.recommendation.sigma_ln < first.recommendation.sigma_ln
    with pytest.raises(DeskError, match="judged already"):
        outcomes.judge(clinic.desk, clinic.owner, mix.mix, "right")


@pytest.mark.parametrize(("days", "redness"), [(5, False), (30, True)])
def test_ac_p37_nothing_is_learned_from_what_has_not_healed(
    clinic: Clinic, days: int, redness: bool
) -> None:
    pigment, water = clinic.stock_up()
    visit, first = advised(clinic)
    ratio = first.recommendation.advised_ratio
    mix = clinic.confirm(clinic.order(visit, pigment, water, ratio=ratio, total_ul=5000))
    clinic.clock.forward(days=days)
    judged = outcomes.judge(clinic.desk, clinic.owner, mix.mix, "too light", redness=redness)
    assert not judged.lesson.learned
    again = clinic.visit_of(mix.client)
    clinic.calibrate()
    clinic.measure(again)
    assert ask(clinic, again).recommendation.fraction == first.recommendation.fraction


def test_a_recipe_for_a_full_lot_needs_a_reason_on_a_weak_one(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    cards.read_card(clinic.desk, clinic.owner, clinic.lot_of(pigment), CARD_BLANK, CARD)
    weak = clinic.deliver(lot_no="24-200", label=LATER)
    cards.read_card(clinic.desk, clinic.owner, clinic.lot_of(weak), CARD_BLANK, weaker(0.85))
    visit, advice = advised(clinic)
    assert advice.known.lot is not None
    assert advice.known.lot.id == clinic.lot_of(pigment)
    ratio = advice.recommendation.advised_ratio
    prepared = mixing.prepare_mix(clinic.desk, clinic.order(visit, weak, water, ratio=ratio))
    assert "RATIO-OTHER-LOT" in [stop.rule for stop in prepared.stops]
    right = mixing.prepare_mix(clinic.desk, clinic.order(visit, pigment, water, ratio=ratio))
    assert "RATIO-OTHER-LOT" not in [stop.rule for stop in right.stops]


def test_a_card_that_does_not_fade_like_carbon_stops_its_lot(clinic: Clinic) -> None:
    pigment, _ = clinic.stock_up()
    # Bone black with a fifth of its strength in phthalocyanine blue, in titanium white.
    toned_black = ideal_cards(toned(base_absorption(None), "blue", 0.20), titanium(scattering=0.0))
    ratios = (80.0, 40.0, 20.0, 10.0, 5.0)
    swatches = [(r, as_lab(lab)) for r, lab in zip(ratios, toned_black.swatches, strict=True)]
    report = cards.read_card(
        clinic.desk,
        clinic.owner,
        clinic.lot_of(pigment),
        as_lab(toned_black.blank),
        swatches,
    )
    assert report.ink.verdict == "not carbon-like"
    assert report.stop is not None
    assert report.stop.rule == "CARD-HUE"
    offered = next(o for o in stock.list_stock(clinic.desk) if o.bottle.id == pigment)
    assert not offered.usable
    assert [stop.rule for stop in offered.stops] == ["CARD-HUE"]


def test_a_warm_product_has_no_ratio_of_the_carbon_model(clinic: Clinic) -> None:
    _, water = clinic.stock_up()
    clinic.add(PMU)
    bottle = clinic.deliver("PMU", lot_no="BR-1")
    visit, _ = advised(clinic)
    prepared = mixing.prepare_mix(clinic.desk, clinic.order(visit, bottle, water))
    assert "MODEL-NOT-CARBON" in [stop.rule for stop in prepared.stops]
