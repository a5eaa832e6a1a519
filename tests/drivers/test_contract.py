"""The contract's own tests, over every registered driver and one of a third party."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module, metadata
from pathlib import Path

import pytest

from drivers import InstrumentError, NeedsCalibration, errors, registry
from drivers.contract import InstrumentModel
from drivers.errors import InstrumentTimeout
from drivers.readings import RawReading, Spectrum
from drivers.testing import CHECKS, BrokenPromise, Check, NotTried, Situation, Stand, check_driver
from drivers.testing.evidence import KINDS
from tests.drivers.installing import install_sample
from tests.drivers.rack import MODELS, Plugged, hasten, rack

#: What the checks leave untried: nothing else, by no driver.
UNTRIED = {
    # None has a button but the CM-700d, whose driver switches it off, and instruments behind
    # spotread, where it is known only once one is connected.
    "hears_its_button": {"as7261", "as7262", "as7265x", "cm700d", "spotread", "brightbox"},
    # The stand-in prints the same for any surface; its silence is tried in its own tests.
    "reads_what_lies_there": {"spotread"},
    "a_silent_unit_is_a_timeout_and_no_end": {"spotread"},
    "a_silent_unit_is_closed_promptly": {"spotread"},
}


class SimulatedStand:
    """A simulated unit behind a terminal."""

    def __init__(
        self, plugged: Plugged, sample: str = "skin-light", other: str = "hair-brown"
    ) -> None:
        self._plugged, self._surfaces = plugged, {"sample": sample, "other": other}
        self.port = plugged.port

    def arrange(self, what: Situation) -> bool:
        """See `drivers.testing.Stand`."""
        host = self._plugged.host
        match what:
            case "black" | "white":
                self._plugged.arrange(what)
            case "sample" | "other":
                self._plugged.arrange(self._surfaces[what])
            case "silence":
                host.control("fault silence")
            case "answers":
                host.control("fault none")
            case "unplug" | "press":
                host.control(what)
        return True


class ProgramStand:
    """The stand-in for spotread, which is a program and no unit on a line."""

    port = "spotread"

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def arrange(self, what: Situation) -> bool:
        """See `drivers.testing.Stand`; its surfaces are what it printed last."""
        if what == "unplug":
            for child in _children():
                os.killpg(child, signal.SIGKILL)
            return True
        return what in ("white", "sample")


def _children() -> list[int]:
    """The stand-ins this process has started."""
    mine = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        int(number)
        for number in mine
        if b"spotread" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]


@pytest.fixture
def make_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Makes stands for a model by its name."""
    hasten(monkeypatch)

    @contextlib.contextmanager
    def make_stand(name: str) -> Iterator[Stand]:
        if name == "spotread":
            program = tmp_path / "spotread"
            source = (Path(__file__).parent / "spotread" / "stand_in.py").read_text()
            program.write_text(f"#!{sys.executable} -SE\n{source}")
            program.chmod(0o700)
            for variable, value in (
                ("PATH", str(tmp_path)),
                ("STAND_IN", ""),
                ("STAND_IN_LOG", str(tmp_path / "keys")),
                ("STAND_IN_CALIBRATED", "1"),
            ):
                monkeypatch.setenv(variable, value)
            yield ProgramStand(tmp_path / "keys")
        elif name == "brightbox":
            install_sample(tmp_path / "site", monkeypatch)
            unit = import_module("brightbox.simulator").BrightboxUnit()
            with rack(tmp_path) as found:
                yield SimulatedStand(found.plug("brightbox", unit), "sample", "tile")
        else:
            with rack(tmp_path) as found:
                yield SimulatedStand(found.plug(name))

    return make_stand


NAMES = [*registry.model_names(), "brightbox"]


def test_every_registered_model_has_a_stand() -> None:
    assert {*MODELS, "spotread"} == set(registry.model_names())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_contract(make_stand, check: Check, name: str) -> None:
    with make_stand(name) as stand:
        model = registry.find_model(name)
        try:
            check(model, stand)
            tried = True
        except NotTried:
            tried = False
        assert tried == (name not in UNTRIED.get(str(check), ()))


def test_the_third_partys_package_is_found_by_its_metadata_alone(make_stand) -> None:
    assert "brightbox" not in registry.model_names()
    with make_stand("brightbox") as stand:
        (entry,) = (
            entry
            for entry in metadata.entry_points(group=registry.ENTRY_POINTS)
            if entry.name == "brightbox"
        )
        assert entry.dist is not None
        assert (entry.dist.name, entry.dist.version) == ("smp-kiosk-brightbox", "1.2.0")
        model = registry.find_model("brightbox")
        assert model in registry.models()
        unit = model.open(stand.port)
        with pytest.raises(NeedsCalibration):
            unit.read()
        unit.close()


def test_the_whole_suite_in_one_call(make_stand) -> None:
    with make_stand("brightbox"):
        model = registry.find_model("brightbox")
    left = check_driver(model, lambda: make_stand("brightbox"))
    assert left == ("hears_its_button",)


class Liar:
    """A CR30's driver with something wrong; the suite must notice each."""

    def __init__(self, port: str) -> None:
        self._unit = registry.find_model("cr30").open(port)
        self._kept: RawReading | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._unit, name)


class Repeats(Liar):
    def read(self, *, confirm: bool = False) -> RawReading:
        self._kept = self._kept or self._unit.read(confirm=confirm)
        return self._kept


class Pads(Liar):
    def read(self, *, confirm: bool = False) -> RawReading:
        reading = self._unit.read(confirm=confirm)
        spectrum = reading.spectrum
        assert spectrum is not None
        padded = (*spectrum.values[:24], *(0.0,) * 7)
        return replace(reading, spectrum=Spectrum(400, 10, padded))


class Invents(Liar):
    def read(self, *, confirm: bool = False) -> RawReading:
        try:
            self._kept = self._unit.read(confirm=confirm)
        except InstrumentTimeout:
            assert self._kept is not None
            return self._kept
        return self._kept


class RaisesAnything(Liar):
    def ping(self) -> None:
        try:
            self._unit.ping()
        except InstrumentError as error:
            raise OSError(str(error)) from error


class OwnError(InstrumentError):
    pass


class RaisesItsOwn(Liar):
    def ping(self) -> None:
        try:
            self._unit.ping()
        except InstrumentError as error:
            raise OwnError(str(error)) from error


class ClosesOnce(Liar):
    _closed = False

    def close(self) -> None:
        if self._closed:
            raise InstrumentTimeout("closed already")
        self._closed = True
        self._unit.close()


class Sleeps(Liar):
    def wake(self) -> None:
        pass

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        return self._unit.wait_for_button(min(timeout_s, 3.0))


class Swaps(Liar):
    """Gives button readings as the host's."""

    def wait_for_button(self, timeout_s: float) -> RawReading | None:
        reading = self._unit.wait_for_button(timeout_s)
        return None if reading is None else replace(reading, trigger="host")


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        (Repeats, "reads_what_lies_there"),
        (Pads, "reads_what_lies_there"),
        (Invents, "a_silent_unit_is_a_timeout_and_no_end"),
        (RaisesAnything, "a_silent_unit_is_a_timeout_and_no_end"),
        (RaisesItsOwn, "a_silent_unit_is_a_timeout_and_no_end"),
        (ClosesOnce, "closes_quietly_and_frees_the_port"),
        (Sleeps, "wakes_whoever_waits_and_nobody_else"),
        (Swaps, "hears_its_button"),
    ],
)
def test_a_driver_that_breaks_a_promise_is_found_out(
    make_stand, wrong: type[Liar], check: str
) -> None:
    model = replace(registry.find_model("cr30"), open=wrong)
    (found,) = (one for one in CHECKS if str(one) == check)
    with make_stand("cr30") as stand, pytest.raises(BrokenPromise):
        found(model, stand)


def test_capabilities_that_promise_too_much_are_found_out(make_stand) -> None:
    true = registry.find_model("cr30")
    for capabilities in (
        replace(true.capabilities, spectral=False),
        replace(true.capabilities, gated_cap=False),
        replace(true.capabilities, calibration=true.capabilities.calibration[:1]),
    ):
        model: InstrumentModel = replace(true, capabilities=capabilities)
        (check,) = (one for one in CHECKS if str(one) == "can_do_what_it_says")
        with make_stand("cr30") as stand, pytest.raises(BrokenPromise):
            check(model, stand)


def test_the_suite_needs_the_standard_library_only() -> None:
    program = (
        "import sys\nimport drivers.testing\n"
        "assert 'pytest' not in sys.modules\nassert 'serial' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_closed_set_is_the_tree_drawn_in_its_module() -> None:
    drawn = {line.split()[1] for line in (errors.__doc__ or "").splitlines() if "──" in line}
    assert {kind.__name__ for kind in KINDS} == drawn
