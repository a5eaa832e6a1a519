"""From two accepted tones to a recipe, or to a clear no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calibration.sampling import condition_mismatch
from drivers.readings import Identity
from kiosk.desk.calibrating import gate, gate_stop
from kiosk.desk.knowledge import Knowledge, knowledge_for
from kiosk.desk.office import Desk, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.tones import KeptTone, load_tone
from kiosk.desk.visits import find_visit
from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Event
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Recommendation
from kiosk.matching.replay import RecipeInputs, record_of
from kiosk.matching.tone import skin_plausible
from kiosk.stops import Refused, Severity, Stop, blocking
from kiosk.storage import private


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation together with the tones it rests on."""

    skin: KeptTone
    hair: KeptTone
    recommendation: Recommendation
    known: Knowledge
    digest: str
    """The ledger's digest of inputs, constants and result."""


def comparability_stop(skin: KeptTone, hair: KeptTone) -> Stop | None:
    """A SAFETY stop where skin and hair were not read alike."""
    if skin.instrument != hair.instrument:
        what = f"the instrument ({skin.instrument} and {hair.instrument})"
    elif (name := condition_mismatch(skin.condition, hair.condition)) is not None:
        what = f"the {name}"
    else:
        return None
    return Stop(
        "TONE-CONDITION",
        Severity.SAFETY,
        f"Skin and hair were read differently: {what} differs. They cannot be compared.",
        "Instruments disagree with each other by more than a shade (dental shade devices agree "
        "with a twin in half the cases)",
        "Read skin and hair with the same instrument.",
    )


def unit_stop(skin: KeptTone, identity: Identity) -> Stop | None:
    """A SAFETY stop where the unit whose calibration was judged is not the one that read."""
    connected = f"{identity.model} {identity.serial}"
    if skin.instrument == connected:
        return None
    return Stop(
        "TONE-UNIT",
        Severity.SAFETY,
        f"The tones were read with {skin.instrument}; connected and calibrated is {connected}.",
        "A calibration vouches for its own unit only",
        f"Connect {skin.instrument} again and calibrate it, or read again with {connected}.",
    )


def window_stop(skin: KeptTone) -> Stop | None:
    """A SAFETY stop where the skin reading is no skin."""
    plausible, reason = skin_plausible(skin.lab)
    if plausible:
        return None
    return Stop(
        "TONE-WINDOW",
        Severity.SAFETY,
        f"Is the probe on skin? {reason}",
        "1 to 99 % range of 2,092 published forehead readings, widened",
        "Read the skin again.",
    )


def advise(
    desk: Desk,
    operator: Operator,
    visit: str,
    *,
    identity: Identity | None,
    connected_at: datetime | None,
) -> Advice:
    """Recommend a dilution for a visit and record that it was done.

    Args:
        desk: the desk.
        operator: who asks.
        visit: the visit whose accepted tones are used.
        identity: the unit connected now; its calibration gate must be open.
        connected_at: since when it has been connected.

    Raises:
        NotFound: skin or hair has not been accepted yet.
        Refused: the calibration gate, another unit than the one that read, unlike conditions or an
            implausible skin reading stop it.
    """
    require(operator, Duty.TREAT)
    calibration = gate_stop(gate(desk, identity, connected_at))
    with work(desk, operator.id) as task:
        client = find_visit(task.connection, visit).client
        skin = load_tone(task.connection, visit, "skin")
        hair = load_tone(task.connection, visit, "hair")
        found = [
            calibration,
            unit_stop(skin, identity) if identity is not None else None,
            comparability_stop(skin, hair),
            window_stop(skin),
        ]
        stops = [stop for stop in found if stop is not None]
        if blocking(stops):
            raise Refused(stops)
        known = knowledge_for(task.connection, client, skin.lab, task.today)
        constants = known.constants
        inputs = RecipeInputs(
            skin.lab,
            hair.lab,
            anchored=known.anchored,
            skin_sd=skin.sd[0],
            hair_sd=hair.sd[0],
            skin_n=skin.readings,
            hair_n=hair.readings,
        )
        result = recommend(
            inputs.skin_lab,
            inputs.hair_lab,
            constants,
            anchored=inputs.anchored,
            skin_sd=inputs.skin_sd,
            hair_sd=inputs.hair_sd,
            skin_n=inputs.skin_n,
            hair_n=inputs.hair_n,
        )
        record = {
            # Inputs, every constant and the result: enough to compute the decision again.
            "replay": record_of(inputs, constants),
            "tones": {"skin": skin.digest, "hair": hair.digest},
            "knowledge": {
                "lot": known.lot.id if known.lot else None,
                "band": known.band,
                "studio_gain": known.studio_gain,
                "client_gain": known.client_gain,
                "lessons": [lesson.as_dict() for lesson in known.lessons],
            },
        }
        sealed = private.seal(task.connection, client, "recommendation", encode(record))
        task.record(
            Event(
                "recommendation.made",
                visit,
                {
                    "status": result.status,
                    "advised_ratio": result.advised_ratio,
                    "anchored": result.anchored,
                    "constants_version": constants.version,
                    "lot": known.lot.id if known.lot else None,
                    "record": sealed.record,
                    "digest": sealed.digest,
                },
            )
        )
    return Advice(skin, hair, result, known, sealed.digest)


__all__ = ["Advice", "advise", "comparability_stop", "unit_stop", "window_stop"]
