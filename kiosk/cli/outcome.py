"""How every command ends: one document on standard output, one exit code, never a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import click


class Code(IntEnum):
    """The exit codes scripts rely on."""

    DONE = 0
    FOUND_PROBLEM = 1
    USAGE = 2
    INSTRUMENT = 3
    STOPPED = 4
    DATABASE = 5
    #: Not part of the contract: a defect of the program (sysexits.h EX_SOFTWARE).
    DEFECT = 70


class CheckFailed(Exception):
    """A check found a problem; its document, with the problem under "error", was printed."""


class Unreadable(Exception):
    """Input that cannot be used; names field and mend."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def emit(document: Any, *, as_json: bool, text: str | Callable[[], str]) -> None:
    """Print the result: the JSON document alone, or text for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(text if isinstance(text, str) else text())


def problem(kind: str, message: str, hint: str) -> dict[str, Any]:
    """The "error" member of a document, as every exit code above 0 has it."""
    return {"error": {"kind": kind, "message": message, "hint": hint}}


def note(message: str) -> None:
    """Progress and warnings, on standard error."""
    click.echo(message, err=True)


def _describe(error: Exception) -> tuple[Code, dict[str, Any]] | None:
    if isinstance(error, click.UsageError):
        return Code.USAGE, {
            "kind": "usage",
            "message": error.format_message(),
            "hint": _usage(error),
        }
    if isinstance(error, click.ClickException):
        return Code.USAGE, {"kind": "input", "message": error.format_message(), "hint": ""}
    if isinstance(error, Unreadable):
        return Code.USAGE, {"kind": "input", "message": error.message, "hint": error.hint}

    from drivers.errors import InstrumentError

    if isinstance(error, InstrumentError):
        return Code.INSTRUMENT, {"kind": error.kind, "message": error.message, "hint": error.hint}

    from kiosk.stops import Refused

    if isinstance(error, Refused):
        stop = error.stop
        return Code.STOPPED, {
            "kind": "stop",
            "message": stop.sentence,
            "hint": stop.lifts,
            "stop": {**stop.as_dict(), "all": [one.as_dict() for one in error.stops]},
        }
    # Commands that need no database never import these modules; then the error is not theirs.
    for module, name, code in (
        ("kiosk.desk.errors", "DatabaseUnusable", Code.DATABASE),
        ("kiosk.desk.errors", "DeskError", Code.USAGE),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            word = "database" if code is Code.DATABASE else "input"
            found: Any = error
            return code, {"kind": word, "message": found.message, "hint": found.hint}
    for module, name in (
        ("kiosk.matching.inputs", "InputError"),
        ("kiosk.inventory.volumes.quantities", "QuantityError"),
        ("kiosk.matching.constants", "ConstantsError"),
        ("calibration.sampling", "ConditionMismatch"),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return Code.USAGE, {
                "kind": "input",
                "message": str(error),
                "hint": getattr(error, "mend", ""),
            }
    return None


def _usage(error: click.UsageError) -> str:
    return f"Try '{error.ctx.command_path} --help'." if error.ctx else ""


def run(group: click.Group, argv: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    as_json = "--json" in argv or "--batch" in argv
    try:
        result = group.main(args=list(argv), prog_name="smp-kiosk", standalone_mode=False)
        return result if isinstance(result, int) else Code.DONE
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail(Code.USAGE, {"kind": "input", "message": "interrupted", "hint": ""}, as_json)
    except CheckFailed:
        return Code.FOUND_PROBLEM
    except BrokenPipeError:
        # Somebody closed the pipe (head, less): not our failure, but nobody to tell either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.DONE
    except Exception as error:
        described = _describe(error)
        if described is None:
            described = Code.DEFECT, _defect(error)
        return _fail(*described, as_json)


def _defect(error: Exception) -> dict[str, Any]:
    import traceback

    from kiosk.cli.access import data_folder

    log = data_folder() / "errors.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
        hint = f"Details for support are in {log}."
    except OSError:
        hint = "The details could not be written to a log."
    return {
        "kind": "defect",
        "message": f"the program met an error of its own ({type(error).__name__})",
        "hint": hint,
    }


def _fail(code: Code, error: dict[str, Any], as_json: bool) -> int:
    if as_json:
        # ASCII, because the message may repeat an argument that is no valid text.
        click.echo(json.dumps({"error": error}))
    else:
        click.echo(f"{error['kind']}: {error['message']}", err=True)
        for stop in error.get("stop", {}).get("all", [])[1:]:
            click.echo(f"  also: {stop['sentence']}", err=True)
        if error["hint"]:
            click.echo(f"  {error['hint']}", err=True)
    return code
