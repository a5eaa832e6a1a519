"""One text for one value: RFC 8785 (JSON Canonicalization Scheme), with errors that name a field.

On top of the RFC this refuses what would not come back as it was written: a NUL character, which
PostgreSQL's text cannot hold, and floats from 2^53 on that the scheme writes as whole numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import rfc8785

#: Largest whole number that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3).
MAX_INTEGER: Final = 2**53 - 1
# From here on ECMAScript, and so the canonical form, writes a float with an exponent.
_EXPONENT_FROM: Final = 1e21


class LedgerValueError(ValueError):
    """A value that the ledger cannot keep exactly; `field` is its path, as in `body.parts[2]`."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field or "value"
        super().__init__(f"{self.field}: {problem}")
        self.problem = problem


def encode(value: object) -> bytes:
    """The canonical UTF-8 text of a JSON value; LedgerValueError names what cannot be kept."""
    return rfc8785.dumps(_plain(value, ""))


def decode(text: str | bytes) -> Any:
    """A JSON value; ValueError where the text is not JSON as RFC 8259 has it.

    Does not insist on the canonical form: compare with `encode` of the result for that.
    """
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _plain(value: object, field: str) -> Any:
    # bool before int, and subclasses down to their base: enum members and NumPy's float64 are
    # kept as what they are, and nothing outside may change afterwards what was checked here.
    match value:
        case None | True | False:
            return value
        case str():
            return _text(value, field)
        case int():
            if abs(value) > MAX_INTEGER:
                raise LedgerValueError(field, "whole numbers end at 2^53 - 1 in JSON")
            return int(value)
        case float():
            return _number(float(value), field)
        case list() | tuple():
            return [_plain(item, f"{field}[{index}]") for index, item in enumerate(value)]
        case Mapping():
            return dict(_member(name, item, field) for name, item in value.items())
        case _:
            raise LedgerValueError(field, f"JSON has no {type(value).__name__}")


def _member(name: object, value: object, field: str) -> tuple[str, Any]:
    if not isinstance(name, str):
        raise LedgerValueError(field, f"the name {name!r} is not text")
    below = f"{field}.{name}" if field else name
    return _text(name, below), _plain(value, below)


def _text(value: str, field: str) -> str:
    if "\0" in value:
        raise LedgerValueError(field, "text must not hold a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise LedgerValueError(field, "text holds half of a surrogate pair") from None
    return str.__str__(value)


def _number(value: float, field: str) -> float:
    if not math.isfinite(value):
        raise LedgerValueError(field, f"JSON has no {value}")
    if MAX_INTEGER < abs(value) < _EXPONENT_FROM:
        raise LedgerValueError(field, "whole numbers end at 2^53 - 1 in JSON")
    return value
