"""What may happen to the content of a bottle, and what each kind of movement must carry.

A stored movement is never edited. Volume never goes from one bottle into another: a refilled bottle
is one nobody can trace, so `transfer` moves a bottle with all that is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from kiosk.inventory.volumes.quantities import QuantityError


class MovementType(StrEnum):
    """Kinds of movement; the value is what is stored."""

    RECEIVE = "receive"
    RELEASE = "release"
    QUARANTINE = "quarantine"
    OPEN = "open"
    DISPENSE = "dispense"
    MIX_IN = "mix_in"
    MIX_OUT = "mix_out"
    DISCARD = "discard"
    TRANSFER = "transfer"
    COUNT_ADJUST = "count_adjust"
    RETURN_TO_SUPPLIER = "return_to_supplier"
    WRITE_OFF_EXPIRED = "write_off_expired"
    WRITE_OFF_RECALLED = "write_off_recalled"
    CORRECT = "correct"
    NONCONFORMING_USE = "nonconforming_use"


class Sign(Enum):
    """Which way the volume goes."""

    IN = "more than 0"
    OUT = "less than 0"
    NONE = "0"
    EITHER = "any"

    def allows(self, qty_ul: int) -> bool:
        """Whether a signed volume fits."""
        return {
            Sign.IN: qty_ul > 0,
            Sign.OUT: qty_ul < 0,
            Sign.NONE: qty_ul == 0,
            Sign.EITHER: True,
        }[self]


class Tie(Enum):
    """Whether a movement names the session, and through it the client."""

    REQUIRED = "required"
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


class Witness(Enum):
    """When a second person signs."""

    NEVER = "never"
    IF_BLOCKED = "if blocked"
    ALWAYS = "always"


class Blocked(StrEnum):
    """Why nobody may use a bottle, as far as the doors out of stock differ by it."""

    EXPIRED = "expired"
    RECALLED = "recalled"
    HELD = "held"
    """Quarantine, hold, rejection, or an ink class that is never used."""


class OnBlocked(Enum):
    """What a kind of movement is to a blocked bottle."""

    REFUSED = "refused"
    ALLOWED = "allowed"
    EXIT = "exit"
    """One of the doors: it takes everything, so that nothing blocked stays on the shelf."""
    ONLY = "only"
    """Makes sense on a blocked bottle and on no other."""
    EXIT_ONLY = "exit only"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of movement needs. `block` narrows it to bottles that are blocked for that."""

    sign: Sign
    session: Tie = Tie.FORBIDDEN
    reason: bool = False
    witness: Witness = Witness.NEVER
    on_blocked: OnBlocked = OnBlocked.REFUSED
    block: Blocked | None = None


# Waste has no client: a use that is booked as waste would be missing from a recall's client list.
# A count above its threshold needs a second person too; how much that is, the count knows.
RULES = MappingProxyType(
    {
        MovementType.RECEIVE: Rule(Sign.IN, on_blocked=OnBlocked.ALLOWED),
        MovementType.RELEASE: Rule(Sign.NONE, on_blocked=OnBlocked.ALLOWED),
        MovementType.QUARANTINE: Rule(Sign.NONE, reason=True, on_blocked=OnBlocked.ALLOWED),
        MovementType.OPEN: Rule(Sign.NONE, Tie.ALLOWED),
        MovementType.DISPENSE: Rule(Sign.OUT, Tie.ALLOWED, reason=True),
        MovementType.MIX_IN: Rule(Sign.OUT, Tie.REQUIRED),
        MovementType.MIX_OUT: Rule(Sign.IN, Tie.REQUIRED),
        MovementType.DISCARD: Rule(
            Sign.OUT, reason=True, witness=Witness.IF_BLOCKED, on_blocked=OnBlocked.EXIT
        ),
        MovementType.TRANSFER: Rule(Sign.NONE, on_blocked=OnBlocked.ALLOWED),
        MovementType.COUNT_ADJUST: Rule(Sign.EITHER, reason=True, on_blocked=OnBlocked.ALLOWED),
        MovementType.RETURN_TO_SUPPLIER: Rule(
            Sign.OUT, reason=True, witness=Witness.IF_BLOCKED, on_blocked=OnBlocked.EXIT
        ),
        MovementType.WRITE_OFF_EXPIRED: Rule(
            Sign.OUT,
            reason=True,
            witness=Witness.ALWAYS,
            on_blocked=OnBlocked.EXIT_ONLY,
            block=Blocked.EXPIRED,
        ),
        MovementType.WRITE_OFF_RECALLED: Rule(
            Sign.OUT,
            reason=True,
            witness=Witness.ALWAYS,
            on_blocked=OnBlocked.EXIT_ONLY,
            block=Blocked.RECALLED,
        ),
        MovementType.CORRECT: Rule(
            Sign.EITHER, Tie.ALLOWED, reason=True, on_blocked=OnBlocked.ALLOWED
        ),
        MovementType.NONCONFORMING_USE: Rule(
            Sign.OUT, Tie.REQUIRED, reason=True, on_blocked=OnBlocked.ONLY
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of one bottle; `qty_ul` is signed, negative where something left it.

    `id` is unique over all kiosks. `corrects` is the id of the movement that this one takes back,
    and set on corrections alone. `session` and `reason` are empty where there is none.
    """

    id: str
    bottle: str
    type: MovementType
    qty_ul: int
    actor: str
    reason: str = ""
    session: str = ""
    second_actor: str = ""
    corrects: str = ""


def require_whole(movement: Movement) -> None:
    """Raise where a movement lacks what its kind needs, whatever the bottle holds.

    Raises:
        QuantityError: the sign, the reason, the session, the second person or the reference.
    """
    rule, kind = RULES[movement.type], movement.type.value
    if not rule.sign.allows(movement.qty_ul):
        raise QuantityError(
            "qty_ul", f"{kind} cannot be {movement.qty_ul} µl", f"It must be {rule.sign.value}."
        )
    if rule.reason and not movement.reason.strip():
        raise QuantityError("reason", f"{kind} needs one", "Say why.")
    if rule.session is Tie.REQUIRED and not movement.session:
        raise QuantityError("session", f"{kind} needs one", "Name the session it was for.")
    if rule.session is Tie.FORBIDDEN and movement.session:
        raise QuantityError(
            "session", f"{kind} is never for a client", "Book what was used as a use."
        )
    if rule.witness is Witness.ALWAYS and not movement.second_actor:
        raise QuantityError("second_actor", f"{kind} needs a witness", "A second person signs.")
    if movement.second_actor and movement.second_actor == movement.actor:
        raise QuantityError("second_actor", "is the first person", "Somebody else signs.")
    if (movement.type is MovementType.CORRECT) != bool(movement.corrects):
        raise QuantityError("corrects", f"does not fit {kind}", "Corrections name what they mend.")
