"""The end of a log as one file of JSON Lines, for a kiosk that could not see it being written.

The first line is the head of the file, every further one an event of the log in its place. An
event's text is kept to the byte, so each leaf is proved by its text and each but the first by the
one before. Numbers by which one event names another hold in their own log only; beside them the
file says which event of which kiosk is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from sqlalchemy import Connection, func, select

from kiosk.ledger import chain
from kiosk.ledger.canonical import decode, encode
from kiosk.ledger.walk import walk
from kiosk.storage.tables import ledger

FORMAT: Final = "smp-kiosk-exchange/1"

#: Which member of which kind is the number of another event.
NUMBERS: Final[Mapping[str, str]] = {
    "stock.moved": "corrects",
    "document.withdrawn": "document",
}

_TYPES: Final[Mapping[str, type]] = {
    "v": int,
    "kiosk": str,
    "kiosk_seq": int,
    "at": str,
    "actor": str,
    "kind": str,
    "entity": str,
    "prev": str,
    "body": dict,
}

#: An event by its place in its kiosk's own sequence, which is the same in every log.
Place = tuple[str, int]


class ParcelDamaged(ValueError):
    """A file that cannot be taken in; the text says which line and why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One event of a parcel: `seq` is its number in the sender's log, `names` whom it refers to."""

    seq: int
    kiosk: str
    kiosk_seq: int
    at: datetime
    actor: str
    kind: str
    entity: str
    body: Mapping[str, Any]
    names: Place | None

    @property
    def place(self) -> Place:
        """Where it stands in every log."""
        return self.kiosk, self.kiosk_seq

    def same(self, other: Sent) -> bool:
        """Whether both are one event, in whichever logs they stand."""
        return _portable(self) == _portable(other)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one kiosk hands over.

    `holds` is the newest number of every kiosk in the sender's log, `head` its newest leaf in hex.
    """

    kiosk: str
    holds: Mapping[str, int]
    head: str
    events: tuple[Sent, ...]


def _portable(event: Sent) -> object:
    body = dict(event.body)
    if event.names is not None:
        body[NUMBERS[event.kind]] = list(event.names)
    return event.place, event.at, event.actor, event.kind, event.entity, body


def newest_numbers(connection: Connection) -> dict[str, int]:
    """The newest number of every kiosk whose events are here."""
    newest = func.max(ledger.c.kiosk_seq).label("newest")
    rows = connection.execute(select(ledger.c.kiosk, newest).group_by(ledger.c.kiosk))
    return {row.kiosk: row.newest for row in rows}


def pack(connection: Connection, kiosk: str, after: Mapping[str, int]) -> bytes:
    """The log from the first event on that somebody who holds `after` lacks, as a file.

    The whole log is checked on the way: what is broken is not handed on.

    Raises:
        LedgerDamaged: an event is not as it was written.
    """
    lines: list[bytes] = []
    places: dict[int, Place] = {}
    prev = chain.EMPTY
    with closing(walk(connection)) as events:
        for event in events:
            places[event.seq] = event.kiosk, event.kiosk_seq
            if lines or event.kiosk_seq > after.get(event.kiosk, 0):
                payload = chain.envelope(
                    kiosk=event.kiosk,
                    kiosk_seq=event.kiosk_seq,
                    at=chain.instant_text(event.at),
                    actor=event.actor,
                    kind=event.kind,
                    entity=event.entity,
                    prev=prev,
                    body=event.body,
                )
                line = {"seq": event.seq, "leaf": event.leaf, "event": payload.decode()}
                number = event.body.get(NUMBERS.get(event.kind, ""))
                if number in places:
                    line["names"] = list(places[number])
                lines.append(encode(line))
            prev = event.leaf
    head = {
        "format": FORMAT,
        "kiosk": kiosk,
        "holds": newest_numbers(connection),
        "events": len(lines),
        "head": prev,
    }
    return b"".join(line + b"\n" for line in (encode(head), *lines))


def unpack(data: bytes) -> Parcel:
    """The parcel in a file, with every hash and link in it checked.

    Raises:
        ParcelDamaged: another format, cut short, or an event that is not as it was written.
    """
    lines = data.split(b"\n")
    head = _json(lines[0], 1)
    if head.get("format") != FORMAT:
        raise ParcelDamaged(
            f"the file is no exchange of this version (its format is '{head.get('format')}')"
        )
    if lines[-1] or len(lines) - 2 != head.get("events"):
        raise ParcelDamaged(
            f"the file was cut short: {head.get('events')} events were written, "
            f"{max(len(lines) - 2, 0)} are whole"
        )
    try:
        holds = {str(kiosk): int(number) for kiosk, number in head["holds"].items()}
        sender = str(head["kiosk"])
    except (KeyError, AttributeError, TypeError, ValueError):
        _refuse(1, "does not say whose log this is")
    events = tuple(_events(lines[1:-1], str(head.get("head"))))
    return Parcel(sender, holds, str(head["head"]), events)


def _events(lines: Sequence[bytes], head: str) -> Iterator[Sent]:
    # Only what the first event of a log follows is known without that log.
    leaf, seq = (chain.EMPTY, 0) if lines and _json(lines[0], 2).get("seq") == 1 else ("", 0)
    for number, line in enumerate(lines, start=2):
        record = _json(line, number)
        payload = record.get("event")
        if not isinstance(payload, str) or type(record.get("seq")) is not int:
            _refuse(number, "holds no event")
        text = payload.encode(errors="surrogatepass")
        kept = _json(text, number)
        if {name: type(value) for name, value in kept.items()} != _TYPES or kept[
            "v"
        ] != chain.VERSION:
            _refuse(number, "has a form that this version does not know")
        who = f"event {kept['kiosk_seq']} of {kept['kiosk']}"
        if chain.leaf_hash(text).hex() != record.get("leaf"):
            _refuse(number, f"was changed: {who} does not have the hash of its text")
        if leaf and (kept["prev"] != leaf or record["seq"] != seq + 1):
            _refuse(number, f"was changed: {who} does not follow from the event before it")
        leaf, seq = record["leaf"], record["seq"]
        yield _sent(record, kept, text, number)
    if lines and leaf != head:
        _refuse(len(lines) + 1, "is not the newest event that the file speaks of")


def _sent(record: dict[str, Any], kept: dict[str, Any], text: bytes, number: int) -> Sent:
    try:
        at = chain.instant(kept["at"])
        if encode(kept) != text:
            _refuse(number, "is not in canonical form")
        refers = kept["body"].get(NUMBERS.get(kept["kind"], ""))
        names = (str(record["names"][0]), int(record["names"][1])) if refers is not None else None
    except ParcelDamaged:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        _refuse(number, "could not have been written")
    return Sent(
        record["seq"],
        kept["kiosk"],
        kept["kiosk_seq"],
        at,
        kept["actor"],
        kept["kind"],
        kept["entity"],
        kept["body"],
        names,
    )


def _json(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = decode(line)
    except (ValueError, RecursionError):
        _refuse(number, "is no JSON")
    if not isinstance(found, dict):
        _refuse(number, "holds no event")
    return found


def _refuse(number: int, problem: str) -> NoReturn:
    raise ParcelDamaged(f"line {number} {problem}")


def stored(connection: Connection, kiosk: str, first: int) -> dict[Place, Sent]:
    """The events of one kiosk that are here, from its number `first` on, as a parcel has them."""
    rows = connection.execute(
        select(ledger).where(ledger.c.kiosk == kiosk, ledger.c.kiosk_seq >= first)
    ).all()
    bodies = {row.seq: decode(row.payload)["body"] for row in rows}
    numbers = {
        row.seq: bodies[row.seq].get(NUMBERS.get(row.kind, ""))
        for row in rows
        if row.kind in NUMBERS
    }
    places = {
        seq: (of, number)
        for seq, of, number in connection.execute(
            select(ledger.c.seq, ledger.c.kiosk, ledger.c.kiosk_seq).where(
                ledger.c.seq.in_([number for number in numbers.values() if number is not None])
            )
        )
    }
    return {
        (row.kiosk, row.kiosk_seq): Sent(
            row.seq,
            row.kiosk,
            row.kiosk_seq,
            chain.instant(row.at),
            row.actor,
            row.kind,
            row.entity,
            bodies[row.seq],
            places.get(numbers.get(row.seq) or 0),
        )
        for row in rows
    }
