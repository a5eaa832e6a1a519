"""Two instruments on the same patches: how far apart, and whether a bridge would help."""

from datetime import UTC, datetime

import numpy as np
import pytest

from calibration.bridge import Bridge, BridgeOffer, PairedPatch, agreement, offer_bridge
from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000
from calibration.sampling import ConditionMismatch
from drivers.readings import Condition

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEAR = Condition("45/0", "D65", "10", 8.0)
FAR = Condition("d/8 SCI", "D65", "10", 3.0)
MIX = np.array([[0.95, 0.04, 0.0], [0.02, 0.96, 0.01], [0.0, 0.03, 0.92]])
OFFSET = np.array([0.004, 0.003, 0.005])


def paired(ours: Floats, theirs: Floats) -> list[PairedPatch]:
    return [
        PairedPatch(f"P{i}", tuple(a), tuple(b))
        for i, (a, b) in enumerate(zip(ours.tolist(), theirs.tolist(), strict=True))
    ]


def surfaces(count: int) -> Floats:
    rng = np.random.default_rng(6)
    level = rng.uniform(0.05, 0.8, (count, 1))
    return level * rng.uniform(0.8, 1.2, (count, 3))


def apart(count: int = 24, noise: float = 0.0) -> list[PairedPatch]:
    """`ours` is a known mixture of `theirs`."""
    theirs = surfaces(count)
    ours = theirs @ MIX.T + OFFSET
    return paired(ours, theirs * (1 + noise * np.random.default_rng(7).standard_normal((count, 3))))


def offer(patches: list[PairedPatch], theirs: Condition = NEAR) -> BridgeOffer:
    return offer_bridge(("A", NEAR), ("B", theirs), patches)


def accepted(patches: list[PairedPatch]) -> Bridge:
    return offer(patches).accept("P-03", AT)


def test_a_linear_disagreement_is_found_and_undone_on_patches_not_seen() -> None:
    found = offer(apart())
    assert found.form == "matrix"
    assert np.asarray(found.matrix) == pytest.approx(MIX, abs=1e-9)
    assert found.offset == pytest.approx(tuple(OFFSET), abs=1e-9)
    assert found.before.median > 1.0
    assert found.after.median == pytest.approx(0.0, abs=1e-6)
    assert found.worthwhile
    assert "if you accept it" in found.sentence


def test_the_gain_is_that_of_patches_left_out_in_turn() -> None:
    patches = apart(noise=0.01)
    ours, theirs = (np.array([getattr(p, side) for p in patches]) for side in ("ours", "theirs"))
    extended = np.hstack([theirs, np.ones((24, 1))])
    missed = []
    for i in range(24):
        others = np.arange(24) != i
        weights = np.linalg.pinv(extended[others]) @ ours[others]
        predicted = channels_to_lab(extended[i] @ weights)
        missed.append(float(delta_e_2000(predicted, channels_to_lab(ours[i]))))
    found = offer(patches)
    assert found.form == "matrix"
    assert found.after.median == pytest.approx(np.median(missed), rel=1e-6)
    assert found.after.percentile_95 == pytest.approx(np.percentile(missed, 95), rel=1e-6)


def test_units_that_only_scatter_get_no_bridge() -> None:
    theirs = surfaces(24)
    noise = 1 + 0.01 * np.random.default_rng(9).standard_normal((24, 3))
    found = offer(paired(theirs * noise, theirs))
    assert not found.worthwhile
    assert "would not help" in found.sentence


def test_units_that_agree_get_no_bridge_however_exact_it_is() -> None:
    theirs = surfaces(24)
    found = offer(paired(theirs * 1.002, theirs))
    assert found.after.median < 1e-6
    assert not found.worthwhile


def test_few_patches_get_a_scale_and_an_offset_only() -> None:
    theirs = surfaces(6)
    found = offer(paired(theirs * [0.9, 0.95, 1.05] + 0.01, theirs))
    assert found.form == "scale"
    assert np.asarray(found.matrix) == pytest.approx(np.diag([0.9, 0.95, 1.05]))
    assert found.offset == pytest.approx((0.01, 0.01, 0.01))
    assert offer(apart(11)).form == "scale"
    with pytest.raises(ValueError, match="at least 6"):
        offer(apart(5))


def test_an_offer_converts_nothing_before_somebody_accepts_it_by_name() -> None:
    found = offer(apart())
    assert not hasattr(found, "convert")
    assert not callable(found)
    with pytest.raises(ValueError, match="name"):
        found.accept(" ", AT)
    bridge = found.accept("P-03", AT)
    assert (bridge.accepted_by, bridge.accepted_at) == ("P-03", AT)


def test_an_accepted_bridge_leads_from_their_scale_to_ours() -> None:
    reading = (0.3, 0.28, 0.2)
    assert accepted(apart()).convert("B", reading) == pytest.approx(tuple(MIX @ reading + OFFSET))


def test_a_bridge_converts_its_own_unit_only() -> None:
    for serial in ("A", "C"):
        with pytest.raises(ConditionMismatch, match="from B to A"):
            accepted(apart()).convert(serial, (0.3, 0.28, 0.2))


@pytest.mark.parametrize("other", [Condition("45/0", "D50", "10"), Condition("45/0", "D65", "2")])
def test_no_bridge_mends_another_illuminant_or_observer(other: Condition) -> None:
    with pytest.raises(ConditionMismatch):
        offer(apart(), other)


def test_another_geometry_is_warned_about() -> None:
    assert "Geometry or aperture differ" in offer(apart(), FAR).sentence
    assert "Geometry" not in offer(apart()).sentence


def test_agreement_names_the_shift_and_the_worst_patch() -> None:
    ours = np.array([[0.5, 0.5, 0.5], [0.2, 0.2, 0.2], [0.1, 0.1, 0.1]])
    theirs = ours.copy()
    theirs[2] *= 1.2
    found = agreement(paired(ours, theirs))
    # Greys: L* = 116 Y^(1/3) - 16, and the mean over three patches of which one differs.
    step = 116 * (0.12 ** (1 / 3) - 0.1 ** (1 / 3)) / 3
    assert found.shift == pytest.approx((step, 0.0, 0.0), abs=1e-9)
    assert found.worst_patch == "P2"
    assert found.median == 0.0
    with pytest.raises(ValueError, match="no patch"):
        agreement([])


def test_patches_and_units_must_make_sense() -> None:
    with pytest.raises(ValueError, match="twice"):
        offer(apart(6) + apart(6))
    with pytest.raises(ValueError, match="itself"):
        offer_bridge(("A", NEAR), ("A", NEAR), apart())


def test_patches_without_contrast_give_no_bridge() -> None:
    same = [PairedPatch(f"p{i}", (0.30, 0.31, 0.20), (0.31, 0.32, 0.21)) for i in range(24)]
    with pytest.raises(ValueError, match="nearly alike"):
        offer_bridge(("A", NEAR), ("B", NEAR), same)
