"""Notices as files: JSON, `"format": "recall-notice/1"`; described in docs/recall_notice.md."""

from __future__ import annotations

import difflib
import json
import re
from typing import Any

import msgspec

from kiosk.inventory.recalls.checks import ANY_MATERIAL, Draft, DraftWindow, checked
from kiosk.inventory.recalls.notice import Notice, NoticeError, Problem, Reach

FORMAT = "recall-notice/1"
#: About twice the longest notice that the checker lets pass, in plain letters.
_MOST_BYTES = 4_000_000


class _Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only the keys that are named here."""


class _Product(_Shape, frozen=True, kw_only=True, omit_defaults=True):
    line: str = ""
    shade: str = ""


class _Number(_Shape, frozen=True, kw_only=True):
    kind: str
    value: str


class _Lot(_Shape, frozen=True, kw_only=True):
    numbers: list[_Number]


class _Window(_Shape, frozen=True, kw_only=True, omit_defaults=True):
    event: str
    first: str = ""
    last: str = ""


class _Scope(_Shape, frozen=True, kw_only=True, omit_defaults=True):
    lots: list[_Lot] = []
    all_lots: bool = False
    unknown_lot: bool = False
    windows: list[_Window] = []


class _File(_Shape, frozen=True, kw_only=True, omit_defaults=True):
    format: str
    id: str
    version: int
    source: str
    kind: str
    issued_on: str
    brand: str
    aliases: list[str] = []
    products: list[_Product] = []
    all_products: bool = False
    material: str
    scope: _Scope
    hazard: str
    reference: str = ""
    url: str = ""


def load(data: bytes) -> Notice:
    """The notice in a file.

    Raises:
        NoticeError: no JSON of this format, an unknown or doubled key, or a field that does not
            hold; names the field and the mend.
    """
    if len(data) > _MOST_BYTES:
        raise _refusal("file", f"is larger than {_MOST_BYTES:,} bytes.", "Split the notice.")
    try:
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_doubles)
    except NoticeError:
        raise
    except UnicodeDecodeError as error:
        raise _refusal(
            "file", f"is not UTF-8 text ({error.reason}).", "Save it as UTF-8."
        ) from error
    except (ValueError, RecursionError) as error:
        raise _refusal(
            "file", f"is not JSON ({error}).", "Mend it there, or export again."
        ) from error
    return from_document(document)


def dump(notice: Notice) -> bytes:
    """The file of a notice, for people to read; `load` gives the same notice back."""
    return msgspec.json.format(msgspec.json.encode(document(notice)), indent=2) + b"\n"


def from_document(given: object) -> Notice:
    """The notice in a JSON document already read; an event keeps notices in this form.

    Raises:
        NoticeError: as `load`.
    """
    said = given.get("format") if isinstance(given, dict) else None
    if said != FORMAT:
        sentence = "is missing." if said is None else "is not one that this program reads."
        raise _refusal("format", sentence, f'Begin the file with "format": "{FORMAT}".')
    try:
        wire = msgspec.convert(given, _File)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _explained(str(error)) from error
    return checked(
        Draft(
            id=wire.id,
            version=wire.version,
            source=wire.source,
            kind=wire.kind,
            issued_on=wire.issued_on,
            brand=wire.brand,
            material=wire.material,
            hazard=wire.hazard,
            reference=wire.reference,
            url=wire.url,
            aliases=tuple(wire.aliases),
            products=tuple((product.line, product.shade) for product in wire.products),
            all_products=wire.all_products,
            lots=tuple(tuple((n.kind, n.value) for n in lot.numbers) for lot in wire.scope.lots),
            all_lots=wire.scope.all_lots,
            unknown_lot=wire.scope.unknown_lot,
            windows=tuple(DraftWindow(w.event, w.first, w.last) for w in wire.scope.windows),
        )
    )


def document(notice: Notice) -> dict[str, Any]:
    """The JSON document of a notice: strings, integers, booleans, lists and objects only."""
    scope = notice.scope
    wire = _File(
        format=FORMAT,
        id=notice.id,
        version=notice.version,
        source=notice.source,
        kind=notice.kind,
        issued_on=notice.issued_on,
        brand=notice.brand,
        aliases=list(notice.aliases),
        products=[_Product(line=p.line, shade=p.shade) for p in notice.products],
        all_products=not notice.products,
        material=notice.material or ANY_MATERIAL,
        scope=_Scope(
            lots=[
                _Lot(numbers=[_Number(kind=n.kind, value=n.value) for n in lot])
                for lot in scope.lots
            ],
            all_lots=scope.reach is Reach.ALL_LOTS,
            unknown_lot=scope.reach is Reach.UNKNOWN_LOT,
            windows=[
                _Window(
                    event=window.event,
                    first=window.first.isoformat() if window.first else "",
                    last=window.last.isoformat() if window.last else "",
                )
                for window in scope.windows
            ],
        ),
        hazard=notice.hazard,
        reference=notice.reference,
        url=notice.url,
    )
    built: dict[str, Any] = msgspec.to_builtins(wire)
    return built


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # JSON leaves open which of two equal keys counts; of two lists of lots one would be lost.
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _refusal(_shown(twice), "is there twice in one object.", "Make one of the two.")
    return found


def _refusal(where: str, sentence: str, mend: str) -> NoticeError:
    return NoticeError((Problem(where, sentence, mend),))


def _shown(key: str) -> str:
    # Keys come from outside and end on a terminal.
    return "".join(c if c.isprintable() else "?" for c in key[:80])


_KEYS = sorted(
    {
        name
        for shape in (_File, _Scope, _Product, _Lot, _Number, _Window)
        for name in shape.__struct_fields__
    }
)


def _explained(text: str) -> NoticeError:
    """What msgspec says, with the field and a mend."""
    found = re.fullmatch(r"(.*?)(?: - at `\$\.?([a-z_.\[\]\d]*)`)?", text, re.DOTALL)
    said, at = (found[1], found[2] or "") if found else (text, "")
    if found := re.search(r"(unknown|required) field `(.*)`$", said, re.DOTALL):
        key = _shown(found[2])
        where = f"{at}.{key}" if at else key
        if found[1] == "required":
            return _refusal(
                where, "is missing.", "Add it; docs/recall_notice.md says what it holds."
            )
        near = difflib.get_close_matches(key, _KEYS, n=1)
        mend = f"Did you mean {near[0]}?" if near else "Take it out."
        return _refusal(where, "is not a key of this format.", mend)
    return _refusal(at or "file", said.replace("`", "") + ".", "Put a value of that kind there.")
