"""A second process that tests may make fail: it dies, fills its disk, loses its rights.

One interpreter is started for each test and forks for each command, so that a death costs
milliseconds and not an import of SQLAlchemy. Run as a module it serves commands from its standard
input, one line each, and answers with one line each.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
NOBODY = 65534


class Child:
    """The test's handle of such a process."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def send(self, *command: str) -> None:
        """Start a command and do not wait."""
        assert self._process.stdin is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)

    def answer(self) -> str:
        """What the oldest unanswered command came to."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def ask(self, *command: str) -> str:
        """Run a command to its end."""
        self.send(*command)
        return self.answer()


# ── in the child ─────────────────────────────────────────────────────────────────────────────────


def append_many(url: str, kiosk: str, number: str) -> str:
    """Append clients one transaction each."""
    from kiosk.ledger.events import Event
    from kiosk.storage.engine import open_engine, writing
    from tests.ledger.stories import record

    engine = open_engine(url)
    for n in range(int(number)):
        with writing(engine) as connection:
            record(connection, Event("client.registered", f"{kiosk}-{n}", {}), kiosk=kiosk)
    engine.dispose()
    return "done"


def die_at(url: str, step: str) -> str:
    """Open, append one movement and die by SIGKILL at the step-th thing said to the database."""
    from sqlalchemy import event

    from kiosk.ledger.events import Event
    from kiosk.storage.engine import open_engine, writing
    from tests.ledger.stories import record

    left = int(step)

    def count(*_args: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = open_engine(url)
    for moment in ("begin", "before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, count)
    event.listen(engine, "checkin", count)
    movement = {"type": "dispense", "qty_ul": -10, "ref": step, "reason": "test"}
    with writing(engine) as connection:
        record(connection, Event("stock.moved", "B1", movement))
    return "done"


def fill(url: str, spare: str) -> str:
    """Append until no file of this process may grow by more than `spare` bytes."""
    from kiosk.ledger.events import Event
    from kiosk.storage.engine import open_engine, writing
    from kiosk.storage.errors import DatabaseUnusable
    from tests.ledger.stories import record

    engine = open_engine(url)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(spare), resource.RLIM_INFINITY))
    done = 0
    try:
        while True:
            with writing(engine) as connection:
                record(connection, Event("note.made", "x", {"text": "y" * 3000}))
            done += 1
    except DatabaseUnusable as error:
        return json.dumps([done, error.message, error.hint])


def open_without_rights(url: str) -> str:
    """Open as a user to whom the file does not belong."""
    from kiosk.storage.engine import open_engine
    from kiosk.storage.errors import DatabaseUnusable

    if os.geteuid() == 0:
        os.setuid(NOBODY)
    try:
        open_engine(url).dispose()
    except DatabaseUnusable as error:
        return json.dumps([error.message, error.hint])
    return "opened"


COMMANDS: dict[str, Callable[..., str]] = {
    "append": append_many,
    "die": die_at,
    "fill": fill,
    "open": open_without_rights,
}


def serve() -> None:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            # Whatever happens, a fork must not come back into this loop.
            try:
                os.write(write_end, COMMANDS[name](*arguments).encode())
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.close(write_end)
        with open(read_end) as answer:
            said = answer.read()
        _, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else said or f"failed with {status}", flush=True)


if __name__ == "__main__":
    # Imported once, before any fork.
    import psycopg  # noqa: F401

    import kiosk.storage.engine  # noqa: F401
    import tests.ledger.stories  # noqa: F401

    serve()
