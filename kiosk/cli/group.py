"""The command tree without the parts that open screens."""

from __future__ import annotations

import click

from kiosk import __version__
from kiosk.cli.calibrate import calibrate
from kiosk.cli.clients import clients
from kiosk.cli.clinic import clinic
from kiosk.cli.colour import match, mix, tone
from kiosk.cli.exchange import exchange
from kiosk.cli.inks import inks
from kiosk.cli.instruments import instruments
from kiosk.cli.learning import anchors, card, model, outcomes
from kiosk.cli.people import operators
from kiosk.cli.records import audit, db, init
from kiosk.cli.scan import scan
from kiosk.cli.stock import correcting, counting, files, inspecting, leaving
from kiosk.cli.stock.keeping import assets, documents, suppliers
from kiosk.cli.stock.lots import lots
from kiosk.cli.stock.products import products
from kiosk.cli.stock.recall import recall


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="smp-kiosk")
def root() -> None:
    """Chairside kiosk for scalp micropigmentation.

    Without a command it opens the kiosk's screens. 'smp-kiosk demo' shows everything on a simulated
    colorimeter, with nothing to configure.
    """


for _step in (
    card,
    *counting.COMMANDS,
    *leaving.COMMANDS,
    *correcting.COMMANDS,
    *files.COMMANDS,
    *inspecting.COMMANDS,
):
    lots.add_command(_step)

for _command in (
    init,
    clinic,
    operators,
    instruments,
    calibrate,
    match,
    tone,
    mix,
    model,
    inks,
    clients,
    products,
    lots,
    recall,
    suppliers,
    documents,
    assets,
    exchange,
    scan,
    anchors,
    outcomes,
    audit,
    db,
):
    root.add_command(_command)
