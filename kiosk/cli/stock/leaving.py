"""`lots discard|dispose|close-mix`: how stock leaves without a client."""

from __future__ import annotations

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
from kiosk.cli.outcome import emit
from kiosk.cli.stock.lots import lot_document, offer_document, offer_line


@click.command()
@click.argument("bottle")
@click.option("--ul", type=int, required=True, help="Volume in microlitres.")
@click.option("--reason", required=True)
@click.option("--token", default="", help="A name for this command: given twice it is done once.")
@witness_option
@database_option
@operator_options
@json_option
def discard(
    bottle: str,
    ul: int,
    reason: str,
    token: str,
    witness: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Pour something out of BOTTLE away; it reaches no client."""
    from kiosk.desk.stock import leaving
    from kiosk.inventory.picking import offer

    with desk_for(database) as desk:
        who, second = both_signed_in(desk, operator, pin_file, witness)
        changed = leaving.discard(desk, who, bottle, ul, reason, second=second, token=token)
        item = offer(changed, desk.today())
    emit(offer_document(item), as_json=as_json, text=offer_line(item))


@click.command()
@click.argument("identifier")
@click.option("--reason", required=True)
@click.option("--return", "give_back", is_flag=True, help="Back to the supplier, not destroyed.")
@witness_option
@database_option
@operator_options
@json_option
def dispose(
    identifier: str,
    reason: str,
    give_back: bool,
    witness: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Destroy all that is left of a lot or a bottle, or return it to its supplier.

    IDENTIFIER is a lot id or a bottle id. Blocked stock needs a witness.
    """
    from kiosk.desk.stock import leaving
    from kiosk.inventory.picking import offer

    with desk_for(database) as desk:
        who, second = both_signed_in(desk, operator, pin_file, witness)
        if identifier.upper().startswith("B-"):
            bottle = leaving.empty_bottle(
                desk, who, identifier, reason, second=second, give_back=give_back
            )
            item = offer(bottle, desk.today())
            emit(offer_document(item), as_json=as_json, text=offer_line(item))
            return
        end = leaving.return_lot if give_back else leaving.dispose_lot
        lot = end(desk, who, identifier, reason, second=second)
    emit(lot_document(lot), as_json=as_json, text=f"{lot.id}: {lot.state.value}")


@click.command("close-mix")
@click.argument("mix")
@click.option("--how", type=click.Choice(["used", "discarded", "incident"]), required=True)
@click.option("--reason", default="")
@database_option
@operator_options
@json_option
def close_mix(
    mix: str,
    how: str,
    reason: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Say how the cup of MIX ended; what is left in it is waste."""
    from kiosk.desk.stock import leaving

    with desk_for(database) as desk:
        leaving.close_mix(desk, signed_in(desk, operator, pin_file), mix, how, reason)
    emit({"mix": mix, "closed": how}, as_json=as_json, text=f"{mix}: {how}")


COMMANDS = (discard, dispose, close_mix)
