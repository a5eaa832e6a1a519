"""Random work at two kiosks that see each other only now and then."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.stock.leaving import discard
from kiosk.stops import Refused
from tests.desk.clinic import CARBON, Clinic, found
from tests.desk.stock.parts import bottle, count_at, join, require_whole, sums, tell_each_other

MOVES = st.lists(
    st.tuples(
        st.booleans(), st.sampled_from(["draw", "pour", "count", "meet"]), st.integers(1, 600)
    ),
    max_size=10,
)


def work(clinic: Clinic, what: str, ul: int) -> None:
    if what == "draw":
        stock.dispense(clinic.desk, clinic.owner, "B-0001", ul, "", "cards")
    elif what == "pour":
        discard(clinic.desk, clinic.owner, "B-0001", ul, "spilt")
    else:
        count_at(clinic, "B-0001", ul)


@given(moves=MOVES)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_two_kiosks_do_apart_they_agree_after_telling_each_other(
    tmp_path_factory: pytest.TempPathFactory, sqlite_url: str, moves: list[tuple[bool, str, int]]
) -> None:
    """Both then hold the same movements, and no bottle is below zero without a hold."""
    folder = tmp_path_factory.mktemp("apart")
    shutil.copyfile(Path(sqlite_url.removeprefix("sqlite:///")), folder / "one.db")
    one = found(f"sqlite:///{folder / 'one.db'}")
    one.add(CARBON)
    one.deliver(ml=1)
    stock.open_bottle(one.desk, one.owner, "B-0001")
    other = join(one, folder, "kiosk-2")
    for here, what, ul in moves:
        clinic, away = (one, other) if here else (other, one)
        if what == "meet":
            tell_each_other(away, clinic)
        else:
            with suppress(DeskError, Refused):
                work(clinic, what, ul)
    tell_each_other(other, one)
    tell_each_other(one, other)
    assert sums(one) == sums(other)
    for clinic in (one, other):
        left = bottle(clinic, "B-0001")
        assert left.remaining_ul == sums(clinic)["B-0001"]
        assert left.remaining_ul >= 0 or left.held
        require_whole(clinic)
        clinic.desk.close()
