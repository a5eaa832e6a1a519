"""Notices as files: what is read, what is refused and how the refusal helps."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.recalls.notice import (
    Event,
    LotNumber,
    Material,
    Notice,
    NoticeError,
    NoticeKind,
    NumberKind,
    Problem,
    ProductName,
    Reach,
    Scope,
    Window,
)
from kiosk.inventory.recalls.notice_file import document, dump, from_document, load
from tests.inventory.recalls.stock import documents

GOOD: dict[str, Any] = {
    "format": "recall-notice/1",
    "id": "A12/0358/18",
    "version": 2,
    "source": "EU Safety Gate",
    "kind": "recall",
    "issued_on": "2018-03-05",
    "brand": "Intenze",
    "products": [{"shade": "Terra Di Siena"}],
    "material": "pigment",
    "scope": {
        "lots": [
            {
                "numbers": [
                    {"kind": "BATCH", "value": "RX44Q22"},
                    {"kind": "LOT", "value": "SS199"},
                ]
            }
        ],
        "windows": [{"event": "distributed", "first": "2018-08-06", "last": "2018-10-01"}],
    },
    "hazard": "nickel and lead",
    "reference": "A12/0358/18",
}


def changed(path: str, value: object) -> dict[str, Any]:
    """GOOD with one value put at a dotted path; list places are numbers."""
    copy = json.loads(json.dumps(GOOD))
    *way, last = path.split(".")
    at = copy
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[int(last) if last.isdigit() else last] = value
    return copy


def problems(given: object) -> tuple[Problem, ...]:
    with pytest.raises(NoticeError) as refused:
        from_document(given)
    assert all(problem.mend.endswith((".", "?")) for problem in refused.value.problems)
    return refused.value.problems


def test_a_file_is_read_field_by_field() -> None:
    assert load(json.dumps(GOOD).encode()) == Notice(
        id="A12/0358/18",
        version=2,
        source="EU Safety Gate",
        kind=NoticeKind.RECALL,
        issued_on="2018-03-05",
        brand="Intenze",
        aliases=(),
        products=(ProductName("", "Terra Di Siena"),),
        material=Material.PIGMENT,
        scope=Scope(
            Reach.LOTS,
            ((LotNumber(NumberKind.BATCH, "RX44Q22"), LotNumber(NumberKind.LOT, "SS199")),),
            (Window(Event.DISTRIBUTED, date(2018, 8, 6), date(2018, 10, 1)),),
        ),
        hazard="nickel and lead",
        reference="A12/0358/18",
        url="",
    )


def test_a_byte_order_mark_does_no_harm() -> None:
    assert load(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).id == "A12/0358/18"


@pytest.mark.parametrize("name", documents())
def test_a_notice_written_out_reads_back_the_same(name: str) -> None:
    notice = from_document(documents()[name])
    assert document(notice) == documents()[name]
    assert load(dump(notice)) == notice


NAME = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20).map(
    lambda text: f"a{text}b"
)
NUMBER = st.text("ABCxyz0189.-/", max_size=12).map(lambda text: f"7 {text} 7".replace(" /", "/"))
DAYS = st.tuples(st.dates(), st.dates()).map(sorted)
WINDOWS = st.one_of(
    st.builds(lambda e, d: Window(e, d[0], d[1]), st.sampled_from(Event), DAYS),
    st.builds(lambda e, d: Window(e, d, None), st.sampled_from(Event), st.dates()),
    st.builds(lambda e, d: Window(e, None, d), st.sampled_from(Event), st.dates()),
)
LOTS = st.lists(
    st.lists(st.builds(LotNumber, st.sampled_from(NumberKind), NUMBER), min_size=1, max_size=3).map(
        tuple
    ),
    min_size=1,
    max_size=3,
).map(tuple)
SCOPES = st.builds(
    lambda lots, reach, windows: Scope(reach or Reach.LOTS, () if reach else lots, tuple(windows)),
    LOTS,
    st.sampled_from([None, Reach.ALL_LOTS, Reach.UNKNOWN_LOT]),
    st.lists(WINDOWS, max_size=3),
)
NOTICES = st.builds(
    Notice,
    id=NAME,
    version=st.integers(1, 10_000),
    source=NAME,
    kind=st.sampled_from(NoticeKind),
    issued_on=st.sampled_from(["2020", "2020-05", "2020-02-29"]),
    brand=NAME,
    aliases=st.lists(NAME, max_size=2).map(tuple),
    products=st.lists(st.builds(ProductName, NAME, st.just("") | NAME), max_size=2).map(tuple),
    material=st.sampled_from([None, *Material]),
    scope=SCOPES,
    hazard=NAME,
    reference=NAME,
    url=st.sampled_from(["", "https://example.org/a?b=c"]),
)


@given(NOTICES)
def test_any_notice_reads_back_the_same(notice: Notice) -> None:
    assert load(dump(notice)) == notice


@pytest.mark.parametrize(
    ("path", "value", "field", "said"),
    [
        ("lot", "SS199", "lot", "Did you mean lots?"),
        ("scope.lot", [], "scope.lot", "Did you mean lots?"),
        ("scope.lots.0.numbers.1.kinds", "", "scope.lots[0].numbers[1].kinds", "kind?"),
        ("xyzzy", 1, "xyzzy", "Take it out."),
        ("x\x1b[2J\ny", 1, "x?[2J?y", "Take it out."),
        ("version", "2", "version", "Expected int, got str"),
        ("version", True, "version", "Expected int, got bool"),
        ("version", 0, "version", "Count from 1"),
        ("version", 10**30, "version", "Count from 1"),
        ("format", "recall-notice/2", "format", '"format": "recall-notice/1"'),
        ("format", ["x"], "format", '"format": "recall-notice/1"'),
        ("id", "", "id", "empty"),
        ("id", " A12", "id", "space"),
        ("id", "A" * 65, "id", "longer than 64"),
        ("source", "  ", "source", "empty"),
        ("kind", "alert", "kind", "advisory, recall"),
        ("issued_on", "05/03/2018", "issued_on", "2020-05-01"),
        ("issued_on", "2018-02-30", "issued_on", "2020-05-01"),
        ("issued_on", "2018-13", "issued_on", "2020-05-01"),
        ("issued_on", "", "issued_on", "2020-05-01"),
        ("brand", "?!", "brand", "no letter and no digit"),
        ("aliases", ["--"], "aliases[0]", "no letter and no digit"),
        ("products", [], "products", "all_products: true"),
        ("all_products", True, "products", "not both"),
        ("products.0", {}, "products[0]", "no letter and no digit"),
        ("products.0", "Black", "products[0]", "Expected object, got str"),
        ("material", "ink", "material", "pigment, diluent, any"),
        ("hazard", "", "hazard", "empty"),
        ("hazard", "\x1b[2J", "hazard", "control character"),
        ("brand", "Intenze\n", "brand", "control character"),
        ("brand", "Intenze\u2028x", "brand", "control character"),
        ("brand", "\ud800x", "brand", "control character"),
        ("reference", "", "reference", "url"),
        ("url", "tattoorecalls.com", "url", "https://"),
        ("url", "javascript:alert(1)", "url", "https://"),
        ("scope", {}, "scope", "exactly one of"),
        ("scope", {"lots": []}, "scope", "exactly one of"),
        ("scope.all_lots", True, "scope", "exactly one of"),
        ("scope.unknown_lot", True, "scope", "exactly one of"),
        ("scope.lots.0.numbers", [], "scope.lots[0].numbers", "unknown_lot: true"),
        ("scope.lots.0.numbers.0.kind", "lot", "scope.lots[0].numbers[0].kind", "LOT, BATCH"),
        ("scope.lots.0.numbers.0.value", "-", "scope.lots[0].numbers[0].value", "no letter"),
        ("scope.lots.0.numbers.0.value", 42, "scope.lots[0].numbers[0].value", "got int"),
        ("scope.windows.0.event", "sold", "scope.windows[0].event", "distributed, received"),
        ("scope.windows.0.first", "8/6/2018", "scope.windows[0].first", "2018-08-06"),
        ("scope.windows.0.first", "2018-11-01", "scope.windows[0]", "Exchange first and last"),
        ("scope.windows.0", {"event": "received"}, "scope.windows[0]", "has no day"),
    ],
)
def test_a_wrong_field_is_named_with_its_mend(
    path: str, value: object, field: str, said: str
) -> None:
    (problem,) = problems(changed(path, value))
    assert problem.field == field
    assert said in f"{problem.sentence} {problem.mend}"


@pytest.mark.parametrize(
    "value",
    ["Batch #1 Lot BL23", "BK124IMX40 / SS219", "12024090, 12026090", "Lot SS199", "A;B", "lot:7"],
)
def test_two_numbers_in_one_are_refused_because_they_would_match_nothing(value: str) -> None:
    (problem,) = problems(changed("scope.lots.0.numbers.0.value", value))
    assert problem.field == "scope.lots[0].numbers[0].value"
    assert "each number on its own" in problem.mend


@pytest.mark.parametrize("value", ["10.19.18", "0042", "A/12", "D 199", "LOT17", "Lottie 4"])
def test_numbers_are_kept_character_for_character(value: str) -> None:
    notice = from_document(changed("scope.lots.0.numbers.0.value", value))
    assert notice.scope.lots[0][0].value == value


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("products", "reference")])
def test_a_missing_field_is_named(name: str) -> None:
    (problem,) = problems({key: value for key, value in GOOD.items() if key != name})
    assert (problem.field, problem.sentence) == (name, "is missing.")


@pytest.mark.parametrize("shape", [(1, 2001), (2001, 1)])
def test_more_numbers_than_can_be_searched_are_refused(shape: tuple[int, int]) -> None:
    lots, each = shape
    numbers = [{"kind": "LOT", "value": f"{i}"} for i in range(each)]
    (problem,) = problems(changed("scope.lots", [{"numbers": numbers}] * lots))
    assert (problem.field, problem.mend) == ("scope.lots", "Split the notice.")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = changed("kind", "alert") | {"issued_on": "soon", "scope": {}}
    assert [problem.field for problem in problems(wrong)] == ["kind", "issued_on", "scope"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "file"),
        (b"\xff\xfe{", "file"),
        (b'{"format": ', "file"),
        (b"[" * 100_000, "file"),
        (b"9" * 5_000, "file"),
        (b" " * 4_000_001, "file"),
        (b"[]", "format"),
        (b"null", "format"),
        (b'{"a": 1, "a\x1b": 2}', "file"),
        (b'{"scope": {"lots": [], "lots": []}}', "lots"),
    ],
)
def test_no_notice_at_all(data: bytes, field: str) -> None:
    with pytest.raises(NoticeError) as refused:
        load(data)
    assert refused.value.problems[0].field == field


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def test_the_examples_of_the_documentation_are_notices() -> None:
    text = (Path(__file__).parents[3] / "docs" / "recall_notice.md").read_text("utf-8")
    examples = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 3
    assert {load(example.encode()).scope.reach for example in examples} == set(Reach)


@given(st.binary() | st.text().map(str.encode))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(NoticeError):
        load(data)


@given(
    st.sampled_from(
        [
            *GOOD,
            *("scope.lots", "scope.lots.0", "scope.lots.0.numbers.0.value", "scope.windows.0"),
            *("scope.windows.0.first", "products.0.line", "all_products", "aliases", "url"),
            "stray",
        ]
    ),
    ANY_JSON,
)
def test_random_values_are_read_or_refused(path: str, value: object) -> None:
    for given_value in (value, {"lots": value}, [value]):
        try:
            notice = load(json.dumps(changed(path, given_value)).encode())
        except NoticeError as refused:
            str(refused).encode()
        else:
            assert load(dump(notice)) == notice
