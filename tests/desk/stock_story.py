"""A stock manager's year: papers, people who deliver, mistakes, recalls, ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from kiosk.desk import stock
from kiosk.desk.mixing import MixRecord
from kiosk.desk.stock.assets import Asset, add_asset, retire_asset, service_asset
from kiosk.desk.stock.catalogue import amend_product
from kiosk.desk.stock.correcting import Facts, correct_amount, correct_lot
from kiosk.desk.stock.holding import free_bottle, hold_bottle
from kiosk.desk.stock.inspecting import choose_profile
from kiosk.desk.stock.leaving import close_mix, dispose_lot
from kiosk.desk.stock.nonconformance import Report, record_nonconformance
from kiosk.desk.stock.papers import Paper, attach, withdraw
from kiosk.desk.stock.planning import plan_sessions
from kiosk.desk.stock.recalling import apply_recall, close_recall, record_contact
from kiosk.desk.stock.suppliers import add_supplier, approve_supplier, block_supplier
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.storage import tables as t
from tests.desk.clinic import CARBON, PMU, Clinic
from tests.desk.stock.notices import lots, notice
from tests.desk.stock.parts import witness
from tests.desk.stock.story import tell_stock

GREY = replace(CARBON, id="SMP-GREY", shade="Grey")
_GREY_NOTICE = {"products": [{"line": "SMP Carbon", "shade": "Grey"}]}


def tell_of_stock(clinic: Clinic, record: MixRecord) -> None:
    """Everything that befalls stock besides a mix, told after one; ends under a chosen law."""
    plan_sessions(
        clinic.desk, clinic.owner, record.client, [clinic.desk.today() + timedelta(days=7)]
    )
    close_mix(clinic.desk, clinic.owner, record.mix, "used")
    tell_stock(clinic, record.parts[0].bottle)
    buy_and_look_after(clinic)
    put_mistakes_right(clinic)
    recall_what_was_used(clinic)
    choose_profile(clinic.desk, clinic.owner, "US")


def buy_and_look_after(clinic: Clinic) -> None:
    """A supplier, a balance, a certificate; and a product that turns out to be something else."""
    desk, owner = clinic.desk, clinic.owner
    add_supplier(desk, owner, "S-1", "Meridian")
    block_supplier(desk, owner, "S-1", "forged papers")
    approve_supplier(desk, owner, "S-1", "new papers")
    today = desk.today()
    add_asset(desk, owner, Asset("BAL-1", "balance", "SN-9", today, "IN SERVICE", ""))
    service_asset(desk, owner, "BAL-1", today + timedelta(days=365), "recertified")
    retire_asset(desk, owner, "BAL-1", "dropped")
    clinic.add(PMU)
    lot = clinic.lot_of(clinic.deliver("PMU", lot_no="BR-1"))
    paper = attach(desk, owner, lot, Paper("certificate", "coa.pdf", b"%PDF-1.7", today))
    withdraw(desk, owner, paper.seq, "of another lot")
    stock.release(desk, owner, lot, "without it")
    amend_product(desk, owner, replace(PMU, intended_use="Tattoo ink"), "data sheet")
    dispose_lot(desk, owner, lot, "nobody needs it", second=witness())


def put_mistakes_right(clinic: Clinic) -> None:
    """A cracked bottle that was only wet, a volume, a label's date, a use that no rule allowed."""
    desk, owner = clinic.desk, clinic.owner
    clinic.add(GREY)
    bottle = clinic.deliver(GREY.id, lot_no="G-1")
    hold_bottle(desk, owner, bottle, "cracked")
    free_bottle(desk, owner, bottle, "only wet")
    stock.open_bottle(desk, owner, bottle)
    stock.dispense(desk, owner, bottle, 500, "", "swatch")
    with desk.engine.connect() as connection:
        moved = connection.scalar(select(func.max(t.movements.c.seq)))
    assert moved is not None
    correct_amount(desk, owner, moved, 400, "misread")
    lot = clinic.lot_of(bottle)
    facts = Facts("G-1", date(2027, 5, 31), desk.today())
    correct_lot(desk, owner, lot, facts, "misread")
    report = Report(
        bottle, 300, desk.today(), clinic.visit("KL"), "seen by a colleague", "client told"
    )
    record_nonconformance(desk, owner, report)


def recall_what_was_used(clinic: Clinic) -> None:
    """A notice that does not know its lots, then does; a lot that comes after it; its end."""
    desk, owner = clinic.desk, clinic.owner
    apply_recall(desk, owner, notice(**_GREY_NOTICE, scope={"unknown_lot": True}))
    known = notice(**_GREY_NOTICE, version=2, scope=lots("G-1"))
    (client,) = apply_recall(desk, owner, known, second=witness()).effects.contacts
    record_contact(desk, owner, known.id, client.client, ContactState.REACHED)
    clinic.deliver(GREY.id, lot_no="G 1", release=False)
    close_recall(desk, owner, known.id, Outcome.COMPLETED, "all of it returned")
