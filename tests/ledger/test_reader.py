"""Paging and filtering the log."""

import pytest
from sqlalchemy import Engine

from kiosk.ledger import reader
from kiosk.storage.engine import reading
from tests.ledger.stories import DAY, tell


def test_the_tail_is_newest_first_and_pages_meet_without_overlap(engine: Engine) -> None:
    recorded = tell(engine)
    with reading(engine) as connection:
        found = reader.tail(connection, 7)
        while page := reader.tail(connection, 7, before_seq=found[-1].seq):
            found += page
        assert reader.count(connection) == len(DAY)
        assert reader.head(connection) == recorded[-1].leaf
    assert found == recorded[::-1]


@pytest.mark.parametrize(
    ("kind", "entity", "seqs"),
    [
        ("lot.received", None, [8, 7]),
        (None, "V1", [22, 16, 15, 14, 13]),
        ("tone.accepted", "V1", [15, 14]),
        ("tone.accepted", "V2", []),
        ("no.such", None, []),
    ],
)
def test_the_tail_by_kind_and_entity(
    engine: Engine, kind: str | None, entity: str | None, seqs: list[int]
) -> None:
    tell(engine)
    with reading(engine) as connection:
        found = reader.tail(connection, 100, kind=kind, entity=entity)
        last = reader.tail(
            connection, 1, before_seq=seqs[0] if seqs else None, kind=kind, entity=entity
        )
    assert [event.seq for event in found] == seqs
    assert [event.seq for event in last] == seqs[1:2]
