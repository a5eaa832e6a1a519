"""Why a database cannot be used, in sentences; every driver's own error ends here.

    DatabaseUnusable    the database is missing, foreign, damaged, full, locked, out of reach ...

What a statement did wrong (a refused UPDATE of the ledger, a broken constraint) is not this
error: it stays what SQLAlchemy raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class DatabaseUnusable(Exception):
    """The database cannot be used; `message` says why and `hint` what to do, one sentence each."""

    kind: ClassVar[str] = "database"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@contextmanager
def usable(url: str) -> Iterator[None]:
    """Turn every driver's way of saying that `url` cannot be used into DatabaseUnusable.

    An engine of this package does so by itself; this is for work beside one, such as copying the
    file or a driver's own backup call.
    """
    # Both need the class above.
    from kiosk.storage.address import parse
    from kiosk.storage.sentences import explain

    address = parse(url)
    try:
        yield
    except DatabaseUnusable:
        raise
    except Exception as error:
        if (unusable := explain(error, address)) is None:
            raise
        raise unusable from error
