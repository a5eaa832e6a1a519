"""Movements to book; every argument that is left out is harmless."""

from __future__ import annotations

from kiosk.inventory.volumes.movements import RULES, Movement, MovementType, Tie, Witness

_SIGN = {
    MovementType.RECEIVE: 1_000,
    MovementType.MIX_OUT: 1_000,
    MovementType.RELEASE: 0,
    MovementType.QUARANTINE: 0,
    MovementType.OPEN: 0,
    MovementType.TRANSFER: 0,
}


def move(
    kind: MovementType,
    qty_ul: int | None = None,
    *,
    name: str = "k1:9",
    bottle: str = "B-017",
    second: str | None = None,
    corrects: str | None = None,
) -> Movement:
    """A movement of this kind with everything that its kind needs."""
    rule = RULES[kind]
    witness = "berta" if rule.witness is Witness.ALWAYS else ""
    mends = "k1:1" if kind is MovementType.CORRECT else ""
    return Movement(
        name,
        bottle,
        kind,
        _SIGN.get(kind, -1_000) if qty_ul is None else qty_ul,
        "anna",
        reason="because" if rule.reason else "",
        session="S-1" if rule.session is Tie.REQUIRED else "",
        second_actor=witness if second is None else second,
        corrects=mends if corrects is None else corrects,
    )


def received(ul: int = 1_000, *, name: str = "k1:1", bottle: str = "B-017") -> Movement:
    """A full bottle."""
    return move(MovementType.RECEIVE, ul, name=name, bottle=bottle)


def used(ul: int, *, name: str, bottle: str = "B-017") -> Movement:
    """A use of that much."""
    return move(MovementType.DISPENSE, -ul, name=name, bottle=bottle)
