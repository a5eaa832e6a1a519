"""A lot held against the clinic's legal profile: the class of its ink, its papers, its checklist.

A clinic that has chosen no profile asks for what holds everywhere: a number, a date, the maker's
own container, a stated use, the colourants, a sterile diluent, an unbroken seal. What a profile
would ask besides is listed, and the release says what it went without.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError
from kiosk.desk.law import checked_profile, chosen_event
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.on_file import documents_of
from kiosk.desk.stock.shelf import find_lot
from kiosk.desk.stock.suppliers import approved_supplier
from kiosk.inventory.model import Kind, Lot
from kiosk.inventory.profiles import DEFAULT, Profile
from kiosk.inventory.profiles import profile as profile_named
from kiosk.inventory.verdict import (
    ChecklistItem,
    Judgement,
    declaration_of_lot,
    judge,
    load_catalogue,
    load_rules,
    release_checklist,
)
from kiosk.inventory.verdict.declaration import Declaration
from kiosk.inventory.verdict.reading import DeclarationError
from kiosk.storage import tables as t

#: What is asked of every lot, whatever the law of the place.
EVERYWHERE = frozenset(
    {
        "Batch reference",
        "Expiry date",
        "Maker's own container",
        "Intended use",
        "Ingredient list",
        "Sterile",
        "Seal intact on arrival",
    }
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A lot as it was judged on a day; `profile` is empty where the clinic has chosen none."""

    lot: Lot
    profile: str
    judgement: Judgement
    checklist: tuple[ChecklistItem, ...]

    @property
    def missing(self) -> tuple[ChecklistItem, ...]:
        """What forbids a release."""
        return tuple(item for item in self.checklist if item.required and not item.satisfied)

    @property
    def without(self) -> tuple[ChecklistItem, ...]:
        """What is not there and not demanded; a release names it."""
        return tuple(item for item in self.checklist if not item.required and not item.satisfied)


def chosen_profile(connection: Connection) -> Profile | None:
    """The clinic's legal profile, None where it has chosen none."""
    code = connection.scalar(select(t.clinic.c.profile))
    return profile_named(code) if code else None


def choose_profile(desk: Desk, operator: Operator, code: str) -> Profile:
    """Choose whose law the clinic works under.

    Raises:
        DeskError: there is no such profile.
    """
    require(operator, Duty.MANAGE)
    found = checked_profile(code)
    with work(desk, operator.id) as task:
        task.record(chosen_event(found))
    return found


def inspect_lot(desk: Desk, lot_id: str) -> Inspection:
    """A lot's judgement and checklist as of today; records nothing.

    Raises:
        NotFound: there is no such lot.
        DeskError: what is declared of it cannot be read.
    """
    with look(desk) as connection:
        return inspection(connection, find_lot(connection, lot_id), desk.today())


def inspection(connection: Connection, lot: Lot, today: date) -> Inspection:
    """`inspect_lot` inside a running transaction."""
    chosen = chosen_profile(connection)
    law = chosen or profile_named(DEFAULT)
    try:
        declared = declaration_of_lot(
            lot,
            documents_of(connection, lot.id, lot.product.id),
            supplier_approved=approved_supplier(connection, lot.supplier),
        )
    except DeclarationError as error:
        raise DeskError(f"{error.field}: {error.problem}", error.mend) from error
    rules = load_rules()
    judgement = judge(declared, today=today, profile=law, catalogue=load_catalogue(), rules=rules)
    items = release_checklist(declared, law, today=today, rules=rules)
    if chosen is None:
        items = tuple(_as_everywhere(item, declared) for item in items)
    return Inspection(lot, chosen.code if chosen else "", judgement, items)


def _as_everywhere(item: ChecklistItem, declared: Declaration) -> ChecklistItem:
    """An item as it is asked where no law was chosen."""
    if item.name not in EVERYWHERE:
        return replace(item, required=False)
    if item.name == "Ingredient list" and declared.kind is Kind.PIGMENT and declared.colourants:
        said = ", ".join(declared.colourants)
        return replace(item, satisfied=True, why=f"Colourants declared: {said}")
    return item
