"""`inks check`: what class an ink is, from a file that says what it declares."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import json_option
from kiosk.cli.outcome import Unreadable, emit

if TYPE_CHECKING:
    from kiosk.inventory.profiles import Profile
    from kiosk.inventory.verdict import Judgement


@click.group()
def inks() -> None:
    """Inks: what an ink may be used for, by what it declares."""


@inks.command()
@click.option("--file", "file", metavar="FILE.json", help="One ink; '-' reads standard input.")
@click.option("--batch", metavar="FILE.jsonl", help="Many inks, one JSON document a line.")
@click.option(
    "--profile",
    "code",
    default="EU",
    show_default=True,
    metavar="CODE",
    help="Whose law: EU, AT, NL, FR, SE, CH, GB, US, US-OR ...",
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge as of this day instead of today.",
)
@json_option
def check(
    file: str | None, batch: str | None, code: str, day: datetime | None, as_json: bool
) -> None:
    """Judge an ink by what its label and papers declare.

    The file holds brand, line, shade, intended_use (quoted from label or safety sheet), colourants
    and label (lot_no, expiry, sterile, eu_statement ...); it may hold ingredients, documents,
    delivery, claims and recalls.

    Without documents the question is what class the ink declares: what papers would have to be
    there is listed and does not change the verdict. With documents the lot itself is judged, and
    what is missing makes it UNKNOWN.

    The exit code is 0 whenever a verdict was reached, a bad one too: the verdict is the answer.
    It is 2 where the input cannot be read.
    """
    chosen = _profile(code)
    today = day.date() if day else datetime.now(UTC).astimezone().date()
    if (file is None) == (batch is None):
        raise click.UsageError("give either --file or --batch")
    if batch is not None:
        _batch(batch, chosen, today)
    elif file is not None:
        document = _json(_text("--file", file), "--file")
        named = _id_of(document)
        judgement = _judged(document, chosen, today, "--file")
        answer = {**named, **_answer(document, judgement)}
        emit(answer, as_json=as_json, text=lambda: _told(answer))


def _batch(path: str, chosen: Profile, today: date) -> None:
    answers = []
    # All are read before the first is answered: an unreadable line leaves no half an answer. Not
    # splitlines(), which also cuts at separators that may stand inside JSON text.
    for number, line in enumerate(_text("--batch", path).split("\n"), start=1):
        if line.strip():
            where = f"--batch: line {number}"
            document = _json(line, where)
            named = _id_of(document)
            answers.append({**named, **_answer(document, _judged(document, chosen, today, where))})
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))


def _profile(code: str) -> Profile:
    from kiosk.inventory.profiles import UnknownProfile, profile

    try:
        return profile(code)
    except UnknownProfile as error:
        raise Unreadable(f"--profile: {error.problem}", error.mend) from error


def _text(option: str, path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(
            f"{option}: {path} cannot be read ({error})", "Give the path of a UTF-8 text file."
        ) from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object, unless it says one thing twice: the second would silently win."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"'{name}' is said twice")
        found[name] = value
    return found


def _json(text: str, where: str) -> Any:
    try:
        document = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
        # Half a surrogate pair is JSON and no text: the answer could not repeat it.
        json.dumps(document, ensure_ascii=False).encode()
        return document
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            f"{where}: is not JSON ({error})",
            'For example {"brand": "Halden", "intended_use": "SMP", "colourants": ["CI 77266"], '
            '"label": {"lot_no": "24-117"}}',
        ) from error


def _id_of(document: Any) -> dict[str, Any]:
    """Take the question's id out of it, so that the answer can repeat it."""
    return {"id": document.pop("id")} if isinstance(document, dict) and "id" in document else {}


def _judged(document: Any, chosen: Profile, today: date, where: str) -> Judgement:
    from kiosk.inventory.verdict import judge, load_catalogue, load_rules
    from kiosk.inventory.verdict.reading import DeclarationError, declaration_from

    try:
        declaration = declaration_from(_understood(document))
    except DeclarationError as error:
        raise Unreadable(f"{where}: {error}", error.mend) from error
    return judge(
        declaration,
        today=today,
        profile=chosen,
        catalogue=load_catalogue(),
        rules=load_rules(),
    )


#: The stop that a class brings by itself.
_STOP = {
    "SMP_SUITABLE": "none",
    "DILUENT_STERILE": "none",
    "PMU_COSMETIC": "policy",
    "TRICO_TEMPORARY": "policy",
}


def _answer(document: Any, judgement: Judgement) -> dict[str, Any]:
    """The answer to what was asked: about the ink, or with its papers about the lot."""
    from kiosk.inventory.verdict.judgement import Effect

    answer = judgement.as_dict()
    if ignored := _ignored(document):
        answer["ignored"] = [f"label.{name}" for name in ignored]
    if "documents" in document or judgement.verdict is judgement.declared_class:
        return answer
    blocked = any(r.effect is Effect.SAFETY for r in judgement.reasons)
    declared = judgement.declared_class.value
    decided = judgement.declared_by.as_dict()
    others = [reason for reason in answer["reasons"] if reason != decided]
    return answer | {
        "verdict": declared,
        "stop": "safety" if blocked else _STOP.get(declared, "safety"),
        "reasons": [decided, *others],
    }


def _ignored(document: Any) -> list[str]:
    """Facts of the label that no rule knows: other programs note more than the rules ask."""
    from kiosk.inventory.verdict.reading import LABEL_NAMES

    label = document.get("label") if isinstance(document, dict) else None
    return sorted(set(label) - LABEL_NAMES) if isinstance(label, dict) else []


def _understood(document: Any) -> Any:
    ignored = _ignored(document)
    if not ignored:
        return document
    label = {name: fact for name, fact in document["label"].items() if name not in ignored}
    return {**document, "label": label}


def _told(answer: dict[str, Any]) -> str:
    lines = [f"{answer['verdict']}, stop: {answer['stop']}"]
    lines += [f"  {r['rule']} {r['effect']}: {r['text']}" for r in answer["reasons"]]
    if answer["lifts"]:
        title = "What would lift it:" if answer["stop"] != "none" else "A release still asks for:"
        lines += [title, *(f"  {text}" for text in answer["lifts"])]
    if "ignored" in answer:
        lines.append(f"No rule knows {', '.join(answer['ignored'])}: not read.")
    lines.append(f"Rules {answer['rules_version']}, profile {answer['profile']}.")
    return "\n".join(lines)
