"""Things that fall due."""

from datetime import date, timedelta

import pytest

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock.assets import (
    Asset,
    add_asset,
    assets_due,
    list_assets,
    retire_asset,
    service_asset,
)
from kiosk.stops import Refused
from tests.desk.clinic import TODAY, Clinic
from tests.desk.stock.parts import require_whole

YESTERDAY = TODAY - timedelta(days=1)


def add(clinic: Clinic, name: str, due_on: date | None) -> None:
    asset = Asset(name, "balance", "SN-1", due_on, "IN SERVICE", "calibrated to 1 mg")
    add_asset(clinic.desk, clinic.owner, asset)


def due(clinic: Clinic) -> list[str]:
    with clinic.desk.engine.connect() as connection:
        return [asset.id for asset in assets_due(connection, clinic.desk.today())]


def test_an_asset_is_due_from_the_day_after_its_last(clinic: Clinic) -> None:
    for name, day in (
        ("A", TODAY), ("B", YESTERDAY), ("C", None), ("D", YESTERDAY - timedelta(days=9))
    ):  # fmt: skip
        add(clinic, name, day)
    assert due(clinic) == ["D", "B"]
    assert [asset.id for asset in list_assets(clinic.desk)] == ["D", "B", "A", "C"]
    service_asset(clinic.desk, clinic.owner, "D", TODAY + timedelta(days=365), "recertified")
    retire_asset(clinic.desk, clinic.owner, "B", "broken")
    assert due(clinic) == []
    clinic.clock.forward(days=1)
    assert due(clinic) == ["A"]
    retired = list_assets(clinic.desk)[-1]
    assert (retired.id, retired.state, retired.note) == ("B", "OUT OF SERVICE", "broken")
    require_whole(clinic)


def test_what_is_repaired_is_in_service_again(sqlite_clinic: Clinic) -> None:
    add(sqlite_clinic, "A", YESTERDAY)
    retire_asset(sqlite_clinic.desk, sqlite_clinic.owner, "A", "broken")
    service_asset(sqlite_clinic.desk, sqlite_clinic.owner, "A", None, "new cell")
    (asset,) = list_assets(sqlite_clinic.desk)
    assert (asset.state, asset.due_on) == ("IN SERVICE", None)


def test_what_is_wrong_about_an_asset_is_said(sqlite_clinic: Clinic) -> None:
    desk, owner = sqlite_clinic.desk, sqlite_clinic.owner
    with pytest.raises(DeskError, match="may not be empty"):
        add(sqlite_clinic, " ", None)
    add(sqlite_clinic, "A", None)
    with pytest.raises(DeskError, match="exists already"):
        add(sqlite_clinic, "A", None)
    with pytest.raises(DeskError, match="due_on: lies in the past"):
        service_asset(desk, owner, "A", YESTERDAY, "")
    with pytest.raises(DeskError, match="reason: "):
        retire_asset(desk, owner, "A", " ")
    for act in (
        lambda: service_asset(desk, owner, "Z", None, ""),
        lambda: retire_asset(desk, owner, "Z", "lost"),
    ):
        with pytest.raises(NotFound, match="'Z'"):
            act()
    with pytest.raises(Refused):
        retire_asset(desk, Operator("P-09", Role.PRACTITIONER), "A", "x")
    assert sqlite_clinic.kinds().count("asset.retired") == 0
