"""`instruments` and `calibrate` on simulated units behind real terminals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.simulators import PtyHost
from tests.cli.conftest import Cli, Clinic

PlugIn = Callable[..., PtyHost]

CARD = Path(__file__).parents[2] / "kiosk" / "demo" / "data" / "card.csv"


def test_reading_has_the_keys_of_the_contract(cli: Cli, plug_in: PlugIn) -> None:
    host = plug_in()
    document = cli(
        "instruments", "read", "--model", "cr30", "--port", str(host.path), "--repeats", "3",
        "--json",
    ).json  # fmt: skip
    assert set(document) >= {"instrument", "condition", "readings", "mean", "mcdm"}
    assert document["instrument"]["model"] == "cr30"
    assert document["instrument"]["serial"] == "CM000T0001"
    assert document["instrument"]["firmware"]
    assert set(document["condition"]) == {"geometry", "illuminant", "observer", "aperture_mm"}
    assert len(document["readings"]) == 3
    for reading in document["readings"]:
        assert len(reading["lab"]) == 3
        spectrum = reading["spectrum"]
        assert (spectrum["start"], spectrum["step"], len(spectrum["values"])) == (400, 10, 31)
        # Fractions, not percent.
        assert all(0 < value < 1 for value in spectrum["values"])
        assert reading["at"].endswith("Z")
    lightness = [reading["lab"][0] for reading in document["readings"]]
    assert min(lightness) <= document["mean"]["lab"][0] <= max(lightness)
    assert 0 <= document["mcdm"] < 0.5


def test_reading_for_people_shows_every_reading(cli: Cli, plug_in: PlugIn) -> None:
    host = plug_in()
    ended = cli("instruments", "read", "--port", str(host.path), "--repeats", "2")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 4
    assert "spread" in ended.out


def test_a_port_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    ended = cli("instruments", "read", "--port", str(tmp_path / "none"), "--json")
    assert (ended.code, ended.error["kind"]) == (3, "no-instrument")


@pytest.mark.parametrize("port", ["/dev/null", "."])
def test_a_port_that_is_no_serial_port(cli: Cli, port: str) -> None:
    ended = cli("instruments", "read", "--port", port, "--json")
    assert ended.code == 3
    assert ended.error["kind"] in {"no-instrument", "unsupported", "protocol"}


def test_a_port_that_another_program_holds(cli: Cli, plug_in: PlugIn) -> None:
    from drivers.cr30 import MODEL

    host = plug_in()
    unit = MODEL.open(str(host.path))
    ended = cli("instruments", "read", "--port", str(host.path), "--json")
    unit.close()
    assert (ended.code, ended.error["kind"]) == (3, "busy")


def test_a_model_that_does_not_exist(cli: Cli, plug_in: PlugIn) -> None:
    host = plug_in()
    ended = cli("instruments", "read", "--model", "cr99", "--port", str(host.path), "--json")
    assert (ended.code, ended.error["kind"]) == (3, "unsupported")
    assert "cr30" in ended.error["hint"]


def test_listing_names_ports_and_models(cli: Cli, plug_in: PlugIn) -> None:
    host = plug_in(serial="CM000T0007")
    document = cli("instruments", "list", "--confirm", str(host.path), "--json").json
    assert set(document) == {"ports", "models"}
    (port,) = [one for one in document["ports"] if one["port"] == str(host.path)]
    assert set(port) >= {"port", "usb", "model", "serial", "state", "hint"}
    assert (port["model"], port["serial"], port["state"]) == ("cr30", "CM000T0007", "ready")
    assert "cr30" in {model["model"] for model in document["models"]}
    assert "cr30" in cli("instruments", "list").out


def test_two_units_are_told_apart(cli: Cli, plug_in: PlugIn) -> None:
    ports = [plug_in(name, serial=f"CM000T000{name}") for name in ("1", "2")]
    serials = [
        cli("instruments", "read", "--port", str(host.path), "--json").json["instrument"]["serial"]
        for host in ports
    ]
    assert serials == ["CM000T0001", "CM000T0002"]


# ── simulate ─────────────────────────────────────────────────────────────────────────────────────


def test_a_simulated_unit_says_ready_can_be_read_and_ends_tidily(cli: Cli, tmp_path: Path) -> None:
    link, control = tmp_path / "cr30", tmp_path / "pipe"
    unit = subprocess.Popen(
        [
            sys.executable, "-m", "kiosk.entry", "instruments", "simulate", "cr30",
            "--link", str(link), "--target", "hair-black", "--serial", "CM000T0009",
            "--control", str(control), "--seconds", "60",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with unit:
        assert unit.stdout is not None
        assert unit.stdout.readline() == f"ready {link}\n"
        document = cli("instruments", "read", "--port", str(link), "--json").json
        assert document["instrument"]["serial"] == "CM000T0009"
        assert document["mean"]["lab"][0] < 40
        with control.open("w") as pipe:
            pipe.write("target skin-light\n")
        lighter = cli("instruments", "read", "--port", str(link), "--json").json
        assert lighter["mean"]["lab"][0] > 50
        unit.send_signal(signal.SIGTERM)
        assert unit.wait(timeout=10) == 0
    assert not os.path.lexists(link)


def test_a_simulated_unit_ends_by_itself_after_its_time(cli: Cli, tmp_path: Path) -> None:
    link = tmp_path / "cr30"
    ended = cli("instruments", "simulate", "cr30", "--link", str(link), "--seconds", "0.05")
    assert (ended.code, ended.out) == (0, f"ready {link}\n")
    assert not os.path.lexists(link)


def test_a_target_from_a_file(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "grey.csv"
    file.write_text("wavelength_nm,reflectance\n400,0.2\n700,0.2\n")
    link = str(tmp_path / "cr30")
    simulate = ("instruments", "simulate", "cr30", "--link", link, "--target", str(file))
    assert cli(*simulate, "--seconds", "0").code == 0
    file.write_text("wavelength_nm,reflectance\n400,20\n700,20\n")
    ended = cli(*simulate, "--seconds", "0")
    assert ended.code == 2
    assert "line 2" in ended.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("cr99",), "MODEL"),
        (("cr30", "--fault", "earthquake"), "--fault"),
        (("cr30", "--target", "moon"), "--target"),
        (("cr30", "--serial", "x" * 40), "--serial"),
        (("cr30", "--serial", "ü"), "--serial"),
        (("cr30", "--seconds", "-1"), "--seconds"),
    ],
)
def test_what_cannot_be_simulated(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    ended = cli("instruments", "simulate", *arguments, "--link", str(tmp_path / "cr30"))
    assert ended.code == 2
    assert named in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("link", ["taken", "missing/cr30"])
def test_a_link_that_cannot_be_made(cli: Cli, tmp_path: Path, link: str) -> None:
    (tmp_path / "taken").write_text("a real file")
    ended = cli("instruments", "simulate", "cr30", "--link", str(tmp_path / link))
    assert ended.code == 2
    assert "None" not in ended.err
    assert (tmp_path / "taken").read_text() == "a real file"


# ── calibrate ────────────────────────────────────────────────────────────────────────────────────


def calibrate(clinic: Clinic, step: str, host: PtyHost):
    return clinic.do("calibrate", step, "--model", "cr30", "--port", str(host.path))


def test_a_calibration_step_by_step_is_on_record(cli: Cli, clinic: Clinic, plug_in: PlugIn) -> None:
    host = plug_in(target="black")
    assert calibrate(clinic, "black", host).json["outcome"] == "done"
    host.control("cap on")
    assert calibrate(clinic, "white", host).json["outcome"] == "done"
    host.control("cap off")
    host.control(f"target {CARD}")
    first = calibrate(clinic, "check", host).json
    assert (first["outcome"], first["difference"]) == ("baseline", None)
    again = calibrate(clinic, "check", host).json
    assert again["outcome"] == "pass"
    host.control("target skin-dark")
    failed = calibrate(clinic, "check", host)
    assert failed.code == 1
    assert failed.json["outcome"] == "fail"
    assert failed.error["kind"] == "card"
    by_port = clinic.ask("calibrate", "report", "--port", str(host.path)).json
    steps = [(one["step"], one["outcome"]) for one in by_port["steps"]]
    assert steps == [
        ("black", "done"),
        ("white", "done"),
        ("card", "baseline"),
        ("card", "pass"),
        ("card", "fail"),
    ]
    assert {one["operator"] for one in by_port["steps"]} == {"P-01"}
    assert clinic.ask("calibrate", "report", "--serial", "CM000T0001").json == by_port
    assert clinic.ask("calibrate", "report").code == 2


@pytest.mark.parametrize("step", ["black", "white"])
def test_a_refused_calibration_is_not_on_record(clinic: Clinic, plug_in: PlugIn, step: str) -> None:
    host = plug_in(fault="calibration")
    ended = calibrate(clinic, step, host)
    assert (ended.code, ended.error["kind"]) == (3, "needs-calibration")
    assert clinic.ask("calibrate", "report", "--serial", "CM000T0001").json["steps"] == []
