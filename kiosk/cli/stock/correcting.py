"""`lots correct` and `lots nonconforming`: mistakes put right, and uses that no rule allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    operator_options,
    parse_day,
    signed_in,
)
from kiosk.cli.outcome import emit
from kiosk.cli.stock.lots import lot_document, offer_document, offer_line

if TYPE_CHECKING:
    from kiosk.desk.stock.uses import Use


@click.command()
@click.argument("identifier")
@click.option("--reason", required=True, help="What was wrong.")
@click.option("--lot-no", help="What is printed on the container; '' where nothing is.")
@click.option("--expiry", help="The label's date, year-month-day.")
@click.option("--received", help="Day of arrival.")
@click.option(
    "--event", type=click.IntRange(1, 2**62), help="Number of the event that booked a wrong amount."
)
@click.option("--ul", type=click.IntRange(min=0), help="What really left; with --event.")
@click.option("--opened", help="The earlier day on which the bottle was really opened.")
@database_option
@operator_options
@json_option
def correct(
    identifier: str,
    reason: str,
    lot_no: str | None,
    expiry: str | None,
    received: str | None,
    event: int | None,
    ul: int | None,
    opened: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Put right what was noted; the first entry stays in the ledger.

    IDENTIFIER is a lot for --lot-no, --expiry and --received: the lot then goes back to quarantine
    and is judged again. It is a bottle for --event with --ul, and for --opened.
    """
    from kiosk.desk.stock import correcting
    from kiosk.desk.stock.lot_page import lot_page
    from kiosk.inventory.picking import offer

    of_lot = [value for value in (lot_no, expiry, received) if value is not None]
    chosen = [bool(of_lot), event is not None or ul is not None, opened is not None]
    if sum(chosen) != 1 or (event is None) != (ul is None):
        raise click.UsageError(
            "give what stands on the lot (--lot-no, --expiry, --received), or --event with --ul, "
            "or --opened"
        )
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if of_lot:
            page = lot_page(desk, identifier)
            known = page.lot
            facts = correcting.Facts(
                known.lot_no if lot_no is None else lot_no,
                parse_day(expiry, "--expiry") if expiry else known.label_expiry,
                parse_day(received, "--received") if received else known.received_on,
                tuple(i for i in page.identifiers if i.kind != "LOT"),
                known.label,
            )
            lot = correcting.correct_lot(desk, who, identifier, facts, reason)
            emit(lot_document(lot), as_json=as_json, text=f"{lot.id}: {lot.state.value}")
            return
        late: tuple[Use, ...] = ()
        if event is not None and ul is not None:
            bottle = correcting.correct_amount(desk, who, event, ul, reason)
        else:
            day = parse_day(opened or "", "--opened")
            opening = correcting.open_late(desk, who, identifier, day, reason)
            bottle, late = opening.bottle, opening.late
        item = offer(bottle, desk.today())
    document = offer_document(item) | {
        "late_uses": [
            {"client": use.client, "mix": use.mix, "on": use.day(desk.zone).isoformat()}
            for use in late
        ]
    }
    emit(document, as_json=as_json, text=offer_line(item))


@click.command()
@click.argument("bottle")
@click.option("--ul", type=int, required=True, help="Volume in microlitres.")
@click.option("--on", "used_on", required=True, help="The day it was used.")
@click.option("--visit", default="", help="The visit it was for, if it is known.")
@click.option("--found", required=True, help="How it came out.")
@click.option("--action", required=True, help="What was done about it.")
@click.option("--token", default="", help="A name for this command: given twice it is done once.")
@database_option
@operator_options
@json_option
def nonconforming(
    bottle: str,
    ul: int,
    used_on: str,
    visit: str,
    found: str,
    action: str,
    token: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record that blocked material of BOTTLE was used; the block stays."""
    from kiosk.desk.stock.nonconformance import Report, record_nonconformance
    from kiosk.inventory.picking import offer

    told = Report(bottle, ul, parse_day(used_on, "--on"), visit, found, action, token)
    with desk_for(database) as desk:
        changed = record_nonconformance(desk, signed_in(desk, operator, pin_file), told)
        item = offer(changed, desk.today())
    emit(offer_document(item), as_json=as_json, text=offer_line(item))


COMMANDS = (correct, nonconforming)
