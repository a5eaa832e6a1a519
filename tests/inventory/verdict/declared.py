"""An ink that nothing speaks against, and changes to it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Certificate, Profile, Result, profile
from kiosk.inventory.verdict import Judgement, judge, load_catalogue, load_rules
from kiosk.inventory.verdict.declaration import Declaration, Delivery, Documents, Label, Seal

TODAY = date(2026, 11, 2)
EU = profile("EU")
LOT = "24-117"
SMP = "Scalp micropigmentation (SMP)"

COA = Certificate(
    LOT,
    date(2026, 9, 1),
    (
        Result("Benzo[a]pyrene", 0.005, below=True),
        Result("Naphthalene", 0.1),
        Result("Lead", 0.1),
        Result("Nickel", 0.1, below=True),
    ),
    sterile=True,
)
LABEL = Label(
    LOT, "", date(2028, 6, 30), 12, sterile=True, eu_statement=True, safety_instructions=True,
    responsible_person=True, nominal_content=True, storage_conditions=True,
)  # fmt: skip
GOOD = Declaration(
    "Halden", "Carbon", "Black", Kind.PIGMENT, SMP, ("CI 77266",),
    ("Aqua", "CI 77266", "Glycerin", "Hamamelis Virginiana Water"), True, "", (), LABEL,
    Documents(date(2025, 3, 1), (COA,), label_photo=True, invoice=True),
    Delivery(supplier_approved=True, seal=Seal.INTACT), own_entry=True,
)  # fmt: skip
WATER = replace(
    GOOD, brand="Aqua", line="Water for dilution", shade="", kind=Kind.DILUENT,
    intended_use="Dilution", colourants=(), ingredients=None, ingredients_complete=None,
    documents=Documents(invoice=True),
)  # fmt: skip

_PARTS = {"label": Label, "documents": Documents, "delivery": Delivery}
_PART_OF = {f.name: part for part, kind in _PARTS.items() for f in fields(kind)}


def changed(base: Declaration = GOOD, **facts: Any) -> Declaration:
    """`base` with these facts, also those of its label, documents and delivery."""
    for name, value in facts.items():
        if name in _PART_OF and not hasattr(base, name):
            part = _PART_OF[name]
            inside = replace(getattr(base, part), **{name: value})
            base = replace(base, **{part: inside})
        else:
            base = replace(base, **{name: value})
    return base


def judged(
    declaration: Declaration = GOOD, where: Profile = EU, today: date = TODAY, **facts: Any
) -> Judgement:
    return judge(
        changed(declaration, **facts), today=today, profile=where, catalogue=load_catalogue(),
        rules=load_rules(),
    )  # fmt: skip


def keys(judgement: Judgement) -> set[str]:
    return {reason.key for reason in judgement.reasons}
