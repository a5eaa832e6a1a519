"""The first minute of a clinic."""

from pathlib import Path

import pytest

from kiosk.desk.errors import DatabaseUnusable, DeskError
from kiosk.desk.founding import found_clinic
from kiosk.desk.journal import latest, verify_ledger
from kiosk.desk.office import open_desk
from kiosk.desk.people import Role, list_operators, sign_in
from tests.desk.clinic import PIN, Clock

FIELDS = {
    "name": "Zöpfchen ✂",
    "timezone": "Europe/Vienna",
    "operator": "P-01",
    "role": Role.OWNER,
    "pin": PIN,
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def nowhere_yet(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a clinic could be founded."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


def test_a_founded_clinic_has_a_first_operator_who_can_sign_in(nowhere_yet: str) -> None:
    desk, operator = found_clinic(nowhere_yet, **FIELDS, clock=Clock())
    assert desk.zone.key == "Europe/Vienna"
    assert list_operators(desk) == [operator]
    assert sign_in(desk, "P-01", PIN) == operator
    assert verify_ledger(desk).ok
    texts = [line.text for line in reversed(latest(desk))]
    assert texts == [
        "clinic 'Zöpfchen ✂' founded",
        "operator P-01 added as owner",
        "P-01 signed in as owner",
    ]
    desk.close()
    with pytest.raises(DatabaseUnusable, match="already"):
        found_clinic(nowhere_yet, **FIELDS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("timezone", "Middle/Earth"),
        ("timezone", "../../etc/passwd"),
        ("operator", ""),
        ("operator", "P 01"),
        ("operator", "P-01\n"),
        ("operator", "x" * 33),
        ("pin", "123"),
        ("pin", "1234567890123"),
        ("pin", "12a4"),
        ("pin", "1234\n"),
        ("pin", "١٢٣٤"),  # digits, but not on the kiosk's keyboard
    ],
)
def test_a_field_that_cannot_be_used_leaves_no_database_behind(
    tmp_path: Path, field: str, value: str
) -> None:
    file = tmp_path / "new.db"
    with pytest.raises(DeskError) as refused:
        found_clinic(f"sqlite:///{file}", **(FIELDS | {field: value}))
    assert refused.value.message.startswith(f"{'clinic' if field == 'name' else field}: ")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_kiosk_database_is_not_opened(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    with pytest.raises(DatabaseUnusable, match="no database"):
        open_desk(f"sqlite:///{missing}")
    assert not missing.exists()
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(DatabaseUnusable, match="empty"):
        open_desk(f"sqlite:///{empty}")
    assert empty.stat().st_size == 0
