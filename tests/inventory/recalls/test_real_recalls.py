"""Twelve real recalls against lots as clinics would have typed them, and against neighbours."""

import csv
import io
import re
from dataclasses import replace

import pytest

from kiosk.inventory.recalls.findings import Group
from kiosk.inventory.recalls.notice import LotNumber, Material, Notice, NumberKind, Reach
from kiosk.inventory.recalls.stock import StockLot
from tests.inventory.recalls.stock import DATA, documents, found, is_hit, lot, real

TABLE = (DATA / "recalls.csv").read_text("utf-8")
ROWS = {row["recall_id"]: row for row in csv.DictReader(io.StringIO(TABLE))}
WITH_NUMBER = [name for name, row in ROWS.items() if row["scope"] == "lot"]


def received(notice: Notice, number: str, *, name: str = "L1") -> StockLot:
    """A lot of the notice's first product under one number, typed as LOT."""
    product = notice.products[0]
    return lot(number, name=name, brand=notice.brand, line=product.line, shade=product.shade)


def printed(notice: Notice) -> list[str]:
    return [number.value for numbers in notice.scope.lots for number in numbers]


def test_every_row_is_here_as_a_notice() -> None:
    assert len(ROWS) == 12
    assert set(ROWS) <= set(documents())
    assert {row["scope"] for row in ROWS.values()} == {"lot", "unknown_lot"}


@pytest.mark.parametrize("name", ROWS)
def test_a_notice_says_what_its_row_says(name: str) -> None:
    row, notice = ROWS[name], real(name)
    assert notice.issued_on == row["date"]
    assert notice.url == row["source_url"]
    assert notice.brand in row["brand"]
    assert all(alias in row["brand"] for alias in notice.aliases)
    assert notice.products[0].text in row["product"]
    # Nothing but the words and signs between the numbers is left of the cell.
    rest = row["lot_or_batch"]
    for number in sorted(printed(notice), key=len, reverse=True):
        assert number in rest
        rest = rest.replace(number, "", 1)
    assert re.fullmatch(r"(?:Batch #|Lot|/|\s)*", rest)


VARIANTS = [
    str.upper,
    str.lower,
    str.swapcase,
    lambda text: " ".join(text),
    lambda text: re.sub(r"[\s.\-/]", "", text),
    lambda text: "-".join(re.findall(r"[A-Za-z0-9]{1,2}", text)),
    lambda text: f" #{text.replace(' ', '_')}. ",
]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", WITH_NUMBER)
def test_each_number_is_found_however_it_was_typed(name: str, variant) -> None:
    notice = real(name)
    for number in printed(notice):
        assert is_hit(notice, received(notice, variant(number)))
        shouted = replace(
            received(notice, number),
            brand=variant(notice.brand),
            line=variant(notice.products[0].line),
            shade=variant(notice.products[0].shade),
        )
        assert is_hit(notice, shouted)


@pytest.mark.parametrize("name", WITH_NUMBER)
def test_no_neighbour_is_found(name: str) -> None:
    notice = real(name)
    others = [other for numbered in WITH_NUMBER for other in printed(real(numbered))] + [
        "SS20",
        "SS2020",
        "SS219X",
        "0042",
    ]
    for number in printed(notice):
        forms = {re.sub("[^a-z0-9]", "", own.lower()) for own in printed(notice)}
        changed = [number[:-1], number + "0", number[1:], number[::-1], number[0] + number]
        neighbours = [
            text
            for text in (*changed, *others)
            if re.sub("[^a-z0-9]", "", text.lower()) not in {*forms, ""}
        ]
        assert len(neighbours) > 12
        lots = [received(notice, text, name=f"L{i}") for i, text in enumerate(neighbours)]
        assert found(notice, lots).hits == ()


@pytest.mark.parametrize("name", WITH_NUMBER)
def test_the_same_number_of_another_product_or_maker_is_for_a_person(name: str) -> None:
    notice = real(name)
    own = received(notice, printed(notice)[-1])
    for other in (
        replace(own, line="Halden Grey", shade="No. 7"),
        replace(own, brand="Halden"),
        replace(own, kind=Material.DILUENT),
    ):
        seen = found(notice, [other])
        assert seen.hits == ()
        assert len(seen.near_misses) == 1
    stranger = replace(own, brand="Halden", line="Halden Grey", shade="No. 7")
    assert found(notice, [stranger]).near_misses == ()


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("SS 202", True),
        ("SS202", True),
        ("ss-202", True),
        ("SS20", False),
        ("SS2020", False),
        ("SS219", False),
    ],
)
def test_ss_202_is_ss202_and_no_other(typed: str, hit: bool) -> None:
    notice = real("A12/1193/15")
    assert is_hit(notice, received(notice, typed)) is hit


@pytest.mark.parametrize("typed", ["101918", "10/19/18", "10.19.18"])
def test_a_number_that_looks_like_a_date_is_text(typed: str) -> None:
    notice = real("FDA-2019-05-15-f")
    assert is_hit(notice, received(notice, typed))
    assert not is_hit(notice, received(notice, "19.10.18"))
    assert not is_hit(notice, received(notice, "10.19.2018"))


@pytest.mark.parametrize("brand", ["Solid Ink", "Antone's Ink", "Color Art Inc.", "COLOR ART, INC"])
def test_solid_ink_antones_ink_and_color_art_are_one(brand: str) -> None:
    for name in ("FDA-2019-05-15-f", "RAPEX-2020-18-solid"):
        notice = real(name)
        own = replace(received(notice, printed(notice)[0]), brand=brand)
        assert is_hit(notice, own)
        # The shipped table knows them, also where the notice names one of them only.
        assert is_hit(replace(notice, aliases=()), own)


def test_a_notice_without_lot_asks_about_every_lot_of_the_product() -> None:
    notice = real("INTENZE-2015-08")
    assert notice.scope.reach is Reach.UNKNOWN_LOT
    lots = [
        lot("SS1", name="numbered", brand="Intenze", line="", shade="Mario's Dragon Green Dark"),
        lot(name="bare", brand="INTENZE", line="Marios Dragon", shade="green dark"),
        lot("SS1", name="other", brand="Intenze", line="", shade="Dark Chocolate"),
    ]
    seen = found(notice, lots)
    assert [hit.lot.id for hit in seen.hits] == ["numbered", "bare"]
    assert {hit.group for hit in seen.hits} == {Group.UNKNOWN_LOT}


def test_all_lots_of_an_smp_brand_are_hit_with_and_without_number() -> None:
    notice = real("FDA-2019-05-15-scalpaink")
    lots = [
        lot("2018-7", name="numbered", brand="Scalpaink", line="SC", shade="basic black"),
        lot(name="bare", brand="ScalpaInk", line="PA", shade=""),
        lot("x", name="maker", brand="Scalp Aesthetics", line="Scalpaink AL", shade="Basic Black"),
        lot("x", name="stranger", brand="Halden", line="SC", shade="basic black"),
        lot("x", name="other", brand="Scalpaink", line="Cleanser", shade=""),
    ]
    seen = found(notice, lots)
    assert [hit.lot.id for hit in seen.hits] == ["numbered", "bare", "maker"]
    assert {hit.group for hit in seen.hits} == {Group.ALL_LOTS}


def test_two_lots_of_one_batch_are_told_apart_by_a_person() -> None:
    # Sierra Stain printed "Batch #1" on lots BL23 and SC23.
    notice = real("FDA-2024-08-a")
    one = (LotNumber(NumberKind.BATCH, "1"), LotNumber(NumberKind.LOT, "BL23"))
    other = (LotNumber(NumberKind.BATCH, "1"), LotNumber(NumberKind.LOT, "SC23"))
    lots = [
        replace(received(notice, "", name="same"), identifiers=one),
        replace(received(notice, "", name="batch"), identifiers=other),
    ]
    same, batch = found(notice, lots).hits
    assert "differs" not in same.reason
    assert "the LOT differs" in batch.reason
