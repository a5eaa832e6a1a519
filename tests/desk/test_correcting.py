"""Heads that measure channels: from counts on patches to a tone with its uncertainty."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import update

from calibration.charts import ChartError, colorchecker, read_chart
from calibration.colorimetry import channels_to_lab, delta_e_2000, reflectance_to_channels
from calibration.sampling import PROTOCOLS, Site, as_lab, form_tone, take_sample
from drivers.channel_heads import Baseline
from drivers.errors import NeedsCalibration
from drivers.readings import Channels, Identity, RawReading
from drivers.simulators import heads
from drivers.simulators.targets import START_NM, STEP_NM, load
from kiosk.desk import correcting, references
from kiosk.desk.calibrating import record_card, record_step
from kiosk.desk.correcting import correction_for, fit_and_keep, fits, restore
from kiosk.desk.errors import DeskError
from kiosk.desk.patches import MeasuredChart, MeasuredPatch, chart_document, read_measured
from kiosk.desk.people import SignInRefused
from kiosk.desk.recommending import advise
from kiosk.desk.tones import accept_tone, load_tone
from kiosk.storage import tables as t
from tests.calibration.surfaces import AT, OTHER_UNIT, UNIT
from tests.desk.bench_of_heads import CONDITION, HEAD, SimulatedBench, checker
from tests.desk.clinic import HAIR, NOW, PIN, SKIN, Clinic, tone_of
from tests.desk.two_units import tile

AXYZ = Identity("AS7261", "XYZ-1", "1.1.0")


def calibrated(clinic: Clinic, bench: SimulatedBench, identity: Identity = HEAD) -> None:
    for kind in ("black", "white"):
        record_step(clinic.desk, clinic.owner, identity, kind, baseline=bench.baseline)


def reading(channels: Channels, identity: Identity = HEAD) -> RawReading:
    return RawReading(identity, CONDITION, None, AT, 0, b"", channels=channels)


def fitted(clinic: Clinic, bench: SimulatedBench) -> correcting.KeptFit:
    chart = checker()
    calibrated(clinic, bench)
    return fit_and_keep(clinic.desk, "P-01", PIN, chart, bench.chart(chart.patches))


def test_a_head_is_fitted_once_and_then_tells_skin_by_the_fit(clinic: Clinic) -> None:
    bench = SimulatedBench()
    kept = fitted(clinic, bench)
    assert (kept.operator, kept.chart, kept.fit.method) == ("P-01", "colorchecker24", "ridge")
    assert len(kept.fit.patches) == 24
    (again,) = fits(clinic.desk, HEAD.serial)
    assert again.fit == kept.fit
    correction = correction_for(clinic.desk, HEAD)
    assert correction is not None
    skin = load("skin-medium")
    seen = take_sample(reading(bench.read(skin)), correction)
    truth = channels_to_lab(reflectance_to_channels(START_NM, STEP_NM, skin.reflectance))
    # Six broad channels on 24 patches: the fit itself expects about this.
    assert float(delta_e_2000(seen.lab, truth)) < 2.0 * kept.fit.expected.percentile_95
    assert kept.fit.expected.median < 3.0
    assert seen.fit_covariance == kept.fit.lab_covariance
    assert clinic.kinds()[-1] == "correction.fitted"
    assert "signed" not in clinic.ledger_text()


def test_a_head_like_the_eye_gets_a_fit_of_three_channels(sqlite_clinic: Clinic) -> None:
    bench = SimulatedBench(heads.AS7261, seed=2)
    calibrated(sqlite_clinic, bench, AXYZ)
    chart = checker()
    kept = fit_and_keep(sqlite_clinic.desk, "P-01", PIN, chart, bench.chart(chart.patches, AXYZ))
    assert kept.fit.channels == ("X", "Y", "Z")
    assert kept.fit.method in {"linear", "root-polynomial"}


def test_without_a_fit_a_head_says_what_to_do(sqlite_clinic: Clinic) -> None:
    bench = SimulatedBench()
    calibrated(sqlite_clinic, bench)
    assert correction_for(sqlite_clinic.desk, HEAD) is None
    with pytest.raises(NeedsCalibration) as error:
        take_sample(reading(bench.read(load("skin-medium"))), None)
    assert error.value.kind == "needs-calibration"
    assert "calibrate fit" in error.value.hint


def test_a_fit_needs_black_and_white_on_record_and_the_signers_pin(sqlite_clinic: Clinic) -> None:
    bench, chart, desk = SimulatedBench(), checker(), sqlite_clinic.desk
    measured = bench.chart(chart.patches)
    with pytest.raises(NeedsCalibration, match="no black and white"):
        fit_and_keep(desk, "P-01", PIN, chart, measured)
    calibrated(sqlite_clinic, bench)
    with pytest.raises(SignInRefused):
        fit_and_keep(desk, "P-01", "0000", chart, measured)
    assert fits(desk, HEAD.serial) == []


@pytest.mark.parametrize("count", [0, 3, 8])
def test_patches_that_cannot_carry_the_terms_are_refused(sqlite_clinic: Clinic, count: int) -> None:
    bench, chart = SimulatedBench(heads.AS7261, seed=2), checker()
    calibrated(sqlite_clinic, bench, AXYZ)
    # Eight patches cannot carry three terms by the rule of three each.
    measured = bench.chart(chart.patches[:count], AXYZ)
    with pytest.raises(DeskError, match="patch"):
        fit_and_keep(sqlite_clinic.desk, "P-01", PIN, chart, measured)


def test_patches_of_another_chart_are_named(sqlite_clinic: Clinic) -> None:
    bench, chart = SimulatedBench(), checker()
    calibrated(sqlite_clinic, bench)
    stranger = MeasuredPatch("moon", bench.read(load("skin-dark")), None)
    measured = MeasuredChart(HEAD, CONDITION, (stranger,))
    with pytest.raises(DeskError, match="'moon'"):
        fit_and_keep(sqlite_clinic.desk, "P-01", PIN, chart, measured)


def test_an_altered_correction_is_not_used(clinic: Clinic) -> None:
    fitted(clinic, SimulatedBench())
    with clinic.desk.engine.begin() as connection:
        row = connection.execute(t.corrections.select()).one()
        detail = json.loads(row.detail)
        detail["document"] = detail["document"].replace('"penalty": ', '"penalty": 1')
        connection.execute(update(t.corrections).values(detail=json.dumps(detail)))
    with pytest.raises(NeedsCalibration, match="sealed"):
        correction_for(clinic.desk, HEAD)


def test_white_on_another_tile_than_the_fits_is_refused(sqlite_clinic: Clinic) -> None:
    bench = SimulatedBench()
    fitted(sqlite_clinic, bench)
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    other = tile("T-9")
    references.add_reference(desk, owner, other)
    record_step(desk, owner, HEAD, "white", baseline=bench.baseline, reference=other)
    with pytest.raises(NeedsCalibration, match="T-9"):
        correction_for(desk, HEAD)


class Unit:
    """As much of an open head as restoring touches."""

    def __init__(self, identity: Identity = HEAD) -> None:
        from drivers.as726x import CAPABILITIES

        self.identity, self.capabilities, self.condition = identity, CAPABILITIES, CONDITION
        self.tile_constant = None
        self.baseline: Baseline | None = None


def test_black_and_white_come_back_in_another_process_while_they_hold(clinic: Clinic) -> None:
    bench, unit = SimulatedBench(), Unit()
    assert "not been calibrated" in restore(clinic.desk, unit)
    record_step(clinic.desk, clinic.owner, HEAD, "black", baseline=bench.baseline)
    assert "no white" in restore(clinic.desk, unit)
    # Black alone comes back, so that white can follow; an older white would go with another zero.
    assert unit.baseline is not None
    assert (unit.baseline.black, unit.baseline.white) == (bench.baseline.black, None)
    record_step(clinic.desk, clinic.owner, HEAD, "white", baseline=bench.baseline)
    unit = Unit()
    assert restore(clinic.desk, unit) == ""
    assert unit.baseline == bench.baseline
    clinic.clock.forward(minutes=61)
    unit = Unit()
    assert "1:01 old" in restore(clinic.desk, unit)
    assert unit.baseline is None
    assert "not been calibrated" in restore(clinic.desk, Unit(AXYZ))


def test_what_was_calibrated_a_moment_ago_is_not_replaced(sqlite_clinic: Clinic) -> None:
    old, new = SimulatedBench(seed=1).baseline, SimulatedBench(seed=9).baseline
    for kind in ("black", "white"):
        record_step(sqlite_clinic.desk, sqlite_clinic.owner, HEAD, kind, baseline=old)
    unit = Unit()
    unit.baseline = new
    assert restore(sqlite_clinic.desk, unit) == ""
    assert unit.baseline == new


# ── uncertainty of a tone ────────────────────────────────────────────────────────────────────────


def interval_of(clinic: Clinic, visit: str) -> tuple[float, float]:
    found = advise(
        clinic.desk,
        clinic.owner,
        visit,
        identity=UNIT,
        connected_at=NOW - timedelta(minutes=1),
    ).recommendation.interval
    assert found is not None
    return found


def test_the_covariance_of_a_tone_is_kept_and_read_back(clinic: Clinic) -> None:
    visit = clinic.visit()
    tone = tone_of("skin", SKIN)
    kept = accept_tone(clinic.desk, clinic.owner, visit, tone)
    with clinic.desk.engine.connect() as connection:
        loaded = load_tone(connection, visit, "skin")
    assert kept.covariance == tone.covariance
    assert np.allclose(loaded.covariance, tone.covariance, rtol=0, atol=1e-12)
    assert loaded.lightness_sigma == pytest.approx(tone.covariance[0][0] ** 0.5)


def test_a_card_that_only_warned_makes_every_tone_less_certain_and_the_recipe_wider(
    sqlite_clinic: Clinic,
) -> None:
    clinic = sqlite_clinic
    visit = clinic.visit()
    clinic.calibrate()
    clinic.measure(visit)
    narrow = interval_of(clinic, visit)
    warned = record_card(clinic.desk, clinic.owner, UNIT, [(80.5, 0.0, 0.0)] * 3)
    assert warned.outcome == "warn"
    clinic.measure(visit)
    wide = interval_of(clinic, visit)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("share", [1.0, 4.0])
def test_a_worse_fit_widens_the_recipe_and_never_narrows_it(
    sqlite_clinic: Clinic, share: float
) -> None:
    clinic = sqlite_clinic
    clinic.calibrate()
    visit = clinic.visit()
    clinic.measure(visit)
    exact = interval_of(clinic, visit)
    widths = [exact[1] - exact[0]]
    for variance in (0.0, 0.5 * share, 2.0 * share):
        covariance = tuple(tuple(variance if i == j else 0.0 for j in range(3)) for i in range(3))
        for surface, lab in (("skin", SKIN), ("hair", HAIR)):
            site = tone_of(surface, lab).sites[0]
            samples = tuple(_with(sample, covariance) for sample in site.samples)
            tone = form_tone([Site(site.name, PROTOCOLS[surface], samples)])
            accept_tone(clinic.desk, clinic.owner, visit, tone)
        low, high = interval_of(clinic, visit)
        widths.append(high - low)
    assert widths == sorted(widths)
    assert widths[3] > widths[2] > widths[1] == pytest.approx(widths[0])


def _with(sample, covariance):
    from dataclasses import replace

    return replace(sample, fit_covariance=covariance)


def test_a_site_whose_readings_ran_one_way_is_told_with_the_tone(clinic: Clinic) -> None:
    visit = clinic.visit()
    # Five readings: with three the protocol would ask for more.
    site = Site("Crown", PROTOCOLS["skin"])
    for step in range(5):
        lab = (SKIN[0] + 0.7 * step, SKIN[1] - 0.3 * step, SKIN[2])
        site = site.with_sample(tone_sample(lab))
    kept = accept_tone(clinic.desk, clinic.owner, visit, form_tone([site]))
    (trend,) = kept.trends
    assert (trend.site, trend.axis) == ("Crown", "L*")
    assert trend.change == pytest.approx(2.8, abs=0.05)
    assert "presses" in trend.sentence
    with clinic.desk.engine.connect() as connection:
        assert load_tone(connection, visit, "skin").trends == pytest.approx(kept.trends)


def tone_sample(lab):
    from tests.calibration.surfaces import sample

    return sample(as_lab(lab))


# ── charts and files ─────────────────────────────────────────────────────────────────────────────


def test_the_built_in_chart_has_the_published_colours() -> None:
    chart = colorchecker()
    assert len(chart.patches) == 24
    found = {one.id: channels_to_lab(one.xyz) for one in chart.patches}
    # L* and a* of the maker (D50/2 degrees): neutral patches keep both under any daylight.
    assert found["white 9.5 (.05 D)"][:2] == pytest.approx((96.5, -0.4), abs=1.0)
    assert found["neutral 5 (.70 D)"][:2] == pytest.approx((50.9, -0.2), abs=1.0)
    assert found["black 2 (1.5 D)"][:2] == pytest.approx((20.5, -0.1), abs=1.0)


def test_a_chart_is_read_from_spectra_xyz_or_cielab() -> None:
    axis = ",".join(str(400 + 10 * i) for i in range(31))
    spectra = read_chart("a.csv", f"patch,{axis}\ngrey,{','.join(['0.5'] * 31)}\n")
    plain = read_chart("b.csv", "patch,X,Y,Z\ngrey,0.5,0.5,0.5\n")
    # L* of Y 0.5 (CIE 15:2018).
    lab = read_chart("c.csv", "patch,L,a,b\ngrey,76.0693,0,0\n")
    for chart in (spectra, plain, lab):
        assert chart.patches[0].xyz == pytest.approx((0.5, 0.5, 0.5), abs=1e-3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "line 1"),
        ("colour,X,Y,Z\n", "line 1"),
        ("patch,X,Y,Z\n", "no patch"),
        ("patch,X,Y,Z\na,50,50,50\n", "fractions"),
        ("patch,X,Y,Z\na,0.5,0.5\n", "line 2"),
        ("patch,X,Y,Z\na,0.5,0.5,nan\n", "'nan'"),
        ("patch,X,Y,Z\na,0.5,0.5,0.5\n\na,0.5,0.5,0.5\n", "line 4"),
        ("patch,X,Y\na,0.5,0.5\n", "columns"),
    ],
)
def test_a_chart_that_cannot_be_used_names_the_line(text: str, named: str) -> None:
    with pytest.raises(ChartError, match=named):
        read_chart("a.csv", text)


def test_measured_patches_survive_their_file() -> None:
    measured = SimulatedBench().chart(checker().patches[:2])
    again = read_measured(json.loads(json.dumps(chart_document(measured))))
    assert again.identity == measured.identity
    for one, other in zip(again.patches, measured.patches, strict=True):
        assert one.id == other.id
        assert one.channels is not None
        assert other.channels is not None
        assert one.channels.values == other.channels.values
    with pytest.raises(DeskError, match="cannot be used"):
        read_measured({"patches": []})


def test_a_unit_without_spectrum_of_another_serial_is_not_corrected(
    sqlite_clinic: Clinic,
) -> None:
    bench = SimulatedBench()
    fitted(sqlite_clinic, bench)
    correction = correction_for(sqlite_clinic.desk, HEAD)
    stranger = reading(bench.read(load("skin-medium")), Identity("AS7262", "HEAD-2", ""))
    with pytest.raises(NeedsCalibration, match="HEAD-2"):
        take_sample(stranger, correction)
    assert OTHER_UNIT.serial not in sqlite_clinic.ledger_text()
