"""Operators: who they are, what their role lets them do, and the PIN they sign with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, look, work
from kiosk.ledger.events import Event
from kiosk.stops import Refused, Severity, Stop
from kiosk.storage.tables import credentials, operators

if TYPE_CHECKING:
    from argon2 import PasswordHasher


class Role(StrEnum):
    """What an operator is in the clinic; an owner of a solo clinic is everything but auditor."""

    OWNER = "owner"
    PRACTITIONER = "practitioner"
    STOCK_MANAGER = "stock-manager"
    AUDITOR = "auditor"


class Duty(StrEnum):
    """Something that not every role may do."""

    TREAT = "treat clients"
    STOCK = "change stock"
    CALIBRATE = "calibrate instruments"
    MANAGE = "manage operators"


DUTIES: dict[Role, frozenset[Duty]] = {
    Role.OWNER: frozenset(Duty),
    Role.PRACTITIONER: frozenset({Duty.TREAT, Duty.CALIBRATE}),
    Role.STOCK_MANAGER: frozenset({Duty.STOCK, Duty.CALIBRATE}),
    Role.AUDITOR: frozenset(),
}

#: Wrong PINs before a pause, and the pause; it doubles with every further wrong PIN up to an hour.
FREE_FAILURES = 3
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)

_OPERATOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_PIN = re.compile(r"[0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who signs; the id is a pseudonym, never a name."""

    id: str
    role: Role

    def may(self, duty: Duty) -> bool:
        """Whether the role allows a duty."""
        return duty in DUTIES[self.role]


@dataclass(frozen=True, slots=True)
class Signature:
    """A reason with the PIN of whoever gives it: what passes a POLICY stop."""

    reason: str
    pin: str


class SignInRefused(DeskError):
    """Operator or PIN is wrong, or a pause after wrong PINs is running."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


def checked_pin(pin: str) -> str:
    """A PIN that may be set: 4 to 12 digits.

    Raises:
        DeskError: anything else.
    """
    if not _PIN.fullmatch(pin):
        raise DeskError("pin: a PIN has 4 to 12 digits", "Choose digits only.")
    return pin


def checked_role(text: str) -> Role:
    """A role by its name.

    Raises:
        DeskError: there is no such role.
    """
    try:
        return Role(text)
    except ValueError as error:
        names = ", ".join(Role)
        raise DeskError(f"role: '{text}' is not a role", f"Choose one of: {names}.") from error


def checked_operator_id(operator: str) -> str:
    """An id that an operator may have.

    Raises:
        DeskError: it is empty, too long or has other signs.
    """
    if not _OPERATOR.fullmatch(operator):
        raise DeskError(
            f"operator: '{operator}' cannot be an operator id",
            "Use letters, digits, dot, dash; at most 32 characters, for example P-01.",
        )
    return operator


def enrol(task: Work, operator: str, role: Role, pin: str) -> None:
    """Add an operator inside a running transaction (set-up, or by a manager)."""
    checked_operator_id(operator)
    if task.connection.execute(
        select(operators.c.operator).where(operators.c.operator == operator)
    ).first():
        raise DeskError(f"operator: '{operator}' exists already", "Choose another id.")
    hashed = _hasher().hash(checked_pin(pin))
    task.connection.execute(insert(credentials).values(operator=operator, pin_hash=hashed))
    task.record(Event("operator.added", operator, {"role": role.value}))


def add_operator(desk: Desk, by: Operator, operator: str, role: Role, pin: str) -> Operator:
    """Add an operator on a manager's word."""
    require(by, Duty.MANAGE)
    with work(desk, by.id) as task:
        enrol(task, operator, role, pin)
    return Operator(operator, role)


def require(operator: Operator, duty: Duty) -> None:
    """Refuse what the operator's role does not cover.

    Raises:
        Refused: with a SAFETY stop that names role and duty.
    """
    if not operator.may(duty):
        raise Refused(
            [
                Stop(
                    "ROLE",
                    Severity.SAFETY,
                    f"{operator.id} is signed in as {operator.role.value} "
                    f"and may not {duty.value}.",
                    "Roles of this clinic",
                    "Sign in as somebody who may.",
                )
            ]
        )


def _find(connection: Connection, operator: str) -> Operator:
    row = connection.execute(select(operators).where(operators.c.operator == operator)).first()
    if row is None:
        raise NotFound(f"operator: there is no '{operator}'", "Check the id.")
    return Operator(row.operator, Role(row.role))


def list_operators(desk: Desk) -> list[Operator]:
    """Everybody who may sign in."""
    with look(desk) as connection:
        rows = connection.execute(select(operators).order_by(operators.c.operator))
        return [Operator(row.operator, Role(row.role)) for row in rows]


def verify_pin(desk: Desk, operator: str, pin: str) -> Operator:
    """Check a PIN; wrong ones are counted and slow the next attempt down.

    Raises:
        SignInRefused: the PIN is wrong, the operator unknown, or a pause is running. The sentence
            does not tell which of the first two it was.
    """
    from argon2.exceptions import VerifyMismatchError

    with look(desk) as connection:
        row = connection.execute(
            select(credentials).where(credentials.c.operator == operator)
        ).first()
    now = desk.clock()
    wrong = SignInRefused("Operator or PIN is not right.", "Try again.")
    if row is None:
        raise wrong
    if row.locked_until and now < datetime.fromisoformat(row.locked_until):
        left = int((datetime.fromisoformat(row.locked_until) - now).total_seconds()) + 1
        raise SignInRefused(
            f"Too many wrong PINs. Wait {left} seconds.",
            "Every further wrong PIN doubles the pause.",
        )
    try:
        _hasher().verify(row.pin_hash, pin)
    except VerifyMismatchError:
        _count_failure(desk, operator, now)
        raise wrong from None
    if row.failures:
        _reset_failures(desk, operator)
    with look(desk) as connection:
        return _find(connection, operator)


def _count_failure(desk: Desk, operator: str, now: datetime) -> None:
    locked_until = None
    with work(desk, operator) as task:
        # Counted under the log's lock: guesses made at the same moment must not count as one.
        failures: int = (
            1
            + task.connection.execute(
                select(credentials.c.failures).where(credentials.c.operator == operator)
            ).scalar_one()
        )
        if failures >= FREE_FAILURES:
            # The pause ends growing long before its factor would overflow a timedelta.
            doublings = min(failures - FREE_FAILURES, 10)
            locked_until = (now + min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)).isoformat()
        task.connection.execute(
            update(credentials)
            .where(credentials.c.operator == operator)
            .values(failures=failures, locked_until=locked_until)
        )
        task.record(Event("operator.refused", operator, {"failures": failures}))


def _reset_failures(desk: Desk, operator: str) -> None:
    with work(desk, operator) as task:
        task.connection.execute(
            update(credentials)
            .where(credentials.c.operator == operator)
            .values(failures=0, locked_until=None)
        )


def sign_in(desk: Desk, operator: str, pin: str) -> Operator:
    """Begin a session; the sign-in is an event.

    Raises:
        SignInRefused: see `verify_pin`.
    """
    found = verify_pin(desk, operator.strip(), pin)
    with work(desk, found.id) as task:
        task.record(Event("operator.signed_in", found.id, {"role": found.role.value}))
    return found
