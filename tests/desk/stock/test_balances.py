"""Random work at the stock counter, the same on SQLite and on PostgreSQL.

After every step each bottle holds the sum of its movements, each lot that of its bottles, and
nothing is below zero without a hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import URL, func, make_url, select

from kiosk.desk import stock
from kiosk.desk.care import confirm_clock
from kiosk.desk.errors import DeskError
from kiosk.desk.mixing import MixOrder
from kiosk.desk.office import work
from kiosk.desk.stock.book import read_book
from kiosk.desk.stock.claiming import book_in_bottle, claim_for_mix, send_bottle
from kiosk.desk.stock.correcting import correct_amount, open_late
from kiosk.desk.stock.counting import begin_count, finish_count
from kiosk.desk.stock.leaving import discard, dispose_lot, empty_bottle
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.inventory.counting import Found, enter
from kiosk.inventory.volumes.booking import balance
from kiosk.ledger.events import Event
from kiosk.stops import Refused
from kiosk.storage import tables as t
from tests.databases import _database
from tests.desk.clinic import CARBON, TODAY, WATER, Clinic, found
from tests.desk.stock.parts import require_whole, shelf, sums, witness

BOTTLES = st.integers(0, 7)
VOLUMES = st.one_of(st.integers(1, 400), st.sampled_from([1000, 2000, 5000]))


class Counter(RuleBasedStateMachine):
    """One clinic on each back end; whatever is done is done at both, with the same outcome."""

    databases: Callable[[], Any]

    def __init__(self) -> None:
        super().__init__()
        self._open = self.databases()
        self.clinics: list[Clinic] = [found(url) for url in next(self._open)]
        self.tokens = 0
        self._everywhere(lambda clinic: clinic.add(CARBON, WATER))
        self._everywhere(lambda clinic: clinic.deliver(ml=2, bottles=3))
        self._everywhere(lambda clinic: clinic.deliver("WATER", lot_no="W-31", ml=40, bottles=2))
        for name in ("B-0001", "B-0002", "B-0004"):
            self._everywhere(lambda c, name=name: stock.open_bottle(c.desk, c.owner, name))
        self.visits = [clinic.visit() for clinic in self.clinics]

    def _everywhere(self, action: Callable[[Clinic], object]) -> object:
        outcomes = []
        for clinic in self.clinics:
            before = len(clinic.kinds())
            try:
                action(clinic)
                outcomes.append(("done", clinic.kinds()[before:]))
            except Refused as error:
                outcomes.append(("refused", [stop.rule for stop in error.stops]))
            except DeskError as error:
                outcomes.append(("error", str(error)))
                assert len(clinic.kinds()) == before
        first, *others = outcomes
        assert all(other == first for other in others), outcomes
        return first

    def _name(self, number: int) -> str:
        names = sorted(sums(self.clinics[0]))
        return names[number % len(names)]

    def _lot(self, number: int, *states: str) -> str:
        """A lot, one in these states where there is any."""
        with self.clinics[0].desk.engine.connect() as connection:
            rows = connection.execute(
                select(t.lots.c.lot, t.lots.c.state).order_by(t.lots.c.lot)
            ).all()
        fitting = [row.lot for row in rows if row.state in states] or [row.lot for row in rows]
        return fitting[number % len(fitting)]

    def _token(self) -> str:
        self.tokens += 1
        return f"T-{self.tokens}"

    @rule(water=st.booleans(), days=st.integers(2, 400), bottles=st.integers(1, 2))
    @precondition(lambda self: len(sums(self.clinics[0])) < 8)
    def receive(self, water: bool, days: int, bottles: int) -> None:
        product, ml = ("WATER", 20) if water else ("SMP-CARBON", 2)
        self._everywhere(
            lambda clinic: clinic.deliver(
                product, lot_no=f"N-{days}", label=TODAY + timedelta(days=days), ml=ml,
                bottles=bottles, release=False,
            )
        )  # fmt: skip

    @rule(number=BOTTLES)
    def release(self, number: int) -> None:
        lot = self._lot(number, "QUARANTINE")
        self._everywhere(lambda c: stock.release(c.desk, c.owner, lot))

    @rule(number=BOTTLES, kind=st.sampled_from(["quarantined"] * 4 + ["held", "recalled"]))
    def stop(self, number: int, kind: str) -> None:
        # What nothing lifts again befalls a later delivery, so that some stock stays of use.
        lot = self._lot(number, *(() if kind == "quarantined" else ("QUARANTINE",)))

        def do(c: Clinic) -> None:
            with work(c.desk, c.owner.id) as task:
                task.record(Event(f"lot.{kind}", lot, {"reason": "a question"}))

        self._everywhere(do)

    @rule(number=BOTTLES)
    def open(self, number: int) -> None:
        name = self._name(number)
        self._everywhere(lambda c: stock.open_bottle(c.desk, c.owner, name))

    @rule(number=BOTTLES, back=st.integers(0, 40))
    def open_earlier(self, number: int, back: int) -> None:
        name = self._name(number)
        self._everywhere(
            lambda c: open_late(
                c.desk, c.owner, name, c.desk.today() - timedelta(days=back), "a note"
            )
        )

    @rule(number=BOTTLES, ul=VOLUMES)
    def dispense(self, number: int, ul: int) -> None:
        name = self._name(number)
        self._everywhere(lambda c: stock.dispense(c.desk, c.owner, name, ul, "", "card"))

    @rule(one=BOTTLES, other=st.integers(0, 1), total=st.sampled_from([4200, 10_500]))
    def mix(self, one: int, other: int, total: int) -> None:
        pigment, water, token = f"B-000{1 + one % 3}", f"B-000{4 + other}", self._token()
        visits = dict(zip(map(id, self.clinics), self.visits, strict=True))

        def do(c: Clinic) -> None:
            order = MixOrder(token, visits[id(c)], 20, pigment, water, total, "training")
            record = c.confirm(order)
            # Pressed twice, it is one mix.
            assert c.confirm(order) == record

        self._everywhere(do)

    @rule(one=BOTTLES, other=BOTTLES)
    def plan(self, one: int, other: int) -> None:
        names = {self._name(one), self._name(other)}
        self._everywhere(lambda c: claim_for_mix(c.desk, c.owner, *sorted(names)))

    @rule(number=BOTTLES, ul=VOLUMES, all_of_it=st.booleans())
    def discard(self, number: int, ul: int, all_of_it: bool) -> None:
        name, token = self._name(number), self._token()

        def do(c: Clinic) -> None:
            qty = c.remaining(name) if all_of_it else ul
            for _ in range(2):
                discard(c.desk, c.owner, name, qty, "spilt", second=witness(), token=token)

        self._everywhere(do)

    @precondition(lambda self: len(sums(self.clinics[0])) > 5)
    @rule(number=st.integers(4, 7), back=st.booleans())
    def write_off(self, number: int, back: bool) -> None:
        name = self._name(number)
        self._everywhere(
            lambda c: empty_bottle(
                c.desk, c.owner, name, "no use", second=witness(), give_back=back
            )
        )

    @precondition(lambda self: len(sums(self.clinics[0])) > 6)
    @rule(number=BOTTLES)
    def dispose(self, number: int) -> None:
        lot = self._lot(number, "RECALLED", "HOLD")
        self._everywhere(lambda c: dispose_lot(c.desk, c.owner, lot, "gone", second=witness()))

    @rule(number=BOTTLES, ul=st.integers(0, 2400))
    def count(self, number: int, ul: int) -> None:
        name, token = self._name(number), self._token()

        def do(c: Clinic) -> None:
            count = begin_count(c.desk, c.owner, bottles=[name])
            count = enter(count, name, Found(ul))
            for _ in range(2):
                finish_count(c.desk, c.owner, count, {name: "?"}, second=witness(), token=token)

        self._everywhere(do)

    @rule(number=st.integers(0, 9), ul=st.integers(0, 2400))
    def correct(self, number: int, ul: int) -> None:
        moved = select(t.movements.c.seq).where(t.movements.c.type.in_(["dispense", "discard"]))
        with self.clinics[0].desk.engine.connect() as connection:
            events = connection.scalars(moved.order_by(t.movements.c.seq.desc())).all() or [1]
        event = events[number % len(events)]
        self._everywhere(lambda c: correct_amount(c.desk, c.owner, event, ul, "misread"))

    @rule(number=BOTTLES, ul=VOLUMES)
    def use_all_the_same(self, number: int, ul: int) -> None:
        name, token = self._name(number), self._token()

        def do(c: Clinic) -> None:
            report = Report(name, ul, c.desk.today(), "", "no reaction", "told", token)
            for _ in range(2):
                record_nonconformance(c.desk, c.owner, report)

        self._everywhere(do)

    @rule(number=BOTTLES, away=st.booleans())
    def move(self, number: int, away: bool) -> None:
        name, function = self._name(number), send_bottle if away else book_in_bottle
        self._everywhere(lambda c: function(c.desk, c.owner, name, "Room 2"))

    @rule(days=st.sampled_from([1, 5, 20]))
    def wait(self, days: int) -> None:
        for clinic in self.clinics:
            clinic.clock.forward(days=days)

    @rule(days=st.sampled_from([1, 30]), number=BOTTLES)
    def set_back(self, days: int, number: int) -> None:
        for clinic in self.clinics:
            clinic.clock.forward(days=-days)
        self.dispense(number, 10)
        self._everywhere(lambda c: confirm_clock(c.desk, c.owner, "set by radio"))
        self.wait(days)

    @invariant()
    def every_bottle_and_lot_holds_what_its_movements_say(self) -> None:
        for clinic in self.clinics:
            totals = sums(clinic)
            with clinic.desk.engine.connect() as connection:
                bottles = connection.execute(select(t.bottles)).all()
                for row in bottles:
                    assert row.remaining_ul == totals[row.bottle]
                    assert balance(read_book(connection, row.bottle)) == row.remaining_ul
                    assert row.remaining_ul >= 0 or row.held
                of_lot = (
                    select(t.bottles.c.lot, func.sum(t.movements.c.qty_ul).label("total"))
                    .select_from(t.bottles.join(t.movements))
                    .group_by(t.bottles.c.lot)
                )
                of_lots = {row.lot: int(row.total) for row in connection.execute(of_lot)}
            for lot, total in of_lots.items():
                assert total == sum(row.remaining_ul for row in bottles if row.lot == lot)

    def teardown(self) -> None:
        try:
            first, *others = self.clinics
            for other in others:
                assert shelf(other) == shelf(first)
                assert other.kinds() == first.kinds()
            for clinic in self.clinics:
                require_whole(clinic)
        finally:
            for clinic in self.clinics:
                clinic.desk.close()
            next(self._open, None)


@pytest.mark.postgresql
def test_every_bottle_holds_the_sum_of_its_movements_on_both_back_ends(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_url: str,
    postgresql_url: str,
    postgresql_server: URL,
) -> None:
    def databases() -> Iterator[tuple[str, str]]:
        target = tmp_path_factory.mktemp("counter") / "kiosk.db"
        shutil.copyfile(Path(sqlite_url.removeprefix("sqlite:///")), target)
        # The fixture's own database is empty and stays so: it serves as the template.
        with _database(postgresql_server, f"TEMPLATE {make_url(postgresql_url).database}") as url:
            yield f"sqlite:///{target}", url

    machine = type("Both", (Counter,), {"databases": staticmethod(databases)})
    run(
        machine,
        settings=settings(
            max_examples=12,
            database=None,
            # Making a failing run of thirty steps shorter takes minutes on two databases.
            phases=(Phase.generate,),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
