"""A throw-away clinic with believable stock: what may be used, and one of each that may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from kiosk.desk import stock, visits
from kiosk.desk.founding import found_clinic
from kiosk.desk.office import Desk, utc_now
from kiosk.desk.people import Operator, Role
from kiosk.inventory.model import Kind, Product

OPERATOR = "P-01"
#: Of a database that is thrown away; it protects nothing.
PIN = "2468"

_PRODUCTS = (
    Product(
        "SMP-CARBON",
        "Halden",
        "SMP Carbon",
        "Black",
        Kind.PIGMENT,
        "Scalp micropigmentation (SMP)",
        ("CI 77266",),
        sterile=True,
        pao_months=12,
    ),
    Product(
        "BODY-LINER",
        "Ironside",
        "Lining Black",
        "",
        Kind.PIGMENT,
        "Tattoo ink",
        ("CI 77266", "CI 74160"),
        sterile=True,
        pao_months=12,
    ),
    Product(
        "WATER-STERILE",
        "Aqua Lab",
        "Sterile water",
        "",
        Kind.DILUENT,
        "Sterile water for dilution",
        (),
        sterile=True,
        pao_months=1,
    ),
)


class _Calendar:
    """A clock for the story before today: the clinic's past happens at its own dates."""

    def __init__(self) -> None:
        self._now = utc_now()
        self.days_ago = 0

    def __call__(self) -> datetime:
        return self._now - timedelta(days=self.days_ago)

    def day(self) -> date:
        """The calendar day of the story."""
        return self().date()


def demo_desk(folder: Path) -> Desk:
    """Make the clinic's database in `folder`, tell its past into it, and open it for today."""
    calendar = _Calendar()
    calendar.days_ago = 430
    desk, owner = found_clinic(
        f"sqlite:///{folder / 'demo.db'}",
        name="Demo clinic",
        timezone="UTC",
        operator=OPERATOR,
        role=Role.OWNER,
        pin=PIN,
        clock=calendar,
    )
    _tell(desk, owner, calendar)
    return replace(desk, clock=utc_now)


def _tell(desk: Desk, owner: Operator, calendar: _Calendar) -> None:
    for product in _PRODUCTS:
        stock.add_product(desk, owner, product)

    def deliver(
        days_ago: int, product: str, lot_no: str, good_for: relativedelta, ml: int, bottles: int
    ) -> str:
        calendar.days_ago = days_ago
        expiry = calendar.day() + good_for
        delivery = stock.Delivery(product, lot_no, expiry, "Meridian Supplies", ml * 1000, bottles)
        return stock.receive(desk, owner, delivery).id

    def later(days_ago: int) -> None:
        calendar.days_ago = days_ago

    past_its_date = deliver(400, "SMP-CARBON", "22-209", relativedelta(months=12), 10, 1)
    stock.release(desk, owner, past_its_date)
    for days_ago, initials in ((380, "JM"), (96, "AK"), (33, "TS")):
        later(days_ago)
        visits.register_client(desk, owner, initials)
    in_use = deliver(29, "SMP-CARBON", "24-117", relativedelta(months=9), 10, 2)
    stock.release(desk, owner, in_use)
    water = deliver(28, "WATER-STERILE", "W-31", relativedelta(months=14), 100, 3)
    stock.release(desk, owner, water)
    newer = deliver(26, "SMP-CARBON", "25-031", relativedelta(months=20), 10, 1)
    stock.release(desk, owner, newer)
    later(19)
    stock.open_bottle(desk, owner, "B-0002")
    later(18)
    stock.dispense(desk, owner, "B-0002", 2600, "lot 24-117", "five-swatch card")
    deliver(12, "BODY-LINER", "SS-219", relativedelta(months=18), 30, 1)
    deliver(9, "SMP-CARBON", "25-044", relativedelta(months=24), 10, 2)
    ends_soon = deliver(8, "SMP-CARBON", "24-090", relativedelta(days=47), 10, 1)
    stock.release(desk, owner, ends_soon)
