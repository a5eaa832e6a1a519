"""Named numbers from TOML: what ships, what a studio overrides, what is said of errors.

Shared by the model's constants and by the thresholds around it.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec


class ConstantsError(ValueError):
    """A constant that cannot be used; names file, field and the mend."""

    def __init__(self, field: str, problem: str, mend: str, file: str = "constants") -> None:
        super().__init__(f"{file}: {field}: {problem}. {mend}")
        self.file = file
        self.field = field
        self.problem = problem
        self.mend = mend

    def inside(self, file: str) -> ConstantsError:
        """The same complaint, about this file."""
        return ConstantsError(self.field, self.problem, self.mend, file)


def decoded(text: bytes, kind: type[Any]) -> dict[str, Any]:
    """The names a TOML text sets, checked against `kind`, a struct whose fields may be unset.

    Raises:
        ConstantsError: no TOML, an unknown name, or a value outside its domain.
    """
    try:
        values = msgspec.toml.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise explained(error, kind.__struct_fields__) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        mend = "Write one 'name = value' a line, for example A0 = 22.0."
        raise ConstantsError("file", f"is not TOML ({error})", mend) from error
    return {
        name: value
        for name in kind.__struct_fields__
        if (value := getattr(values, name)) is not msgspec.UNSET
    }


def read_override(path: Path, kind: type[Any]) -> dict[str, Any]:
    """`decoded` of a file.

    Raises:
        ConstantsError: the file cannot be read, or as `decoded`; names the file.
    """
    try:
        return decoded(path.read_bytes(), kind)
    except OSError as error:
        mend = "Check the path and that this user may read it."
        raise ConstantsError("file", error.strerror or "cannot be read", mend, str(path)) from error
    except ConstantsError as error:
        raise error.inside(str(path)) from error


def with_version(override: dict[str, Any], shipped: str) -> dict[str, Any]:
    """`override` with a version of its own: the shipped one and a digest of what it changes."""
    if not override or "version" in override:
        return override
    digest = hashlib.sha256(msgspec.json.encode(override, order="deterministic"))
    return {**override, "version": f"{shipped}+{digest.hexdigest()[:8]}"}


def explained(error: msgspec.ValidationError, names: Iterable[str]) -> ConstantsError:
    """What msgspec says, as a complaint that names the field and a mend."""
    text = str(error)
    if unknown := re.search(r"unknown field `(.+)`", text):
        near = difflib.get_close_matches(unknown[1], list(names), n=1)
        mend = f"Did you mean '{near[0]}'?" if near else "Take the line out."
        return ConstantsError(unknown[1], "is no constant of this model", mend)
    problem, _, where = text.partition(" - at `$.")
    problem = problem.replace("`", "'")
    return ConstantsError(where.rstrip("`") or "file", problem, "Put a value of that kind there.")
