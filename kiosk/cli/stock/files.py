"""`lots import`, `lots labels` and `lots export`: what comes in as a file and goes out as one."""

from __future__ import annotations

import sys
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
from kiosk.cli.outcome import CheckFailed, Unreadable, emit, note, problem
from kiosk.cli.stock.lots import lot_document


@click.command("import")
@click.argument("file", metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Show what would be booked, and book nothing.")
@click.option("--drop", "dropped", multiple=True, type=int, metavar="ROW", help="Leave a row out.")
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How 05/06/2027 is meant in this file.",
)
@database_option
@operator_options
@json_option
def import_(
    file: str,
    dry_run: bool,
    dropped: tuple[int, ...],
    dates: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Book a supplier's delivery file in, all of it or nothing.

    The same file again books nothing twice. With --dry-run the exit code is 1 where a row is wrong.
    """
    from kiosk.desk.stock import importing

    data = read_bytes(file, "FILE")
    day_first = None if dates is None else dates == "day-first"
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        if dry_run:
            shown = importing.preview_delivery(desk, data, drop_rows=dropped, day_first=day_first)
            document = {
                "ready": shown.ready,
                "rows": len(shown.file.rows),
                "booked_before": len(shown.booked),
                "problems": [
                    {"row": p.row, "column": p.column, "problem": p.wrong, "mend": p.mend}
                    for p in shown.file.problems
                ],
                "lots": [],
            }
            if shown.file.problems or shown.stops:
                wrong = "; ".join(
                    [p.sentence for p in shown.file.problems] + [s.sentence for s in shown.stops]
                )
                document |= problem("import", wrong, "Mend the rows, or leave them out: --drop.")
            emit(document, as_json=as_json, text=shown.text)
            if "error" in document:
                raise CheckFailed
            return
        lots = importing.import_delivery(desk, who, data, drop_rows=dropped, day_first=day_first)
    emit(
        {"lots": [lot_document(lot) for lot in lots]},
        as_json=as_json,
        text="\n".join(f"{lot.id} received, {lot.state.value}" for lot in lots)
        or "Nothing new: every row was booked before.",
    )


@click.command()
@click.option("--lot", default="", help="All bottles of this lot that hold something.")
@click.option("--bottle", "bottles", multiple=True, help="This bottle.")
@click.option(
    "--form", type=click.Choice(["pdf", "zpl", "escpos", "text"]), default="pdf", show_default=True
)
@click.option("--grid", default="3x8", show_default=True, help="Division of an A4 sheet.")
@click.option("--start", type=click.IntRange(min=1), default=1, help="First free place of a sheet.")
@click.option("--roll", default="57x32", show_default=True, help="Size of a label for zpl, in mm.")
@click.option("--out", required=True, metavar="FILE", help="Where to write; '-' is the output.")
@database_option
@json_option
def labels(
    lot: str,
    bottles: tuple[str, ...],
    form: str,
    grid: str,
    start: int,
    roll: str,
    out: str,
    database: str | None,
    as_json: bool,
) -> None:
    """Labels with the bottle's code, lot and dates, for a sheet or a label printer."""
    from kiosk.desk.stock import printing

    with desk_for(database) as desk:
        wanted = printing.labels_for(desk, *bottles, lot=lot)
        printed = printing.print_labels(wanted, form, grid=grid, start=start, roll=roll)
    if printed.replaced:
        note(f"Not in the printer's letters, printed as a mark: {' '.join(printed.replaced)}")
    if out == "-":
        sys.stdout.buffer.write(printed.data)
        return
    try:
        Path(out).write_bytes(printed.data)
    except OSError as error:
        raise Unreadable(f"--out: {out} cannot be written: {error.strerror or error}") from error
    emit(
        {"file": out, "labels": len(wanted), "replaced": list(printed.replaced)},
        as_json=as_json,
        text=f"{len(wanted)} labels in {out}",
    )


@click.command()
@click.argument("sheet")
@click.option("--from", "first", help="First day, for lists of what happened.")
@click.option("--to", "last", help="Last day.")
@click.option("--comma", is_flag=True, help="Commas between cells, not semicolons.")
@database_option
@json_option
def export(
    sheet: str,
    first: str | None,
    last: str | None,
    comma: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Print a stock list as CSV that no spreadsheet takes for formulas.

    SHEET is one of those that a wrong name is answered with.
    """
    from kiosk.desk.stock import listing

    if (first is None) != (last is None):
        raise click.UsageError("give both --from and --to, or neither")
    period = None
    if first is not None and last is not None:
        period = listing.Period(parse_day(first, "--from"), parse_day(last, "--to"))
    with desk_for(database) as desk:
        text = listing.stock_sheet(desk, sheet, period, delimiter="," if comma else ";")
    emit({"sheet": sheet, "csv": text}, as_json=as_json, text=text.removesuffix("\n"))


COMMANDS = (import_, labels, export)
