"""`calibrate` beyond the CR30's three steps: tiles, heads, charts, studies, two units."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.colorimetry import channels_to_lab
from drivers.simulators import PtyHost, build, running
from kiosk.desk.patches import chart_document
from tests.cli.conftest import Cli, Clinic
from tests.desk.bench_of_heads import HEAD, SimulatedBench, checker
from tests.desk.two_units import charts

CARD = Path(__file__).parents[2] / "kiosk" / "demo" / "data" / "card.csv"
PlugIn = Callable[..., PtyHost]

WHITE_TILE = {
    "serial": "TILE-A",
    "colour": "white",
    "geometry": "45/0",
    "certified_on": "2025-06-01",
    "owner": "CM000T0001",
    "spectrum": {"start": 400, "step": 10, "values": [0.8] * 31},
}


@pytest.fixture
def keep(clinic: Clinic, tmp_path: Path) -> Callable[..., Any]:
    """Add a reference from a file."""

    def keep(**changes: Any) -> Any:
        file = tmp_path / "tile.json"
        file.write_text(json.dumps({**WHITE_TILE, **changes}))
        return clinic.do("calibrate", "reference", "add", str(file))

    return keep


@pytest.fixture
def plug_in_head(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in_head(model: str = "as7261", name: str = "head", **options: Any) -> PtyHost:
            unit = build(model, attended=False, **options)
            return stack.enter_context(running(unit, tmp_path / name))

        yield plug_in_head


# ── references ───────────────────────────────────────────────────────────────────────────────────


def test_a_tile_is_added_listed_and_retired(clinic: Clinic, keep: Callable[..., Any]) -> None:
    assert keep().json["use"] == "drift"
    (kept,) = clinic.ask("calibrate", "reference", "list").json["references"]
    assert {name: kept[name] for name in WHITE_TILE} == WHITE_TILE
    assert kept["retired"] is None
    gone = clinic.do("calibrate", "reference", "retire", "TILE-A", "--reason", "chipped")
    assert gone.code == 0
    (kept,) = clinic.ask("calibrate", "reference", "list").json["references"]
    assert kept["retired"] == "chipped"
    assert keep().error["message"].startswith("serial")


def test_a_red_tile_is_warned_for(keep: Callable[..., Any]) -> None:
    ended = keep(serial="RED", colour="red")
    assert ended.json["use"] == "correct-first"
    assert "changes by 0.10 for each degree" in ended.err


def test_a_certificate_in_percent_is_unreadable_input(keep: Callable[..., Any]) -> None:
    ended = keep(spectrum={"start": 400, "step": 10, "values": [80.0] * 31})
    assert (ended.code, ended.error["kind"]) == (2, "input")


def test_ac_p02_the_tile_of_another_unit_is_exit_4_and_nothing_is_calibrated(
    clinic: Clinic, keep: Callable[..., Any], plug_in: PlugIn
) -> None:
    keep()
    host = plug_in(serial="CM000T0002")
    host.control("cap on")
    ended = clinic.do("calibrate", "white", "--port", str(host.path), "--reference", "TILE-A")
    assert ended.code == 4
    assert ended.json["error"]["stop"]["rule"] == "TILE-WRONG"
    assert clinic.ask("calibrate", "report", "--serial", "CM000T0002").json["steps"] == []


# ── the card and the report ──────────────────────────────────────────────────────────────────────


def test_a_card_that_does_not_pass_is_placed_again_and_the_report_shows_drift(
    clinic: Clinic, plug_in: PlugIn
) -> None:
    host = plug_in(target="skin-light")
    check = ("calibrate", "check", "--port", str(host.path), "--pause", "0")
    skin = clinic.do(*check)
    assert skin.code == 2
    assert "no white card" in skin.error["message"]
    host.control(f"target {CARD}")
    check = ("calibrate", "check", "--port", str(host.path), "--pause", "0")
    first = clinic.do(*check)
    assert (first.json["outcome"], first.json["placements"]) == ("baseline", 3)
    assert "2 of 3" in first.err
    assert "3 of 3" in first.err
    assert clinic.do(*check).json["placements"] == 1
    host.control("target skin-dark")
    failed = clinic.do(*check)
    assert (failed.code, failed.json["placements"]) == (1, 3)
    report = clinic.ask("calibrate", "report", "--serial", "CM000T0001").json
    assert set(report) >= {"serial", "steps", "drift", "references", "fit", "validity"}
    (drift,) = report["drift"]
    assert [point["state"] for point in drift["points"]] == ["starting", "starting", "out"]
    assert report["fit"] is None
    assert report["validity"]["maximum_age_s"] == 8 * 3600
    assert report["validity"]["ended"]


# ── heads ────────────────────────────────────────────────────────────────────────────────────────


def test_a_head_is_calibrated_fitted_and_read_by_one_command_after_the_other(
    clinic: Clinic, plug_in_head: PlugIn, tmp_path: Path
) -> None:
    host = plug_in_head("as7262", serial=None)
    at = ("--model", "as7262", "--port", str(host.path))
    read = clinic.ask("instruments", "read", *at)
    assert (read.code, read.error["kind"]) == (3, "needs-calibration")
    assert "calibrate black" in read.error["hint"]
    for kind, target in (("black", "black"), ("white", "tile")):
        host.control(f"target {target}")
        assert clinic.do("calibrate", kind, *at).json["outcome"] == "done"
    host.control("target skin-medium")
    read = clinic.ask("instruments", "read", *at)
    assert (read.code, read.error["kind"]) == (3, "needs-calibration")
    assert "calibrate fit" in read.error["hint"]
    # Two dozen exposures of 0.9 s each are made without the line; the file says whose they are.
    serial = clinic.ask("calibrate", "report", "--port", str(host.path), "--model", "as7262").json[
        "serial"
    ]
    chart = checker()
    measured = chart_document(SimulatedBench().chart(chart.patches))
    measured["instrument"] = {"model": "AS7262", "serial": serial, "firmware": "1.1.0"}
    file = tmp_path / "patches.json"
    file.write_text(json.dumps(measured))
    fit = clinic.do("calibrate", "fit", "--model", "as7262", "--batch", str(file))
    assert (fit.code, fit.json["method"], fit.json["patches"]) == (0, "ridge", 24)
    assert fit.json["signed_by"] == "P-01"
    document = clinic.ask("instruments", "read", *at).json
    # The simulated medium skin is 56.6 8.8 16.4 (its spectrum, D65/10 degrees).
    assert np.linalg.norm(np.subtract(document["mean"]["lab"], _skin())) < 4.0
    report = clinic.ask("calibrate", "report", "--serial", serial).json
    assert report["fit"]["digest"] == fit.json["digest"]
    assert report["validity"]["maximum_age_s"] == 3600


def _skin() -> list[float]:
    from calibration.colorimetry import reflectance_to_channels
    from drivers.simulators.targets import load

    xyz = reflectance_to_channels(400, 10, load("skin-medium").reflectance)
    return [float(value) for value in channels_to_lab(xyz)]


def test_the_guided_fit_leads_from_patch_to_patch(
    clinic: Clinic, plug_in_head: PlugIn, tmp_path: Path
) -> None:
    host = plug_in_head("as7261", serial=None)
    at = ("--model", "as7261", "--port", str(host.path))
    for kind, target in (("black", "black"), ("white", "tile")):
        host.control(f"target {target}")
        clinic.do("calibrate", kind, *at)
    targets = tmp_path / "targets"
    listed = clinic.cli("calibrate", "chart", "--targets", str(targets), "--json").json["patches"]
    assert len(listed) == 24
    # Nine patches carry three terms; every other one, white and black among them.
    chosen = [*listed[0:14:2], listed[18], listed[23]]
    chart = tmp_path / "chart.csv"
    by_name = {patch.id: patch.xyz for patch in checker().patches}
    lines = [",".join([one["patch"], *map(str, by_name[one["patch"]])]) for one in chosen]
    chart.write_text("\n".join(["patch,X,Y,Z", *lines, ""]))
    process = subprocess.Popen(
        [
            sys.executable, "-m", "kiosk.entry", "calibrate", "fit", *at, "--chart", str(chart),
            "--database", clinic.url, "--operator", "P-01", "--pin-file", clinic.pin_file, "--json",
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert process.stdout is not None
        for number, one in enumerate(chosen, start=1):
            asked = process.stderr.readline()
            assert asked.startswith(f"{number}/9 Place the probe on '{one['patch']}'"), asked
            host.control(f"target {one['target']}")
            process.stdin.write("\n")
            process.stdin.flush()
        document = json.loads(process.stdout.read())
    assert document["channels"] == ["X", "Y", "Z"]
    assert document["patches"] == 9
    assert document["expected"]["median"] < 6.0


def test_a_guided_fit_that_nobody_confirms_ends(clinic: Clinic, plug_in_head: PlugIn) -> None:
    host = plug_in_head("as7261", serial=None)
    at = ("--model", "as7261", "--port", str(host.path))
    ended = clinic.do("calibrate", "fit", *at)
    assert (ended.code, ended.error["kind"]) == (3, "needs-calibration")
    for kind, target in (("black", "black"), ("white", "tile")):
        host.control(f"target {target}")
        clinic.do("calibrate", kind, *at)
    began = time.monotonic()
    ended = clinic.do("calibrate", "fit", *at)
    assert (ended.code, ended.error["kind"]) == (2, "input")
    assert "--batch" in ended.error["hint"]
    assert time.monotonic() - began < 10
    assert clinic.do("calibrate", "fit").code == 2


def test_too_few_patches_are_refused(clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "patches.json"
    file.write_text(json.dumps(chart_document(SimulatedBench().chart(checker().patches[:4]))))
    ended = clinic.do("calibrate", "fit", "--batch", str(file))
    # Black and white of that head come first.
    assert (ended.code, ended.error["kind"]) == (3, "needs-calibration")
    assert HEAD.serial in ended.error["message"]
    ended = clinic.do("calibrate", "fit", "--batch", str(tmp_path / "none.json"))
    assert ended.code == 2


# ── studies and two units ────────────────────────────────────────────────────────────────────────


def test_a_study_from_a_file_and_its_page(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "new-pins").write_text("2468\n13579\n")
    added = clinic.ask(
        "operators", "add", "S-02", "--role", "practitioner", "--operator", "P-01",
        "--pin-file", str(tmp_path / "new-pins"),
    )  # fmt: skip
    assert added.code == 0, added.out
    generator = np.random.default_rng(3)
    rows = ["operator,patch,L,a,b"]
    for person in ("P-01", "S-02"):
        for patch, lightness in (("grey", 50.0), ("white", 90.0)):
            for _ in range(3):
                lab = (lightness + 0.1 * generator.standard_normal(), 0.0, 1.0)
                rows.append(",".join([person, patch, *map(str, lab)]))
    file, page = tmp_path / "study.csv", tmp_path / "study.md"
    file.write_text("\n".join(rows))
    study = ("calibrate", "study", "--batch", str(file), "--serial", "CM000T0001")
    document = clinic.do(*study, "--out", str(page)).json
    assert document["operators"] == ["P-01", "S-02"]
    assert 0.02 < document["repeatability_mcdm"] < 0.3
    assert page.read_text().startswith("# Repeatability and reproducibility of CM000T0001")
    assert clinic.ask("calibrate", "report", "--serial", "CM000T0001").json["studies"]
    file.write_text("\n".join(rows[:-1]))
    assert clinic.do(*study).code == 2
    file.write_text("operator,patch,L,a,b\nP-01,grey,x,0,0\n")
    assert "line 2" in clinic.do(*study).error["message"]


def test_two_units_are_compared_and_a_bridge_is_only_offered(
    clinic: Clinic, tmp_path: Path
) -> None:
    files = []
    for name, chart in zip(("ours", "theirs"), charts(), strict=True):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(chart_document(chart)))
        files.append(str(file))
    compare = ("calibrate", "compare", *files)
    offer = clinic.cli(*compare, "--json").json
    assert offer["worthwhile"]
    assert offer["accepted_by"] is None
    assert offer["after"]["median"] < offer["before"]["median"]
    report = ("calibrate", "report", "--serial", "CM000T0001")
    assert clinic.ask(*report).json["bridges"] == []
    assert clinic.ask(*compare, "--accept").code == 2
    assert clinic.do(*compare, "--accept").json["accepted_by"] == "P-01"
    (bridge,) = clinic.ask(*report).json["bridges"]
    assert bridge["theirs"].endswith("CM000T0002")


def test_a_unit_reads_a_chart_into_a_file(cli: Cli, plug_in: PlugIn, tmp_path: Path) -> None:
    host = plug_in(target="skin-light")
    chart, out = tmp_path / "chart.csv", tmp_path / "ours.json"
    chart.write_text("patch,L,a,b\none,50,0,0\ntwo,60,0,0\n")
    ended = cli(
        "calibrate", "measure", "--port", str(host.path), "--chart", str(chart),
        "--out", str(out), "--json", stdin="\n\n",
    )  # fmt: skip
    assert ended.code == 0, ended.out
    written = json.loads(out.read_text())
    assert [patch["patch"] for patch in written["patches"]] == ["one", "two"]
    assert all(len(patch["xyz"]) == 3 for patch in written["patches"])
    assert written["instrument"]["serial"] == "CM000T0001"
