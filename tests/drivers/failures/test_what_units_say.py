"""Units that report troubles of their own, or send numbers that cannot be."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from drivers import (
    Gated,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
)
from drivers.contract import Colorimeter
from drivers.cr30.plausibility import check as plausible
from drivers.interrupt import Interrupt, interruptible
from drivers.konica_minolta import protocol, replies
from drivers.konica_minolta.cm700d import Cm700d
from drivers.konica_minolta.codec import ReplyDecoder
from drivers.spotread.driver import environment
from drivers.testing import expected_dialogue
from drivers.testing.evidence import InThread
from tests.drivers.failures.table import shows
from tests.drivers.konica_minolta import lines
from tests.drivers.rack import MODELS, Plugged, Rack

HEADS = ("as7261", "as7262", "as7265x", "open-head")


def reply(line: bytes) -> replies.Reply:
    (found,) = ReplyDecoder().feed(line)
    assert isinstance(found, replies.Reply)
    return found


def fails_then_reads(
    plugged: Plugged, unit: Colorimeter, fault: str, *kinds: type[InstrumentError]
) -> InstrumentError:
    """The error a reading ends in under a fault; without the fault the same driver reads on."""
    plugged.host.control(f"fault {fault}")
    with pytest.raises(kinds) as caught:
        unit.read(confirm=True)
    assert caught.value.hint
    plugged.host.control("fault none")
    return caught.value


@shows("F26")
def test_a_measurement_without_an_end_has_a_limit_and_is_ended_before_by_an_interrupt(
    units: Rack,
) -> None:
    plugged = units.plug("cm700d")
    interrupt = Interrupt()
    with interruptible(interrupt):
        unit = plugged.ready()
    fails_then_reads(plugged, unit, "endless", InstrumentTimeout)
    unit.close()
    plugged = units.plug("cm700d", name="two")
    with interruptible(interrupt):
        unit = plugged.ready()
    plugged.host.control("fault endless")
    reading = InThread("read", unit.read)
    interrupt.set()
    assert reading.end(1.0).result is None
    unit.close()


@shows("F26")
def test_minutes_are_waited_where_the_unit_is_set_so() -> None:
    # 3 s of delay and ten flashes of 5 s: 80 s by the driver's own reckoning, and 10 s more.
    slow = b"OK00,2,1,30,10,01\r\n"
    opening = [(lines.IDR, lines.ID_700), (lines.CPR, slow), (b"SWS,0\r\n", lines.OK)]
    started = [(lines.CPR, slow), (lines.STR, lines.READY_700), (b"MES,1\r\n", lines.OK)]
    polls = [(lines.STR, b"ER35\r\n")] * 181
    with expected_dialogue([*opening, *started, *polls]) as link:
        unit = Cm700d(link, link.clock)
        before = link.clock()
        with pytest.raises(InstrumentTimeout, match="90 s"):
            unit.read()
        assert link.clock() - before == pytest.approx(90.0)


@shows("F27")
@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ("cm700d", "preparing"),
        ("cm2600d", "preparing"),
        ("spectrolino", "not-ready"),
        ("open-head", "stuck-busy"),
    ],
)
def test_a_busy_unit_is_asked_again_until_a_limit(units: Rack, model: str, fault: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    before = time.monotonic()
    fails_then_reads(plugged, unit, fault, InstrumentTimeout)
    assert time.monotonic() - before > 0.2
    assert unit.read().trigger == "host"
    # Busy for a while is not the end.
    plugged.host.control(f"fault {fault}")
    reading = InThread("read", unit.read)
    time.sleep(0.1)
    plugged.host.control("fault none")
    assert reading.end(2.0).error is None
    unit.close()


@shows("F28")
@pytest.mark.parametrize("model", ["cm700d", "cm2600d"])
def test_a_low_battery_is_a_warning_with_a_reading(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    plugged.host.control("fault battery-low")
    reading = unit.read()
    assert reading.spectrum is not None
    assert any("battery" in warning for warning in reading.warnings)
    unit.close()


def lose(fault: str) -> Callable[[Plugged, Colorimeter], None]:
    def lose(plugged: Plugged, unit: Colorimeter) -> None:
        plugged.host.control(f"fault {fault}")

    return lose


@shows("F29")
@pytest.mark.parametrize(
    ("model", "lost"),
    [
        ("cm700d", lose("uncalibrated")),
        ("cm700d", lose("white-missing")),
        ("cm2600d", lose("uncalibrated")),
        ("cm2600d", lose("white-missing")),
        ("spectrolino", lose("no-reference")),
    ],
)
def test_a_calibration_lost_between_readings_is_asked_for(units: Rack, model: str, lost) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    unit.read()
    lost(plugged, unit)
    with pytest.raises(NeedsCalibration) as caught:
        unit.read()
    assert "alibrat" in caught.value.hint
    plugged.host.control("fault none")
    for step in unit.capabilities.calibration:
        plugged.calibrate(unit, step.kind)
    plugged.arrange("skin-light")
    assert unit.read().trigger == "host"
    unit.close()


@shows("F30")
def test_a_slider_in_the_wrong_place_is_named(units: Rack) -> None:
    plugged = units.plug("cm700d")
    unit = plugged.ready()
    error = fails_then_reads(plugged, unit, "slider", NeedsCalibration)
    assert "slider" in error.message + error.hint
    assert unit.read().trigger == "host"
    unit.close()


@shows("F31")
@pytest.mark.parametrize("model", MODELS)
def test_a_number_that_is_none_voids_the_whole_reading(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    fails_then_reads(plugged, unit, "nan", ProtocolError)
    assert unit.read().trigger == "host"
    unit.close()


@shows("F31")
@pytest.mark.parametrize("model", HEADS)
def test_one_blinded_channel_voids_the_whole_reading(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    fails_then_reads(plugged, unit, "saturated", Saturated)
    assert unit.read().trigger == "host"
    unit.close()


@shows("F32")
@pytest.mark.parametrize("model", ["cr30", "cm700d", "cm2600d", "spectrolino"])
def test_a_band_far_above_everything_is_refused(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    fails_then_reads(plugged, unit, "overrange", Saturated)
    assert unit.read().trigger == "host"
    unit.close()


@shows("F32")
@pytest.mark.parametrize("model", HEADS)
def test_a_surface_far_brighter_than_the_tile_is_refused(units: Rack, model: str) -> None:
    plugged = units.plug(model)
    unit = plugged.open()
    plugged.arrange("black")
    unit.calibrate("black")
    plugged.arrange("skin-light")
    unit.calibrate("white")
    plugged.arrange("white")
    with pytest.raises(Saturated, match="no surface"):
        unit.read()
    unit.close()


@shows("F32")
@pytest.mark.parametrize(
    "percent", [[0.0] * 31, [50.0] * 31, [-3.0, *[10.0] * 30], [156.8, *[90.0] * 30]]
)
def test_flat_negative_and_blazing_spectra_are_refused(percent: list[float]) -> None:
    with pytest.raises(Saturated):
        plausible(percent)
    line = b"OK00," + ",".join(f"{value * 100:.0f}" for value in percent).encode() + b"\r\n"
    if max(percent) < 150:  # these units measure to 175 % and say so themselves
        with pytest.raises(Saturated):
            replies.reflectance(reply(line), 31, 1e4)


@shows("F33")
@pytest.mark.parametrize(
    ("model", "fault", "kind"),
    [
        ("cr30", "cap-on", Gated),
        ("as7261", "stuck", ProtocolError),
        ("as7262", "stuck", ProtocolError),
        ("as7265x", "stuck", ProtocolError),
        ("open-head", "stuck", ProtocolError),
        ("spectrolino", "stale", ProtocolError),
    ],
)
def test_the_same_data_twice_are_no_reading(units: Rack, model: str, fault: str, kind) -> None:
    plugged = units.plug(model)
    unit = plugged.ready()
    unit.read()
    fails_then_reads(plugged, unit, fault, kind)
    unit.close()


@shows("F35")
def test_programs_run_with_decimal_points() -> None:
    german = {"LANG": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "PATH": "/usr/bin"}
    assert environment(german) == {"PATH": "/usr/bin", "LC_ALL": "C", "LANG": "C"}


@shows("F35")
def test_a_decimal_comma_is_never_read_as_a_point() -> None:
    commas = lines.DATA_2600.replace(b".", b",")
    with pytest.raises(ProtocolError):
        replies.reflectance(reply(commas), 39, 100.0)


@shows("F39")
def test_a_clock_that_stopped_is_a_fault_of_the_unit(units: Rack) -> None:
    plugged = units.plug("cm700d")
    unit = plugged.ready()
    error = fails_then_reads(plugged, unit, "clock", UnitFault)
    assert "clock" in error.message
    unit.close()


@shows("F43")
def test_opposite_codes_of_one_family_are_each_read_by_their_own_table() -> None:
    for dialect, ready, charging in (
        (protocol.CM700D, lines.READY_700, b"OK00,0,0,3,01700,00000,0000,0,0\r\n"),
        (protocol.CM2600D, lines.READY_2600, b"OK00,1,0,3,1700,0000,0000\r\n"),
    ):
        assert replies.status(dialect, reply(ready)).lamp_ready
        assert not replies.status(dialect, reply(charging)).lamp_ready


@shows("F43")
@pytest.mark.parametrize("model", ["cm700d", "cm2600d"])
@pytest.mark.parametrize(("slider", "millimetres"), [("sav", 3.0), ("mav", 8.0)])
def test_the_same_slider_has_the_same_aperture_on_both(
    units: Rack, model: str, slider: str, millimetres: float
) -> None:
    plugged = units.plug(model)
    plugged.host.control(f"slider {slider}")
    unit = plugged.ready()
    assert unit.read().condition.aperture_mm == millimetres
    unit.close()
