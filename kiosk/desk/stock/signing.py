"""The second signature: another person's, or in a clinic of one the same person's once more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.people import Operator, verify_pin
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class Witness:
    """Who signed besides the one who acts; `solo` where there is nobody else in the clinic."""

    id: str
    solo: bool

    @property
    def signature(self) -> str:
        """How the ledger names the signature; a solo one never looks like a second person's."""
        return f"{self.id} (solo, signed again)" if self.solo else self.id


def witness(desk: Desk, operator: Operator, second: str, pin: str) -> Witness:
    """Take the second signature.

    Raises:
        SignInRefused: the PIN is not the second person's.
        DeskError: the same person signs although the clinic has others.
    """
    signer = verify_pin(desk, second, pin)
    with look(desk) as connection:
        alone = _people(connection) == 1
    if signer.id == operator.id and not alone:
        raise DeskError(
            f"witness: {second} is who does it", "Another person of this clinic signs as well."
        )
    return Witness(signer.id, solo=signer.id == operator.id)


def _people(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(t.operators)).scalar_one()
