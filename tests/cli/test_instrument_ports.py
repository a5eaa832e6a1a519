"""`instruments list|confirm|forget|rules`: what is plugged in and what is remembered of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

from drivers.registry import models
from drivers.simulators import PtyHost, build, running
from drivers.usb_ids import TABLE
from tests.cli.conftest import Cli

PlugIn = Callable[..., PtyHost]

RULES = files("drivers") / "data" / "70-smp-kiosk.rules"


def settings(tmp_path: Path) -> Path:
    return tmp_path / "home" / "smp-kiosk" / "instruments.json"


def port_in(document, port: str):
    (found,) = [one for one in document["ports"] if one["port"] == port]
    return found


def test_a_confirmed_port_is_asked_until_it_is_forgotten(cli: Cli, plug_in: PlugIn) -> None:
    port = str(plug_in(serial="CM000T0007").path)
    assert all(one["port"] != port for one in cli("instruments", "list", "--json").json["ports"])
    confirmed = cli(
        "instruments", "confirm", port, "--model", "cr30", "--label", "front room", "--json"
    ).json
    assert (confirmed["state"], confirmed["serial"]) == ("ready", "CM000T0007")
    found = port_in(cli("instruments", "list", "--json").json, port)
    assert (found["model"], found["serial"], found["state"]) == ("cr30", "CM000T0007", "ready")
    assert (found["label"], found["confirmed"]) == ("front room", True)
    assert "front room" in cli("instruments", "list").out
    for wanted in ("auto", "auto:CM000T0007", "auto:front room"):
        read = cli("instruments", "read", "--port", wanted, "--json").json
        assert read["instrument"]["serial"] == "CM000T0007"
    forgotten = cli("instruments", "forget", "front room", "--json").json["forgotten"]
    assert [one["port"] for one in forgotten] == [port]
    assert all(one["port"] != port for one in cli("instruments", "list", "--json").json["ports"])
    ended = cli("instruments", "read", "--port", "auto", "--json")
    assert (ended.code, ended.error["kind"]) == (3, "no-instrument")


def test_equal_heads_need_labels(cli: Cli, tmp_path: Path) -> None:
    ports = [str(tmp_path / name) for name in ("one", "two")]
    confirm = ("instruments", "confirm", "--model", "as7262", "--json")
    with running(build("as7262"), ports[0]), running(build("as7262"), ports[1]):
        assert cli(*confirm, ports[0]).json["serial"] == "unnumbered"
        ended = cli(*confirm, ports[1])
        assert ended.code == 2
        assert "--label" in ended.error["message"]
        assert cli(*confirm, ports[1], "--label", "right").code == 0
        assert cli(*confirm, ports[0], "--label", "right").code == 2
        ended = cli("instruments", "read", "--model", "as7262", "--port", "auto", "--json")
        assert ended.code == 3
        assert "right" in ended.error["message"]


def test_confirming_what_is_not_there_or_something_else(
    cli: Cli, plug_in: PlugIn, tmp_path: Path
) -> None:
    confirm = ("instruments", "confirm", "--json")
    ended = cli(*confirm, str(tmp_path / "none"), "--model", "cr30")
    assert (ended.code, ended.error["kind"]) == (3, "no-instrument")
    port = str(plug_in(fault="wrong-model").path)
    ended = cli(*confirm, port, "--model", "cr30")
    assert (ended.code, ended.error["kind"]) == (3, "unsupported")
    ended = cli(*confirm, port, "--model", "cr99")
    assert (ended.code, ended.error["kind"]) == (3, "unsupported")
    assert not settings(tmp_path).exists()
    ended = cli("instruments", "forget", port, "--json")
    assert (ended.code, ended.error["kind"]) == (2, "input")


def test_an_unreadable_file_is_named_by_every_command(cli: Cli, tmp_path: Path) -> None:
    file = settings(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_text("{ not json")
    for command in (("list",), ("confirm", "/dev/null", "--model", "cr30"), ("forget", "x")):
        ended = cli("instruments", *command, "--json")
        assert (ended.code, ended.error["kind"]) == (2, "input")
        assert str(file) in ended.error["message"]
    ended = cli("instruments", "read", "--port", "auto", "--json")
    assert (ended.code, ended.error["kind"]) == (3, "no-instrument")
    assert str(file) in ended.error["message"]


#: Words by which a buyer can tell how far a protocol is confirmed.
EVIDENCE = {
    "as7261": ("two independent programs", "constructed"),
    "as7262": ("datasheet", "constructed"),
    "as7265x": ("datasheet", "constructed"),
    "cm2600d": ("one published program", "constructed"),
    "cm700d": ("one published program", "constructed"),
    "cr30": ("captures", "not documented by the maker"),
    "open-head": ("own published protocol", "not on a board"),
    "spectrolino": ("manual", "constructed"),
    "spotread": ("one source", "never with an instrument"),
}


def test_the_list_says_how_far_each_protocol_is_confirmed(cli: Cli) -> None:
    said = {
        one["model"]: one["evidence"] for one in cli("instruments", "list", "--json").json["models"]
    }
    assert set(said) == set(EVIDENCE)
    for model, words in EVIDENCE.items():
        for word in words:
            assert word in said[model], model
        # No hardware was at hand for any of them.
        assert re.search(r"never|not (on|tried)", said[model]), model


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("as726x", ("datasheets", "constructed")),
        ("cr30", ("captures", "not the maker")),
        ("konica_minolta", ("one source", "constructed")),
        ("open_head", ("own protocol",)),
        ("spectrolino", ("manual", "constructed")),
        ("spotread", ("one source",)),
    ],
)
def test_each_driver_says_what_it_rests_on(package: str, words: tuple[str, ...]) -> None:
    doc = import_module(f"drivers.{package}.driver").__doc__ or ""
    evidence = doc.partition("Evidence:")[2]
    assert re.search(r"[Nn]ever\s+tried", evidence)
    for word in words:
        assert word in evidence


# ── the rules file ───────────────────────────────────────────────────────────────────────────────

#: Keys of udev(7) that the file may use, with the operators that make sense for each.
MATCHES = {"ACTION", "SUBSYSTEM", "ATTRS"}
ASSIGNMENTS = {"MODE": "=", "GROUP": "=", "TAG": "+=", "ENV": "=", "GOTO": "=", "LABEL": "="}
TOKEN = re.compile(r'([A-Z]+)(?:\{([A-Za-z_]+)\})?(==|!=|\+=|=)"([^"]*)"')


def tokens(line: str) -> list[tuple[str, str, str, str]]:
    """The tokens of one rule; fails on what udev would not read."""
    found = []
    for part in line.split(", "):
        token = TOKEN.fullmatch(part)
        assert token is not None, part
        key, attribute, operator, value = token.groups()
        if key in MATCHES:
            assert operator in ("==", "!="), part
        else:
            assert ASSIGNMENTS.get(key) == operator, part
        assert (attribute is not None) == (key in ("ATTRS", "ENV")), part
        found.append((key, attribute or "", operator, value))
    return found


def rules() -> list[list[tuple[str, str, str, str]]]:
    lines = RULES.read_text("utf-8").splitlines()
    return [tokens(line) for line in lines if line and not line.startswith("#")]


def test_every_line_of_the_rules_is_a_rule() -> None:
    found = rules()
    labels = [value for rule in found for key, _, _, value in rule if key == "LABEL"]
    jumps = [value for rule in found for key, _, _, value in rule if key == "GOTO"]
    assert len(labels) == 1
    assert set(jumps) == set(labels)
    # udev compares text: its attributes are in lower case.
    for rule in found:
        for key, _, _, value in rule:
            if key == "ATTRS":
                assert re.fullmatch(r"[0-9a-f]{4}", value)


@pytest.mark.parametrize("broken", ['MODE=="0660"', 'ATTRS{idVendor}="1a86"', 'MODE="0660', "x"])
def test_the_check_of_rules_can_fail(broken: str) -> None:
    with pytest.raises(AssertionError):
        tokens(broken)


def ids(rule: list[tuple[str, str, str, str]]) -> tuple[str | None, str | None]:
    shown = {name: value for key, name, _, value in rule if key == "ATTRS"}
    return shown.get("idVendor"), shown.get("idProduct")


def test_every_serial_id_of_the_table_and_of_the_drivers_is_in_the_rules() -> None:
    covered = {ids(rule) for rule in rules()}
    serial = {(row.vid, row.pid) for row in TABLE if row.kind != "not-serial"}
    serial |= {(vid, pid) for model in models() for vid, pid, _ in model.usb}
    for vid, pid in serial:
        vendor = f"{vid:04x}"
        assert (vendor, None) in covered or (pid and (vendor, f"{pid:04x}") in covered), vendor
    hid = {f"{row.vid:04x}" for row in TABLE if row.kind == "not-serial"}
    assert not hid & {vendor for vendor, _ in covered if vendor}


def test_each_device_is_opened_to_its_user_and_closed_to_modemmanager() -> None:
    devices = [rule for rule in rules() if ids(rule) != (None, None)]
    assert len(devices) > 10
    for rule in devices:
        assert ("MODE", "", "=", "0660") in rule
        assert ("GROUP", "", "=", "dialout") in rule
        assert ("TAG", "", "+=", "uaccess") in rule
        assert ("ENV", "ID_MM_DEVICE_IGNORE", "=", "1") in rule
        # A name for a cable would be given to two of them.
        assert not any(key == "SYMLINK" for key, *_ in rule)


def test_the_rules_are_printed_with_the_lines_that_install_them(cli: Cli) -> None:
    ended = cli("instruments", "rules")
    assert ended.code == 0
    assert ended.out == RULES.read_text("utf-8")
    shell = [line[4:] for line in ended.out.splitlines() if line.startswith("#   ")]
    assert len(shell) == 2
    assert "/etc/udev/rules.d/70-smp-kiosk.rules" in shell[0]
    assert "udevadm" in shell[1]
    assert cli("instruments", "rules", "--json").json["text"] == ended.out


@pytest.mark.skipif(shutil.which("udevadm") is None, reason="no udev here")
def test_udev_itself_accepts_the_rules(tmp_path: Path) -> None:
    copy = tmp_path / "70-smp-kiosk.rules"
    copy.write_bytes(RULES.read_bytes())
    ended = subprocess.run(
        ["udevadm", "verify", "--no-summary", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "Unknown command" in ended.stderr or "unrecognized" in ended.stderr:
        pytest.skip("this udevadm cannot verify")
    assert ended.returncode == 0, ended.stderr
