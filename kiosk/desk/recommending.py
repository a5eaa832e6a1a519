"""From two accepted tones to a recipe, or to a clear no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from calibration.sampling import condition_mismatch
from calibration.validity import Usage
from drivers.readings import Identity
from kiosk.desk.bridging import bridge_to, bridged, mixed_units
from kiosk.desk.calibrating import gate, gate_stop
from kiosk.desk.cards import lot_notice
from kiosk.desk.knowledge import Knowledge, knowledge_for
from kiosk.desk.office import Desk, Work, work
from kiosk.desk.people import Duty, Operator, Signature, require, verify_pin
from kiosk.desk.tones import KeptTone, load_tone
from kiosk.desk.unit_state import unit_name
from kiosk.desk.visits import find_visit
from kiosk.ledger.canonical import encode
from kiosk.ledger.events import Event
from kiosk.matching.recommend import recommend
from kiosk.matching.recommendation import Recommendation
from kiosk.matching.replay import RecipeInputs, record_of
from kiosk.matching.tone import skin_plausible
from kiosk.stops import Refused, Severity, Stop, blocking, gravest
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
    flags: tuple[Stop, ...] = ()
    """What to know besides: POLICY stops that were passed, and ADVICE (two instruments)."""


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
    connected = unit_name(identity)
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
    usage: Usage | None = None,
    signature: Signature | None = None,
) -> Advice:
    """Recommend a dilution for a visit and record that it was done.

    Args:
        desk: the desk.
        operator: who asks.
        visit: the visit whose accepted tones are used.
        identity: the unit connected now; its calibration gate must be open.
        connected_at: since when it has been connected.
        usage: what happened to it since its calibration, see `InstrumentLine.usage`.
        signature: passes POLICY stops (a calibration past its age on a day with a passed check).

    Raises:
        SignInRefused: the signature's PIN is not the operator's.
        NotFound: skin or hair has not been accepted yet.
        Refused: the calibration gate, another unit than the one that read, unlike conditions or an
            implausible skin reading stop it.
    """
    require(operator, Duty.TREAT)
    if signature is not None:
        verify_pin(desk, operator.id, signature.pin)
    calibration = gate_stop(gate(desk, identity, connected_at, usage))
    with work(desk, operator.id) as task:
        client = find_visit(task.connection, visit).client
        skin = load_tone(task.connection, visit, "skin")
        hair = load_tone(task.connection, visit, "hair")
        if identity is not None and skin.instrument != hair.instrument:
            skin, hair = _on_one_scale(task, skin, hair, unit_name(identity))
        found = [
            calibration,
            unit_stop(skin, identity) if identity is not None else None,
            comparability_stop(skin, hair),
            window_stop(skin),
        ]
        stops = [stop for stop in found if stop is not None]
        reason = signature.reason.strip() if signature is not None else ""
        barring = blocking(stops)
        if barring and (not reason or gravest(barring) is Severity.SAFETY):
            raise Refused(stops)
        for stop in barring:
            body = {"rule": stop.rule, "sentence": stop.sentence, "reason": reason}
            task.record(Event("stop.passed", visit, body))
        mixed = mixed_units(task.connection, client, skin.instrument)
        known = knowledge_for(task.connection, client, skin.lab, task.today)
        differs = lot_notice(task.connection, known.lot.id) if known.lot is not None else None
        flags = (*barring, *(stop for stop in (mixed, differs) if stop is not None))
        constants = known.constants
        inputs = RecipeInputs(
            skin.lab,
            hair.lab,
            anchored=known.anchored,
            skin_sd=skin.sd[0],
            hair_sd=hair.sd[0],
            skin_n=skin.readings,
            hair_n=hair.readings,
            skin_sigma=skin.lightness_sigma,
            hair_sigma=hair.lightness_sigma,
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
            skin_sigma=inputs.skin_sigma,
            hair_sigma=inputs.hair_sigma,
        )
        record = {
            # Inputs, every constant and the result: enough to compute the decision again.
            "replay": record_of(inputs, constants),
            "tones": {"skin": skin.digest, "hair": hair.digest},
            "bridged": {"skin": skin.bridged_from, "hair": hair.bridged_from},
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
    return Advice(skin, hair, result, known, sealed.digest, flags)


def _on_one_scale(
    task: Work, skin: KeptTone, hair: KeptTone, ours: str
) -> tuple[KeptTone, KeptTone]:
    """Both tones as the connected unit reads, if it read one and a bridge leads to it."""

    def moved(tone: KeptTone) -> KeptTone:
        bridge = bridge_to(task.connection, ours, tone.instrument)
        if bridge is None:
            return tone
        lab, covariance = bridged(bridge, tone.lab, tone.covariance)
        return replace(
            tone, lab=lab, covariance=covariance, instrument=ours, bridged_from=tone.instrument
        )

    if skin.instrument == ours:
        return skin, moved(hair)
    if hair.instrument == ours:
        return moved(skin), hair
    return skin, hair


__all__ = ["Advice", "advise", "comparability_stop", "unit_stop", "window_stop"]
