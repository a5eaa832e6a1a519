"""The years after: back to the skin, without a turn, as a band; and the alarm where it turned."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import channels_to_lab, lab_to_channels
from kiosk.matching.constants import default_constants
from kiosk.matching.forward import dot_fresh, dot_healed, field_fresh, sessions_healed
from kiosk.matching.hue_alarm import check_hue
from kiosk.matching.inputs import InputError
from kiosk.matching.ladder import fraction_of
from kiosk.matching.outlook import MOMENTS, dot_outlook, field_outlook
from kiosk.matching.prior_pigment import check_prior_pigment
from kiosk.matching.spectral import nist_spectra, spectrum_to_channels
from kiosk.matching.thresholds import default_thresholds
from kiosk.matching.treatment import course, not_covered
from kiosk.stops import Severity
from tests.matching.worked import BLACK, DARK, FAIR, MEDIUM, Triple, illustrative

C = default_constants()
T = default_thresholds()

# Measured forearms, and means of published groups for the dark half they lack.
skins = st.one_of(
    st.integers(0, 99).map(
        lambda index: tuple(channels_to_lab(spectrum_to_channels(nist_spectra()[index])).tolist())
    ),
    st.sampled_from([(56, 11.5, 17), (49, 11.5, 18), (39, 10, 14), (32, 8, 12), (30, 8, 8)]),
)
ratios = st.integers(20, 80)


def turn(one: Triple, other: Triple) -> float:
    """CIELAB hue difference ΔH*: 2 √(C₁C₂) sin(Δh/2)."""
    angle = math.atan2(one[2], one[1]) - math.atan2(other[2], other[1])
    return 2.0 * math.sqrt(math.hypot(*one[1:]) * math.hypot(*other[1:])) * math.sin(angle / 2)


@given(skin=skins, ratio=ratios, exposed=st.booleans())
def test_lightness_walks_back_to_the_skin_and_hue_stays(
    skin: Triple, ratio: int, exposed: bool
) -> None:
    outlook = dot_outlook(skin, ratio, C, T, exposed=exposed)
    for edge in ("light", "middle", "dark"):
        path = [getattr(outlook.at(moment), edge) for moment in MOMENTS]
        levels = [lab[0] for lab in path]
        assert levels == sorted(levels)
        assert levels[-1] < skin[0]
        # An eye sees 0.8, and accepts 1.8.
        assert max(abs(turn(lab, path[1])) for lab in path[1:]) < 0.5
        assert abs(turn(path[-1], skin)) < 1.8
        assert all(lab[1] > 0.0 for lab in path)
        assert all(lab[2] > 0.0 for lab in path)


@given(skin=skins, ratio=ratios)
def test_a_band_and_never_a_line(skin: Triple, ratio: int) -> None:
    for band in dot_outlook(skin, ratio, C, T).bands:
        assert band.light[0] > band.middle[0] > band.dark[0]


def test_today_and_healed_are_the_forward_model() -> None:
    c = illustrative()
    outlook = dot_outlook(MEDIUM, 55, c, T)
    assert outlook.at("healed").middle == pytest.approx((42.9196, 10.1860, 15.6943), abs=1e-4)
    assert outlook.at("today").middle == pytest.approx((35.0761, 9.3540, 14.7240), abs=1e-4)
    skin = lab_to_channels(MEDIUM)
    assert outlook.at("today").middle == pytest.approx(
        channels_to_lab(dot_fresh(skin, fraction_of(55), c)).tolist(), abs=1e-9
    )
    # Five years halve the middle: after one year 2^(-1/5) of the absorbance is left.
    after = channels_to_lab(dot_healed(skin, fraction_of(55) * 2 ** (-1 / 5), c))
    assert outlook.at("1 year").middle == pytest.approx(after.tolist(), abs=1e-9)


def test_the_band_is_the_interval_of_ink_hand_and_healing() -> None:
    # 1.6449 x sqrt(0.15² + 0.25² + 0.06² + (0.10/0.60)²) = 0.5611 in ln of the absorbance.
    reach = math.exp(0.56113)
    dark = dot_healed(lab_to_channels(MEDIUM), fraction_of(40) * reach, C)
    band = dot_outlook(MEDIUM, 40, C, T).at("healed")
    assert band.dark == pytest.approx(channels_to_lab(dark).tolist(), abs=5e-3)


def test_today_holds_no_doubt_about_healing() -> None:
    # 1.6449 x sqrt(0.15² + 0.25² + 0.06²) = 0.4896
    dark = dot_fresh(lab_to_channels(MEDIUM), fraction_of(40) * math.exp(0.48957), C)
    band = dot_outlook(MEDIUM, 40, C, T).at("today")
    assert band.dark == pytest.approx(channels_to_lab(dark).tolist(), abs=5e-3)


def test_what_is_learned_narrows_the_band() -> None:
    wide = dot_outlook(MEDIUM, 40, C, T).at("healed")
    narrow = dot_outlook(MEDIUM, 40, replace(C, cv_gain=0.1, cv_lot=0.03), T).at("healed")
    assert narrow.light[0] - narrow.dark[0] < wide.light[0] - wide.dark[0]
    assert narrow.middle == wide.middle


def test_sun_widens_the_band_and_leaves_its_middle() -> None:
    plain = dot_outlook(MEDIUM, 40, C, T)
    sun = dot_outlook(MEDIUM, 40, C, T, exposed=True)
    for moment in ("1 year", "3 years"):
        assert sun.at(moment).light[0] > plain.at(moment).light[0]
        assert sun.at(moment).middle == plain.at(moment).middle
        assert sun.at(moment).dark == plain.at(moment).dark
    assert sun.at("healed") == plain.at("healed")
    assert len(sun.assumed) == len(plain.assumed) + 1


def test_a_field_today_has_fresh_dots_of_the_last_session_only() -> None:
    skin = lab_to_channels(MEDIUM)
    one = field_outlook(MEDIUM, [20], [0.025], C, T).at("today").middle
    fresh = channels_to_lab(field_fresh(skin, fraction_of(20), 0.025, C))
    assert one == pytest.approx(fresh.tolist(), abs=1e-9)
    both = field_outlook(MEDIUM, [50, 20], [0.03, 0.025], C, T)
    base = sessions_healed(skin, fraction_of([50]), [0.03], C)
    today = channels_to_lab(field_fresh(base, fraction_of(20), 0.025, C))
    assert both.at("today").middle == pytest.approx(today.tolist(), abs=1e-9)
    healed = channels_to_lab(sessions_healed(skin, fraction_of([50, 20]), [0.03, 0.025], C))
    assert both.at("healed").middle == pytest.approx(healed.tolist(), abs=1e-9)
    levels = [both.at(moment).middle[0] for moment in MOMENTS]
    assert levels == sorted(levels)


def test_what_is_assumed_is_said_and_the_document_is_json() -> None:
    outlook = dot_outlook(FAIR, 40, C, T)
    assert any("no curve is published" in sentence for sentence in outlook.assumed)
    document = json.loads(json.dumps(outlook.as_dict(), allow_nan=False))
    assert [band["moment"] for band in document["bands"]] == list(MOMENTS)
    assert document["level"] == 0.90


def test_blue_caution_on_fair_skin_only() -> None:
    assert "blue-caution" in {n.code for n in dot_outlook((68.0, 9.0, 14.0), 40, C, T).notes}
    assert "blue-caution" not in {n.code for n in dot_outlook(DARK, 40, C, T).notes}
    # ITA is undefined here: no claim.
    assert "blue-caution" not in {n.code for n in dot_outlook((30, 2, -1), 40, C, T).notes}


@pytest.mark.parametrize(
    ("ratios_", "covers"), [([], []), ([20], [0.02, 0.03]), ([20], [0.34]), ([-1], [0.02])]
)
def test_sessions_that_cannot_be_are_refused(ratios_: list[float], covers: list[float]) -> None:
    with pytest.raises(InputError):
        field_outlook(MEDIUM, ratios_, covers, C, T)
    with pytest.raises(InputError, match="not one colour"):
        dot_outlook([MEDIUM, BLACK], 20, C, T)


FIELD = field_outlook(MEDIUM, [40, 35], [0.03, 0.03], C, T).at("healed")


def zone(shift: float) -> Triple:
    return (FIELD.middle[0], FIELD.middle[1], FIELD.middle[2] + shift)


@pytest.mark.parametrize(
    ("shift", "raised"), [(0.0, False), (-2.9, False), (-3.1, True), (-8.0, True), (5.0, False)]
)
def test_a_turn_to_blue_beyond_the_limit_is_an_alarm(shift: float, raised: bool) -> None:
    check = check_hue(zone(shift), FIELD, MEDIUM, MEDIUM, C, T)
    assert check.raised is raised
    assert check.shift == pytest.approx(shift)
    assert (check.stop is not None) is raised
    assert set(json.loads(json.dumps(check.as_dict(), allow_nan=False))) >= {
        "raised", "shift", "limit", "reach", "zone_b", "outlook_b", "reference_change", "sentence",
    }  # fmt: skip


def test_an_alarm_pauses_under_policy_and_shows_its_numbers() -> None:
    stop = check_hue(zone(-4.0), FIELD, MEDIUM, MEDIUM, C, T).stop
    assert stop is not None
    assert stop.severity is Severity.POLICY
    assert "4.0 bluer" in stop.sentence


def test_a_reference_that_moved_alike_is_no_turn() -> None:
    paler = (MEDIUM[0], MEDIUM[1], MEDIUM[2] - 4.0)
    assert not check_hue(zone(-4.0), FIELD, MEDIUM, paler, C, T).raised
    assert check_hue(zone(-1.0), FIELD, MEDIUM, (57.0, 11.5, 20.0), C, T).raised


def test_readings_that_scatter_more_than_the_turn_raise_nothing() -> None:
    # 1.645 x sqrt(4/3) x 2 = 3.8.
    scattered = check_hue(zone(-3.5), FIELD, MEDIUM, MEDIUM, C, T, sd_b=2.0)
    assert scattered.reach == pytest.approx(3.7986, abs=1e-3)
    assert not scattered.raised
    assert check_hue(
        zone(-3.5), FIELD, MEDIUM, MEDIUM, C, T, sd_b=2.0,
        zone_readings=10, baseline_readings=10, reference_readings=10,
    ).raised  # fmt: skip


def test_the_course_depends_on_the_treatment() -> None:
    permanent, temporary = course("permanent"), course("temporary")
    assert "Visible after the first session" in permanent.sentences[0]
    assert (permanent.reminder_months, permanent.last_reminder_months) == (36, 72)
    assert "Little may be visible after the first" in temporary.sentences[0]
    assert "three sessions" in temporary.sentences[1]
    assert temporary.reminder_months == 12
    with pytest.raises(InputError, match="permanent or temporary"):
        course("tattoo")  # type: ignore[arg-type]


@pytest.mark.parametrize("colourants", [["CI 77266"], ["77267", "C.I.77266"], [" CI 77266 ", ""]])
def test_carbon_is_covered(colourants: list[str]) -> None:
    assert not_covered("Scalp Black", "permanent", colourants) == ()


@pytest.mark.parametrize(
    ("treatment", "colourants", "said"),
    [
        ("permanent", ["CI 77266", "CI 77891"], "titanium dioxide"),
        ("permanent", ["CI 77266", "CI 74160"], "CI 74160"),
        ("permanent", ["carbon"], "carbon"),
        ("permanent", ["CI 77266 / CI 77499"], "black iron oxide"),
        ("permanent", [], "does not declare"),
        ("temporary", ["CI 77266"], "temporary"),
    ],
)
def test_other_products_are_refused_by_name(
    treatment: str, colourants: list[str], said: str
) -> None:
    (stop,) = not_covered("Ash Grey 3", treatment, colourants)  # type: ignore[arg-type]
    assert stop.sentence.startswith("Ash Grey 3 ")
    assert said in stop.sentence
    assert stop.severity is Severity.POLICY


@pytest.mark.parametrize(
    ("zone_lab", "suspect", "said"),
    [
        ((50.0, 11.0, 16.0), False, "No blue"),
        ((50.0, 11.0, 13.9), True, "3.1 bluer"),
        ((50.0, 8.0, 16.9), True, "3.5 greener"),
        ((50.0, 4.0, 8.0), True, "bluer and"),
        ((40.0, 2.0, -0.1), True, "no skin is"),
    ],
)
def test_old_pigment_that_shines_through_blocks_its_zone(
    zone_lab: Triple, suspect: bool, said: str
) -> None:
    found = check_prior_pigment(zone_lab, MEDIUM, C, T)
    assert found.suspect is suspect
    assert said in found.sentence
    stop = found.stop
    assert (stop is not None) is suspect
    if stop is not None:
        assert stop.severity is Severity.SAFETY
        assert "Laser" in stop.lifts
    json.dumps(found.as_dict(), allow_nan=False)


def test_old_carbon_of_usual_density_is_not_suspect() -> None:
    old = field_outlook(MEDIUM, [20, 20, 20], [0.03, 0.03, 0.03], C, T).at("3 years").middle
    assert not check_prior_pigment(old, MEDIUM, C, T).suspect
