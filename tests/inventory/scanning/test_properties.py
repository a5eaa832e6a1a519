"""Laws that hold for any text, and for any label."""

from __future__ import annotations

from datetime import date
from string import ascii_letters, digits

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.inventory.scanning import Form, Scan, Status, decode
from kiosk.inventory.scanning.keyboards import ALPHABET, LAYOUTS, arrive, restore
from tests.inventory.scanning.vectors import TODAY, oracle

GS = "\x1d"
GTIN = "09521234543213"
#: These end with the symbol or with a separator (GS1 General Specifications, 7.8.5).
VARIABLE = {"10", "21", "30", "91", "240"}

values = st.text(ascii_letters + digits + "-_/.", min_size=1, max_size=12)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31)).map(lambda d: d.strftime("%y%m%d"))
labels = st.fixed_dictionaries(
    {"01": st.just(GTIN)},
    optional={"10": values, "17": days, "11": days, "21": values, "240": values},
).flatmap(lambda fields: st.permutations(list(fields.items())))


def symbol(elements: list[tuple[str, str]], separator: str) -> str:
    text = "".join(f"{ai}{value}{separator if ai in VARIABLE else ''}" for ai, value in elements)
    return "]d2" + text.removesuffix(GS)


def not_silent(scan: Scan, elements: list[tuple[str, str]]) -> bool:
    return scan.status is not Status.OK or list(scan.reading.elements) == elements


texts = st.one_of(
    st.text(max_size=60),
    st.text("]dCQeEJ0123456789ACd\x1d\r\t|~{GS}<>^\\F+$/ \u0661", max_size=60),
    st.text("0123456789AZ/?=&%.:-", max_size=40).map("]Q1https://a/01/09521234543213".__add__),
    st.text("0123456789ABC$/+-. %", max_size=20).map("+".__add__),
    st.sampled_from([one.scan for one in oracle()]).flatmap(
        lambda scan: st.integers(0, len(scan)).map(lambda cut: scan[:cut] + scan[cut + 1 :])
    ),
)


@settings(max_examples=600)
@given(texts)
def test_no_text_raises_and_no_elements_come_from_nowhere(text: str) -> None:
    scan = decode(text, today=TODAY)
    assert scan.raw == text
    assert (scan.reason != "") or scan.status is Status.OK
    assert (scan.choices != ()) == (scan.status is Status.ASK)
    if scan.status is Status.OK and scan.reading.form is Form.GS1:
        # What was read, written again, is what was scanned, separators aside.
        said = "".join(f"{ai}{value}" for ai, value in scan.reading.elements)
        data = text.strip("\r\n\t").removeprefix("\x02").removesuffix("\x03")[3:]
        for token in (GS, "\x00F12\x00", "{GS}", "^]", "\\F", "|", "~", "\u241d"):
            data = data.replace(token, "")
        assert said == data


@settings(max_examples=300)
@given(labels)
def test_a_label_is_read_back_or_asked_about_with_itself_among_the_choices(elements) -> None:
    scan = decode(symbol(elements, GS), today=TODAY)
    assert scan.status is not Status.REFUSED
    assert not_silent(scan, elements)
    readings = scan.choices or (scan.reading,)
    assert tuple(elements) in {one.elements for one in readings}


@settings(max_examples=400)
@given(labels)
def test_a_scanner_that_drops_separators_never_loses_a_field_in_silence(elements) -> None:
    assert not_silent(decode(symbol(elements, ""), today=TODAY), elements)


@settings(max_examples=300)
@given(labels, st.integers(0, 5))
def test_one_separator_left_out_never_loses_an_expiry_in_silence(elements, which: int) -> None:
    whole = symbol(elements, GS)
    places = [i for i, c in enumerate(whole) if c == GS]
    if not places:
        return
    place = places[which % len(places)]
    scan = decode(whole[:place] + whole[place + 1 :], today=TODAY)
    if scan.status is Status.OK and "17" in dict(elements):
        assert dict(scan.reading.elements).get("17") == dict(elements)["17"]


@given(st.text(ALPHABET + GS, max_size=40))
def test_a_layout_is_undone_exactly(text: str) -> None:
    for arrives_as in (*LAYOUTS.values(), ALPHABET):
        assert restore(arrive(text, arrives_as), arrives_as) == text
