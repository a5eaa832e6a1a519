"""The 918 mangled scans, key by key through the collector, then decoded."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from kiosk.inventory.scanning import (
    DEFAULT,
    Scan,
    Scanned,
    ScannerSettings,
    Spoiled,
    Status,
    Typed,
    Wedge,
    decode,
)
from kiosk.inventory.scanning.keyboards import LAYOUTS
from kiosk.inventory.scanning.wedge import Event
from tests.inventory.scanning.vectors import TODAY, Mangled, mangled, outcome, report

#: A scanner sends Enter after each of these, so the file leaves it out; focus was stolen from the
#: truncated ones before it came.
_BROKEN_OFF = "truncated"
_KEYS = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x1d": "ctrl+right_square_bracket"}


def keys(received: str) -> list[tuple[str, str | None]]:
    pieces = re.findall("\x00F12\x00|.", received, re.DOTALL)
    return [
        ("f12", None) if piece == "\x00F12\x00" else (_KEYS.get(piece, piece), piece)
        for piece in pieces
    ]


def collect(case: Mangled, settings: ScannerSettings = DEFAULT) -> Event:
    wedge, at, events = Wedge(settings), 0.0, []
    received = case.received
    if case.variant != _BROKEN_OFF and received[-1] not in "\r\n\t":
        received += "\r"
    for key, character in keys(received):
        at += 0.004
        events += wedge.key(key, character, at)
    events += wedge.poll(at + 1.0)
    assert len(events) == 1, events
    return events[0]


def read(case: Mangled, settings: ScannerSettings = DEFAULT) -> Scan | None:
    event = collect(case, settings)
    return (
        decode(event.text, today=TODAY, settings=settings) if isinstance(event, Scanned) else None
    )


def _outcomes(settings: ScannerSettings = DEFAULT, variant: str = "") -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for case in mangled():
        if variant in case.variant:
            scan = read(case, settings)
            counts[case.variant, outcome(scan, case.elements) if scan else "refused"] += 1
    return counts


def test_no_mangled_scan_is_silently_wrong_and_the_shares_are_known() -> None:
    counts = _outcomes()
    print("\n" + report("wedge", counts))
    totals = Counter()
    for (_, what), number in counts.items():
        totals[what] += number
    assert totals["wrong"] == 0
    assert sum(totals.values()) == 918
    assert totals["right"] >= 350
    assert totals["right"] + totals["asked"] + totals["too old"] >= 780


def test_every_scan_that_broke_off_is_spoiled_by_the_collector() -> None:
    cut = [case for case in mangled() if case.variant == _BROKEN_OFF]
    assert len(cut) == 48
    for case in cut:
        event = collect(case)
        if len(case.received) >= DEFAULT.shortest:
            assert isinstance(event, Spoiled)
            assert "broke off" in event.reason
        else:
            assert isinstance(event, Typed)


def test_two_scans_in_one_are_refused() -> None:
    for case in mangled():
        if case.variant == "two-scans-joined":
            scan = read(case)
            assert scan is not None
            assert scan.status is Status.REFUSED


@pytest.mark.parametrize(
    "variant", ["gs-as-{GS}", "gs-as-^]", "gs-as-|", "gs-as-~", "gs-as-\\F", "gs-as-␝", "gs-as-F12"]
)
def test_each_form_of_the_separator_reads_as_the_scan_itself(variant: str) -> None:
    for case in mangled():
        if case.variant == variant:
            plain = decode(case.original, today=TODAY)
            scan = read(case)
            assert scan is not None
            assert (scan.status, scan.reading) == (plain.status, plain.reading)


def test_the_doubtful_form_of_the_separator_is_taken_once_it_was_learned() -> None:
    learned = replace(DEFAULT, separator="<GS>", separator_proven=True)
    assert _outcomes(variant="<GS>")["gs-as-<GS>", "right"] == 0
    counts = _outcomes(learned, "<GS>")
    assert counts["gs-as-<GS>", "right"] == 28
    assert counts["gs-as-<GS>", "refused"] == 0


@pytest.mark.parametrize(("short", "name"), [("DE", "German"), ("FR", "French")])
def test_another_keyboard_is_asked_about_until_it_was_learned(short: str, name: str) -> None:
    variant = f"layout-US->{short}"
    before = _outcomes(variant=variant)
    assert before[variant, "right"] == 0
    assert before[variant, "asked"] >= 45
    learned = replace(DEFAULT, arrives_as=LAYOUTS[name], separator_proven=True)
    after = _outcomes(learned, variant)
    assert after[variant, "right"] > 40
    assert after[variant, "wrong"] == after[variant, "refused"] == 0


def test_capslock_is_never_taken_and_mostly_asked_about() -> None:
    counts = _outcomes(variant="capslock")
    assert counts["capslock", "asked"] >= 45
    assert counts["capslock", "right"] == counts["capslock", "wrong"] == 0


def test_a_dropped_separator_never_loses_a_field_in_silence() -> None:
    for case in mangled():
        if case.variant == "gs-dropped":
            scan = read(case)
            assert scan is not None
            assert scan.status is not Status.OK


def test_scans_without_a_symbol_identifier_are_asked_about_until_that_was_learned() -> None:
    assert _outcomes(variant="no-symbology")["no-symbology-id", "right"] == 0
    learned = replace(DEFAULT, prefix=False, separator_proven=True)
    assert _outcomes(learned, "no-symbology")["no-symbology-id", "right"] > 40
