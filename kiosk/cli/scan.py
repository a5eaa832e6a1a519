"""`scan`: what a bar code says, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.access import json_option
from kiosk.cli.outcome import CheckFailed, Unreadable, emit, problem

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan


@click.command()
@click.option("--text", help="The whole scan, as the scanner sent it.")
@click.option(
    "--batch",
    metavar="FILE.jsonl",
    help='Many scans, one {"scan": "..."} a line; \'-\' reads standard input.',
)
@json_option
def scan(text: str | None, batch: str | None, as_json: bool) -> None:
    """Read a scan: GS1, Digital Link, EAN, UPC, HIBC, labels of the clinic.

    Status 'ok': the text can mean nothing else. 'ask': it may, for example because a separator was
    lost; 'choices' has the readings a person compares with the label, and the other fields are what
    the choices agree on. 'refused': scan again or read the label.

    Exit code 0 for ok and ask, 1 for refused. A batch ends with 0 whatever its scans say, and with
    2 if a line cannot be read. Give whole scans: nothing tells one that was cut short.
    """
    if (text is None) == (batch is None):
        raise click.UsageError("give --text or --batch")
    from datetime import datetime

    from kiosk.inventory.scanning import Status, decode

    today = datetime.now().astimezone().date()
    if batch is not None:
        for one in _scans(batch):
            # ASCII, because a scan may hold halves of characters that no terminal can print.
            click.echo(json.dumps(decode(one, today=today).as_dict()))
        return
    assert text is not None
    found = decode(text, today=today)
    document = found.as_dict()
    refused = found.status is Status.REFUSED
    if refused:
        document |= problem("refused", found.reason, "")
    if as_json:
        click.echo(json.dumps(document))
    else:
        emit(document, as_json=False, text=_sentences(found))
    if refused:
        raise CheckFailed


def _scans(path: str) -> list[str]:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"--batch: {path} cannot be read: {error}") from error
    scans = []
    # Not splitlines(): it cuts at 0x1D, the separator inside scans.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" \t\r"):
            continue
        try:
            item = json.loads(line, strict=False)["scan"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _not_a_scan(number) from error
        if not isinstance(item, str):
            raise _not_a_scan(number)
        scans.append(item)
    return scans


def _not_a_scan(number: int) -> Unreadable:
    return Unreadable(f"--batch: line {number} is not a scan", 'Each line: {"scan": "]d2..."}')


def _sentences(found: Scan) -> str:
    lines = [f"{found.status.value}: {found.reason or found.reading.described}"]
    if found.reason and found.status.value == "ok":
        lines.append(f"  {found.reading.described}")
    lines += [f"  or: {choice.described}" for choice in found.choices]
    return "\n".join(lines)
