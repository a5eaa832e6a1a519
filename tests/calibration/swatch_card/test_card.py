"""Which cards are refused, where they are said to be wrong, and the mend."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.swatch_card.card import (
    BadCard,
    BadReading,
    CardError,
    MissingBlank,
    NotMonotone,
    Swatch,
    SwatchCard,
    channels_of,
    standard_card,
)
from calibration.swatch_card.fit import fit_card
from tests.calibration.swatch_card.worlds import BLANK, BLANK_CHANNELS, WORKED, card_of

SIX = (80.0, 40.0, 20.0, 10.0, 6.0, 4.0)


def changed(index: int, lab: tuple[float, float, float], readings: int = 3) -> SwatchCard:
    swatches = list(WORKED.swatches)
    swatches[index] = Swatch(swatches[index].ratio, lab, readings)
    return replace(WORKED, swatches=tuple(swatches))


def test_a_sound_card_in_channels() -> None:
    data = channels_of(WORKED)
    assert data.blank == pytest.approx(BLANK_CHANNELS, abs=1e-7)
    assert data.fractions == pytest.approx([1 / 81, 1 / 41, 1 / 21, 1 / 11, 1 / 6])
    # ((78.63 + 16)/116)³
    assert data.channels[0, 1] == pytest.approx(0.542891, abs=1e-6)
    assert data.clipped == ()


def test_the_order_of_reading_does_not_matter() -> None:
    shuffled = replace(WORKED, swatches=WORKED.swatches[::-1])
    assert [swatch.name for swatch in channels_of(shuffled).swatches] == [
        "1:80",
        "1:40",
        "1:20",
        "1:10",
        "1:5",
    ]


def test_a_ladder_that_turns_back_is_refused_at_its_step() -> None:
    good = card_of(np.array([14.0, 14.3, 14.9]), ratios=SIX)
    labs = {swatch.ratio: swatch.lab for swatch in good.swatches}
    labs[10.0], labs[6.0] = labs[6.0], labs[10.0]
    card = SwatchCard(good.blank, tuple(Swatch(ratio, labs[ratio]) for ratio in SIX))
    with pytest.raises(NotMonotone) as caught:
        fit_card(card)
    assert caught.value.step == ("1:10", "1:6")
    assert caught.value.swatch == "1:10"
    assert "1:10 and 1:6" in caught.value.mend


def test_two_swatches_of_one_lightness_are_a_turn_too() -> None:
    with pytest.raises(NotMonotone) as caught:
        channels_of(changed(3, WORKED.swatches[2].lab))
    assert caught.value.step == ("1:20", "1:10")


def test_a_swatch_lighter_than_the_blank() -> None:
    with pytest.raises(NotMonotone) as caught:
        channels_of(changed(0, (95.0, 0.0, 1.0)))
    assert caught.value.step == ("blank", "1:80")


def test_a_forgotten_blank() -> None:
    with pytest.raises(MissingBlank) as caught:
        fit_card(replace(WORKED, blank=None))
    assert caught.value.swatch == "blank"
    assert "diluent" in caught.value.mend


@pytest.mark.parametrize(
    ("lab", "readings"),
    [
        ((float("nan"), 0.0, 0.0), 3),
        ((64.49, float("inf"), 0.0), 3),
        ((0.0, 0.0, 0.0), 3),
        ((64.49, 0.0, 200.0), 3),
        ((100.5, 0.0, 0.0), 3),
        ((64.49, 0.95, 0.55), 2),
    ],
)
def test_a_bad_reading_names_its_swatch(lab: tuple[float, float, float], readings: int) -> None:
    with pytest.raises(BadReading) as caught:
        channels_of(changed(2, lab, readings))
    assert caught.value.swatch == "1:20"
    assert caught.value.mend


def test_a_blank_read_once() -> None:
    with pytest.raises(BadReading, match="blank: it was read 1 times"):
        channels_of(replace(WORKED, blank_readings=1))


def test_a_brightened_paper_is_recognised() -> None:
    # Z is ((95 + 16)/116 + 10/200)³ = 1.03.
    with pytest.raises(BadReading, match="optical brightener"):
        channels_of(replace(WORKED, blank=(95.0, 0.5, -10.0)))


def test_a_channel_that_says_little_is_flagged() -> None:
    # L* 0.6 is Y 0.00066.
    card = standard_card(
        BLANK, [(78.0, 0, 0), (60.0, 0, 0), (40.0, 0, 0), (20.0, 0, 0), (0.6, 0, 0)]
    )
    assert channels_of(card).clipped == ("1:5",)


@pytest.mark.parametrize("ratio", [0.0, -5.0, float("nan"), float("inf")])
def test_a_ratio_that_is_no_dilution(ratio: float) -> None:
    swatches = (*WORKED.swatches[:-1], Swatch(ratio, WORKED.swatches[-1].lab))
    with pytest.raises(BadCard):
        channels_of(replace(WORKED, swatches=swatches))


def test_a_ratio_given_twice() -> None:
    doubled = (*WORKED.swatches, Swatch(20.0, (64.0, 1.0, 1.0)))
    with pytest.raises(BadCard, match="1:20"):
        channels_of(replace(WORKED, swatches=doubled))


def test_three_swatches_are_too_few() -> None:
    with pytest.raises(BadCard, match="at least 4"):
        channels_of(replace(WORKED, swatches=WORKED.swatches[:3]))


def test_every_refusal_is_one_kind_of_error() -> None:
    for kind in (BadCard, BadReading, MissingBlank, NotMonotone):
        assert issubclass(kind, CardError)
