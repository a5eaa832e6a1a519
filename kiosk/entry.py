"""`smp-kiosk`: the command tree, and the two commands that open screens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kiosk.cli.access import data_folder, database_option, default_database
from kiosk.cli.group import root
from kiosk.cli.outcome import emit, note, run

if TYPE_CHECKING:
    from kiosk.desk.office import Desk


@root.command()
@click.option("--headless", is_flag=True, help="Run the main job once, without screens.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: print one JSON document.")
def demo(headless: bool, as_json: bool) -> int:
    """Show the kiosk on a simulated CR30 and a throw-away clinic."""
    if not headless:
        if as_json:
            raise click.UsageError("--json goes with --headless")
        from kiosk.demo.interactive import run_demo

        return run_demo()
    from kiosk.demo.headless import main_job

    document = main_job(note)

    def text() -> str:
        mix, ledger = document["mix"], document["ledger"]
        return (
            f"1:{mix['ratio']} ({mix['pigment_ul']} µl pigment, {mix['diluent_ul']} µl diluent) "
            f"from lots {', '.join(mix['lots'])}\n"
            f"{ledger['events']} events, head {ledger['head']}, "
            f"{'verified' if ledger['verified'] else 'NOT WHOLE'}"
        )

    emit(document, as_json=as_json, text=text)
    return 0 if document["ledger"]["verified"] else 1


def open_kiosk(database: str | None, model: str, port: str, kiosk: str) -> int:
    """Open the screens on the configured instrument and database."""
    from kiosk.screens.app import KioskApp

    url = database or default_database()
    fresh = database is None and not (data_folder() / "kiosk.db").exists()

    def found(*, name: str, timezone: str, operator: str, pin: str) -> object:
        from kiosk.desk.founding import found_clinic
        from kiosk.desk.people import Role

        data_folder().mkdir(parents=True, exist_ok=True)
        return found_clinic(
            url,
            name=name,
            timezone=timezone,
            operator=operator,
            role=Role.OWNER,
            pin=pin,
            kiosk=kiosk,
        )

    def opened() -> Desk:
        from kiosk.desk.office import open_desk

        return open_desk(url, kiosk=kiosk)

    app = KioskApp(
        open_desk=None if fresh else opened,
        instrument=(model, port),
        kiosk=kiosk,
        found=found,
        log_file=data_folder() / "errors.log",
    )
    app.run()
    return app.return_code or 0


@root.command(name="run", hidden=True)
@database_option
@click.option("--model", default="cr30", envvar="SMP_KIOSK_MODEL")
@click.option("--port", default="auto", envvar="SMP_KIOSK_PORT")
@click.option("--kiosk", default="kiosk-1", envvar="SMP_KIOSK_NAME")
def run_screens(database: str | None, model: str, port: str, kiosk: str) -> int:
    """Open the kiosk's screens."""
    return open_kiosk(database, model, port, kiosk)


def main() -> None:
    """Entry point of the `smp-kiosk` script."""
    # Without a command: the kiosk itself.
    sys.exit(run(root, sys.argv[1:] or ["run"]))


if __name__ == "__main__":
    main()
