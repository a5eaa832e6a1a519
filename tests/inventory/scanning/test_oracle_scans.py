"""The 1,260 scans the official engine labelled: none is silently wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from kiosk.inventory.scanning import DEFAULT, Status, decode
from tests.inventory.scanning.vectors import TODAY, older_than_ten_years, oracle, outcome, report


def _counts(settings=DEFAULT) -> Counter[tuple[str, str]]:
    return Counter(
        (
            f"{one.kind} {'valid' if one.ok else 'invalid'}",
            outcome(decode(one.scan, today=TODAY, settings=settings), one.elements, one.gtin),
        )
        for one in oracle()
    )


def _total(counts: Counter[tuple[str, str]], what: str) -> int:
    return sum(n for (_, outcome), n in counts.items() if outcome == what)


@pytest.mark.parametrize(
    ("settings", "right", "asked"),
    [(DEFAULT, 679, 143), (replace(DEFAULT, separator_proven=True), 692, 130)],
    ids=["a scanner never tried", "a scanner set up"],
)
def test_no_scan_is_silently_wrong_and_the_shares_are_known(settings, right, asked) -> None:
    counts = _counts(settings)
    print("\n" + report("oracle", counts))
    assert _total(counts, "wrong") == 0
    # The shares are no published figure: they are held so that a change of rule is seen.
    assert _total(counts, "right") == right
    assert _total(counts, "asked") == asked
    assert sum(counts.values()) == 1260


def test_no_invalid_scan_is_taken() -> None:
    taken = [
        one.scan
        for one in oracle()
        if not one.ok and decode(one.scan, today=TODAY).status is Status.OK
    ]
    assert taken == []


def test_a_valid_scan_is_refused_for_its_old_expiry_only() -> None:
    for one in oracle():
        scan = decode(one.scan, today=TODAY)
        if one.ok and scan.status is Status.REFUSED:
            plain_text = one.kind == "mutant-wrongsym" and not one.elements
            assert older_than_ten_years(one.elements) or plain_text, one
            assert plain_text or "ten years" in scan.reason


def test_every_expiry_older_than_ten_years_is_refused() -> None:
    old = [one for one in oracle() if one.ok and older_than_ten_years(one.elements)]
    assert len(old) > 150
    assert {decode(one.scan, today=TODAY).status for one in old} == {Status.REFUSED}


def test_a_swallowed_expiry_is_always_asked_about() -> None:
    for one in oracle():
        if one.kind == "mutant-lostgs" and one.ok:
            scan = decode(one.scan, today=TODAY)
            assert scan.status is Status.ASK
            assert scan.reading.lot is None
