"""Clients by their pseudonym, their visits, and what was found and advised in each."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, update

from kiosk.ledger.chain import instant_text
from kiosk.ledger.events import Recorded
from kiosk.ledger.projections.kinds import (
    ID,
    Body,
    Count,
    Day,
    Digest,
    ShortWord,
    Unprojectable,
    Word,
    projection,
)
from kiosk.storage.tables import (
    clients,
    planned_sessions,
    recommendations,
    screenings,
    tones,
    visits,
)


class Registered(Body, frozen=True):
    """A new client; nothing but the pseudonym, which is the event's entity."""


class VisitOpened(Body, frozen=True):
    """Whose visit it is."""

    client: ID


class VisitClosed(Body, frozen=True):
    """The end of a visit."""


class ToneAccepted(Body, frozen=True):
    """A tone that was taken on one surface; the colour itself is in the erasable `record`."""

    surface: ShortWord
    record: ID
    digest: Digest
    instrument: ID


class RecommendationMade(Body, frozen=True):
    """What was advised; `advised_ratio` is r of 1:r, None without a recipe."""

    status: ShortWord
    advised_ratio: Count | None
    anchored: bool
    constants_version: Word
    record: ID
    digest: Digest
    lot: ID | None = None


class ScreeningRecorded(Body, frozen=True):
    """What a client told or a patch test showed has changed; all of it is in the `record`."""

    record: ID
    digest: Digest


class SessionsPlanned(Body, frozen=True):
    """Every day on which a client is expected from now on; replaces what was planned before."""

    days: list[Day]


def _register(connection: Connection, event: Recorded, _body: Registered) -> None:
    connection.execute(
        insert(clients), {"client": event.entity, "registered_at": instant_text(event.at)}
    )


def _open(connection: Connection, event: Recorded, body: VisitOpened) -> None:
    connection.execute(
        insert(visits),
        {
            "visit": event.entity,
            "client": body.client,
            "opened_at": instant_text(event.at),
            "opened_by": event.actor,
        },
    )


def _close(connection: Connection, event: Recorded, _body: VisitClosed) -> None:
    # The first closing counts.
    closed_at = func.coalesce(visits.c.closed_at, instant_text(event.at))
    done = connection.execute(
        update(visits).where(visits.c.visit == event.entity).values(closed_at=closed_at)
    )
    if done.rowcount == 0:
        raise Unprojectable(event, "closes a visit that was never opened")


def _accept(connection: Connection, event: Recorded, body: ToneAccepted) -> None:
    values = {
        "seq": event.seq,
        "record": body.record,
        "digest": body.digest,
        "instrument": body.instrument,
    }
    # A surface that is measured again replaces its tone; the ledger keeps both.
    done = connection.execute(
        update(tones)
        .where(tones.c.visit == event.entity, tones.c.surface == body.surface)
        .values(**values)
    )
    if done.rowcount == 0:
        connection.execute(
            insert(tones), {"visit": event.entity, "surface": body.surface, **values}
        )


def _recommend(connection: Connection, event: Recorded, body: RecommendationMade) -> None:
    connection.execute(
        insert(recommendations),
        {
            "seq": event.seq,
            "visit": event.entity,
            "status": body.status,
            "advised_ratio": body.advised_ratio,
            "anchored": body.anchored,
            "constants_version": body.constants_version,
            "lot": body.lot,
            "record": body.record,
            "digest": body.digest,
        },
    )


def _screen(connection: Connection, event: Recorded, body: ScreeningRecorded) -> None:
    connection.execute(delete(screenings).where(screenings.c.client == event.entity))
    connection.execute(
        insert(screenings),
        {
            "client": event.entity,
            "seq": event.seq,
            "record": body.record,
            "digest": body.digest,
        },
    )


def _plan(connection: Connection, event: Recorded, body: SessionsPlanned) -> None:
    connection.execute(delete(planned_sessions).where(planned_sessions.c.client == event.entity))
    if days := sorted(set(body.days)):
        connection.execute(
            insert(planned_sessions), [{"client": event.entity, "day": day} for day in days]
        )


PROJECTIONS = {
    "screening.recorded": projection(ScreeningRecorded, _screen),
    "sessions.planned": projection(SessionsPlanned, _plan),
    "client.registered": projection(Registered, _register),
    "visit.opened": projection(VisitOpened, _open),
    "visit.closed": projection(VisitClosed, _close),
    "tone.accepted": projection(ToneAccepted, _accept),
    "recommendation.made": projection(RecommendationMade, _recommend),
}
