"""A delivery before it is booked, as text for people."""

from __future__ import annotations

from collections.abc import Collection

from kiosk.inventory.deliveries.rows import DeliveryPreview, DeliveryRow
from kiosk.inventory.sheets.cells import ml


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def row_text(row: DeliveryRow) -> str:
    """One row in words, without a sign before it."""
    parts = [
        f"{_counted(row.bottles, 'bottle')} of {row.product}",
        f"lot {row.lot_no}" if row.lot_no else "no lot number",
        *(f"{item.kind} {item.text}" for item in row.identifiers),
        f"{ml(row.bottle_ul)} ml each",
        f"until {row.label_expiry.isoformat()}" if row.label_expiry else "no expiry date",
    ]
    if row.supplier:
        parts.append(f"from {row.supplier}")
    if row.invoice:
        parts.append(f"invoice {row.invoice}")
    return ", ".join(parts)


def preview_text(preview: DeliveryPreview, booked: Collection[str] = ()) -> str:
    """What booking would do: `+` new, `=` booked before, `✕` wrong, `!` to know, `-` dropped."""
    lines = [
        f"{'+' if row.fingerprint not in booked else '= booked before:'} {row_text(row)}"
        for row in preview.rows
    ]
    lines += [f"✕ {problem.sentence}" for problem in preview.problems]
    lines += [f"! row {remark.row}: {remark.sentence}" for remark in preview.remarks]
    lines += [f"- row {number} dropped" for number in preview.dropped]
    if preview.ignored:
        lines.append(f"! not read: {', '.join(preview.ignored)}")
    if preview.guessed_encoding:
        lines.append(f"! read as {preview.encoding}: look at the accents")
    new = [row for row in preview.rows if row.fingerprint not in booked]
    if preview.problems:
        lines.append("Nothing will be booked until every row is mended or dropped.")
    else:
        lines.append(
            f"{_counted(len(new), 'row')} to book, "
            f"{_counted(sum(row.bottles for row in new), 'bottle')}; "
            f"{len(preview.rows) - len(new)} booked before."
        )
    return "\n".join(lines)
