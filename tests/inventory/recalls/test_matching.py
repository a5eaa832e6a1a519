"""Which lots a notice hits, which are listed for a person, and what the reasons say."""

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.recalls.findings import Group, Near
from kiosk.inventory.recalls.matcher import preview
from kiosk.inventory.recalls.notice import (
    Event,
    LotNumber,
    Material,
    NumberKind,
    ProductName,
    Reach,
    Window,
)
from kiosk.inventory.recalls.stock import Stock, StockBottle, StockLot
from tests.inventory.recalls.stock import found, is_hit, lot, notice, numbers

PLAIN = st.text("abcXYZ0189", min_size=1, max_size=8)
BETWEEN = st.text(" .-/_#\t", max_size=2)
AUTUMN = Window(Event.DISTRIBUTED, date(2018, 8, 6), date(2018, 10, 1))


@given(PLAIN, st.data())
def test_case_spaces_and_punctuation_change_nothing(number: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(BETWEEN) + (c.swapcase() if data.draw(st.booleans()) else c) for c in number
    )
    assert is_hit(notice(number), lot(typed + data.draw(BETWEEN)))


@given(st.text(max_size=8), st.text(max_size=8))
def test_numbers_of_different_normal_form_never_match(one: str, other: str) -> None:
    plain = [re.sub("[^a-z0-9]", "", text.lower()) for text in (one, other)]
    if one.isascii() and other.isascii():
        assert is_hit(notice(one), lot(other)) == (plain[0] == plain[1] != "")
    elif one == other and plain[0]:
        assert is_hit(notice(one), lot(other))


@pytest.mark.parametrize("kind", NumberKind)
def test_any_number_matches_whatever_notice_and_label_call_it(kind: NumberKind) -> None:
    printed = (*numbers("RX44", kind=NumberKind.BATCH), *numbers("SS199"))
    for typed in ("rx-44", "SS 199"):
        assert is_hit(notice(printed), lot(LotNumber(kind, typed)))
        assert is_hit(notice(typed), lot(LotNumber(kind, "unrelated"), *printed))
    assert not is_hit(notice(printed), lot(LotNumber(kind, "RX44SS199")))


def test_the_reason_names_both_numbers_and_the_other_name_of_the_brand() -> None:
    what = notice(numbers("RX 44", kind=NumberKind.BATCH), aliases=("Meridian",))
    (hit,) = found(what, [lot("rx44", brand="Meridian")]).hits
    assert hit.group is Group.NUMBER
    assert hit.reason == (
        "LOT rx44 is BATCH RX 44 of the notice. Meridian is another name of Halden."
    )


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("SS2O2", Near.LOOKALIKE),
        ("SS 220", Near.SWAPPED),
        ("SS203", Near.ONE_CHARACTER),
        ("SS20", Near.PART),
        ("SS2020", Near.PART),
        ("LOT: SS202", Near.PART),
        ("BK124 / SS202", Near.PART),
        ("", Near.NO_NUMBER),
        ("---", Near.NO_NUMBER),
        ("SS219", None),
        ("0042", None),
    ],
)
def test_like_numbers_are_listed_and_not_hit(typed: str, near: Near | None) -> None:
    seen = found(notice("SS 202"), [lot(typed)])
    assert seen.hits == ()
    assert [miss.near for miss in seen.near_misses] == ([near] if near else [])


def test_the_closest_likeness_is_told() -> None:
    (miss,) = found(notice("SS203", "SSZ02", "5S2O2"), [lot("SS202")]).near_misses
    assert miss.near is Near.LOOKALIKE
    assert "LOT SS202 is not LOT 5S2O2, but is drawn alike" in miss.reason


@pytest.mark.parametrize(
    ("line", "shade", "hit"),
    [
        ("Carbon", "Black", True),
        ("", "Carbon Black", True),
        ("carbon black", "", True),
        ("Halden Carbon", "Black", True),
        ("Carbon", "Grey", False),
        ("Carbon", "", False),
        ("", "Black", False),
        ("Triple", "Black", False),
        ("Carbon Black", "Grey", False),
    ],
)
def test_line_and_shade_given_must_both_be_the_lots(line: str, shade: str, hit: bool) -> None:
    assert is_hit(notice("SS1"), lot("SS1", line=line, shade=shade)) is hit


@pytest.mark.parametrize(
    ("line", "shade", "hit"),
    [
        ("Carbon", "Black", True),
        ("Carbon", "Grey", True),
        ("", "Carbon", True),
        ("Grey", "Carbon", True),
        ("Carbons", "Grey", False),
        ("", "Black", False),
    ],
)
def test_one_name_given_may_be_line_or_shade(line: str, shade: str, hit: bool) -> None:
    what = notice(products=(ProductName("Carbon"),))
    assert is_hit(what, lot("SS1", line=line, shade=shade)) is hit


def test_all_products_of_a_brand() -> None:
    lots = [
        lot("1", name="a", line="Grey", shade="7"),
        lot(name="b", line="", shade=""),
        lot("1", name="c", kind=Material.DILUENT),
        lot("1", name="d", brand="Meridian"),
    ]
    assert found(notice(products=()), lots).lots == {"a", "b"}
    assert found(notice(products=(), material=None), lots).lots == {"a", "b", "c"}
    numbered = found(notice("1", products=()), lots)
    assert numbered.lots == {"a"}
    # The lot without number and the diluent, but not another maker's lot of the same number.
    assert [miss.lot.id for miss in numbered.near_misses] == ["b", "c"]


def test_a_diluent_is_recalled_by_the_same_rules() -> None:
    water = ProductName("Sterile water")
    what = notice("W-7", products=(water,), material=Material.DILUENT)
    lots = [
        lot("w7", name="water", line="Sterile water", shade="", kind=Material.DILUENT),
        lot("w7", name="ink", line="Sterile water", shade=""),
    ]
    seen = found(what, lots)
    assert seen.lots == {"water"}
    assert [(miss.lot.id, miss.near) for miss in seen.near_misses] == [("ink", Near.MATERIAL)]


def test_a_misspelt_brand_is_listed() -> None:
    other = lot("SS1", name="other", brand="Haldem", line="Grey")
    same = lot("SS2", name="same", brand="Haldem")
    assert [m.near for m in found(notice("SS1"), [other, same]).near_misses] == [Near.BRAND]
    seen = found(notice(), [other, same])
    assert (seen.hits, [m.lot.id for m in seen.near_misses]) == ((), ["same"])


def test_a_product_named_alike_is_listed_where_all_lots_are_meant() -> None:
    what = notice(products=(ProductName(shade="Carbon Black (30 ml)"),))
    lots = [lot("SS1"), lot("SS1", name="L2", line="Ochre", shade="Light")]
    seen = found(what, lots)
    assert [(miss.lot.id, miss.near) for miss in seen.near_misses] == [("L1", Near.PRODUCT)]
    assert "Carbon Black (30 ml)" in seen.near_misses[0].reason
    assert found(notice("SS9"), [lot("SS1", line="Carbons")]).near_misses == ()


@pytest.mark.parametrize("reach", [Reach.ALL_LOTS, Reach.UNKNOWN_LOT])
@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize(
    ("received", "group"),
    [
        (date(2018, 8, 5), None),
        (date(2018, 8, 6), Group.DATED),
        (date(2018, 10, 1), Group.DATED),
        (date(2018, 10, 2), None),
        (None, Group.UNDATED),
    ],
)
def test_both_ends_of_a_window_belong_to_it(
    reach: Reach, event: Event, received: date | None, group: Group | None
) -> None:
    what = notice(reach=reach, windows=(Window(event, AUTUMN.first, AUTUMN.last),))
    seen = found(what, [lot(received=received)])
    assert [hit.group for hit in seen.hits] == ([group] if group else [])


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        (date(2018, 8, 5), False),
        (date(2018, 10, 1), False),
        (date(2018, 10, 2), True),
        (date(2018, 12, 30), True),
        (date(2018, 12, 31), False),
    ],
)
def test_what_arrived_within_90_days_after_distribution_is_for_a_person(
    day: date, listed: bool
) -> None:
    for first in (AUTUMN.first, date(2018, 10, 1)):
        window = Window(Event.DISTRIBUTED, first, AUTUMN.last)
        seen = found(notice(windows=(window,)), [lot(received=day)])
        assert [miss.near for miss in seen.near_misses] == ([Near.DATES] if listed else [])
    handed_over = Window(Event.RECEIVED, AUTUMN.first, AUTUMN.last)
    assert found(notice(windows=(handed_over,)), [lot(received=day)]).near_misses == ()


def test_just_before_a_short_window_is_not_just_after_it() -> None:
    window = Window(Event.DISTRIBUTED, date(2018, 10, 1), date(2018, 10, 2))
    seen = found(notice(windows=(window,)), [lot(received=date(2018, 9, 30))])
    assert (seen.hits, seen.near_misses) == ((), ())


@pytest.mark.parametrize("day", [date.min, date(2018, 8, 5), date(2018, 10, 2), date.max])
def test_windows_may_be_open_to_one_side_and_any_of_several_holds(day: date) -> None:
    before = Window(Event.RECEIVED, None, date(2018, 8, 5))
    after = Window(Event.DISTRIBUTED, date(2018, 10, 2), None)
    assert is_hit(notice(windows=(before, after)), lot(received=day))
    assert not is_hit(notice(windows=(before, after)), lot(received=date(2018, 9, 1)))
    assert not is_hit(notice(windows=(Window(Event.DISTRIBUTED, None, date.max),)), lot(brand="X"))


def test_a_number_outside_the_window_is_for_a_person() -> None:
    what = notice("SS1", windows=(AUTUMN,))
    assert is_hit(what, lot("SS1"))
    assert is_hit(what, lot("SS1", received=None))
    outside = found(what, [lot("SS1", received=date(2015, 1, 1))])
    assert (outside.hits, outside.near_misses[0].near) == ((), Near.DATES)
    assert "But received 2015-01-01" in outside.near_misses[0].reason
    assert found(what, [lot("SS2", received=date(2015, 1, 1))]).near_misses == ()


def test_used_up_lots_are_hit_too() -> None:
    empty = (StockBottle("B1", 0, True), StockBottle("B2", 0, False))
    assert is_hit(notice("SS1"), lot("SS1", bottles=empty))
    assert is_hit(notice("SS1"), lot("SS1", bottles=()))


def test_a_person_may_take_a_near_miss_in() -> None:
    seen = found(notice("SS1"), [lot("SS1"), lot("SS1x", name="L2"), lot(name="L3")])
    assert [miss.lot.id for miss in seen.near_misses] == ["L2", "L3"]
    taken = seen.accepting(["L2"])
    assert taken.lots == {"L1", "L2"}
    assert [hit.lot.id for hit in taken.of_group(Group.ACCEPTED)] == ["L2"]
    assert [miss.lot.id for miss in taken.near_misses] == ["L3"]
    with pytest.raises(KeyError):
        seen.accepting(["L1"])


def test_hits_come_in_the_order_of_the_stock() -> None:
    names = ["Solid Ink", "Color Art Inc.", "Antone's Ink", "Solid Ink"]
    lots = [lot("1", name=f"L{i}", brand=brand) for i, brand in enumerate(names)]
    seen = found(notice("1", brand="Antone's Ink"), lots)
    assert [hit.lot.id for hit in seen.hits] == ["L0", "L1", "L2", "L3"]


def clinic(lots: int, *, brands: int) -> Stock:
    return Stock(
        StockLot(
            f"L{i}",
            f"Brand {i % brands}",
            "Line",
            "Shade",
            Material.PIGMENT,
            numbers(f"{i:05d}-7"),
            date(2018, 1 + i % 12, 1) if i % 5 else None,
            (),
        )
        for i in range(lots)
    )


@pytest.mark.parametrize("brands", [1, 40])
@pytest.mark.parametrize(
    "what",
    [
        notice("00202 7", brand="Brand 0", products=(ProductName("Line", "Shade"),)),
        notice(
            *(f"{i}-9" for i in range(200)),
            brand="Brand 0",
            products=(ProductName("Line", "Shade"),),
        ),
        notice(brand="Brand 0", products=(), windows=(AUTUMN,)),
    ],
    ids=["one lot", "200 lots", "dates"],
)
def test_twenty_thousand_lots_take_less_than_a_tenth_of_a_second(what, brands: int) -> None:
    stock = clinic(20_000, brands=brands)
    spent = []
    for _ in range(5):
        start = time.process_time()
        preview(what, stock)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1
