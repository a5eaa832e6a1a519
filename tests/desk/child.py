"""A second process that confirms a mix and dies on the way; see tests/ledger/child.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Self

from tests.ledger import child as base


class Child(base.Child):
    """The test's handle."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.child"],
            cwd=base.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self


def confirm(url: str, token: str, visit: str, pigment: str, diluent: str, step: str) -> str:
    """Confirm a mix and die by SIGKILL before its step-th write, at or after its commit."""
    from sqlalchemy import event

    from kiosk.desk import mixing
    from kiosk.desk.office import open_desk
    from tests.desk.clinic import OWNER, Clock

    desk = open_desk(url, clock=Clock())
    left = int(step)

    def count(*_args: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(_connection: object, _cursor: object, statement: str, *_args: object) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            count()

    event.listen(desk.engine, "before_cursor_execute", write)
    # The pool gets its connection back after the commit.
    for moment in ("commit", "checkin"):
        event.listen(desk.engine, moment, count)
    order = mixing.MixOrder(token, visit, 20, pigment, diluent, 5250, "training")
    # The PIN is checked before the first write and takes most of the time; not what dies here.
    mixing._confirm(desk, order, OWNER)
    return "done"


if __name__ == "__main__":
    # Imported once, before any fork.
    import psycopg  # noqa: F401

    import tests.desk.clinic  # noqa: F401

    base.COMMANDS["confirm"] = confirm
    base.serve()
