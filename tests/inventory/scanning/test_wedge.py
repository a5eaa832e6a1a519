"""Scans told from typing, key by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.scanning import (
    DEFAULT,
    Scanned,
    ScannerSettings,
    Spoiled,
    Stroke,
    Typed,
    Wedge,
    pasted_lines,
)
from kiosk.inventory.scanning.wedge import Event

FAST = 0.004
SCAN = "]d20109521234543213"


class Keyboard:
    """Somebody's keys, with the clock they are pressed by."""

    def __init__(self, settings: ScannerSettings = DEFAULT) -> None:
        self.wedge = Wedge(settings)
        self.at = 100.0
        self.events: list[Event] = []

    def press(self, key: str, character: str | None, after: float = FAST) -> Keyboard:
        self.at += after
        self.events += self.wedge.key(key, character, self.at)
        return self

    def type(self, text: str, after: float = FAST) -> Keyboard:
        for character in text:
            self.press(character, character, after)
        return self

    def enter(self, after: float = FAST) -> Keyboard:
        return self.press("enter", "\r", after)

    def rest(self, seconds: float = 1.0) -> list[Event]:
        self.at += seconds
        self.events += self.wedge.poll(self.at)
        return self.events


def strokes(events: list[Event]) -> list[str]:
    return [one.key for event in events if isinstance(event, Typed) for one in event.strokes]


def test_a_burst_with_enter_is_one_scan() -> None:
    assert Keyboard().type(SCAN).enter().rest() == [Scanned(SCAN, "\r")]


@pytest.mark.parametrize(
    ("ends", "end"),
    [
        ([("enter", "\r")], "\r"),
        ([("tab", "\t")], "\t"),
        ([("enter", "\r"), ("ctrl+j", "\n")], "\r\n"),
        ([("tab", None)], "\t"),
    ],
)
def test_enter_tab_and_both_line_ends_end_a_scan_once(ends, end: str) -> None:
    keyboard = Keyboard().type(SCAN)
    for key, character in ends:
        keyboard.press(key, character)
    assert keyboard.rest() == [Scanned(SCAN, end)]


@pytest.mark.parametrize(
    ("key", "character"),
    [("ctrl+right_square_bracket", "\x1d"), ("ctrl+right_square_bracket", None), ("f12", None)],
)
def test_the_separator_is_kept_however_it_is_pressed(key: str, character: str | None) -> None:
    keyboard = Keyboard().type(f"{SCAN}10AB").press(key, character).type("17281231").enter()
    assert keyboard.rest() == [Scanned(f"{SCAN}10AB\x1d17281231", "\r")]


def test_typing_comes_back_key_by_key_in_order() -> None:
    keyboard = Keyboard().type("LOT 4711", after=0.12).enter(after=0.12)
    assert strokes(keyboard.rest()) == [*"LOT 4711", "enter"]
    assert all(isinstance(event, Typed) for event in keyboard.events)


def test_a_typed_key_is_held_no_longer_than_the_gap() -> None:
    wedge = Wedge()
    assert wedge.deadline is None
    assert wedge.key("a", "a", 1.0) == ()
    assert wedge.deadline == pytest.approx(1.035)
    assert wedge.poll(1.034) == ()
    assert wedge.poll(1.035) == (Typed((Stroke("a", "a"),)),)
    assert wedge.deadline is None


@pytest.mark.parametrize("key", ["escape", "up", "f12", "ctrl+c", "enter", "tab", "backspace"])
def test_a_key_that_begins_no_scan_is_not_held_at_all(key: str) -> None:
    character = {"escape": "\x1b", "ctrl+c": "\x03", "enter": "\r", "tab": "\t"}.get(key)
    assert Wedge().key(key, character, 1.0) == (Typed((Stroke(key, character),)),)


@pytest.mark.parametrize(
    ("key", "character"), [("escape", "\x1b"), ("ctrl+c", "\x03"), ("ctrl+q", "\x11"), ("up", None)]
)
@pytest.mark.parametrize("place", [1, 8])
def test_control_keys_inside_a_burst_reach_nobody(
    key: str, character: str | None, place: int
) -> None:
    keyboard = Keyboard().type(SCAN[:place]).press(key, character).type(SCAN[place:]).enter()
    (event,) = keyboard.rest()
    assert isinstance(event, Scanned)
    assert event.text != SCAN


def test_a_tab_inside_a_burst_reaches_nobody_and_spoils_it() -> None:
    keyboard = Keyboard().type(SCAN).press("tab", "\t").type(SCAN).enter()
    (event,) = keyboard.rest()
    assert isinstance(event, Spoiled)
    assert "one by one" in event.reason


def test_a_scan_that_stops_before_its_end_is_spoiled_after_the_silence() -> None:
    keyboard = Keyboard().type(SCAN)
    assert keyboard.rest(0.099) == []
    (event,) = keyboard.rest(0.002)
    assert isinstance(event, Spoiled)
    assert event.text == SCAN
    assert "broke off" in event.reason


def test_a_pause_inside_a_scan_shorter_than_the_silence_does_not_cut_it() -> None:
    keyboard = Keyboard().type(SCAN[:9]).type(SCAN[9], after=0.08).type(SCAN[10:]).enter()
    assert keyboard.rest() == [Scanned(SCAN, "\r")]


def test_a_pause_as_long_as_the_silence_spoils_it() -> None:
    keyboard = Keyboard().type(SCAN[:9]).type(SCAN[9], after=0.1).type(SCAN[10:]).enter()
    first, second = keyboard.rest()
    assert isinstance(first, Spoiled)
    assert second == Scanned(SCAN[9:], "\r")


def test_silence_ends_a_scan_where_that_was_learned() -> None:
    settings = replace(DEFAULT, end="silence")
    assert Keyboard(settings).type(SCAN).rest() == [Scanned(SCAN, "")]
    assert Keyboard(settings).type(SCAN).enter().rest() == [Scanned(SCAN, "\r")]


def test_five_fast_characters_are_typing_and_six_are_a_scan() -> None:
    assert strokes(Keyboard().type("12345").enter().rest()) == [*"12345", "enter"]
    assert Keyboard().type("123456").enter().rest() == [Scanned("123456", "\r")]


def test_a_key_held_down_is_typing() -> None:
    events = Keyboard().type("a" * 40, after=0.03).rest()
    assert strokes(events) == ["a"] * 40


def test_typing_before_and_after_a_scan_keeps_its_place() -> None:
    keyboard = Keyboard().type("x", after=0.2).type(SCAN[0], after=0.2).type(SCAN[1:]).enter()
    keyboard.type("y", after=0.2)
    first, scan, last = keyboard.rest()
    assert strokes([first, last]) == ["x", "y"]
    assert scan == Scanned(SCAN, "\r")


def test_two_scans_one_after_the_other_are_two() -> None:
    keyboard = Keyboard().type(SCAN).enter().type("]", after=0.3).type("E09506000134352").enter()
    assert keyboard.rest() == [Scanned(SCAN, "\r"), Scanned("]E09506000134352", "\r")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [("a", "a"), ("7", "7"), ("enter", "\r"), ("tab", "\t"), ("escape", "\x1b"),
                 ("f12", None), ("up", None)]
            ),
            st.sampled_from([0.001, 0.03, 0.049, 0.05, 0.07, 0.1, 0.5]),
        ),
        max_size=40,
    )
)  # fmt: skip
def test_no_key_is_lost_doubled_or_out_of_order(pressed) -> None:
    keyboard = Keyboard(replace(DEFAULT, end="silence"))
    for (key, character), after in pressed:
        keyboard.press(key, character, after)
    told = []
    for event in keyboard.rest():
        if isinstance(event, Typed):
            told += [
                "\x1d" if one.key == "f12" else one.character or "\ufffd" for one in event.strokes
            ]
        else:
            told += [*event.text, *(event.end if isinstance(event, Scanned) else "")]
    sent = ["\x1d" if key == "f12" else character or "\ufffd" for (key, character), _ in pressed]
    spoiled = any(isinstance(event, Spoiled) for event in keyboard.events)
    # A spoiled scan leaves out its line end.
    assert told == sent or spoiled
    assert keyboard.wedge.deadline is None


def test_pasted_text_is_cut_at_line_ends_and_not_at_separators() -> None:
    assert pasted_lines("0109\x1d10AB\n") == ("0109\x1d10AB",)
    assert pasted_lines(f"{SCAN}\x1d1\r\n\r\nabc\n{SCAN}\t\n") == (f"{SCAN}\x1d1", SCAN)
