"""From one session to the next: what was learned changes the rung, but only so far.

A session may be darker than the one before by one rung (a threshold), however loudly the evidence
speaks; lighter by any number. A person may still choose darker: that is a stop to pass, with a
reason and a signature, never a rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.matching import ladder as ladders
from kiosk.matching.constants import Constants
from kiosk.matching.inputs import InputError, bounded
from kiosk.matching.recommendation import Recommendation
from kiosk.matching.thresholds import Thresholds
from kiosk.stops import Severity, Stop


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What learning made of the next session's rung; None where no rung is advised.

    `advised` is what may be mixed, `wanted` what the recipe alone would say, `before` what it said
    without the lesson. `held` is True where the step limit changed the rung.
    """

    last: float
    before: int | None
    wanted: int | None
    advised: int | None
    held: bool
    sentence: str

    def as_dict(self) -> dict[str, object]:
        """The form that events keep."""
        return {
            "last": self.last,
            "before": self.before,
            "wanted": self.wanted,
            "advised": self.advised,
            "held": self.held,
            "sentence": self.sentence,
        }


def next_session(
    last_ratio: float,
    before: Recommendation,
    after: Recommendation,
    thresholds: Thresholds,
) -> SessionChange:
    """The rung of the next session after one at 1:`last_ratio`.

    `before` and `after` are the recommendations without and with what was learned; the ladder is
    that of `after`.

    Raises:
        InputError: a ratio that is none.
    """
    last = float(bounded(last_ratio, "ratio", 0.0, 1000.0))
    ladder = after.constants.ladder
    wanted = after.advised_ratio
    if wanted is None:
        return SessionChange(last, before.advised_ratio, None, None, False, after.reason)
    limit = darkest_allowed(last, ladder, thresholds)
    advised = max(wanted, limit)
    held = advised != wanted
    if held:
        sentence = (
            f"The recipe asks for 1:{wanted}; after 1:{last:g} the next session goes "
            f"{thresholds.rungs_darker} rung{'s' if thresholds.rungs_darker > 1 else ''} darker "
            f"at most: 1:{advised}."
        )
    elif advised == last:
        sentence = f"1:{advised} again."
    else:
        way = "darker" if advised < last else "lighter"
        sentence = f"1:{advised}, {way} than 1:{last:g} of the last session."
    return SessionChange(last, before.advised_ratio, wanted, advised, held, sentence)


def darkest_allowed(last_ratio: float, ladder: tuple[int, ...], thresholds: Thresholds) -> int:
    """The darkest rung a session may take after one at 1:`last_ratio`, on the ladder or off it."""
    darker = [rung for rung in ladder if rung < last_ratio]
    step = thresholds.rungs_darker
    if len(darker) >= step:
        return darker[-step]
    return darker[0] if darker else ladder[0]


def lighter_rung(ratio: int, rungs: int, ladder: tuple[int, ...]) -> int | None:
    """The rung so many steps lighter than 1:`ratio`, or None where the ladder ends before."""
    if ratio not in ladder:
        raise InputError("ratio", f"1:{ratio} is no rung of the ladder", "Choose a rung.")
    index = ladder.index(ratio) + rungs
    return ladder[index] if index < len(ladder) else None


def darker_choice_stop(advised: int | None, chosen: float, constants: Constants) -> Stop | None:
    """The POLICY stop of a choice darker than advised; None where it is not.

    Where no rung is advised every choice counts as darker.
    """
    if advised is not None and ladders.fraction_of(chosen) <= ladders.fraction_of(advised):
        return None
    said = "no rung is advised" if advised is None else f"1:{advised} is advised"
    return Stop(
        "RECIPE-DARKER",
        Severity.POLICY,
        f"1:{chosen:g} is darker than the advice: {said} by constants {constants.version}.",
        "Pigment can be added and not taken out; results too dark are what clients notice",
        "A reason and a second signature, after the healed forecast of the choice was shown.",
    )
