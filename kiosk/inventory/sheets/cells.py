"""Values as cells: ISO dates, exact decimals, yes and no."""

from __future__ import annotations

from datetime import UTC, date, datetime


def ul(volume_ul: int | None) -> str:
    """Whole microlitres without a sign; empty for None.

    Raises:
        ValueError: the volume is negative. A minus sign would have to be guarded, and then a
            spreadsheet could no longer add it up: what goes out has a column of its own.
    """
    if volume_ul is None:
        return ""
    if volume_ul < 0:
        raise ValueError(f"a volume of {volume_ul} µl cannot be listed")
    return str(volume_ul)


def ml(volume_ul: int | None) -> str:
    """Millilitres as an exact decimal with a point, without trailing zeros; empty for None.

    Ten millilitres are "10": where the comma is the decimal mark, "10.000" would be opened as ten
    thousand.

    Raises:
        ValueError: the volume is negative.
    """
    if volume_ul is None:
        return ""
    whole = ul(volume_ul)
    millilitres, rest = divmod(int(whole), 1000)
    return f"{millilitres}.{rest:03d}".rstrip("0").rstrip(".")


def day(value: date | None) -> str:
    """A calendar date, year-month-day; empty for None."""
    return value.isoformat() if value else ""


def instant(value: datetime | None) -> str:
    """An instant in UTC to the second; empty for None.

    Raises:
        ValueError: the instant has no time zone.
    """
    if value is None:
        return ""
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone means nothing to a reader elsewhere")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def yes(value: bool) -> str:
    """A word for a mark."""
    return "yes" if value else "no"


def several(values: tuple[str, ...]) -> str:
    """Several short texts in one cell, in their own order."""
    return " | ".join(values)
