"""What the tests of the stock counter share: second kiosks, second people, sums of movements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, insert, select

from kiosk.desk.journal import verify_ledger
from kiosk.desk.office import open_desk
from kiosk.desk.people import Operator, Role, add_operator
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.exchange import export_events, take_in
from kiosk.desk.stock.shelf import find_bottle
from kiosk.desk.stock.signing import Witness
from kiosk.inventory.counting import Found, enter
from kiosk.inventory.model import Bottle
from kiosk.ledger.rebuild import rebuild
from kiosk.storage import tables as t
from kiosk.storage.engine import writing
from kiosk.storage.migrate import create
from tests.desk.clinic import Clinic

SECOND = "S-02"


def witness() -> Witness:
    return Witness(SECOND, solo=False)


def manager(clinic: Clinic) -> Operator:
    return add_operator(clinic.desk, clinic.owner, SECOND, Role.STOCK_MANAGER, "13579")


def bottle(clinic: Clinic, name: str) -> Bottle:
    with clinic.desk.engine.connect() as connection:
        return find_bottle(connection, name)


def at(clinic: Clinic, kiosk: str) -> Clinic:
    """The same database, worked at from another kiosk."""
    return replace(clinic, desk=replace(clinic.desk, kiosk=kiosk))


def join(clinic: Clinic, folder: Path, kiosk: str) -> Clinic:
    """A second kiosk with a database of its own that begins with all the first one has."""
    url = f"sqlite:///{folder / kiosk}.db"
    create(url)
    desk = open_desk(url, kiosk=kiosk, clock=clinic.clock)
    take_in(desk, clinic.owner, export_events(clinic.desk))
    with clinic.desk.engine.connect() as connection:
        people = connection.execute(select(t.credentials)).mappings().all()
    with writing(desk.engine) as connection:
        connection.execute(insert(t.credentials), [dict(row) for row in people])
    desk.close()
    return Clinic(open_desk(url, kiosk=kiosk, clock=clinic.clock), clinic.clock)


def tell_each_other(sender: Clinic, *receivers: Clinic) -> None:
    """Hand one kiosk's log to others."""
    for receiver in receivers:
        take_in(receiver.desk, receiver.owner, export_events(sender.desk))


def count_at(clinic: Clinic, name: str, ul: int) -> None:
    """Count one bottle, with somebody else's signature."""
    count = begin_count(clinic.desk, clinic.owner, bottles=[name])
    count = enter(count, name, Found(ul))
    finish_count(clinic.desk, clinic.owner, count, {name: "not known"}, second=witness())


def sums(clinic: Clinic) -> dict[str, int]:
    """The sum of every bottle's movements."""
    statement = select(t.movements.c.bottle, func.sum(t.movements.c.qty_ul)).group_by(
        t.movements.c.bottle
    )
    with clinic.desk.engine.connect() as connection:
        return {name: int(total) for name, total in connection.execute(statement)}


def shelf(clinic: Clinic) -> Sequence[tuple[object, ...]]:
    """Every bottle's row but for the claim."""
    with clinic.desk.engine.connect() as connection:
        columns = [column for column in t.bottles.c if not column.name.startswith("claimed")]
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


def require_whole(clinic: Clinic) -> None:
    """The ledger verifies, and deriving the tables again changes nothing."""
    found = verify_ledger(clinic.desk)
    assert found.ok, found.reason
    with writing(clinic.desk.engine) as connection:
        assert rebuild(connection).differed == ()
