"""A declaration from a document: what the command line reads and what a product's papers say.

Strict about names and types, because a misspelt "refilled" that nobody reads would clear an ink.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import msgspec

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Certificate, Result
from kiosk.inventory.verdict.declaration import (
    Codes,
    Container,
    Declaration,
    Delivery,
    Documents,
    Label,
    Seal,
)

_RESULT = re.compile(r"\s*(<)?\s*([0-9]+(?:[.,][0-9]+)?)\s*(?:mg/kg|ppm)?\s*")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
#: Names that people write for what the label calls otherwise.
_ALSO = {
    "lot": "lot_no",
    "batch": "lot_no",
    "batch_no": "lot_no",
    "reference": "reference_number",
    "label_expiry": "expiry",
    "best_before": "expiry",
    "use_by": "expiry",
    "pao": "pao_months",
    "statement": "eu_statement",
    "sterile_stated": "sterile",
}


class DeclarationError(ValueError):
    """A document that is no declaration; names the field and the mend."""

    def __init__(self, field: str, problem: str, mend: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self.mend = mend


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No name but these."""


class _Label(_Strict, frozen=True):
    lot_no: str = ""
    reference_number: str = ""
    expiry: str | None = None
    pao_months: int | None = None
    sterile: bool = False
    eu_statement: bool | str = False
    ph_regulator: bool = False
    nickel_warning: bool = False
    chromium_vi_warning: bool = False
    safety_instructions: bool = False
    responsible_person: bool | str = False
    nominal_content: bool | str = False
    storage_conditions: bool | str = False
    contains: tuple[str, ...] = ()
    container: Container = Container.ORIGINAL


class _Certificate(_Strict, frozen=True):
    lot_no: str = ""
    dated: date | None = None
    values: dict[str, float | str] = {}
    sterile: bool = False


class _Documents(_Strict, frozen=True):
    sds_dated: date | None = None
    certificates: tuple[_Certificate, ...] = ()
    label_photo: bool = False
    invoice: bool = False


class _Codes(_Strict, frozen=True):
    check_digit_right: bool | None = None
    known_for_brand: bool | None = None
    lot_fits_mask: bool | None = None
    lot_as_scanned: bool | None = None
    expiry_as_scanned: bool | None = None


class _Delivery(_Strict, frozen=True):
    supplier_approved: bool = False
    seal: Seal = Seal.UNKNOWN
    codes: _Codes = _Codes()


class _Declaration(_Strict, frozen=True):
    brand: str = ""
    line: str = ""
    shade: str = ""
    kind: Kind = Kind.PIGMENT
    intended_use: str = ""
    colourants: tuple[str, ...] = ()
    ingredients: tuple[str, ...] | None = None
    ingredients_complete: bool | None = None
    smp_statement: str = ""
    claims: tuple[str, ...] = ()
    label: _Label = _Label()
    documents: _Documents = _Documents()
    delivery: _Delivery | None = None
    recalls: tuple[str, ...] = ()


def declaration_from(document: object) -> Declaration:
    """The declaration that a JSON object tells.

    Raises:
        DeclarationError: an unknown name, a wrong type, or a value that cannot be used.
    """
    if isinstance(document, Mapping) and isinstance(label := document.get("label"), Mapping):
        document = {**document, "label": _renamed(label)}
    try:
        said = msgspec.convert(document, _Declaration)
    except msgspec.ValidationError as error:
        raise _explained(error) from error
    delivery = said.delivery
    return Declaration(
        said.brand,
        said.line,
        said.shade,
        said.kind,
        said.intended_use,
        said.colourants,
        said.ingredients,
        said.ingredients_complete,
        said.smp_statement,
        said.claims,
        _label(said.label),
        Documents(
            said.documents.sds_dated,
            tuple(
                _certificate(paper, f"documents.certificates[{place}]")
                for place, paper in enumerate(said.documents.certificates)
            ),
            said.documents.label_photo,
            said.documents.invoice,
        ),
        None
        if delivery is None
        else Delivery(
            delivery.supplier_approved,
            delivery.seal,
            Codes(**{f.name: getattr(delivery.codes, f.name) for f in fields(Codes)}),
        ),
        recalls=said.recalls,
    )


def label_from(document: Mapping[str, Any]) -> Label:
    """The label alone, from a JSON object.

    Raises:
        DeclarationError: as `declaration_from`.
    """
    return declaration_from({"label": document}).label


def results_from(values: Mapping[str, float | str], field: str = "values") -> tuple[Result, ...]:
    """Certificate values in mg/kg: numbers, or text such as "<0.005".

    Raises:
        DeclarationError: a value is no amount.
    """
    found = []
    for substance, value in values.items():
        try:
            if isinstance(value, str):
                match = _RESULT.fullmatch(value)
                if match is None:
                    raise ValueError(f"'{value}' is no amount in mg/kg")
                amount = float(match[2].replace(",", "."))
                found.append(Result(substance, amount, match[1] is not None))
            else:
                found.append(Result(substance, float(value)))
        except ValueError as error:
            raise DeclarationError(
                f"{field}.{substance}", str(error), "Write mg/kg as 0.5 or as '<0.005'."
            ) from error
    return tuple(found)


#: Every name under which a label's facts are understood.
LABEL_NAMES = frozenset(_Label.__struct_fields__) | frozenset(_ALSO)


def _renamed(label: Mapping[Any, Any]) -> dict[Any, Any]:
    renamed: dict[Any, Any] = {}
    for name, value in label.items():
        proper = _ALSO.get(name, name)
        if proper in renamed:
            raise DeclarationError(
                f"label.{name}", f"says the same thing as label.{proper}", "Keep one of the two."
            )
        renamed[proper] = value
    return renamed


def _label(said: _Label) -> Label:
    facts = {name: getattr(said, name) for name in said.__struct_fields__}
    for name in ("eu_statement", "responsible_person", "nominal_content", "storage_conditions"):
        # The words themselves may be given for the fact that they are there.
        facts[name] = bool(facts[name].strip() if isinstance(facts[name], str) else facts[name])
    if said.pao_months is not None and not 1 <= said.pao_months <= 120:
        raise DeclarationError(
            "label.pao_months", f"{said.pao_months} is no period", "Between 1 and 120 months."
        )
    return Label(**{**facts, "expiry": _expiry(said.expiry)})


def _expiry(text: str | None) -> date | None:
    """A day, or a month that is good to its end."""
    if text is None or not text.strip():
        return None
    try:
        if month := _MONTH.fullmatch(text.strip()):
            year, number = int(month[1]), int(month[2])
            return date(year, number, calendar.monthrange(year, number)[1])
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise DeclarationError(
            "label.expiry",
            f"'{text}' is no date written year-month-day",
            "Write it as 2027-06-30, or as 2027-06 where the label has a month only.",
        ) from error


def _certificate(said: _Certificate, field: str) -> Certificate:
    results = results_from(said.values, f"{field}.values")
    return Certificate(said.lot_no, said.dated, results, said.sterile)


#: Where in a declaration an unknown name may stand, for the nearest one that is known.
_NAMES: dict[str, tuple[str, ...]] = {
    "": _Declaration.__struct_fields__,
    "label": (*_Label.__struct_fields__, *_ALSO),
    "documents": _Documents.__struct_fields__,
    "documents.certificates": _Certificate.__struct_fields__,
    "delivery": _Delivery.__struct_fields__,
    "delivery.codes": _Codes.__struct_fields__,
}


def _explained(error: msgspec.ValidationError) -> DeclarationError:
    text, _, where = str(error).partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    if unknown := re.search(r"unknown field `(.+)`", text):
        name = unknown[1]
        known = _NAMES.get(re.sub(r"\[[^]]*\]", "", where), ())
        near = difflib.get_close_matches(name, known, n=1)
        mend = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known)}."
        return DeclarationError(f"{where}.{name}".lstrip("."), "is no field of a declaration", mend)
    problem = text.replace("`", "'")
    return DeclarationError(
        where or "document", problem[:1].lower() + problem[1:], "Put a value of that kind there."
    )
