"""A notice put back into its form, so that a person amends it instead of typing it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.recalls.notice import (
    Event,
    LotNumber,
    Notice,
    NumberKind,
    ProductName,
    Reach,
    Scope,
    Window,
)
from kiosk.inventory.recalls.notice_form import from_form, to_form
from tests.inventory.recalls.stock import documents, notice, real


@pytest.mark.parametrize("name", sorted(documents()))
def test_every_real_notice_fits_the_form_and_comes_back(name: str) -> None:
    form = to_form(real(name))
    assert form is not None
    assert from_form(form) == real(name)


def test_what_the_form_cannot_hold_is_not_put_there() -> None:
    two = tuple(Window(Event.RECEIVED, date(2026, month, 1), None) for month in (1, 3))
    many = replace(notice("X1"), scope=Scope(Reach.ALL_LOTS, (), two))
    assert to_form(many) is None
    assert to_form(replace(notice("X1"), aliases=("Halden; Pigments",))) is None
    assert to_form(replace(notice("X1"), products=(ProductName("Carbon | Black", ""),))) is None


_NAME = (
    st.text("ABCxyz019 -./", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: any(c.isalnum() for c in text))
)
_NUMBER = st.builds(
    LotNumber,
    st.sampled_from(NumberKind),
    st.from_regex(r"[A-Z0-9][A-Z0-9.-]{0,9}", fullmatch=True),
)
_DAY = st.dates(date(2015, 1, 1), date(2026, 12, 31))


@st.composite
def _notices(draw: st.DrawFn) -> Notice:
    reach = draw(st.sampled_from(Reach))
    lots = draw(
        st.lists(st.lists(_NUMBER, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)
    )
    windows = []
    for event in Event:
        if draw(st.booleans()):
            first, last = sorted((draw(_DAY), draw(_DAY)))
            windows.append(Window(event, draw(st.sampled_from([first, None])), last))
    return replace(
        notice("X1"),
        brand=draw(_NAME),
        aliases=tuple(draw(st.lists(_NAME, max_size=2))),
        products=tuple(
            ProductName(line, shade)
            for line, shade in draw(st.lists(st.tuples(_NAME, _NAME), max_size=2))
        ),
        scope=Scope(reach, tuple(lots) if reach is Reach.LOTS else (), tuple(windows)),
    )


@given(_notices())
def test_a_form_of_a_notice_says_that_notice_or_there_is_none(said: Notice) -> None:
    form = to_form(said)
    assert form is None or from_form(form) == said
