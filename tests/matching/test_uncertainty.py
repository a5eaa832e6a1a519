"""The closed form of the spread, against simulation and against what a spread must do."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.colorimetry import Floats, lab_to_channels
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import InputError
from kiosk.matching.recommend import recommend
from kiosk.matching.uncertainty import normal_quantile, pooled_sigma, sigma_of_y
from tests.matching.worked import (
    BLACK,
    BROWN,
    DARK,
    DARK_BROWN,
    FAIR,
    LIGHT_BROWN,
    MEDIUM,
    Triple,
    illustrative,
)

C = illustrative()

STATES = {
    "day one": C,
    "swatch card": replace(C, cv_lot=0.03),
    "twenty outcomes": replace(C, cv_lot=0.03, cv_gain=0.10),
    "after the first session": replace(C, cv_lot=0.03, cv_gain=0.08, sigma_retention=0.04),
}
PAIRS = (
    (FAIR, DARK_BROWN),
    (FAIR, LIGHT_BROWN),
    (MEDIUM, BLACK),
    (BROWN, DARK_BROWN),
    (DARK, BLACK),
)


def simulated_fractions(skin: Triple, hair: Triple, c: Constants, draws: int) -> Floats:
    """Fractions drawn from every source of spread, the follicle law written out again."""
    rng = np.random.default_rng(2019)

    def luminance(colour: Triple, sigma: float) -> Floats:
        level = colour[0] + rng.normal(0.0, sigma / math.sqrt(3.0), draws)
        return np.where(level > 8.0, ((level + 16.0) / 116.0) ** 3, level / 903.2963)

    def factor(cv: float) -> Floats:
        return np.exp(rng.normal(0.0, cv, draws))

    skin_y, hair_y = luminance(skin, c.sigma_skin), luminance(hair, c.sigma_hair)
    opacity = np.clip(rng.normal(c.follicle_opacity, c.sigma_opacity, draws), 0.2, 1.0)
    retention = np.clip(rng.normal(c.retention, c.sigma_retention, draws), 0.2, 1.0)
    q = np.log(skin_y / (opacity * hair_y + (1.0 - opacity) * skin_y))
    ink = c.A0 * factor(c.cv_lot) * factor(c.cv_gain) * factor(c.cv_mix)
    return np.asarray(q / (2.0 * ink * retention))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("skin", "hair"), PAIRS)
def test_closed_form_agrees_with_simulation(skin: Triple, hair: Triple, state: str) -> None:
    result = recommend(skin, hair, STATES[state])
    drawn = simulated_fractions(skin, hair, STATES[state], 400_000)
    darkest, safe, lightest = (1.0 / np.quantile(drawn, (0.95, 0.20, 0.05)) - 1.0).tolist()
    assert result.interval is not None
    assert result.safe_ratio == pytest.approx(safe, rel=0.02)
    assert result.interval[0] == pytest.approx(darkest, rel=0.04)
    assert result.interval[1] == pytest.approx(lightest, rel=0.04)


def test_quantiles_of_the_normal_distribution() -> None:
    assert normal_quantile(0.80) == pytest.approx(0.8416212335729143, abs=1e-12)
    assert normal_quantile(0.95) == pytest.approx(1.6448536269514722, abs=1e-12)


@pytest.mark.parametrize("level", [0.0, 5.0, 20.0, 57.0, 100.0])
def test_slope_of_luminance_is_its_derivative(level: float) -> None:
    step = 1e-5
    below, above = max(level - step, 0.0), level + step
    y = lab_to_channels([[below, 0.0, 0.0], [above, 0.0, 0.0]])[:, 1]
    slope = (y[1] - y[0]) / (above - below)
    assert sigma_of_y(level, 1.0, 1) == pytest.approx(slope, rel=1e-5)


def test_pooling_moves_from_the_default_to_what_was_seen() -> None:
    assert pooled_sigma(0.74, None, 3, 4.0) == pytest.approx(0.74)
    # (4 x 0.74^2 + 2 x 1.5^2) / 6
    assert pooled_sigma(0.74, 1.5, 3, 4.0) == pytest.approx(math.sqrt(6.6904 / 6.0))
    assert pooled_sigma(0.74, 1.5, 1, 4.0) == pytest.approx(0.74)
    assert pooled_sigma(0.74, 1.5, 900, 4.0) == pytest.approx(1.5, abs=0.01)


@given(skin_sd=st.floats(0.0, 5.0), more=st.floats(0.01, 5.0), n=st.integers(2, 20))
def test_interval_holds_the_point_and_widens_with_spread(
    skin_sd: float, more: float, n: int
) -> None:
    tight = recommend(MEDIUM, BLACK, C, skin_sd=skin_sd, skin_n=n)
    loose = recommend(MEDIUM, BLACK, C, skin_sd=skin_sd + more, skin_n=n)
    assert tight.interval is not None
    assert loose.interval is not None
    assert tight.ratio is not None
    assert loose.interval[0] < tight.interval[0] < tight.ratio
    assert tight.ratio < tight.interval[1] < loose.interval[1]


@given(n=st.integers(3, 50), more=st.integers(1, 50), surface=st.sampled_from(["skin", "hair"]))
def test_interval_narrows_with_readings(n: int, more: int, surface: str) -> None:
    few = recommend(MEDIUM, BLACK, C, **{f"{surface}_n": n})  # type: ignore[arg-type]
    many = recommend(MEDIUM, BLACK, C, **{f"{surface}_n": n + more})  # type: ignore[arg-type]
    assert few.interval is not None
    assert many.interval is not None
    assert few.interval[0] < many.interval[0]
    assert many.interval[1] < few.interval[1]
    assert few.sigma_ln is not None
    assert many.sigma_ln is not None
    assert many.sigma_ln < few.sigma_ln


def test_interval_never_passes_neat_ink() -> None:
    wild = replace(C, cv_gain=3.0)
    interval = recommend(MEDIUM, BLACK, wild).interval
    assert interval is not None
    assert interval[0] == 0.0


@given(
    sigma=st.floats(0.0, 5.0),
    more=st.floats(0.0, 5.0),
    n=st.integers(1, 20),
    surface=st.sampled_from(["skin", "hair"]),
)
def test_uncertainty_of_the_mean_widens_and_never_narrows(
    sigma: float, more: float, n: int, surface: str
) -> None:
    without = recommend(MEDIUM, BLACK, C, **{f"{surface}_n": n})  # type: ignore[arg-type]
    some = recommend(MEDIUM, BLACK, C, **{f"{surface}_n": n, f"{surface}_sigma": sigma})  # type: ignore[arg-type]
    worse = recommend(MEDIUM, BLACK, C, **{f"{surface}_n": n, f"{surface}_sigma": sigma + more})  # type: ignore[arg-type]
    assert without.sigma_ln is not None
    assert some.sigma_ln is not None
    assert worse.sigma_ln is not None
    assert without.sigma_ln <= some.sigma_ln <= worse.sigma_ln


def test_uncertainty_of_the_mean_counts_like_one_reading_of_that_spread() -> None:
    # Beyond what the readings say, the mean is known as well as sigma says, however often read.
    one = recommend(MEDIUM, BLACK, replace(C, sigma_skin=2.0), skin_n=1)
    same = recommend(MEDIUM, BLACK, C, skin_n=9, skin_sigma=2.0)
    assert same.sigma_ln == pytest.approx(one.sigma_ln)


@pytest.mark.parametrize("sigma", [-0.1, math.inf, math.nan])
def test_uncertainty_that_is_none_is_refused(sigma: float) -> None:
    with pytest.raises(InputError, match="sigma"):
        recommend(MEDIUM, BLACK, C, skin_sigma=sigma)
