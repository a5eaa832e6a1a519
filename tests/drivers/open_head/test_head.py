"""The published example head and the simulated one, against the published vectors."""

from __future__ import annotations

import ast
import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.open_head import codec
from drivers.open_head.codec import BadLine, Garbage, Hello, Measurement, UnknownLine
from drivers.simulators import OpenHeadUnit
from drivers.simulators.unit import Send
from tests.drivers.open_head.vectors import FOLDER, crc, load

SOURCE = (FOLDER / "head.py").read_text("utf-8")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example as a module; nothing but `main` may need a board."""
    spec = importlib.util.spec_from_file_location("open_head_example", FOLDER / "head.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Board:
    """The hardware a vector describes."""

    def __init__(self, error: type[Exception], given: dict[str, Any]) -> None:
        self.error = error
        self.given = given
        self.serial = given["serial"]
        self.channels = given["channels"]
        self.full = given["full"]
        self.wait_ms = given["wait_ms"]
        self.gain = given["gain"]
        self.integration_ms = given["integration_ms"]
        self.burning = False
        self.settled = False

    def lamp(self, on: bool) -> None:
        self.burning, self.settled = on, False

    def settle(self) -> None:
        self.settled = True

    def frame(self) -> list[int]:
        if "trouble" in self.given:
            raise self.error(self.given["trouble"])
        assert self.settled or not self.burning, "a frame before the lamp was steady"
        return list(self.given["lit" if self.burning else "dark"])

    def temperature(self) -> float | None:
        return self.given["temperature"]


@pytest.mark.parametrize("case", load("head"), ids=lambda case: case["request"][:40])
def test_the_published_vectors_for_heads(example: ModuleType, case: dict[str, Any]) -> None:
    board = Board(example.HeadError, case["head"])
    reply = example.answer(case["request"].encode(), board)
    assert reply == case["reply"]
    if "lamp_after" in case:
        assert board.burning == bool(case["lamp_after"])


@pytest.mark.parametrize("case", load("head"), ids=lambda case: case["request"][:40])
def test_what_heads_answer_is_what_hosts_understand(case: dict[str, Any]) -> None:
    if case["reply"] is not None and '"dark"' not in case["reply"]:
        event = codec.classify(case["reply"].encode())
        # Answers without a number are for people at a terminal.
        assert not isinstance(event, Garbage | UnknownLine)
        assert not isinstance(event, BadLine) or '"seq"' not in case["reply"]


def test_every_failure_of_the_table_but_busy_has_a_vector() -> None:
    replies = [json.loads(case["reply"]) for case in load("head") if case["reply"]]
    names = {reply["err"] for reply in replies if "err" in reply}
    # The example answers one thing after the other, so it is never busy.
    assert names == {"SAT", "SENSOR", "HOT", "CMD", "ARG", "LINE"}


def test_the_example_compiles_and_touches_hardware_in_main_only() -> None:
    tree = ast.parse(SOURCE)
    imported: dict[str, set[str]] = {}
    for node in tree.body:
        where = node.name if isinstance(node, ast.FunctionDef) else ""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import):
                imported.setdefault(where, set()).update(alias.name for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom):
                imported.setdefault(where, set()).add(inner.module or "")
    assert imported.pop("") == {"json"}
    assert set(imported) == {"main"}


def test_the_example_uses_no_syntax_small_pythons_lack() -> None:
    # MicroPython unpacks into no displays, and its older builds have neither match nor walrus.
    for node in ast.walk(ast.parse(SOURCE)):
        assert not isinstance(node, ast.Match | ast.NamedExpr)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            assert not any(isinstance(element, ast.Starred) for element in node.elts)


def test_the_checksum_of_the_example(example: ModuleType) -> None:
    assert example.checksum(b"123456789") == 0x29B1


@given(data=st.binary(max_size=100))
def test_the_checksum_of_the_example_is_the_one_by_definition(
    example: ModuleType, data: bytes
) -> None:
    assert example.checksum(data) == crc(data)


@given(line=st.binary(max_size=100))
def test_no_request_stops_the_example(example: ModuleType, line: bytes) -> None:
    reply = example.answer(line, Board(example.HeadError, load("head")[0]["head"]))
    assert reply is None or not isinstance(codec.classify(reply.encode()), Garbage)


def test_a_request_that_is_nested_without_end_does_not_stop_the_example(
    example: ModuleType,
) -> None:
    board = Board(example.HeadError, load("head")[0]["head"])
    assert example.answer(b"[" * 1024, board) == '{"err":"LINE"}'


def test_the_example_collects_lines_and_remembers_that_one_was_too_long(
    example: ModuleType,
) -> None:
    reader = example.Reader()
    assert reader.feed(b'{"cmd"') == []
    assert reader.feed(b':"id"}\n\n') == [b'{"cmd":"id"}', b""]
    for _ in range(50):
        assert reader.feed(b"x" * 100) == []
        assert len(reader.buffer) <= 1025
    (line,) = reader.feed(b"\n")
    board = Board(example.HeadError, load("head")[0]["head"])
    assert example.answer(line, board) == '{"err":"LINE"}'


# The simulated head


def ask(unit: OpenHeadUnit, line: bytes, now: float = 0.0) -> bytes:
    actions = unit.feed(line + b"\n", now)
    return b"".join(action.data for action in actions if isinstance(action, Send))


@pytest.mark.parametrize("case", load("head"), ids=lambda case: case["request"][:40])
def test_the_simulated_head_answers_with_the_members_of_the_vectors(case: dict[str, Any]) -> None:
    if case["reply"] is None or case["head"].get("trouble") or '"SAT"' in case["reply"]:
        return
    reply, expected = (
        json.loads(ask(OpenHeadUnit(), case["request"].encode())),
        json.loads(case["reply"]),
    )
    # It has its own counts and settings, and always a temperature.
    assert set(reply) == set(expected) | ({"t"} if "gain" in expected else set())
    for member in ("seq", "err", "led", "id", "proto"):
        assert reply.get(member) == expected.get(member)


def test_the_simulated_head_is_understood() -> None:
    unit = OpenHeadUnit()
    hello = codec.classify(ask(unit, b'{"cmd":"id"}').strip())
    assert isinstance(hello, Hello)
    assert len(hello.channels) == 8
    measurement = codec.classify(ask(unit, b'{"cmd":"meas","seq":9}').strip())
    assert isinstance(measurement, Measurement)
    assert measurement.seq == 9
    assert min(measurement.raw) > max(measurement.dark)


@pytest.mark.parametrize("line", ["", "cap on", "fault rain", "target moon"])
def test_a_wrong_control_line_says_so(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        OpenHeadUnit().control(line, 0.0)
