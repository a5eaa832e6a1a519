"""Q01 to Q10: what keeps a lot from being released until its paper is there."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.inventory.verdict.case import Case
from kiosk.inventory.verdict.catalogue import SURE
from kiosk.inventory.verdict.declaration import Seal
from kiosk.inventory.verdict.judgement import Reason

#: What each comparison of codes says where it failed.
_FAULTS = {
    "check_digit_right": "the GTIN's check digit is wrong",
    "known_for_brand": "the GTIN is not one of this brand",
    "lot_fits_mask": "the lot number does not look like this maker's",
    "lot_as_scanned": "the printed lot number is not the scanned one",
    "expiry_as_scanned": "the printed expiry is not the scanned one",
}


def quarantine(case: Case) -> Iterator[Reason]:
    """What is missing, for pigments and diluents alike, and for inks alone."""
    if not case.declaration.label.batch and not case.is_diluent:
        yield case.reason("Q01")
    if case.declaration.label.expiry is None:
        yield case.reason("Q02")
    if not case.is_diluent:
        yield from _declared(case)
        yield from _label(case)
        yield from _certificate(case)
    yield from _delivery(case)
    yield from _catalogued(case)


def _declared(case: Case) -> Iterator[Reason]:
    d, reading = case.declaration, case.reading
    if not case.uses:
        yield case.reason("Q03")
    if not reading.anything:
        yield case.reason("Q04.missing")
    if not reading.identified:
        yield case.reason("Q04.unidentified", entries=", ".join(unidentified(case)))
    if d.ingredients is None:
        yield case.reason("Q04.list")
    if d.ingredients_complete is False:
        yield case.reason("Q04.incomplete")


def unidentified(case: Case) -> tuple[str, ...]:
    """Everything declared as a colourant that is no number of the table, as printed."""
    reading = case.reading
    return (
        *(p.printed for p in reading.pointers),
        *(f"CI {stranger.printed}" for stranger in reading.strangers),
        *reading.stray_cas,
        *(f"'{text}'" for text in reading.unread),
    )


def _label(case: Case) -> Iterator[Reason]:
    statement = case.profile.asks_for("eu_statement")
    if statement is not None and statement.confirmed and not case.declaration.label.eu_statement:
        yield case.reason("Q05")
    if case.profile.sterile_label and not case.declaration.sterile_stated:
        yield case.reason("Q06.label", basis=case.profile.sterile_label)


def _certificate(case: Case) -> Iterator[Reason]:
    policy = case.profile.certificate_policy
    if policy == "off":
        return
    papers = case.declaration.lot_certificates
    lacks = [set(paper.lacks(case.profile.limits)) for paper in papers]
    # Several papers on one lot complete one another: chemistry from here, sterility from there.
    missing = sorted(set.intersection(*lacks)) if lacks else []
    if not papers or missing:
        said = f" that speaks of {', '.join(missing)}" if missing else ""
        yield case.reason(f"Q07.{policy}", lacks=said)


def _delivery(case: Case) -> Iterator[Reason]:
    delivery = case.declaration.delivery
    if delivery is None:
        return
    if delivery.seal is Seal.BROKEN and not case.is_diluent:
        yield case.reason("Q06.seal")
    faults = [text for name, text in _FAULTS.items() if getattr(delivery.codes, name) is False]
    if faults:
        yield case.reason("Q08", faults="; ".join(faults))
    if not delivery.supplier_approved:
        yield case.reason("Q09.supplier")
    if not case.declaration.documents.invoice:
        yield case.reason("Q09.invoice")


def _catalogued(case: Case) -> Iterator[Reason]:
    if case.declaration.own_entry:
        return
    line = case.line
    if line is None:
        yield case.reason("Q10.unknown", product=case.declaration.name or "This product")
    elif line.grade not in SURE:
        yield case.reason(
            "Q10.unconfirmed", line=line.name, grade=line.grade.value, basis=line.source
        )
