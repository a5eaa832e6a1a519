"""Notices typed into a form: the same notice as from a file, and the same complaints."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.inventory.recalls.notice import (
    Event,
    LotNumber,
    Material,
    NoticeError,
    NumberKind,
    ProductName,
    Reach,
    Window,
)
from kiosk.inventory.recalls.notice_form import NoticeForm, from_form
from tests.inventory.recalls.stock import real

FORM = NoticeForm(
    id="A12/0358/18 ",
    source="EU RAPEX / Safety Gate",
    kind="Recall",
    issued_on="2018-03-05",
    brand=" Intenze",
    hazard="nickel and lead (Ni 86; Pb 11 mg/kg)",
    products="Mario's | Terra\n\nOchre\n",
    material="pigment",
    lots="BATCH: RX44Q22 / lot: SS199\n D 199 , 011-1D\nSERIAL:A/12",
    reference="A12/0358/18",
)


def test_a_form_is_read_field_by_field() -> None:
    notice = from_form(replace(FORM, aliases="Meridian; Color Art Inc.\nHalden", version=" 3 "))
    assert (notice.id, notice.version, notice.brand) == ("A12/0358/18", 3, "Intenze")
    assert notice.aliases == ("Meridian", "Color Art Inc.", "Halden")
    assert notice.products == (ProductName("Mario's", "Terra"), ProductName("Ochre", ""))
    assert notice.material is Material.PIGMENT
    assert notice.scope.reach is Reach.LOTS
    assert notice.scope.lots == (
        (LotNumber(NumberKind.BATCH, "RX44Q22"), LotNumber(NumberKind.LOT, "SS199")),
        (LotNumber(NumberKind.LOT, "D 199"), LotNumber(NumberKind.LOT, "011-1D")),
        (LotNumber(NumberKind.SERIAL, "A/12"),),
    )


def test_days_become_windows() -> None:
    typed = replace(
        FORM,
        lots="",
        all_lots=True,
        distributed_first="2018-08-06",
        distributed_last="2018-10-01",
        received_last="2018-12-31",
    )
    assert from_form(typed).scope.windows == (
        Window(Event.DISTRIBUTED, date(2018, 8, 6), date(2018, 10, 1)),
        Window(Event.RECEIVED, None, date(2018, 12, 31)),
    )


def test_form_and_file_give_the_same_notice() -> None:
    filed = real("A12/0654/17")
    typed = NoticeForm(
        id=filed.id,
        source=filed.source,
        kind="recall",
        issued_on="2017",
        brand="Intenze",
        hazard=filed.hazard,
        material="pigment",
        lots="BATCH: BK124IMX40 / SS219",
        reference=filed.reference,
        url=filed.url,
        products="Lining black",
    )
    notice = from_form(typed)
    assert notice.products == (ProductName("Lining black", ""),)
    assert replace(notice, products=filed.products) == filed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": "two"}, "version"),
        ({"version": "²"}, "version"),
        ({"id": " "}, "id"),
        ({"kind": "alert"}, "kind"),
        ({"issued_on": "5 March"}, "issued_on"),
        ({"brand": ""}, "brand"),
        ({"products": ""}, "products"),
        ({"all_products": True}, "products"),
        ({"material": "ink"}, "material"),
        ({"lots": ""}, "scope"),
        ({"unknown_lot": True}, "scope"),
        ({"lots": "Batch #1 Lot BL23"}, "scope.lots[0].numbers[0].value"),
        ({"lots": "SS1\n--"}, "scope.lots[1].numbers[0].value"),
        ({"lots": "SS1\n,"}, "scope.lots[1].numbers"),
        ({"received_first": "soon"}, "scope.windows[0].first"),
        ({"reference": ""}, "reference"),
        ({"hazard": ""}, "hazard"),
    ],
)
def test_a_wrong_field_is_named_as_in_a_file(change: dict[str, object], field: str) -> None:
    with pytest.raises(NoticeError) as refused:
        from_form(replace(FORM, **change))
    (problem,) = refused.value.problems
    assert problem.field == field
    assert problem.mend
