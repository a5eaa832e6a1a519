"""The 418 test vectors of the official GS1 Syntax Engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.inventory.scanning import Scan, Status, decode
from kiosk.inventory.scanning.syntax import matches
from tests.inventory.scanning.vectors import TODAY, engine

#: What the engine is told to allow for one call, and what is out of scope here. Each sentence is a
#: part of the reason the scan is refused with.
NOT_HERE = (
    "DotCode is not read here",
    "Composite symbols are not read here",
    "holds plain text, not GS1 data",  # the engine passes any text of a plain symbol on
    "beside it",  # the engine was called with its check of required company off
    "GS1 knows no application identifier (89)",  # ... with unknown identifiers allowed
    "web address without GS1 data",  # ... with words for identifiers allowed ("gtin")
    "address whose GS1 data has a wrong form",  # ... with short GTINs in a query allowed
)
#: Taken or asked about here although the engine refuses: `~` is one of the forms in which scanners
#: send the separator; GTINs of 8, 12 and 13 digits in a path, which the engine takes if it is told
#: to; data whose symbology identifier the scanner does not send.
MORE_HERE = {
    ("test_processAIdata", "^99ABC~"),
    ("test_processAIdata", "991234"),
    ("test_parseDLuri", "https://a/01/2112345678900"),
    ("test_parseDLuri", "https://a/01/416000336108"),
    ("test_parseDLuri", "https://a/01/02345673"),
}


def _carried(fnc1: str) -> str:
    return "]d2" + fnc1[1:].replace("^", "\x1d") if fnc1.startswith("^") else fnc1


def _cases() -> Iterator[tuple[str, bool, str, str, str | None]]:
    """Case, whether it succeeds, its input, the scan, and what is said, `^` for FNC1."""
    for case, args in engine():
        if isinstance(args[1], dict):
            continue
        if case == "test_processAIdata":
            yield case, args[0], args[1], _carried(args[1]), args[1]
        elif case == "test_parseAIdata" and args[0]:
            yield case, True, args[1], _carried(args[2]), args[2]
        elif case == "test_parseDLuri":
            yield case, args[0], args[1], f"]Q1{args[1]}", args[2]
        elif case == "test_testProcessScanData":
            yield case, args[0], args[1], args[1], args[3]
        elif case == "test_testGenerateScanData" and args[2] is not None:
            yield case, True, args[2], args[2], args[1]
        elif case == "test_testGenerateDLuri" and args[0]:
            yield case, True, args[3], f"]Q1{args[3]}", None


def _says(scan: Scan) -> str:
    if scan.reading.elements:
        return "".join(f"{ai}{value}" for ai, value in scan.reading.elements)
    return scan.reading.gtin or ""


def test_what_the_engine_refuses_is_refused() -> None:
    wrong = {
        (case, given)
        for case, ok, given, scan, _ in _cases()
        if not ok and decode(scan, today=TODAY).status is not Status.REFUSED
    }
    # One and the same input is in the list with short GTINs allowed and not.
    assert wrong == MORE_HERE


def test_what_the_engine_takes_is_taken_or_refused_for_a_reason_of_this_program() -> None:
    taken = 0
    for case, ok, given, text, said in _cases():
        if not ok:
            continue
        scan = decode(text, today=TODAY)
        if scan.status is Status.REFUSED:
            assert any(why in scan.reason for why in NOT_HERE) or "ten years" in scan.reason, (
                case, given, scan.reason,
            )  # fmt: skip
            continue
        assert scan.status is Status.OK, (case, given, scan.reason)
        taken += 1
        if said is not None and "|" not in said and case != "test_testGenerateScanData":
            plain = said.replace("^", "")
            assert _says(scan).endswith(plain) or plain == text[3:], (case, given, _says(scan))
    assert taken >= 110


def test_no_vector_is_left_out_unseen() -> None:
    used = sum(1 for _ in _cases())
    literal = [(case, args) for case, args in engine() if not isinstance(args[1], dict)]
    others = {"test_existsInAIdata", "test_URIescape", "test_URIunescape"}
    elsewhere = sum(case in others for case, _ in engine())
    # The rest is input to functions that this program does not have: brackets typed by people,
    # symbols and addresses to be made that cannot be.
    refused_making = sum(
        (case in {"test_parseAIdata", "test_testGenerateDLuri"} and not args[0])
        or (case == "test_testGenerateScanData" and args[2] is None)
        for case, args in literal
    )
    tokens = sum(isinstance(args[1], dict) and case not in others for case, args in engine())
    assert used + elsewhere + refused_making + tokens == len(engine()) == 418


@pytest.mark.parametrize(
    "args", [args for case, args in engine() if case == "test_URIunescape"], ids=repr
)
def test_percent_signs_are_undone_in_path_and_query(args: tuple[str, str, str]) -> None:
    given, in_path, in_query = args
    for address, ai, expected in (
        (f"https://a/01/12312312312333/10/{given}", "10", in_path),
        (f"https://a/01/12312312312333?99={given}", "99", in_query),
    ):
        scan = decode(f"]Q1{address}", today=TODAY)
        if scan.status is Status.OK:
            assert dict(scan.reading.elements)[ai] == expected
        else:
            # A value may be empty or hold what GS1 allows in none.
            assert not expected or any(c in expected for c in " \x01ÿ") or "%" in given


@pytest.mark.parametrize(
    "args", [args for case, args in engine() if case == "test_URIescape"], ids=repr
)
def test_percent_signs_come_back_as_what_they_stand_for(args: tuple[str, str, str]) -> None:
    text, in_path, in_query = args
    for address, ai in (
        (f"https://a/01/12312312312333/235/{in_path}", "235"),
        (f"https://a/01/12312312312333?99={in_query}", "99"),
    ):
        scan = decode(f"]Q1{address}", today=TODAY)
        if any(c in text for c in " ~#"):
            assert scan.status is Status.REFUSED
        else:
            assert dict(scan.reading.elements)[ai] == text


_DATA_STRINGS = {
    "dataStr1": {"01"},
    "dataStr2": {"95", "96", "97", "98"},
    "dataStr3": {"01", "235", "8002"},
}


@pytest.mark.parametrize(
    "args", [args for case, args in engine() if case == "test_existsInAIdata"], ids=repr
)
def test_patterns_of_identifiers_mean_what_the_engine_says(args) -> None:
    exists, data, pattern, ignored, _ = args
    ais = _DATA_STRINGS[data["token"]] - {ignored}
    assert any(matches(pattern, ai) for ai in ais) == exists
