"""`clients allergies`, `clients patch-test` and `clients plan`."""

from __future__ import annotations

import pytest

from kiosk.desk import visits
from kiosk.desk.office import open_desk
from kiosk.desk.people import Operator, Role
from tests.cli.conftest import Clinic
from tests.cli.test_stock import CARBON


@pytest.fixture
def known(clinic: Clinic) -> Clinic:
    """A clinic with a client and a product."""
    desk = open_desk(clinic.url)
    visits.register_client(desk, Operator("P-01", Role.OWNER), "JM")
    desk.close()
    assert clinic.do(*CARBON).code == 0
    return clinic


def test_allergies_are_kept_shown_and_taken_back(known: Clinic) -> None:
    given = known.do("clients", "allergies", "C-0001", "--allergy", "nickel", "--allergy", "latex")
    assert given.json["allergies"] == ["nickel", "latex"]
    assert known.do("clients", "allergies", "C-0001").json == given.json
    assert known.do("clients", "allergies", "C-0001", "--none").json["allergies"] == []


def test_a_patch_is_applied_and_read(known: Clinic) -> None:
    applied = known.do("clients", "patch-test", "C-0001", "SMP-CARBON", "--on", "2026-01-05").json
    assert applied["patch_tests"][0]["result"] is None
    for day in ("2026-01-06", "2026-01-12"):
        read = known.do(
            "clients", "patch-test", "C-0001", "SMP-CARBON", "--seen", "no-reaction", "--on", day
        )
    (test,) = read.json["patch_tests"]
    assert [look["day"] for look in test["readings"]] == [2, 8]
    assert test["result"] == "no reaction seen"
    assert "safe" not in read.out


def test_sessions_are_planned_shown_and_called_off(known: Clinic) -> None:
    days = ("--day", "2999-01-09", "--day", "2999-01-02", "--day", "2999-01-09")
    given = known.do("clients", "plan", "C-0001", *days)
    assert given.json == {"client": "C-0001", "days": ["2999-01-02", "2999-01-09"]}
    assert known.do("clients", "plan", "C-0001").json == given.json
    assert known.do("clients", "plan", "C-0001", "--none").json["days"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("allergies", "C-9"), 2),
        (("allergies", "C-0001", "--allergy", "x", "--none"), 2),
        (("allergies", "C-0001", "--allergy", " "), 2),
        (("patch-test", "C-0001", "NONE"), 2),
        (("plan", "C-9"), 2),
        (("plan", "C-0001", "--day", "2020-01-01"), 2),
        (("plan", "C-0001", "--day", "soon"), 2),
        (("plan", "C-0001", "--day", "2999-01-01", "--none"), 2),
        (("patch-test", "C-0001", "SMP-CARBON", "--on", "2999-01-01"), 2),
        (("patch-test", "C-0001", "SMP-CARBON", "--seen", "reaction"), 2),
    ],
)
def test_what_cannot_be_kept_names_its_field(known: Clinic, arguments, code: int) -> None:
    ended = known.do("clients", *arguments)
    assert ended.code == code
    assert ended.error["message"]
