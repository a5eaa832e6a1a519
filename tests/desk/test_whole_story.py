"""What must hold after a whole day: private, readable, verifiable, derivable again."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from kiosk.desk import journal
from kiosk.desk.care import rebuild_tables
from kiosk.desk.errors import DatabaseUnusable
from kiosk.provenance.journal import _SENTENCES
from kiosk.storage import tables as t
from tests.desk.clinic import HAIR, PIN, SKIN, Clinic, rows
from tests.desk.stories import INITIALS, tell

#: Events with colours that were measured on no person: inks, tiles, charts, published results.
NOBODYS = (
    "lot.card_read",
    "anchor.added",
    "reference.added",
    "correction.fitted",
    "study.finished",
    "bridge.accepted",
)

DESK = Path(journal.__file__).parent


def kinds_written_by_the_desk() -> set[str]:
    """Every kind of event that stands in the desk's source, written as noun.verb."""
    found: set[str] = set()
    for file in DESK.rglob("*.py"):
        found |= set(re.findall(r'"([a-z]+\.(?!json")[a-z_]+)"', file.read_text("utf-8")))
    return found


def test_every_kind_of_event_has_a_sentence_and_is_told(clinic: Clinic) -> None:
    tell(clinic)
    written = kinds_written_by_the_desk()
    assert set(clinic.kinds()) == written
    assert written == set(_SENTENCES)
    lines = journal.latest(clinic.desk, 500)
    assert len(lines) == len(clinic.kinds())
    for line in lines:
        # No event is told as its bare kind, and none as code.
        assert not re.match(r"[a-z]+\.[a-z_]+ ", line.text), line.text
        assert "{" not in line.text
        assert len(line.text) > 10


def test_the_ledger_is_read_newest_first_and_page_by_page(sqlite_clinic: Clinic) -> None:
    tell(sqlite_clinic)
    whole = journal.latest(sqlite_clinic.desk, 500)
    assert [line.seq for line in whole] == list(range(len(whole), 0, -1))
    first = journal.latest(sqlite_clinic.desk, 10)
    rest = journal.latest(sqlite_clinic.desk, 500, before_seq=first[-1].seq)
    assert first + rest == whole


def test_the_ledger_knows_no_person(clinic: Clinic) -> None:
    tell(clinic)
    # Swatches of an ink and results the studio publishes to itself are nobody's readings.
    text_ = "\n".join(
        line
        for line in clinic.ledger_text().splitlines()
        if not any(f'"{kind}"' in line for kind in NOBODYS)
    )
    assert INITIALS not in text_
    assert f'"{PIN}"' not in text_
    # Colours were measured on a person; to one decimal these numbers stand for nothing else.
    for lab in (SKIN, HAIR):
        for value in lab:
            for near in (value - 0.05, value, value + 0.05):
                assert not re.search(rf"(?<![\d.]){re.escape(f'{near:.1f}')}", text_), near
    for event in text_.splitlines():
        if '"lab"' in event or '"values"' in event:
            # The white card, the unit's tile and an ink's swatches are no persons.
            assert any(f'"{kind}"' in event for kind in (*NOBODYS, "instrument.calibrated"))
    # They are kept, sealed: three tones and readings, initials, a recommendation.
    kept = rows(clinic.desk.engine, select(t.private_records))
    assert sorted({row.kind for row in kept}) == [
        "initials",
        "outcome",
        "reading",
        "recommendation",
        "screening",
        "tone",
    ]
    for row in kept:
        # The version byte of Fernet, in base64.
        assert bytes(row.sealed).startswith(b"gAAAA")


def test_the_ledger_verifies_and_derives_the_same_tables_again(clinic: Clinic) -> None:
    record = tell(clinic)
    found = journal.verify_ledger(clinic.desk)
    assert found.ok
    assert found.events == len(clinic.kinds())
    report = rebuild_tables(clinic.desk)
    assert report.differed == ()
    assert report.events == found.events
    assert record.head in {line.leaf for line in journal.latest(clinic.desk, 500)}


def test_balances_are_the_sums_of_movements(clinic: Clinic) -> None:
    tell(clinic)
    sums = select(t.movements.c.bottle, func.sum(t.movements.c.qty_ul)).group_by(
        t.movements.c.bottle
    )
    holds = select(t.bottles.c.bottle, t.bottles.c.remaining_ul)
    assert {row[0]: int(row[1]) for row in rows(clinic.desk.engine, sums)} == {
        row[0]: row[1] for row in rows(clinic.desk.engine, holds)
    }


ALTERATIONS = {
    "bottles": "UPDATE bottles SET remaining_ul = remaining_ul + 1",
    "lots": "UPDATE lots SET state = 'RELEASED'",
    "mixes": "UPDATE mixes SET ratio = ratio + 1",
    "clinic": "UPDATE clinic SET timezone = 'Europe/Paris'",
}


def test_a_table_altered_by_hand_is_noticed_and_put_right(clinic: Clinic) -> None:
    tell(clinic)
    for table, statement in ALTERATIONS.items():
        with clinic.desk.engine.begin() as connection:
            connection.execute(text(statement))
        found = journal.verify_ledger(clinic.desk)
        assert not found.ok
        assert found.projections_differ == (table,)
        assert rebuild_tables(clinic.desk).differed == (table,)
    assert journal.verify_ledger(clinic.desk).ok
    assert rebuild_tables(clinic.desk).differed == ()


def test_a_forged_ledger_ends_in_a_sentence_wherever_it_is_read(sqlite_clinic: Clinic) -> None:
    tell(sqlite_clinic)
    sqlite_clinic.desk.close()
    forge(sqlite_clinic, "UPDATE ledger SET payload = 'not json' WHERE seq = 9")
    found = journal.verify_ledger(sqlite_clinic.desk)
    assert not found.ok
    assert found.first_bad is not None
    assert found.first_bad["seq"] == 9
    with pytest.raises(DatabaseUnusable, match="event 9"):
        rebuild_tables(sqlite_clinic.desk)
    with pytest.raises(DatabaseUnusable, match="event 9"):
        journal.latest(sqlite_clinic.desk, 500)


def forge(clinic: Clinic, statement: str) -> None:
    """What somebody with the file and sqlite3 at hand can do."""
    import sqlite3

    connection = sqlite3.connect(str(clinic.desk.engine.url.database))
    triggers = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for (name,) in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute(statement)
    connection.commit()
    connection.close()
