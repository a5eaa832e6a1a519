"""Bars, marks and time lines: what characters say without colour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from kiosk.screens.widgets.level_bar import bar, control_marks, level
from kiosk.screens.widgets.timeline import Station, timeline_lines


@given(st.integers(1, 10_000), st.integers(-5_000, 10_000), st.integers(2, 20))
def test_a_bar_is_empty_only_if_the_bottle_is_and_full_only_if_untouched(size, left, width):
    drawn = level(left, size, width)
    full = drawn.count("█")
    assert full + drawn.count("░") == width
    assert (full == 0) == (left <= 0)
    if left < size:
        assert full < width


@pytest.mark.parametrize(
    ("count", "unit", "drawn"),
    [(0, 1.0, ""), (1, 10.0, "▇"), (4, 1.0, "▇▇▇▇"), (5, 1.0, "▇▇▇▇▇"), (27, 1.0, "▇▇▇▇▸")],
)
def test_a_count_is_a_bar_of_at_most_its_width(count, unit, drawn):
    assert bar(count, unit, 5) == drawn


def test_strengths_rise_and_fall_with_their_marks():
    low, middle, high = control_marks([0.8, 1.0, 1.2])
    assert (low, high) == ("▁", "█")
    assert low < middle < high


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=10), min_size=2, max_size=15))
def test_a_time_line_fits_and_keeps_both_ends(names):
    stations = [Station(name, "22 Oct 26") for name in names]
    lines = [Content.from_markup(line).plain for line in timeline_lines(stations, 76)]
    assert max(map(len, lines)) <= 76
    assert lines[1].startswith(names[0])
    assert lines[1].endswith(names[-1])
    if len(names) > 8:
        assert "…" in lines[1]
