"""`lots count` and the commands that move a bottle: hold, free, claim, give back, send, arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import (
    both_signed_in,
    database_option,
    desk_for,
    json_option,
    operator_options,
    signed_in,
    witness_option,
)
from kiosk.cli.outcome import Unreadable, emit
from kiosk.cli.stock.lots import offer_document, offer_line

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator


def _pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for value in values:
        bottle, sign, rest = value.partition("=")
        if not sign or not bottle.strip():
            raise Unreadable(f"{option}: '{value}' is not BOTTLE=…", "For example B-0001=9400.")
        found[bottle.strip()] = rest.strip()
    return found


def _volume(bottle: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Unreadable(
            f"--found: '{text}' for {bottle} is no volume", "Type whole microlitres, 0 for empty."
        )
    return int(text)


@click.command("count")
@click.option(
    "--found",
    multiple=True,
    required=True,
    metavar="BOTTLE=UL",
    help="What is in a bottle, in microlitres.",
)
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    metavar="BOTTLE=TEXT",
    help="Why it differs from the book.",
)
@click.option("--token", default="", help="A name for this count: given twice it is booked once.")
@witness_option
@database_option
@operator_options
@json_option
def count(
    found: tuple[str, ...],
    reasons: tuple[str, ...],
    token: str,
    witness: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Book what was counted; the book itself is shown only afterwards.

    A difference needs a reason, a large one a witness.
    """
    from kiosk.desk.stock import counting
    from kiosk.inventory.counting import Found, enter

    volumes = {bottle: _volume(bottle, text) for bottle, text in _pairs(found, "--found").items()}
    said = _pairs(reasons, "--reason")
    with desk_for(database) as desk:
        who, second = both_signed_in(desk, operator, pin_file, witness)
        sheet = counting.begin_count(desk, who, bottles=tuple(volumes))
        for bottle, volume in volumes.items():
            sheet = enter(sheet, bottle, Found(volume))
        booked = counting.finish_count(desk, who, sheet, said, second=second, token=token)
    emit(
        {
            "adjustments": [
                {
                    "bottle": entry.bottle,
                    "counted_ul": entry.counted_ul,
                    "difference_ul": entry.qty_ul,
                    "allowed_ul": entry.allowed_ul,
                    "reason": entry.reason,
                }
                for entry in booked
            ]
        },
        as_json=as_json,
        text="\n".join(
            f"{entry.bottle}: {entry.counted_ul / 1000:.2f} ml counted, "
            f"{entry.qty_ul / 1000:+.2f} ml from the book"
            for entry in booked
        ),
    )


#: For click a default of None would be a default, and an option with one is never asked for.
NOTHING: dict[str, Any] = {"default": ""}
Act = Callable[["Desk", "Operator", str, str], object]


def _bottle_command(
    name: str, help_text: str, option: str, act: Act, *, needed: bool = True
) -> click.Command:
    def command(
        bottle: str,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
        **given: str,
    ) -> None:
        from kiosk.desk.office import look
        from kiosk.desk.stock.shelf import find_bottle
        from kiosk.inventory.picking import offer

        with desk_for(database) as desk:
            act(desk, signed_in(desk, operator, pin_file), bottle, given.get("what", ""))
            with look(desk) as connection:
                item = offer(find_bottle(connection, bottle), desk.today())
        emit(offer_document(item), as_json=as_json, text=offer_line(item))

    wrapped = json_option(operator_options(database_option(command)))
    if option:
        wrapped = click.option(option, "what", required=needed, **({} if needed else NOTHING))(
            wrapped
        )
    return click.command(name, help=help_text)(click.argument("bottle")(wrapped))


def _hold(desk: Desk, who: Operator, bottle: str, what: str) -> None:
    from kiosk.desk.stock.holding import hold_bottle

    hold_bottle(desk, who, bottle, what)


def _free(desk: Desk, who: Operator, bottle: str, what: str) -> None:
    from kiosk.desk.stock.holding import free_bottle

    free_bottle(desk, who, bottle, what)


def _claim(desk: Desk, who: Operator, bottle: str, what: str) -> None:
    from kiosk.desk.stock.claiming import claim_bottle

    claim_bottle(desk, who, bottle, what)


def _give_back(desk: Desk, who: Operator, bottle: str, _what: str) -> None:
    from kiosk.desk.stock.claiming import give_back

    give_back(desk, who, bottle)


def _send(desk: Desk, who: Operator, bottle: str, what: str) -> None:
    from kiosk.desk.stock.claiming import send_bottle

    send_bottle(desk, who, bottle, what)


def _arrive(desk: Desk, who: Operator, bottle: str, what: str) -> None:
    from kiosk.desk.stock.claiming import book_in_bottle

    book_in_bottle(desk, who, bottle, what)


COMMANDS = (
    count,
    _bottle_command("hold", "Put BOTTLE aside: nobody draws from it.", "--reason", _hold),
    _bottle_command("free", "Let BOTTLE be used again.", "--reason", _free),
    _bottle_command(
        "claim",
        "Claim BOTTLE for this kiosk; with a reason also from another one.",
        "--reason",
        _claim,
        needed=False,
    ),
    _bottle_command("give-back", "End this kiosk's claim on BOTTLE.", "", _give_back),
    _bottle_command("send", "Send BOTTLE to another room or site.", "--to", _send),
    _bottle_command("arrive", "Book BOTTLE in where it is now.", "--at", _arrive),
)
