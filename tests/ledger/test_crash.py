"""Sudden ends: killed at any statement, a disk that takes no more."""

import json
from pathlib import Path

from sqlalchemy import Engine, make_url, select

from kiosk.ledger.verify import verify
from kiosk.storage.engine import open_engine, reading
from kiosk.storage.tables import bottles
from tests.ledger.child import Child
from tests.ledger.stories import STOCKED, tell


def state(engine: Engine) -> tuple[int, int]:
    """Events and what bottle B1 holds; the log and its tables must agree."""
    with reading(engine) as connection:
        found = verify(connection)
        assert found.ok, found.reason
        volume = select(bottles.c.remaining_ul).where(bottles.c.bottle == "B1")
        return found.events, connection.scalars(volume).one()


def test_killed_at_any_moment_an_append_stands_once_or_not_at_all(
    database_url: str, engine: Engine
) -> None:
    tell(engine, STOCKED)
    events, volume = state(engine)
    deaths, survivors = 0, 0
    with Child() as child:
        for step in range(1, 200):
            answer = child.ask("die", database_url, str(step))
            now = state(engine)
            if now == (events + 1, volume - 10):
                survivors += 1
            else:
                assert now == (events, volume)
            events, volume = now
            if answer == "done":
                break
            assert answer == "killed"
            deaths += 1
    # An append with its table is at least: begin, four questions, two inserts, an update, commit.
    assert deaths > 15
    # It died once between the commit and giving the connection back, and once it lived.
    assert survivors == 2


def test_a_disk_that_takes_no_more_loses_nothing_acknowledged(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    tell(engine, STOCKED)
    engine.dispose()
    size = Path(str(make_url(sqlite_url).database)).stat().st_size
    with Child() as child:
        done, message, hint = json.loads(child.ask("fill", sqlite_url, str(size + 100_000)))
    assert "disk" in message
    assert "nothing was half-written" in hint
    assert done > 0
    engine = open_engine(sqlite_url)
    assert state(engine) == (len(STOCKED) + done, 12_000)
    tell(engine, STOCKED[:0])
    engine.dispose()
