"""Every kind of hair and its target, zones of skin, and what an eye accepts."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.aiming import aim, stubble_density
from kiosk.matching.constants import default_constants
from kiosk.matching.forward import field_healed
from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import fraction_of
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Residual
from kiosk.matching.targets import HairReading, dyed, grey_mix, no_hair, tress
from kiosk.matching.thresholds import default_thresholds
from kiosk.matching.tolerance import (
    colour_residual,
    difference_ab,
    ladder_look,
    tolerance_for,
)
from kiosk.matching.zones import Site, instrument_drift, zones_of
from tests.matching.worked import BLACK, DARK, FAIR, GREY, MEDIUM, illustrative

C = default_constants()
T = default_thresholds()

BLACK_LOCK = HairReading(BLACK, 0.8, 5)
GREY_LOCK = HairReading(GREY, 1.4, 4)


def test_forty_percent_grey_offers_both_looks_to_sign() -> None:
    blend, dark = grey_mix(BLACK_LOCK, GREY_LOCK, 40)
    assert (blend.kind, dark.kind) == ("blend", "all dark")
    assert blend.to_sign
    assert dark.to_sign
    # Light adds: Y of black 0.0260796, of grey 0.1454171; 0.6 and 0.4 of them.
    y = lab_to_channels(blend.hair_lab)[1]
    assert y == pytest.approx(0.6 * 0.0260796261 + 0.4 * 0.1454171194, abs=1e-9)
    assert dark.hair_lab == BLACK
    assert (blend.hair_sd, blend.hair_readings) == (1.4, 4)
    lighter = aim(MEDIUM, blend, C, T)
    darker = aim(MEDIUM, dark, C, T)
    assert lighter.recommendation.fraction is not None
    assert darker.recommendation.fraction is not None
    assert lighter.recommendation.fraction < darker.recommendation.fraction
    json.dumps([lighter.as_dict(), darker.as_dict()], allow_nan=False)


@pytest.mark.parametrize(
    ("dark", "grey", "percent", "kinds"),
    [
        (BLACK_LOCK, None, 0, ["tress"]),
        (BLACK_LOCK, GREY_LOCK, 0, ["tress"]),
        (None, GREY_LOCK, 100, ["blend"]),
        (BLACK_LOCK, GREY_LOCK, 100, ["blend", "all dark"]),
    ],
)
def test_ends_of_the_mix(
    dark: HairReading | None, grey: HairReading | None, percent: float, kinds: list[str]
) -> None:
    assert [target.kind for target in grey_mix(dark, grey, percent)] == kinds


@pytest.mark.parametrize(
    ("dark", "grey", "percent", "field"),
    [
        (BLACK_LOCK, None, 40, "grey lock"),
        (None, GREY_LOCK, 40, "dark lock"),
        (None, None, 100, "grey lock"),
        (BLACK_LOCK, GREY_LOCK, 101, "grey_percent"),
    ],
)
def test_a_lock_that_was_not_read_is_named(
    dark: HairReading | None, grey: HairReading | None, percent: float, field: str
) -> None:
    with pytest.raises(InputError) as caught:
        grey_mix(dark, grey, percent)
    assert caught.value.field == field


def test_dyed_hair_needs_its_regrowth() -> None:
    with pytest.raises(InputError, match="regrowth") as caught:
        dyed(None)
    assert "Read the regrowth" in caught.value.mend
    assert dyed(BLACK_LOCK).kind == "regrowth"


@pytest.mark.parametrize("standing", ["eyebrow", "photo", "client's choice"])
def test_without_hair_confidence_is_low_and_the_rung_extra_light(standing: str) -> None:
    target = no_hair(BLACK, standing)  # type: ignore[arg-type]
    assert target.confidence == "low"
    assert target.to_sign
    found = aim(MEDIUM, target, C, T)
    advised = found.recommendation.advised_ratio
    assert advised is not None
    assert found.ratio == C.ladder[C.ladder.index(advised) + 1]
    assert "extra-light" in {note.code for note in found.notes}
    plain = aim(MEDIUM, tress(BLACK_LOCK), C, T)
    assert plain.ratio == plain.recommendation.advised_ratio


def test_no_rung_is_left_where_the_ladder_ends_before_the_extra_step() -> None:
    short = replace(C, ladder=(40, 45))
    found = aim(MEDIUM, no_hair(BLACK, "photo"), replace(short, ladder=(45,)), T)
    assert found.recommendation.advised_ratio == 45
    assert found.ratio is None
    assert "ladder-ends" in {note.code for note in found.notes}


def test_nothing_else_stands_in_for_hair() -> None:
    with pytest.raises(InputError, match="eyebrow, photo"):
        no_hair(BLACK, "memory")  # type: ignore[arg-type]


def test_what_carbon_leaves_of_red_brown_hair_is_said_axis_by_axis() -> None:
    found = aim(MEDIUM, tress(HairReading((30.0, 14.0, 18.0))), C, T)
    residual = found.recommendation.residual
    assert residual is not None
    note = colour_residual(residual, T)
    assert note is not None
    assert note in found.notes
    assert f"{residual.da:+.1f}" in note.sentence


@pytest.mark.parametrize(
    ("da", "db", "words"),
    [
        (0.9, -1.1, []),
        (1.1, 0.0, ["slightly redder"]),
        (-2.1, 3.0, ["clearly greener", "clearly yellower"]),
        (0.0, -1.2, ["slightly bluer"]),
    ],
)
def test_residual_words(da: float, db: float, words: list[str]) -> None:
    note = colour_residual(Residual(3.0, 0.0, da, db), T)
    assert (note is None) is not words
    for word in words:
        assert note is not None
        assert word in note.sentence


def test_a_scar_says_so() -> None:
    found = aim(FAIR, tress(BLACK_LOCK), replace(C, gain=1.3), T, scar=True)
    assert "scar" in {note.code for note in found.notes}
    assert found.recommendation.constants.gain == 1.3


def test_stubble_asks_for_dots_and_gives_them_back() -> None:
    skin = lab_to_channels(MEDIUM)
    stubble = channels_to_lab(field_healed(skin, fraction_of(40), 0.05, C))
    found = stubble_density(MEDIUM, stubble, 40, C)
    assert found.cover == pytest.approx(0.05, abs=1e-9)
    # 0.05 / (pi x 0.0145² / 4)
    assert found.dots_per_cm2 == pytest.approx(302.79, abs=0.01)
    assert not found.denser_than_natural
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_field_beyond_nature_or_beyond_reach() -> None:
    dense = stubble_density(MEDIUM, (54.0, 11.0, 16.5), 20, illustrative())
    assert dense.denser_than_natural
    assert "Do not chase" in dense.sentence
    beyond = stubble_density(MEDIUM, (20.0, 5.0, 5.0), 60, C)
    assert beyond.cover is None
    assert "No number" in beyond.sentence
    assert stubble_density(MEDIUM, (60.0, 11.0, 16.0), 40, C).dots_per_cm2 == 0.0
    with pytest.raises(InputError, match="no rung"):
        stubble_density(MEDIUM, BLACK, 41, C)


def test_sites_four_apart_are_two_zones_without_a_common_target() -> None:
    left, right = Site("left", (57.0, 11.5, 17.0)), Site("right", (61.1, 11.5, 17.0))
    found = zones_of([left, right], T)
    assert len(found.zones) == 2
    assert found.common is None
    assert found.note is not None
    assert "left" in found.note.sentence
    near = zones_of([left, replace(right, lab=(61.0, 11.5, 17.0))], T)
    assert near.common is not None
    assert near.note is None
    assert near.common.readings == 6


def test_a_chain_of_near_sites_is_not_one_zone() -> None:
    sites = [Site(name, (50.0 + 3.0 * step, 11.0, 16.0)) for step, name in enumerate("abcd")]
    found = zones_of(sites, T)
    assert [zone.sites for zone in found.zones] == [("a", "b"), ("c", "d")]
    assert all(zone.spread <= T.zone_split for zone in found.zones)


def test_a_scar_never_joins() -> None:
    found = zones_of([Site("crown", MEDIUM), Site("scar", MEDIUM, scar=True)], T)
    assert [zone.scar for zone in found.zones] == [False, True]


@given(
    labs=st.lists(st.tuples(st.floats(40.0, 60.0), st.floats(8.0, 14.0), st.floats(10.0, 20.0)),
                  min_size=1, max_size=7),
    data=st.data(),
)  # fmt: skip
def test_zones_hold_every_site_once_and_no_pair_beyond_the_split(
    labs: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    sites = [Site(f"s{index}", lab) for index, lab in enumerate(labs)]
    found = zones_of(sites, T)
    names = [name for zone in found.zones for name in zone.sites]
    assert sorted(names) == [site.name for site in sites]
    by_name = {site.name: np.array(site.lab) for site in sites}
    for zone in found.zones:
        for one in zone.sites:
            for other in zone.sites:
                assert np.linalg.norm(by_name[one] - by_name[other]) <= T.zone_split
    shuffled = zones_of(data.draw(st.permutations(sites)), T)
    assert {frozenset(zone.sites) for zone in shuffled.zones} == {
        frozenset(zone.sites) for zone in found.zones
    }


@pytest.mark.parametrize("sites", [[], [Site("a", MEDIUM), Site("a", FAIR)]])
def test_sites_that_cannot_be(sites: list[Site]) -> None:
    with pytest.raises(InputError, match="sites"):
        zones_of(sites, T)


def test_a_reference_site_that_moved_without_a_tan_is_pointed_out() -> None:
    moved = (59.1, 11.5, 17.0)
    assert instrument_drift(MEDIUM, moved, T, tanned=False) is not None
    assert instrument_drift(MEDIUM, moved, T, tanned=True) is None
    assert instrument_drift(MEDIUM, (59.0, 11.5, 17.0), T, tanned=False) is None


def test_two_point_two_is_too_much_on_fair_and_fine_on_dark_skin() -> None:
    fair, dark = tolerance_for(FAIR, T), tolerance_for((30.0, 8.0, 8.0), T)
    assert (fair.shade, dark.shade) == ("fair", "dark")
    assert fair.word(2.2) == "not acceptable"
    assert dark.word(2.2) == "acceptable"
    assert fair.word(1.8) == "acceptable"
    assert fair.word(0.8) == "not perceptible"
    assert fair.version == T.version


def test_without_an_angle_the_stricter_limits_hold() -> None:
    assert tolerance_for((30.0, 3.0, -2.0), T).shade == "fair"


def test_difference_is_euclidean() -> None:
    assert difference_ab((50, 0, 0), (53, 4, 0)) == pytest.approx(5.0)


def test_fair_hair_on_fair_skin_expects_nothing_visible() -> None:
    look = ladder_look((68.0, 9.0, 15.0), (62.0, 5.0, 20.0), C, T)
    assert not look.visible
    assert "no recipe" in look.sentence
    assert recommend((68.0, 9.0, 15.0), (62.0, 5.0, 20.0), C).advised_ratio is None
    assert ladder_look(MEDIUM, BLACK, C, T).visible


def test_contrast_of_the_ladder_falls_towards_its_light_end() -> None:
    look = ladder_look(DARK, BLACK, C, T)
    assert list(look.contrast) == sorted(look.contrast, reverse=True)
    assert list(look.lighter) == sorted(look.lighter)
    # A rung that is told from skin but darker than the follicle does not count.
    none = ladder_look(MEDIUM, BLACK, replace(C, ladder=(2, 3)), T)
    assert min(none.contrast) > 10
    assert not none.visible
