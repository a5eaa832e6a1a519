"""`match`, `tone` and `mix`: the colour core without a database."""

import json
import math
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.matching.worked import WORKED, Worked

PAIR = ("--skin", "57,11.5,17", "--hair", "18,0,-1")
MATCH_KEYS = {
    "status", "reason", "anchored", "constants", "q", "fraction", "ratio", "interval",
    "advised_ratio", "dot", "target_lab", "residual", "skin",
}  # fmt: skip


def test_match_has_the_keys_of_the_contract(cli: Cli) -> None:
    document = cli("match", *PAIR, "--json").json
    assert set(document) >= MATCH_KEYS
    assert document["status"] in {"recipe", "no-recipe", "low-contrast", "off-ladder"}
    assert document["anchored"] is False
    assert set(document["constants"]) >= {
        "A0", "retention", "follicle_opacity", "yule_nielsen", "undertone", "dot_mm", "strength",
        "gain",
    }  # fmt: skip
    low, high = document["interval"]
    assert low < document["ratio"] < high
    assert document["fraction"] == pytest.approx(1 / (1 + document["ratio"]))
    assert set(document["dot"]) >= {"fresh_lab", "healed_lab"}
    assert set(document["residual"]) == {"dE00", "dL", "da", "db"}
    assert set(document["skin"]) >= {"ita", "band", "band_certain"}


@pytest.mark.parametrize(
    "case", [case for case in WORKED if case.rung is not None], ids=lambda case: case.name
)
def test_match_with_constants_from_a_file_gives_the_worked_example(
    cli: Cli, tmp_path: Path, case: Worked
) -> None:
    file = tmp_path / "constants.toml"
    file.write_text("A0 = 30.0\n")
    skin, hair = (",".join(map(str, lab)) for lab in (case.skin, case.hair))
    document = cli("match", "--skin", skin, "--hair", hair, "--constants", str(file), "--json").json
    assert document["constants"]["A0"] == 30.0
    assert document["q"] == pytest.approx(case.q, abs=1e-8)
    assert document["fraction"] == pytest.approx(case.fraction, abs=1e-8)
    assert document["ratio"] == pytest.approx(case.ratio, abs=1e-5)
    assert document["interval"] == pytest.approx(case.interval, abs=1e-3)
    assert document["advised_ratio"] == case.rung
    assert document["dot"]["healed_lab"] == pytest.approx(case.healed, abs=1e-3)
    assert document["residual"]["dE00"] == pytest.approx(case.de00, abs=1e-3)


@pytest.mark.parametrize(
    "case", [case for case in WORKED if case.rung is None], ids=lambda case: case.name
)
def test_match_gives_the_worked_examples_that_end_without_a_rung(
    cli: Cli, tmp_path: Path, case: Worked
) -> None:
    file = tmp_path / "constants.toml"
    file.write_text("A0 = 30.0\n")
    skin, hair = (",".join(map(str, lab)) for lab in (case.skin, case.hair))
    document = cli("match", "--skin", skin, "--hair", hair, "--constants", str(file), "--json").json
    assert document["q"] == pytest.approx(case.q, abs=1e-8)
    assert document["advised_ratio"] is None
    if case.q <= 0:
        assert document["status"] == "no-recipe"
        assert document["fraction"] is None
    else:
        assert document["status"] == "off-ladder"
        assert document["fraction"] == pytest.approx(case.fraction, abs=1e-8)
        assert document["interval"] == pytest.approx(case.interval, abs=1e-3)


@pytest.mark.parametrize(
    ("skin", "hair", "status"),
    [
        ("57,11.5,17", "18,0,-1", "recipe"),
        ("57,11.5,17", "70,5,20", "no-recipe"),
        ("57,11.5,17", "57,11.5,17", "no-recipe"),
    ],
)
def test_match_says_what_became_of_it(cli: Cli, skin: str, hair: str, status: str) -> None:
    ended = cli("match", "--skin", skin, "--hair", hair, "--json")
    assert (ended.code, ended.json["status"]) == (0, status)
    assert ended.json["reason"]


def test_match_text_names_the_rung_and_that_it_is_unanchored(cli: Cli) -> None:
    ended = cli("match", *PAIR)
    assert ended.code == 0
    assert ended.out.startswith("1:")
    assert "UNANCHORED" in ended.out


def test_match_takes_strength_and_ladder(cli: Cli) -> None:
    plain = cli("match", *PAIR, "--json").json
    strong = cli("match", *PAIR, "--strength", "2", "--json").json
    # A lot twice as strong takes half the fraction.
    assert strong["fraction"] == pytest.approx(plain["fraction"] / 2, rel=1e-6)
    other = cli("match", *PAIR, "--ladder", "10,80,90", "--json").json
    assert other["advised_ratio"] in (10, 80, 90, None)


def test_match_batch_answers_line_by_line_with_ids(cli: Cli, tmp_path: Path) -> None:
    pairs = [{"id": n, "skin": [57, 11.5, 17], "hair": [18 + n, 0, -1]} for n in range(3)]
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, pairs)) + "\n\n")
    ended = cli("match", "--batch", str(file))
    assert ended.code == 0
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    single = cli("match", "--skin", "57,11.5,17", "--hair", "19,0,-1", "--json").json
    assert answers[1]["ratio"] == pytest.approx(single["ratio"])
    piped = cli("match", "--batch", "-", stdin=file.read_text())
    assert piped.out == ended.out


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1, 2]",
        '{"id": 1, "skin": [57, 11.5, 17]}',
        '{"id": 1, "skin": [57, 11.5], "hair": [18, 0, -1]}',
        '{"id": 1, "skin": ["a", "b", "c"], "hair": [18, 0, -1]}',
        '{"id": 1, "skin": [140, 0, 0], "hair": [18, 0, -1]}',
        '{"id": 1, "skin": [NaN, 0, 0], "hair": [18, 0, -1]}',
        '{"id": NaN, "skin": [57, 11.5, 17], "hair": [18, 0, -1]}',
        '{"id": 1, "skin": null, "hair": [18, 0, -1]}',
    ],
)
def test_a_bad_line_spoils_the_batch_before_anything_is_printed(cli: Cli, line: str) -> None:
    good = '{"id": 0, "skin": [57, 11.5, 17], "hair": [18, 0, -1]}'
    ended = cli("match", "--batch", "-", stdin=f"{good}\n{line}\n")
    assert ended.code == 2
    assert "2" in ended.error["message"] or "id" in ended.error["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("match", "--skin", "57,11.5", "--hair", "18,0,-1"),
        ("match", "--skin", "57,eleven,17", "--hair", "18,0,-1"),
        ("match", "--skin", "nan,11.5,17", "--hair", "18,0,-1"),
        ("match", "--skin", "57,inf,17", "--hair", "18,0,-1"),
        ("match", "--skin", "140,0,0", "--hair", "18,0,-1"),
        ("match", "--skin", "57,11.5,17"),
        ("match", *PAIR, "--observer", "5"),
        ("match", *PAIR, "--strength", "nan"),
        ("match", *PAIR, "--strength", "0"),
        ("match", *PAIR, "--strength", "strong"),
        ("match", *PAIR, "--ladder", "20,x"),
        ("match", *PAIR, "--ladder", ""),
        ("match", *PAIR, "--constants", "/nowhere/constants.toml"),
        ("match", "--batch", "/nowhere/pairs.jsonl"),
        ("match", *PAIR, "--colour", "red"),
        ("tone", "--lab", "57,11.5"),
        ("tone", "--lab", "nan,1,2"),
        ("tone", "--lab", "140,1,2"),
        ("tone",),
        ("mix", "--ratio", "20"),
        ("mix", "--ratio", "nan", "--total-ul", "5000"),
        ("mix", "--ratio", "-1", "--total-ul", "5000"),
        ("mix", "--ratio", "20", "--total-ul", "0"),
        ("mix", "--ratio", "20", "--total-ul", "1.5"),
        ("mix", "--ratio", "20", "--total-ul", "99999999999999999999"),
        ("mix", "--ratio", "20", "--have-pigment-ul", "500"),
        ("mix", "--ratio", "20", "--have-pigment-ul", "0", "--have-diluent-ul", "0"),
        ("mix", "--ratio", "20", "--total-ul", "5000", "--syringe-ul", "0"),
        ("nonsense",),
        ("match", "--skin", "\udcff,0,0", "--hair", "18,0,-1"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2_with_one_document(cli: Cli, arguments: tuple[str, ...]) -> None:
    ended = cli(*arguments, "--json")
    assert ended.code == 2, ended.out
    assert ended.error["kind"] in {"usage", "input"}
    plain = cli(*arguments)
    assert plain.code == 2
    assert plain.out == "" or "--batch" in arguments  # a batch is JSON Lines in any case
    assert "Traceback" not in plain.err


def test_a_constant_that_does_not_exist_is_named(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "constants.toml"
    file.write_text("retension = 0.5\n")
    ended = cli("match", *PAIR, "--constants", str(file), "--json")
    assert ended.code == 2
    assert "retension" in ended.error["message"]
    assert "retention" in ended.error["hint"]


def test_tone_names_angle_and_band(cli: Cli) -> None:
    document = cli("tone", "--lab", "57,11.5,17", "--json").json
    assert set(document) >= {"ita", "band", "band_certain", "plausible", "reason"}
    assert document["ita"] == pytest.approx(math.degrees(math.atan2(7, 17)))
    assert document["plausible"] is True
    blue = cli("tone", "--lab", "30,2,-4", "--json").json
    assert (blue["ita"], blue["band"], blue["plausible"]) == (None, None, False)
    assert "undefined" in cli("tone", "--lab", "30,2,-4").out


MIX_KEYS = {"steps", "pigment_ul", "diluent_ul", "stock", "total_ul", "error_percent", "status"}


def test_ac_p23_mix_arithmetic(cli: Cli) -> None:
    document = cli("mix", "--ratio", "10", "--total-ul", "5500", "--json").json
    assert set(document) >= MIX_KEYS | {"reason"}
    assert document["status"] == "plan"
    assert (document["pigment_ul"], document["diluent_ul"]) == (500, 5000)
    assert document["total_ul"] == 5500


def test_ac_p25_an_over_pour_asks_for_diluent(cli: Cli) -> None:
    document = cli(
        "mix", "--ratio", "18", "--have-pigment-ul", "600", "--have-diluent-ul", "9000", "--json"
    ).json
    assert document["status"] == "add-diluent"
    assert (document["diluent_ul"], document["total_ul"]) == (10_800, 11_400)


def test_ac_p26_too_strong_a_wish_is_made_afresh(cli: Cli) -> None:
    document = cli(
        "mix", "--ratio", "4", "--have-pigment-ul", "500", "--have-diluent-ul", "6000", "--json"
    ).json
    assert document["status"] == "remake"
    assert "1.50 ml" in document["reason"]


def test_ac_p27_a_batch_too_small_to_measure_is_refused_with_a_size(cli: Cli) -> None:
    document = cli("mix", "--ratio", "10", "--total-ul", "330", "--json").json
    assert document["status"] == "too-small"
    assert document["total_ul"] > 330
