"""Healed results: the practitioner's verdict against the forecast, and what it teaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from calibration.sampling import as_lab
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.knowledge import knowledge_for
from kiosk.desk.office import Desk, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.recommended import latest_record
from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Event
from kiosk.matching.gains import Verdict, client_lesson, client_prior, outcome_of, verdict_evidence
from kiosk.matching.healing import Eligibility, eligibility
from kiosk.matching.learning import Lesson
from kiosk.matching.recommend import dot_at
from kiosk.matching.recommendation import Lab
from kiosk.matching.thresholds import default_thresholds
from kiosk.storage import private
from kiosk.storage.tables import mixes, outcomes

#: The practitioner saw redness; its evidence is their eye, so it excludes and is not measured.
REDNESS = "REDNESS-SEEN"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A mix whose healed result has not been judged yet."""

    mix: str
    ratio: int
    made_at: datetime
    days: int
    forecast_lab: Lab
    healed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict taught this client's next recipe."""

    lesson: Lesson
    healed: Eligibility


def awaited(desk: Desk, client: str) -> list[Awaited]:
    """The client's mixes that nobody has judged yet, newest first."""
    found = []
    today = desk.today()
    thresholds = default_thresholds()
    with look(desk) as connection:
        judged = select(outcomes.c.mix)
        rows = connection.execute(
            select(mixes)
            .where(mixes.c.client == client, mixes.c.mix.not_in(judged))
            .order_by(mixes.c.seq.desc())
        ).all()
        for row in rows:
            made = datetime.fromisoformat(row.confirmed_at)
            days = (today - made.astimezone(desk.zone).date()).days
            try:
                skin = as_lab(latest_record(connection, row.visit)["replay"]["inputs"]["skin_lab"])
            except (NotFound, private.RecordErased, KeyError):
                continue
            knowledge = knowledge_for(connection, client, skin, today)
            forecast = dot_at(skin, row.ratio, knowledge.constants).healed_lab
            healed = eligibility(days, skin, skin, thresholds)
            reason = healed.reasons[0].sentence if healed.reasons else f"Day {days}: settled."
            found.append(Awaited(row.mix, row.ratio, made, days, forecast, healed.healed, reason))
    return found


def judge(
    desk: Desk, operator: Operator, mix: str, verdict: Verdict, *, redness: bool = False
) -> Judged:
    """Record how the healed dots look against their forecast, and learn from it if they healed.

    Raises:
        NotFound: no such mix.
        DeskError: it was judged already.
    """
    require(operator, Duty.TREAT)
    thresholds = default_thresholds()
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        connection = task.connection
        row = connection.execute(select(mixes).where(mixes.c.mix == mix)).first()
        if row is None:
            raise NotFound(f"mix: there is no '{mix}'", "")
        if connection.execute(select(outcomes.c.mix).where(outcomes.c.mix == mix)).first():
            raise DeskError(f"mix: {mix} was judged already", "A new mix brings a new verdict.")
        made = datetime.fromisoformat(row.confirmed_at).astimezone(desk.zone).date()
        record = latest_record(connection, row.visit)
        skin = as_lab(record["replay"]["inputs"]["skin_lab"])
        healed = eligibility(
            (task.today - made).days,
            skin,
            skin,
            thresholds,
            excluded_by=(REDNESS,) if redness else (),
        )
        knowledge = knowledge_for(connection, row.client, skin, task.today)
        used = record["knowledge"]
        evidence = verdict_evidence(verdict, used["client_gain"], thresholds)
        lesson = client_lesson(client_prior(knowledge.constants, thresholds), evidence, healed)
        outcome = (
            outcome_of(evidence, used["studio_gain"], used["band"], healed)
            if used["band"] is not None
            else None
        )
        content = {
            "mix": mix,
            "verdict": verdict,
            "evidence": evidence.as_dict(),
            "healed": healed.healed,
            "settled": outcome is not None,
            "days": healed.days,
            "erythema_rise": healed.erythema_rise,
            "band": used["band"],
            "gain": outcome.gain if outcome else 1.0,
            "lesson": lesson.as_dict(),
        }
        sealed = private.seal(connection, row.client, "outcome", encode(content))
        task.record(
            Event(
                "outcome.judged",
                f"O-{mix}",
                {
                    "client": row.client,
                    "mix": mix,
                    "learned": lesson.learned,
                    "record": sealed.record,
                    "digest": sealed.digest,
                },
            )
        )
    return Judged(lesson, healed)
