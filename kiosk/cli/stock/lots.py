"""`lots`: the life of a lot and its bottles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from kiosk.inventory.model import Lot
    from kiosk.inventory.picking import Offer


@click.group()
def lots() -> None:
    """Lots and bottles: receive, release, open, dispense, look."""


def lot_document(lot: Lot) -> dict[str, Any]:
    """A lot as commands print it."""
    from kiosk.inventory.verdict import classify

    finding = classify(lot.product)
    return {
        "lot": lot.id,
        "lot_no": lot.lot_no,
        "product": lot.product.id,
        "state": lot.state.value,
        "verdict": finding.verdict.value,
        "known_as": lot.known_as,
        "label_expiry": lot.label_expiry.isoformat() if lot.label_expiry else None,
        "received_on": lot.received_on.isoformat() if lot.received_on else None,
        "reason": lot.reason,
    }


def offer_document(item: Offer) -> dict[str, Any]:
    """A bottle as `list`, `show` and `next` print it."""
    bottle, lot = item.bottle, item.bottle.lot
    return {
        "bottle": bottle.id,
        "lot": lot.id,
        "lot_no": lot.lot_no,
        "product": lot.product.id,
        "kind": lot.product.kind.value,
        "state": lot.state.value,
        "verdict": item.finding.verdict.value,
        "label_expiry": lot.label_expiry.isoformat() if lot.label_expiry else None,
        "effective_expiry": item.expiry.on.isoformat() if item.expiry else None,
        "opened_on": bottle.opened_on.isoformat() if bottle.opened_on else None,
        "size_ul": bottle.size_ul,
        "remaining_ul": bottle.remaining_ul,
        "usable": item.usable,
        "reasons": [stop.as_dict() for stop in item.stops],
    }


def offer_line(item: Offer) -> str:
    """A bottle as one line of text."""
    sign = "✓" if item.usable else "✕"
    why = "" if item.usable else f"  {item.stops[0].sentence}"
    until = item.expiry.on.isoformat() if item.expiry else "no date"
    bottle = item.bottle
    return (
        f"{sign} {bottle.id}  {bottle.lot.id}  lot {bottle.lot.lot_no or '(none)'}  "
        f"{bottle.lot.product.name}  "
        f"{bottle.remaining_ul / 1000:.2f} ml  until {until}{why}"
    )


@lots.command()
@click.option("--product", required=True)
@click.option("--lot-no", default="", help="As printed; empty where the container has none.")
@click.option("--expiry", help="The label's date, year-month-day.")
@click.option("--supplier", default="")
@click.option("--bottle-ul", type=int, required=True, help="Volume of one bottle in microlitres.")
@click.option("--bottles", type=int, default=1, show_default=True)
@click.option("--received", help="Day of arrival; default today.")
@database_option
@operator_options
@json_option
def receive(
    product: str,
    lot_no: str,
    expiry: str | None,
    supplier: str,
    bottle_ul: int,
    bottles: int,
    received: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Book a delivery in; it begins in quarantine."""
    from kiosk.desk import stock

    delivery = stock.Delivery(
        product,
        lot_no,
        parse_day(expiry, "--expiry") if expiry else None,
        supplier,
        bottle_ul,
        bottles,
        parse_day(received, "--received") if received else None,
    )
    with desk_for(database) as desk:
        lot = stock.receive(desk, signed_in(desk, operator, pin_file), delivery)
    emit(lot_document(lot), as_json=as_json, text=f"{lot.id} received, {lot.state.value}")


def _lot_command(name: str, help_text: str, default_reason: str | None) -> click.Command:
    # For click a default of None is a default: it would not ask for the reason.
    said: dict[str, Any] = {"default": default_reason} if default_reason else {"required": True}

    @click.command(name, help=help_text)
    @click.argument("lot")
    @click.option("--reason", **said)
    @database_option
    @operator_options
    @json_option
    def command(
        lot: str,
        reason: str,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
    ) -> None:
        from kiosk.desk import stock

        with desk_for(database) as desk:
            function = getattr(stock, name)
            changed = function(desk, signed_in(desk, operator, pin_file), lot, reason)
        emit(lot_document(changed), as_json=as_json, text=f"{changed.id}: {changed.state.value}")

    return command


lots.add_command(_lot_command("release", "Release LOT from quarantine.", "inspected"))
lots.add_command(_lot_command("quarantine", "Put LOT into quarantine.", None))
lots.add_command(_lot_command("reject", "Reject LOT for good.", None))


@lots.command("open")
@click.argument("bottle")
@click.option("--on", "opened_on", help="Day of opening; default today.")
@database_option
@operator_options
@json_option
def open_(
    bottle: str,
    opened_on: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record that BOTTLE was opened."""
    from kiosk.desk import stock
    from kiosk.inventory.picking import offer

    day = parse_day(opened_on, "--on") if opened_on else None
    with desk_for(database) as desk:
        changed = stock.open_bottle(desk, signed_in(desk, operator, pin_file), bottle, day)
        item = offer(changed, desk.today())
    emit(offer_document(item), as_json=as_json, text=offer_line(item))


@lots.command()
@click.argument("bottle")
@click.option("--ul", type=int, required=True, help="Volume in microlitres.")
@click.option("--ref", default="", help="What it was for.")
@click.option("--reason", required=True)
@database_option
@operator_options
@json_option
def dispense(
    bottle: str,
    ul: int,
    ref: str,
    reason: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Take a volume out of BOTTLE outside a mix."""
    from kiosk.desk import stock
    from kiosk.inventory.picking import offer

    with desk_for(database) as desk:
        changed = stock.dispense(desk, signed_in(desk, operator, pin_file), bottle, ul, ref, reason)
        item = offer(changed, desk.today())
    emit(offer_document(item), as_json=as_json, text=offer_line(item))


@lots.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Every bottle, in the order to use them."""
    from kiosk.desk import stock

    with desk_for(database) as desk:
        offers = stock.list_stock(desk)
    emit(
        {"bottles": [offer_document(item) for item in offers]},
        as_json=as_json,
        text=lambda: "\n".join(map(offer_line, offers)) or "No stock.",
    )


@lots.command()
@click.argument("identifier")
@database_option
@json_option
def show(identifier: str, database: str | None, as_json: bool) -> None:
    """One lot with its bottles; IDENTIFIER is a lot id, a lot number or a bottle id.

    A lot number that several deliveries carry is answered with their ids.
    """
    from kiosk.desk import stock
    from kiosk.desk.errors import DeskError, NotFound

    with desk_for(database) as desk:
        offers = [
            item
            for item in stock.list_stock(desk)
            if identifier in {item.bottle.id, item.bottle.lot.id, item.bottle.lot.lot_no}
        ]
    if not offers:
        raise NotFound(f"lot: there is no '{identifier}'", "'smp-kiosk lots list' shows them.")
    several = sorted({item.bottle.lot.id for item in offers})
    if len(several) > 1:
        raise DeskError(
            f"lot: {len(several)} lots carry the number '{identifier}'",
            f"Name one by its id: {', '.join(several)}.",
        )
    document = lot_document(offers[0].bottle.lot) | {
        "remaining_ul": sum(item.bottle.remaining_ul for item in offers),
        "effective_expiry": min(
            (item.expiry.on.isoformat() for item in offers if item.expiry), default=None
        ),
        "reasons": [stop.as_dict() for stop in offers[0].stops],
        "bottles": [offer_document(item) for item in offers],
    }
    emit(document, as_json=as_json, text=lambda: "\n".join(map(offer_line, offers)))


@lots.command("next")
@click.option(
    "--kind", type=click.Choice(["pigment", "diluent"]), default="pigment", show_default=True
)
@database_option
@json_option
def next_(kind: str, database: str | None, as_json: bool) -> None:
    """The order in which to use bottles, and why some may not be used."""
    from kiosk.desk import stock
    from kiosk.inventory.model import Kind

    with desk_for(database) as desk:
        offers = stock.next_bottles(desk, Kind(kind))
    first = next((item.bottle.id for item in offers if item.usable), None)
    emit(
        {"next": first, "bottles": [offer_document(item) for item in offers]},
        as_json=as_json,
        text=lambda: "\n".join(map(offer_line, offers)) or "Nothing in stock.",
    )
