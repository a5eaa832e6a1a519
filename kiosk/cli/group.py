"""The command tree without the parts that open screens."""

from __future__ import annotations

import click

from kiosk import __version__
from kiosk.cli.calibrate import calibrate
from kiosk.cli.colour import match, mix, tone
from kiosk.cli.instruments import instruments
from kiosk.cli.learning import anchors, card, model, outcomes
from kiosk.cli.people import operators
from kiosk.cli.records import audit, db, init
from kiosk.cli.stock import lots, products


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="smp-kiosk")
def root() -> None:
    """Chairside kiosk for scalp micropigmentation.

    Without a command it opens the kiosk's screens. 'smp-kiosk demo' shows everything on a simulated
    colorimeter, with nothing to configure.
    """


lots.add_command(card)

for _command in (
    init,
    operators,
    instruments,
    calibrate,
    match,
    tone,
    mix,
    model,
    products,
    lots,
    anchors,
    outcomes,
    audit,
    db,
):
    root.add_command(_command)
