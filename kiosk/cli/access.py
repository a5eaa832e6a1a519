"""What commands share: which database, which operator, options in one spelling."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.cli.outcome import Unreadable

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator
    from kiosk.desk.stock.signing import Witness

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")

model_option = click.option("--model", default="cr30", show_default=True, help="Instrument model.")
port_option = click.option(
    "--port", required=True, metavar="PATH", help="Serial port, or 'auto' to look for the unit."
)

database_option = click.option(
    "--database",
    envvar="SMP_KIOSK_DATABASE",
    metavar="URL",
    help="SQLAlchemy URL of the database; default: a SQLite file in your data folder.",
)


def operator_options(function: F) -> F:
    """`--operator` and `--pin-file`, for commands that write."""
    function = click.option(
        "--pin-file",
        metavar="FILE",
        help="Read the PIN from FILE, or from standard input with '-'.",
    )(function)
    return click.option("--operator", required=True, metavar="ID", help="Who does this.")(function)


def data_folder() -> Path:
    """The user's data folder for this program."""
    import platformdirs

    return Path(platformdirs.user_data_dir("smp-kiosk"))


def default_database() -> str:
    """The database that is used where none is named."""
    return f"sqlite:///{data_folder() / 'kiosk.db'}"


def kiosk_name() -> str:
    """What this machine is called in the ledger; kiosks that exchange events need two names."""
    return os.environ.get("SMP_KIOSK_NAME") or "kiosk-1"


@contextmanager
def desk_for(database: str | None) -> Iterator[Desk]:
    """The desk of a database, closed at the end of the block."""
    from kiosk.desk.office import open_desk

    desk = open_desk(database or default_database(), kiosk=kiosk_name())
    try:
        yield desk
    finally:
        desk.close()


def read_pin(pin_file: str | None) -> str:
    """The PIN from a file, from standard input or from a prompt; never from an argument."""
    return read_pins(pin_file, ("PIN",))[0]


def read_pins(pin_file: str | None, prompts: Sequence[str]) -> list[str]:
    """Several PINs, one a line of the file or of standard input, or one a prompt."""
    if pin_file == "-":
        try:
            return [sys.stdin.readline().rstrip("\r\n") for _ in prompts]
        except UnicodeDecodeError as error:
            raise Unreadable("--pin-file: standard input holds no text") from error
    if pin_file is not None:
        try:
            lines = Path(pin_file).read_text("utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"--pin-file: {pin_file} cannot be read: {error}") from error
        return [line.strip() for line in (*lines, *("" for _ in prompts))][: len(prompts)]
    if not sys.stdin.isatty():
        raise Unreadable(
            "--pin-file: the PIN is missing", "Use --pin-file FILE, or --pin-file - for input."
        )
    return [click.prompt(prompt, hide_input=True, err=True) for prompt in prompts]


def signed_in(desk: Desk, operator: str, pin_file: str | None) -> Operator:
    """The operator, after their PIN was checked."""
    from kiosk.desk.people import verify_pin

    return verify_pin(desk, operator, read_pin(pin_file))


def witness_option(function: F) -> F:
    """`--witness`, for what a second person signs."""
    return click.option(
        "--witness",
        metavar="ID",
        help="Who signs as second person; their PIN is the second line of the PIN file.",
    )(function)


def both_signed_in(
    desk: Desk, operator: str, pin_file: str | None, witness: str | None
) -> tuple[Operator, Witness | None]:
    """The operator and, where one is named, the second signature."""
    from kiosk.desk.people import verify_pin
    from kiosk.desk.stock.signing import witness as sign

    if witness is None:
        return signed_in(desk, operator, pin_file), None
    pin, second = read_pins(pin_file, (f"PIN of {operator}", f"PIN of {witness}"))
    if not second:
        raise Unreadable(
            f"--pin-file: the PIN of the witness {witness} is missing",
            "It is the second line, after that of the operator.",
        )
    who = verify_pin(desk, operator, pin)
    return who, sign(desk, who, witness, second)


def read_bytes(path: str, field: str) -> bytes:
    """A whole file; raises Unreadable with the field's name."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unreadable(f"{field}: {path} cannot be read: {error.strerror or error}") from error


class LabParam(click.ParamType[tuple[float, float, float]]):
    """Three numbers with commas between them: L,a,b."""

    name = "L,a,b"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, float, float]:
        """Text to three floats."""
        if isinstance(value, tuple):
            return value
        try:
            lightness, a, b = (float(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"'{value}' is not three numbers L,a,b, for example 57,11.5,17", param, ctx)
        return lightness, a, b


def parse_day(text: str, field: str) -> Any:
    """An ISO date; raises Unreadable with the field's name."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(
            f"{field}: '{text}' is not a date", "Use year-month-day, for example 2027-08-31."
        ) from error
