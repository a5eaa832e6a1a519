"""Which units this machine knows: `instruments.json` in the kiosk's data folder.

Sockets and confirmed cables are facts about one machine, so they are no events: another kiosk of
the clinic must not take them over, and nobody needs to prove them later.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
import platformdirs

from drivers.discovery import KnownUnit
from drivers.errors import InstrumentError
from drivers.readings import UNNUMBERED


class UnitsUnreadable(InstrumentError):
    """The file cannot be read or written; the message names it."""

    kind = "no-instrument"
    default_hint = (
        "Mend or remove that file; 'smp-kiosk instruments confirm PORT --model M' writes a new one."
    )


class AmbiguousLabel(Exception):
    """Two units would have one name."""


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    units: tuple[KnownUnit, ...]


_VERSION = 1


def settings_file() -> Path:
    """Where the file is for this user."""
    return Path(platformdirs.user_data_dir("smp-kiosk")) / "instruments.json"


def load(path: Path | None = None) -> tuple[KnownUnit, ...]:
    """The units that are known; none where there is no file yet.

    Raises:
        UnitsUnreadable: the file is there and cannot be understood.
    """
    path = path or settings_file()
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Settings)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UnitsUnreadable(f"{path} cannot be read: {error.strerror or error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnitsUnreadable(f"{path} cannot be understood: {error}.") from error
    if found.version != _VERSION:
        raise UnitsUnreadable(
            f"{path} has version {found.version}; this program knows version {_VERSION}."
        )
    return found.units


def save(units: tuple[KnownUnit, ...], path: Path | None = None) -> None:
    """Write all units in one step: a power cut leaves the file as it was or as it should be.

    Raises:
        UnitsUnreadable: the file cannot be written.
    """
    path = path or settings_file()
    text = msgspec.json.format(msgspec.json.encode(_Settings(_VERSION, units)), indent=2)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(text + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise UnitsUnreadable(f"{path} cannot be written: {error.strerror or error}.") from error


def remember(unit: KnownUnit, path: Path | None = None) -> KnownUnit:
    """Keep a unit in place of what was known of it or of its place; the label stays.

    Writes nothing if nothing is new.

    Raises:
        UnitsUnreadable: see `load` and `save`.
    """
    before = load(path)
    same = [one for one in before if is_same(one, unit)]
    if same:
        unit = replace(
            unit,
            label=unit.label or same[0].label,
            confirmed=unit.confirmed or any(one.confirmed for one in same),
        )
    # What was remembered at that place is there no more.
    after = (*(o for o in before if not is_same(o, unit) and not same_place(o, unit)), unit)
    if set(after) != set(before):
        save(after, path)
    return unit


def forget(name: str, path: Path | None = None) -> tuple[KnownUnit, ...]:
    """Drop what is known under a port, a socket, a serial number or a label; returns that.

    Raises:
        UnitsUnreadable: see `load` and `save`.
    """
    before = load(path)
    dropped = tuple(
        one
        for one in before
        if name in (one.port, one.socket, one.label or None)
        or (name == one.serial and name != UNNUMBERED)
    )
    if dropped:
        save(tuple(one for one in before if one not in dropped), path)
    return dropped


def is_same(one: KnownUnit, other: KnownUnit) -> bool:
    """Whether two records mean one unit: by its own number, else by label, else by its place."""
    if one.model != other.model:
        return False
    if one.serial and other.serial and UNNUMBERED not in (one.serial, other.serial):
        return one.serial == other.serial
    if one.label and other.label:
        return one.label == other.label
    return same_place(one, other)


def same_place(one: KnownUnit, other: KnownUnit) -> bool:
    """Whether two records are about one socket, or one port where there are no sockets."""
    if one.socket is not None and other.socket is not None:
        return one.socket == other.socket
    return one.socket == other.socket and one.port == other.port
