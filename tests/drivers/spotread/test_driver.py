"""Driver, process and terminal against a stand-in: these keys, no others."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import (
    Disconnected,
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    NoInstrument,
    PermissionDenied,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.spotread import MODEL
from drivers.spotread.driver import Patience, Spotread, arguments, environment, open_port
from drivers.spotread.process import TerminalProcess

Start = Callable[..., Spotread]
SHORT = Patience(start_s=2.0, reading_s=0.6, calibration_s=1.0)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def install(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program called spotread, and nothing else, on the path."""

    def install(mode: str = "", calibrated: bool = True) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "spotread"
        source = (Path(__file__).parent / "stand_in.py").read_text()
        # -S -E: no site packages, so that it starts in a twentieth of a second.
        program.write_text(f"#!{sys.executable} -SE\n{source}")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setenv("STAND_IN", mode)
        monkeypatch.setenv("STAND_IN_LOG", str(log))
        monkeypatch.setenv("STAND_IN_CALIBRATED", "1" if calibrated else "0")

    return install


@pytest.fixture
def start(install: Callable[..., None]) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(mode: str = "", calibrated: bool = True, port: str = "spotread") -> Spotread:
            install(mode, calibrated)
            unit = open_port(port, SHORT)
            stack.callback(unit.close)
            return unit

        yield start


def keys(log: Path) -> list[str]:
    return [line.strip("'") for line in log.read_text().splitlines()[2:]]


def test_a_reading_word_for_word(start: Start, log: Path) -> None:
    unit = start()
    reading = unit.read()
    unit.close()
    assert log.read_text().splitlines() == [
        "['-v', '-s', '-c', '1']",
        "LC_ALL=C argyll=[]",
        "' '",
        "'q'",
        "'q'",
    ]
    assert reading.identity.model == "X-Rite i1 Pro 2"
    assert reading.identity.serial == "1062057"
    assert reading.condition.geometry == "45/0"
    assert reading.spectrum is not None
    assert (reading.spectrum.start_nm, reading.spectrum.step_nm) == (380, 10)
    assert reading.spectrum.values == pytest.approx(
        [(12.345 + 0.5 * band) / 100 for band in range(36)], abs=1e-5
    )
    assert b"Result is XYZ: 10.012345" in reading.raw
    assert reading.trigger == "host"


def test_the_model_opens_a_named_instrument(install, log: Path) -> None:
    install()
    unit = MODEL.open("spotread:3")
    unit.ping()
    unit.close()
    assert "'-c', '3'" in log.read_text()


def test_a_comma_country_and_argyll_settings_do_not_reach_the_program(
    start: Start, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_NUMERIC", "de_DE.UTF-8")
    monkeypatch.setenv("ARGYLL_NOT_INTERACTIVE", "1")
    assert start().read().spectrum is not None
    assert log.read_text().splitlines()[1] == "LC_ALL=C argyll=[]"
    inherited = {"LC_NUMERIC": "de_DE", "LANGUAGE": "de", "HOME": "/home/x"}
    assert environment(inherited) == {"HOME": "/home/x", "LC_ALL": "C", "LANG": "C"}


def test_an_absent_program_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoInstrument, match="not installed") as caught:
        MODEL.open("spotread")
    assert "ArgyllCMS" in caught.value.hint


def test_a_program_that_cannot_run(tmp_path: Path) -> None:
    broken = tmp_path / "spotread"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o700)
    with pytest.raises(NoInstrument):
        TerminalProcess([str(broken)], {})
    broken.chmod(stat.S_IRUSR)
    if os.geteuid() != 0:
        with pytest.raises(PermissionDenied):
            TerminalProcess([str(broken)], {})


def test_keys_reach_a_program_one_by_one_and_do_not_come_back() -> None:
    program = "import os; os.write(1, os.read(0, 1).upper() + b'\\n')"
    process = TerminalProcess([sys.executable, "-SE", "-c", program], {})
    process.press("a")
    heard = b""
    while (data := process.read(5.0)) is not None:
        heard += data
    process.close()
    assert heard == b"A\n"


@pytest.mark.parametrize(
    "port", ["", "/dev/ttyUSB0", "spotread:x", "spotread:0", "spotread:-1", "spotread:1;ls", "spot"]
)
def test_other_ports_are_none(port: str) -> None:
    with pytest.raises(NoInstrument):
        arguments(port)


def test_opening_an_uncalibrated_instrument_works_and_reading_says_what_to_do(
    start: Start, log: Path
) -> None:
    unit = start(calibrated=False)
    with pytest.raises(NeedsCalibration, match="white reference S/N 1062057"):
        unit.read()
    unit.calibrate("white")
    assert unit.read().trigger == "host"
    assert keys(log) == [" ", " "]


def test_calibrating_again_asks_for_the_dialogue(start: Start, log: Path) -> None:
    unit = start()
    unit.calibrate("white")
    assert unit.read().trigger == "host"
    assert keys(log) == ["k", " ", " "]


def test_a_step_a_person_was_not_told_of_is_told_first(start: Start, log: Path) -> None:
    unit = start("dark")
    with pytest.raises(NeedsCalibration, match="in the dark"):
        unit.calibrate("white")
    assert keys(log) == ["k"]
    with pytest.raises(NeedsCalibration, match="white reference"):
        unit.calibrate("white")
    unit.calibrate("white")
    assert unit.read().trigger == "host"
    assert keys(log) == ["k", " ", " ", " "]


def test_a_dial_in_the_wrong_position_is_asked_for_again(start: Start) -> None:
    unit = start("dial", calibrated=False)
    for match in ("calibration position", "white reference"):
        with pytest.raises(NeedsCalibration, match=match):
            unit.calibrate("white")
    unit.calibrate("white")
    assert unit.read().trigger == "host"


def test_a_failed_calibration_can_be_repeated(start: Start) -> None:
    unit = start("bad-white", calibrated=False)
    with pytest.raises(NeedsCalibration, match="Measurement misread"):
        unit.calibrate("white")
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    assert unit.read().trigger == "host"


def test_a_click_on_the_reference_is_waited_for_without_a_key(start: Start, log: Path) -> None:
    unit = start("click")
    unit.calibrate("white")
    assert unit.read().trigger == "host"
    assert keys(log) == ["k", " "]


def test_there_is_no_separate_black(start: Start) -> None:
    with pytest.raises(Unsupported):
        start().calibrate("black")


def test_a_result_before_a_calibration_still_counts(start: Start) -> None:
    unit = start("recalibrate-after")
    assert unit.read().spectrum is not None
    with pytest.raises(NeedsCalibration):
        unit.read()
    unit.calibrate("white")
    assert unit.read().spectrum is not None


def test_an_instrument_that_drifted_needs_calibration(start: Start) -> None:
    unit = start("drifted")
    with pytest.raises(NeedsCalibration, match="white reference"):
        unit.read()
    unit.calibrate("white")
    assert unit.read().spectrum is not None


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("misread", ProtocolError), ("too-bright", Saturated), ("wrong-position", ProtocolError)],
)
def test_after_a_misread_the_next_reading_works(
    start: Start, mode: str, kind: type[InstrumentError]
) -> None:
    unit = start(mode)
    with pytest.raises(kind) as caught:
        unit.read()
    assert caught.value.hint
    assert unit.read().spectrum is not None


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("missing-band", ProtocolError),
        ("nan", ProtocolError),
        ("overrange", Saturated),
        ("no-spectrum", Unsupported),
        ("high-resolution", Unsupported),
    ],
)
def test_a_spoilt_reading_is_refused(start: Start, mode: str, kind: type[InstrumentError]) -> None:
    with pytest.raises(kind):
        start(mode).read()


@pytest.mark.parametrize(
    ("mode", "kind"), [("unplugged", Disconnected), ("fatal", UnitFault), ("crash", Disconnected)]
)
def test_what_ends_a_session_ends_the_program(
    start: Start, mode: str, kind: type[InstrumentError]
) -> None:
    unit = start(mode)
    with pytest.raises(kind):
        unit.read()
    with pytest.raises(InstrumentError):
        unit.read()
    with pytest.raises(Disconnected):
        unit.ping()


@pytest.mark.parametrize(("mode", "kind"), [("none", NoInstrument), ("colorimeter", Unsupported)])
def test_what_cannot_be_opened(start: Start, mode: str, kind: type[InstrumentError]) -> None:
    with pytest.raises(kind) as caught:
        start(mode)
    assert caught.value.hint
    assert "usage" not in caught.value.message


def test_a_hanging_program_is_ended_by_the_wall_clock(start: Start) -> None:
    unit = start("hang")
    pid = unit._process.pid
    with pytest.raises(InstrumentTimeout, match="ended"):
        unit.read()
    assert _gone(pid)
    with pytest.raises(Disconnected):
        unit.read()


def test_a_mute_program_is_given_up(install) -> None:
    install("mute")
    with pytest.raises(InstrumentTimeout):
        open_port("spotread", Patience(start_s=0.5))


def test_a_program_that_will_not_quit_is_ended_in_time(start: Start) -> None:
    unit = start("stubborn")
    pid = unit._process.pid
    before = time.monotonic()
    unit.close()
    unit.close()
    assert time.monotonic() - before < 2.0
    assert _gone(pid)


def test_closing_leaves_no_process_and_no_descriptor(start: Start) -> None:
    before = len(os.listdir("/proc/self/fd"))
    unit = start()
    unit.close()
    assert _gone(unit._process.pid)
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(Disconnected):
        unit.read()
    unit.wake()


def test_the_instruments_own_switch(start: Start, log: Path) -> None:
    unit = start("switch-press")
    assert unit.capabilities.button
    reading = unit.wait_for_button(5.0)
    assert reading is not None
    assert reading.trigger == "button"
    assert keys(log) == []
    assert unit.wait_for_button(0.05) is None
    assert not start().capabilities.button


def test_a_switch_nobody_waited_for_is_not_the_next_reading(start: Start, log: Path) -> None:
    unit = start("switch-press")
    while unit._transcript.prompt is None:
        unit._hear(5.0)
    reading = unit.read()
    assert reading.trigger == "host"
    assert reading.spectrum is not None
    assert reading.spectrum.values[0] == pytest.approx(0.13345)  # the second's, not the switch's
    assert keys(log) == [" "]


def test_waking_ends_the_waiting_and_costs_no_reading(start: Start) -> None:
    unit = start("switch")
    threading.Timer(0.02, unit.wake).start()
    assert unit.wait_for_button(60.0) is None
    assert unit.read().trigger == "host"


def test_a_program_that_ends_while_waiting_is_noticed(start: Start) -> None:
    unit = start()
    threading.Timer(0.05, os.kill, (unit._process.pid, signal.SIGKILL)).start()
    with pytest.raises(Disconnected):
        unit.wait_for_button(10.0)


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
