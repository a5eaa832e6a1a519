"""B01 to B08: what nobody may pass."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.inventory.profiles import CertificateFinding, check_certificate
from kiosk.inventory.verdict.case import Case
from kiosk.inventory.verdict.catalogue import SURE, Role
from kiosk.inventory.verdict.declaration import Container
from kiosk.inventory.verdict.judgement import Reason
from kiosk.inventory.verdict.uses import COSMETIC, Use, drawing_ink


def blocks(case: Case) -> Iterator[Reason]:
    """Everything that blocks pigments and diluents alike, and inks alone."""
    yield from _standing(case)
    yield from _certificate(case)
    yield from _container(case)
    if not case.is_diluent:
        yield from _restricted(case)
        yield from _colours(case)
        yield from _body(case)


def _standing(case: Case) -> Iterator[Reason]:
    d = case.declaration
    if d.recalls:
        yield case.reason("B01", notices="; ".join(sorted(set(d.recalls))))
    days = [day for day in (d.label.expiry, d.last_day) if day is not None]
    if days and case.today > min(days):
        yield case.reason("B02", last_day=min(days).isoformat(), today=case.today.isoformat())


def _certificate(case: Case) -> Iterator[Reason]:
    findings = [
        finding
        for paper in case.declaration.lot_certificates
        for finding in check_certificate(paper.results, case.profile)
    ]

    def told(key: str, chosen: list[CertificateFinding]) -> Iterator[Reason]:
        if chosen:
            yield case.reason(
                key,
                values="; ".join(sorted({f.sentence for f in chosen})),
                basis="; ".join(sorted({f.limit.source for f in chosen if f.limit})),
            )

    yield from told("B04", [finding for finding in findings if finding.forbids])
    yield from told("B04.unconfirmed", [finding for finding in findings if finding.warns])


def _container(case: Case) -> Iterator[Reason]:
    container = case.declaration.label.container
    if container is Container.REFILLED:
        yield case.reason("B07.refilled")
    elif container is Container.UNLABELLED:
        yield case.reason("B07.unlabelled")
    if Use.DRAWING in case.uses or drawing_ink(case.declaration.name, case.rules):
        yield case.reason("B07.drawing")


def _restricted(case: Case) -> Iterator[Reason]:
    counted = set(case.reading.counted)
    declared = [rule for rule in case.profile.restricted if rule.ci in counted]
    decided = [rule for rule in declared if rule.in_force(case.today)]
    pending = [rule for rule in declared if rule not in decided]
    for origin in sorted({(str(rule.since), rule.source) for rule in decided}):
        numbers = sorted(r.ci for r in decided if (str(r.since), r.source) == origin)
        since, source = origin
        yield case.reason(
            "B03.restricted", colourants=case.shown(numbers), since=since, basis=source
        )
    if pending:
        yield case.reason(
            "B03.pending",
            colourants=case.shown(sorted(rule.ci for rule in pending)),
            basis="; ".join(sorted({rule.source for rule in pending})),
        )


def _colours(case: Case) -> Iterator[Reason]:
    if toners := case.of_role({Role.TONER}):
        yield case.reason("B06", colourants=case.shown(toners))
    if colours := case.of_role({Role.COLOUR}):
        key = "B08.named" if case.uses & COSMETIC else "B08.unnamed"
        yield case.reason(key, colourants=case.shown(colours))


def _body(case: Case) -> Iterator[Reason]:
    if Use.TATTOO in case.uses and not case.uses & COSMETIC:
        yield case.reason("B05.use")
    line = case.line
    if line is not None and line.sold_as == "body" and line.grade in SURE:
        yield case.reason(
            "B05.catalogue", line=line.name, grade=line.grade.value, basis=line.source
        )
