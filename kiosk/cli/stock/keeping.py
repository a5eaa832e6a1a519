"""`suppliers`, `documents` and `assets`: who delivers, what papers say, what falls due."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.cli.access import (
    database_option,
    desk_for,
    json_option,
    operator_options,
    parse_day,
    read_bytes,
    signed_in,
)
from kiosk.cli.outcome import emit


@click.group()
def suppliers() -> None:
    """Suppliers: add, block, approve, list."""


@suppliers.command("add")
@click.argument("supplier")
@click.option("--name", required=True)
@database_option
@operator_options
@json_option
def add_supplier(
    supplier: str,
    name: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Put SUPPLIER on the list of approved ones."""
    from kiosk.desk.stock import suppliers as desk_suppliers

    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        desk_suppliers.add_supplier(desk, who, supplier, name)
    emit({"supplier": supplier, "state": "APPROVED"}, as_json=as_json, text=f"{supplier}: approved")


def _judging(name: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("supplier")
    @click.option("--reason", required=True)
    @database_option
    @operator_options
    @json_option
    def command(
        supplier: str,
        reason: str,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
    ) -> None:
        from kiosk.desk.stock import suppliers as desk_suppliers

        with desk_for(database) as desk:
            who = signed_in(desk, operator, pin_file)
            act = (
                desk_suppliers.block_supplier
                if name == "block"
                else desk_suppliers.approve_supplier
            )
            found = act(desk, who, supplier, reason)
        emit(
            {
                "supplier": found.id,
                "state": found.state,
                "reason": found.reason,
                "review": list(found.lots_at_hand),
            },
            as_json=as_json,
            text=f"{found.id}: {found.state}; lots here: {', '.join(found.lots_at_hand) or 'none'}",
        )

    return command


suppliers.add_command(_judging("block", "Take no more deliveries from SUPPLIER."))
suppliers.add_command(_judging("approve", "Let SUPPLIER deliver again."))


@suppliers.command("list")
@database_option
@json_option
def list_suppliers(database: str | None, as_json: bool) -> None:
    """Every supplier, and which of its lots are here."""
    from kiosk.desk.stock import suppliers as desk_suppliers

    with desk_for(database) as desk:
        found = desk_suppliers.list_suppliers(desk)
    documents = [
        {"supplier": s.id, "name": s.name, "state": s.state, "lots_at_hand": list(s.lots_at_hand)}
        for s in found
    ]
    emit(
        {"suppliers": documents},
        as_json=as_json,
        text=lambda: "\n".join(f"{s.id}  {s.name}  {s.state}" for s in found) or "No supplier.",
    )


@click.group()
def documents() -> None:
    """Papers of products, lots, suppliers and assets, kept by their hash."""


@documents.command()
@click.argument("subject")
@click.argument("file")
@click.option(
    "--kind",
    type=click.Choice(
        ["label-photo", "sds", "certificate", "invoice", "ifu", "statement", "other"]
    ),
    required=True,
)
@click.option("--dated", help="The date on the paper.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    metavar="NAME=VALUE",
    help="lot_no=N, sterile=yes|no, or a substance in mg/kg.",
)
@database_option
@operator_options
@json_option
def attach(
    subject: str,
    file: str,
    kind: str,
    dated: str | None,
    facts: tuple[str, ...],
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Keep FILE as a document of SUBJECT: a product, a lot, a supplier or an asset."""
    from kiosk.desk.stock import papers
    from kiosk.desk.stock.paper_facts import facts_from

    paper = papers.Paper(
        kind,
        Path(file).name,
        read_bytes(file, "FILE"),
        parse_day(dated, "--dated") if dated else None,
        facts_from(facts),
    )
    with desk_for(database) as desk:
        kept = papers.attach(desk, signed_in(desk, operator, pin_file), subject, paper)
    emit(
        {"document": kept.seq, "subject": subject, "sha256": kept.sha256},
        as_json=as_json,
        text=f"document {kept.seq} of {subject}: {kept.name}, sha-256 {kept.sha256}",
    )


@documents.command()
@click.argument("document", type=click.IntRange(1, 2**62))
@click.option("--reason", required=True)
@database_option
@operator_options
@json_option
def withdraw(
    document: int,
    reason: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Say that DOCUMENT no longer counts; lots released on it go back to quarantine."""
    from kiosk.desk.stock import papers

    with desk_for(database) as desk:
        left = papers.withdraw(desk, signed_in(desk, operator, pin_file), document, reason)
    emit(
        {
            "document": document,
            "quarantined": list(left.lots),
            "uses": [{"client": u.client, "mix": u.mix, "lot": u.lot} for u in left.uses],
        },
        as_json=as_json,
        text=f"withdrawn; back in quarantine: {', '.join(left.lots) or 'nothing'}",
    )


@documents.command("list")
@click.argument("subject")
@database_option
@json_option
def list_documents(subject: str, database: str | None, as_json: bool) -> None:
    """The papers of SUBJECT."""
    from kiosk.desk.stock import papers

    with desk_for(database) as desk:
        found = papers.list_documents(desk, subject)
    emit(
        {
            "documents": [
                {
                    "document": d.seq,
                    "kind": d.kind,
                    "name": d.name,
                    "dated": d.dated.isoformat() if d.dated else None,
                    "sha256": d.sha256,
                    "facts": dict(d.facts),
                    "withdrawn": d.withdrawn,
                }
                for d in found
            ]
        },
        as_json=as_json,
        text=lambda: "\n".join(f"{d.seq}  {d.kind}  {d.name}" for d in found) or "No papers.",
    )


@click.group()
def assets() -> None:
    """Tiles, probes, balances: what falls due when."""


@assets.command("add")
@click.argument("asset")
@click.option("--kind", required=True, help="For example tile, probe, balance.")
@click.option("--serial", default="")
@click.option("--due", help="The day its certificate or service ends.")
@click.option("--note", default="")
@database_option
@operator_options
@json_option
def add_asset(
    asset: str,
    kind: str,
    serial: str,
    due: str | None,
    note: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Put ASSET on the list."""
    from kiosk.desk.stock import assets as desk_assets

    item = desk_assets.Asset(
        asset, kind, serial, parse_day(due, "--due") if due else None, "IN SERVICE", note
    )
    with desk_for(database) as desk:
        desk_assets.add_asset(desk, signed_in(desk, operator, pin_file), item)
    emit({"asset": asset, "state": item.state}, as_json=as_json, text=f"{asset}: in service")


@assets.command()
@click.argument("asset")
@click.option("--due", help="The day until which it is good now.")
@click.option("--note", default="")
@database_option
@operator_options
@json_option
def service(
    asset: str,
    due: str | None,
    note: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record a service or a new certificate of ASSET."""
    from kiosk.desk.stock import assets as desk_assets

    day = parse_day(due, "--due") if due else None
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        desk_assets.service_asset(desk, who, asset, day, note)
    emit({"asset": asset, "due_on": due}, as_json=as_json, text=f"{asset}: serviced")


@assets.command()
@click.argument("asset")
@click.option("--reason", required=True)
@database_option
@operator_options
@json_option
def retire(
    asset: str,
    reason: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Take ASSET out of service."""
    from kiosk.desk.stock import assets as desk_assets

    with desk_for(database) as desk:
        desk_assets.retire_asset(desk, signed_in(desk, operator, pin_file), asset, reason)
    emit({"asset": asset, "state": "OUT OF SERVICE"}, as_json=as_json, text=f"{asset}: retired")


@assets.command("list")
@database_option
@json_option
def list_assets(database: str | None, as_json: bool) -> None:
    """Every asset; what falls due first stands first."""
    from kiosk.desk.stock import assets as desk_assets

    with desk_for(database) as desk:
        found, today = desk_assets.list_assets(desk), desk.today()
    emit(
        {
            "assets": [
                {
                    "asset": a.id,
                    "kind": a.kind,
                    "serial": a.serial,
                    "due_on": a.due_on.isoformat() if a.due_on else None,
                    "state": a.state,
                    "overdue": a.overdue(today),
                }
                for a in found
            ]
        },
        as_json=as_json,
        text=lambda: "\n".join(f"{a.id}  {a.kind}  {a.state}" for a in found) or "No assets.",
    )
