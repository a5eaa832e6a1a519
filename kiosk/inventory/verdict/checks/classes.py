"""D4, D5 and S: the classes that are left where nothing blocks."""

from __future__ import annotations

from collections.abc import Iterator

from dateutil.relativedelta import relativedelta

from kiosk.inventory.verdict.case import Case
from kiosk.inventory.verdict.catalogue import CARBONS, WARM, Role
from kiosk.inventory.verdict.checks.quarantine import unidentified
from kiosk.inventory.verdict.declaration import Seal
from kiosk.inventory.verdict.judgement import Reason
from kiosk.inventory.verdict.uses import Use


def classes(case: Case) -> Iterator[Reason]:
    """The class of a pigment by its use and colourants, or the fitness of a diluent."""
    if case.is_diluent:
        yield from _diluent(case)
        return
    if Use.PMU in case.uses and not case.names_scalp:
        yield case.reason("D4.pmu")
    if Use.TRICO in case.uses:
        yield case.reason("D4.trico")
    if case.names_scalp:
        yield from _scalp(case)


def _scalp(case: Case) -> Iterator[Reason]:
    known = case.reading.known
    if case.carbon_only:
        yield case.reason("S01", colourants=case.shown(known))
        if others := case.of_role({Role.OTHER_CARBON}):
            yield case.reason("S02.review", colourants=case.shown(others))
        yield from _sheet(case)
        return
    beyond = [ci for ci in case.of_role(set(Role) - CARBONS) if ci not in case.of_role(WARM)]
    if case.complete and not beyond:
        yield case.reason("D4.warm", colourants=case.shown(case.of_role(WARM)))
    elif beyond and Use.TRICO not in case.uses:
        yield case.reason("S02.other", colourants=case.shown(beyond))


def _sheet(case: Case) -> Iterator[Reason]:
    dated = case.declaration.documents.sds_dated
    years = case.rules.sheet_years
    if dated is None:
        yield case.reason("S04.missing")
    elif dated < case.today - relativedelta(years=years):
        yield case.reason("S04.old", dated=dated.isoformat(), years=str(years))


def _diluent(case: Case) -> Iterator[Reason]:
    d = case.declaration
    fit = True
    if not d.sterile_stated:
        fit = False
        yield case.reason("D5.not_sterile")
    if case.reading.anything:
        fit = False
        said = case.shown(case.reading.counted) or ", ".join(unidentified(case))
        yield case.reason("D5.coloured", colourants=said)
    if d.delivery is not None and d.delivery.seal is Seal.BROKEN:
        yield case.reason("D5.broken_seal")
    if not d.label.batch:
        yield case.reason("D5.no_lot")
    if fit:
        yield case.reason("D5.fit")
