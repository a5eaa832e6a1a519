"""Kiosks that were apart, brought together; and commands that come twice."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.inventory.volumes.booking import balance, balances, correction, require_bookable
from kiosk.inventory.volumes.merging import Command, Doubt, merge, repeats
from kiosk.inventory.volumes.movements import Blocked, Movement, MovementType
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.stops import Severity
from tests.inventory.volumes.moves import move, received, used

FULL = received(1_000)


def test_ac_s17_both_uses_stay_and_the_bottle_is_held_until_counted() -> None:
    one, other = used(700, name="k1:2"), used(700, name="k2:1")
    merged = merge({"kiosk-1": [FULL, one], "kiosk-2": [FULL, other]})
    assert merged.movements == (FULL, one, other)
    assert balances(merged.movements) == {"B-017": -400}
    (task,) = merged.discrepancies
    assert (task.bottle, task.balance_ul) == ("B-017", -400)
    assert task.doubts == (Doubt.OVERDRAWN,)
    assert task.movements == ("k1:2", "k2:1")
    assert task.stop.severity is Severity.SAFETY
    assert "-0.40 ml" in task.stop.sentence
    assert "kiosk-1 and kiosk-2" in task.stop.sentence
    assert "count" in task.stop.lifts

    # It stays so on every later merge, nothing is taken meanwhile, and a count ends it.
    book = list(merged.movements)
    assert merge({"kiosk-1": book, "kiosk-2": book}).discrepancies[0].balance_ul == -400
    with pytest.raises(QuantityError, match=r"holds -0\.40 ml"):
        require_bookable(book, used(1, name="k1:3"), [Blocked.HELD])
    counted = move(MovementType.COUNT_ADJUST, 400, name="k1:3")
    assert require_bookable(book, counted, [Blocked.HELD]) == ()
    book.append(counted)
    assert merge({"kiosk-1": book, "kiosk-2": book}).discrepancies == ()


def test_enough_for_both_is_no_discrepancy() -> None:
    logs = {"kiosk-1": [FULL, used(500, name="k1:2")], "kiosk-2": [FULL, used(500, name="k2:1")]}
    merged = merge(logs)
    assert balance(merged.movements) == 0
    assert merged.discrepancies == ()


def test_the_order_of_the_kiosks_and_merging_again_change_nothing() -> None:
    logs = {
        "kiosk-1": [FULL, used(700, name="k1:2")],
        "kiosk-2": [FULL, used(300, name="k2:1")],
        "kiosk-3": [FULL, used(200, name="k3:1")],
    }
    merged = merge(logs)
    for order in permutations(logs):
        assert merge({kiosk: logs[kiosk] for kiosk in order}) == merged
    again = merge(dict.fromkeys(logs, merged.movements))
    assert again.movements == merged.movements


def test_one_id_with_two_meanings_is_refused() -> None:
    with pytest.raises(QuantityError, match="one thing here and another there"):
        merge({"a": [FULL, used(1, name="k1:2")], "b": [FULL, used(2, name="k1:2")]})


def test_a_movement_corrected_on_both_sides_puts_the_bottle_in_doubt() -> None:
    wrong = used(300, name="k1:2")
    (here,) = correction(wrong, None, taking_back="k1:3", actor="a", reason="x")
    (there,) = correction(wrong, None, taking_back="k2:1", actor="b", reason="x")
    merged = merge({"k1": [FULL, wrong, here], "k2": [FULL, wrong, there]})
    assert balance(merged.movements) == 1_300
    assert [task.doubts for task in merged.discrepancies] == [(Doubt.CORRECTED_TWICE,)]


def test_a_count_on_one_side_while_the_other_books_puts_the_bottle_in_doubt() -> None:
    counted = move(MovementType.COUNT_ADJUST, -300, name="k2:1")
    merged = merge({"k1": [FULL, used(300, name="k1:2")], "k2": [FULL, counted]})
    assert [task.doubts for task in merged.discrepancies] == [(Doubt.COUNTED_APART,)]
    # Alone, or on another bottle, it is just a count.
    elsewhere = used(300, name="k1:2", bottle="B-018")
    other = received(name="k1:0", bottle="B-018")
    assert merge({"k1": [FULL], "k2": [FULL, counted]}).discrepancies == ()
    assert merge({"k1": [FULL, other, elsewhere], "k2": [FULL, counted]}).discrepancies == ()


KIOSKS = st.sampled_from(["k1", "k2"])
BOTTLES = st.sampled_from(["B-1", "B-2"])
VOLUMES = st.integers(1, 900)


class TwoKiosks(RuleBasedStateMachine):
    """Two kiosks that book, correct, count, lose sight of each other and find together again.

    The truth is kept beside them as plain sums, in another way than the code adds up.
    """

    @initialize()
    def deliver(self) -> None:
        self.full = [received(1_000, name=f"k0:{b}", bottle=b) for b in ("B-1", "B-2")]
        self.logs: dict[str, list[Movement]] = {"k1": list(self.full), "k2": list(self.full)}
        self.here = {kiosk: {"B-1": 1_000, "B-2": 1_000} for kiosk in self.logs}
        self.since_sync = {kiosk: {"B-1": 0, "B-2": 0} for kiosk in self.logs}
        self.shared = {"B-1": 1_000, "B-2": 1_000}
        self.mended: dict[str, set[str]] = {"k1": set(), "k2": set()}
        self.overdrawn: set[str] = set()
        self.next = 0

    def name(self, kiosk: str) -> str:
        self.next += 1
        return f"{kiosk}:{self.next}"

    def book(self, kiosk: str, movement: Movement) -> bool:
        own = [entry for entry in self.logs[kiosk] if entry.bottle == movement.bottle]
        holds = self.here[kiosk][movement.bottle]
        fits = movement.qty_ul >= 0 or holds + movement.qty_ul >= 0
        if not fits:
            with pytest.raises(QuantityError, match="qty_ul"):
                require_bookable(own, movement)
            return False
        assert require_bookable(own, movement) == ()
        self.logs[kiosk].append(movement)
        self.here[kiosk][movement.bottle] += movement.qty_ul
        self.since_sync[kiosk][movement.bottle] += movement.qty_ul
        return True

    @rule(kiosk=KIOSKS, bottle=BOTTLES, ul=VOLUMES)
    def use(self, kiosk: str, bottle: str, ul: int) -> None:
        self.book(kiosk, used(ul, name=self.name(kiosk), bottle=bottle))

    @rule(kiosk=KIOSKS, bottle=BOTTLES, ul=st.integers(0, 1_200))
    def count(self, kiosk: str, bottle: str, ul: int) -> None:
        change = ul - self.here[kiosk][bottle]
        counted = move(MovementType.COUNT_ADJUST, change, name=self.name(kiosk), bottle=bottle)
        assert self.book(kiosk, counted)
        assert self.here[kiosk][bottle] == ul

    @rule(kiosk=KIOSKS, which=st.integers(0, 50), ul=VOLUMES)
    def correct(self, kiosk: str, which: int, ul: int) -> None:
        uses = [m for m in self.logs[kiosk] if m.type is MovementType.DISPENSE]
        if not uses:
            return
        wrong = uses[which % len(uses)]
        right = used(ul, name=self.name(kiosk), bottle=wrong.bottle)
        if right.qty_ul == wrong.qty_ul:
            return
        back, right = correction(
            wrong, right, taking_back=self.name(kiosk), actor="berta", reason="mistyped"
        )
        if wrong.id in self.mended[kiosk]:
            own = [entry for entry in self.logs[kiosk] if entry.bottle == wrong.bottle]
            with pytest.raises(QuantityError, match="corrected already"):
                require_bookable(own, back)
            return
        assert self.book(kiosk, back)
        self.mended[kiosk].add(wrong.id)
        self.book(kiosk, right)

    @precondition(lambda self: any(any(moved.values()) for moved in self.since_sync.values()))
    @rule()
    def find_together(self) -> None:
        merged = merge(self.logs)
        for bottle in self.shared:
            self.shared[bottle] += sum(moved[bottle] for moved in self.since_sync.values())
        self.overdrawn = {bottle for bottle, ul in self.shared.items() if ul < 0}
        assert balances(merged.movements) == self.shared
        doubted = {task.bottle for task in merged.discrepancies if Doubt.OVERDRAWN in task.doubts}
        assert doubted == self.overdrawn
        assert len(merged.movements) == len({m.id for log in self.logs.values() for m in log})
        everything = self.mended["k1"] | self.mended["k2"]
        for kiosk in self.logs:
            self.logs[kiosk] = list(merged.movements)
            self.here[kiosk] = dict(self.shared)
            self.since_sync[kiosk] = {"B-1": 0, "B-2": 0}
            self.mended[kiosk] = set(everything)

    @invariant()
    def every_book_adds_up_and_only_a_known_discrepancy_is_negative(self) -> None:
        for kiosk, log in self.logs.items():
            assert balances(log) == self.here[kiosk]
            for bottle, ul in self.here[kiosk].items():
                assert ul >= 0 or bottle in self.overdrawn


TestTwoKiosks = TwoKiosks.TestCase
TestTwoKiosks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST = Command("t-1", "k1", "dispense B-017 700", NOON)
SCAN = Command("", "k1", "scan B-017", NOON)


def test_enter_pressed_twice_is_one_command_however_late() -> None:
    late = dataclasses.replace(FIRST, at=NOON + timedelta(hours=2))
    assert repeats(late, [FIRST]) == FIRST
    assert repeats(dataclasses.replace(FIRST, token="t-2"), [FIRST]) is None
    with pytest.raises(QuantityError, match="something else"):
        repeats(dataclasses.replace(FIRST, asks="dispense B-017 70"), [FIRST])


@pytest.mark.parametrize(
    ("change", "echo"),
    [
        ({"at": NOON + timedelta(seconds=1)}, True),
        ({"at": NOON + timedelta(seconds=1, milliseconds=1)}, False),
        ({"kiosk": "k2"}, False),
        ({"asks": "scan B-018"}, False),
    ],
)
def test_a_scan_within_a_second_is_the_scanners_echo(change: dict[str, str], echo: bool) -> None:
    again = dataclasses.replace(SCAN, **change)  # type: ignore[arg-type]
    assert (repeats(again, [SCAN]) == SCAN) is echo
