"""Expected failures as text for the notice: what happened, and the mend."""

from __future__ import annotations

from collections.abc import Sequence

from textual.markup import escape

from drivers.errors import InstrumentError
from kiosk.stops import Refused, Severity, Stop, ranked

SIGNS = {
    Severity.SAFETY: "[$stop b]✕[/]",
    Severity.POLICY: "[$check b]▲[/]",
    Severity.ADVICE: "[$wait]…[/]",
}


def stop_card(stop: Stop) -> str:
    """A stop as a card: what, on which evidence, what lifts it."""
    return (
        f"{SIGNS[stop.severity]} [$strong b]{escape(stop.sentence)}[/]\n"
        f"  [$faint]Rule {escape(stop.rule)} · {escape(stop.evidence)}[/]\n"
        f"  What lifts it: {escape(stop.lifts)}"
    )


def stop_cards(stops: Sequence[Stop]) -> str:
    """The gravest stop as a card, the others as a line each."""
    first, *others = ranked(stops)
    also = [f"  also: {escape(stop.sentence)}" for stop in others]
    return "\n".join([stop_card(first), *also])


def describe(error: Exception) -> str | None:
    """Markup for an expected failure, None for a defect of the program."""
    # Late: the sign-in frame must not wait for SQLAlchemy.
    from kiosk.desk.errors import DatabaseUnusable, DeskError

    if isinstance(error, Refused):
        return stop_cards(error.stops)
    if isinstance(error, InstrumentError | DeskError | DatabaseUnusable):
        return f"[$check]▲[/] {escape(error.message)}\n  [$faint]{escape(error.hint)}[/]"
    return None
