"""W01 to W09: what somebody has to have seen."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.inventory.verdict.case import Case
from kiosk.inventory.verdict.catalogue import Role
from kiosk.inventory.verdict.judgement import Reason
from kiosk.inventory.verdict.rulebase import words_in


def warnings(case: Case) -> Iterator[Reason]:
    """What the declaration shows besides."""
    if not case.is_diluent:
        yield from _colourants(case)
    yield from _ingredients(case)
    if case.declaration.label.pao_months is None:
        yield case.reason("W07")
    yield from _certificates(case)
    if claims := sorted({claim.strip() for claim in case.declaration.claims} - {""}):
        yield case.reason("W09", claims=", ".join(claims))


def _colourants(case: Case) -> Iterator[Reason]:
    if oxides := case.of_role({Role.OXIDE}):
        yield case.reason("W01", colourants=case.shown(oxides))
    if white := case.of_role({Role.OPACIFIER}):
        yield case.reason("W02", colourants=case.shown(white))
    yield from _misprints(case)


def _misprints(case: Case) -> Iterator[Reason]:
    reading, table = case.reading, case.catalogue.colourants
    cas = [f"{p.printed} is {table[p.ci].shown}" for p in reading.pointers if p.how == "CAS number"]
    if cas or reading.stray_cas:
        yield case.reason("W06.cas", entries="; ".join((*cas, *reading.stray_cas)))
    unknown = [f"{p.printed} (the table has {p.ci})" for p in reading.pointers if p.how == "suffix"]
    for stranger in reading.strangers:
        near = " or ".join(table[ci].shown for ci in stranger.near)
        slip = f", perhaps misprinted for {near}" if near else ""
        unknown.append(f"CI {stranger.printed}{slip}")
    if unknown:
        yield case.reason("W06.unknown", entries="; ".join(unknown))
    named = [f"'{p.printed}'" for p in reading.pointers if p.how == "name"]
    if named or reading.unread:
        unread = (f"'{text}'" for text in reading.unread)
        yield case.reason("W06.unread", entries=", ".join((*named, *unread)))


def _ingredients(case: Case) -> Iterator[Reason]:
    d = case.declaration
    text = "\n".join((*(d.ingredients or ()), *d.colourants))
    for key, patterns in case.rules.ingredients.items():
        if words := words_in(text, patterns):
            yield case.reason(key, words=", ".join(words))


def _certificates(case: Case) -> Iterator[Reason]:
    d = case.declaration
    if any(not paper.lot_no.strip() for paper in d.documents.certificates):
        yield case.reason("W08.product")
    others = sorted(
        {
            paper.lot_no
            for paper in d.documents.certificates
            if paper.lot_no.strip() and not paper.covers(d.label.batch)
        }
    )
    if others:
        yield case.reason("W08.other_lot", lots=", ".join(others))
