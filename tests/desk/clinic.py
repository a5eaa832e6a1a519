"""A clinic to test in: a clock that is set by hand, stock, a client, readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, insert, select

from calibration.sampling import PROTOCOLS, Lab, Site, Surface, Tone, form_tone
from drivers.readings import Condition, Identity
from kiosk.desk import calibrating, mixing, stock, tones, visits
from kiosk.desk.mixing import MixOrder, MixRecord
from kiosk.desk.office import Desk, open_desk, work
from kiosk.desk.people import Operator, Role
from kiosk.inventory.model import Kind, Product
from kiosk.ledger.events import Event
from kiosk.storage.tables import credentials, ledger
from tests.calibration.surfaces import CONDITION, UNIT, sample

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PIN = "2468"
OWNER = Operator("P-01", Role.OWNER)

#: Skin and hair with a recipe in the middle of the ladder (medium skin, black hair).
SKIN: Lab = (57.31, 11.47, 17.13)
HAIR: Lab = (18.29, 1.37, 1.61)

CARBON = Product(
    "SMP-CARBON", "Halden", "SMP Carbon", "Black", Kind.PIGMENT,
    "Scalp micropigmentation (SMP)", ("CI 77266",), True, 12,
)  # fmt: skip
WATER = Product("WATER", "Aqua", "Sterile water", "", Kind.DILUENT, "Dilution", (), True, 1)
PMU = Product("PMU", "Belle", "Brow", "Taupe", Kind.PIGMENT, "PMU brows", ("CI 77499",), True, 12)
TATTOO = Product("TATTOO", "Iron", "Liner", "", Kind.PIGMENT, "Tattoo ink", ("CI 77266",), True, 12)
DISTILLED = Product("DISTILLED", "Aqua", "Distilled water", "", Kind.DILUENT, "Dilution")


@dataclass
class Clock:
    """Stands still until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Clinic:
    """An open desk with its owner and its clock."""

    desk: Desk
    clock: Clock
    owner: Operator = OWNER

    def add(self, *products: Product) -> None:
        for product in products:
            stock.add_product(self.desk, self.owner, product)

    def deliver(
        self,
        product: str = "SMP-CARBON",
        *,
        lot_no: str = "24-117",
        label: date | None = date(2027, 6, 30),
        ml: float = 10,
        bottles: int = 1,
        release: bool = True,
    ) -> str:
        """Book a lot in, release it where asked, and return the id of its first bottle."""
        delivery = stock.Delivery(product, lot_no, label, "Meridian", round(ml * 1000), bottles)
        lot = stock.receive(self.desk, self.owner, delivery)
        if release:
            stock.release(self.desk, self.owner, lot.id)
        return self.bottles_of(lot.id)[0]

    def bottles_of(self, lot: str) -> list[str]:
        offers = stock.list_stock(self.desk)
        return sorted(item.bottle.id for item in offers if item.bottle.lot.id == lot)

    def lot_of(self, bottle: str) -> str:
        offers = stock.list_stock(self.desk)
        return next(item.bottle.lot.id for item in offers if item.bottle.id == bottle)

    def remaining(self, bottle: str) -> int:
        offers = stock.list_stock(self.desk)
        return next(item.bottle.remaining_ul for item in offers if item.bottle.id == bottle)

    def stock_up(self) -> tuple[str, str]:
        """A released pigment bottle and a released water bottle."""
        self.add(CARBON, WATER)
        return self.deliver(), self.deliver("WATER", lot_no="W-31", ml=100)

    def visit(self, initials: str = "JM") -> str:
        client = visits.register_client(self.desk, self.owner, initials)
        return visits.open_visit(self.desk, self.owner, client.id).id

    def visit_of(self, client: str) -> str:
        """Another visit of a client who is known."""
        return visits.open_visit(self.desk, self.owner, client).id

    def calibrate(self, identity: Identity = UNIT, card: Lab = (80.0, 0.0, 0.0)) -> None:
        calibrating.record_step(self.desk, self.owner, identity, "black")
        calibrating.record_step(self.desk, self.owner, identity, "white")
        calibrating.record_card(self.desk, self.owner, identity, [card] * 3)

    def accept(
        self,
        visit: str,
        surface: Surface,
        lab: Lab,
        *,
        identity: Identity = UNIT,
        condition: Condition = CONDITION,
    ) -> None:
        tone = tone_of(surface, lab, identity=identity, condition=condition)
        tones.accept_tone(self.desk, self.owner, visit, tone)

    def measure(self, visit: str, skin: Lab = SKIN, hair: Lab = HAIR) -> None:
        self.accept(visit, "skin", skin)
        self.accept(visit, "hair", hair)

    def order(self, visit: str, pigment: str, diluent: str, **changes: Any) -> MixOrder:
        values: dict[str, Any] = {
            "token": mixing.new_token(), "visit": visit, "ratio": 20, "pigment": pigment,
            "diluent": diluent, "total_ul": 5250, "reason": "training",
        }  # fmt: skip
        return MixOrder(**(values | changes))

    def confirm(self, order: MixOrder, pin: str = PIN) -> MixRecord:
        return mixing.confirm_mix(self.desk, order, self.owner.id, pin)

    def kinds(self) -> list[str]:
        """The kinds of all events, in order."""
        with self.desk.engine.connect() as connection:
            return list(connection.scalars(select(ledger.c.kind).order_by(ledger.c.seq)))

    def ledger_text(self) -> str:
        """Every payload, as it is stored."""
        with self.desk.engine.connect() as connection:
            return "\n".join(connection.scalars(select(ledger.c.payload).order_by(ledger.c.seq)))


def tone_of(
    surface: Surface,
    lab: Lab,
    *,
    identity: Identity = UNIT,
    condition: Condition = CONDITION,
    steps: Sequence[float] = (-0.3, 0.1, 0.2, 0.0, 0.0),
) -> Tone:
    """A tone of one site whose readings scatter a little in lightness."""
    site = Site("Crown" if surface == "skin" else "Donor lock", PROTOCOLS[surface])
    for step in steps[: site.protocol.minimum]:
        reading = (lab[0] + step, lab[1], lab[2])
        site = site.with_sample(sample(reading, identity=identity, condition=condition))
    return form_tone([site])


@cache
def _slow_hash_of_the_pin() -> str:
    # Once for all tests: slowness is what it is for.
    from argon2 import PasswordHasher

    return PasswordHasher().hash(PIN)


def found(url: str, *, timezone: str = "UTC") -> Clinic:
    """Found a clinic in a database that has its tables already."""
    clock = Clock()
    desk = open_desk(url, clock=clock)
    with work(desk, OWNER.id) as task:
        task.record(
            Event("clinic.created", "clinic", {"name": "Test clinic", "timezone": timezone}),
            Event("operator.added", OWNER.id, {"role": OWNER.role.value}),
        )
        task.connection.execute(
            insert(credentials).values(operator=OWNER.id, pin_hash=_slow_hash_of_the_pin())
        )
    desk.close()
    return Clinic(open_desk(url, clock=clock), clock)


def rows(engine: Engine, statement: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(statement))
