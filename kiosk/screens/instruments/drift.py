"""How a unit has read its card since the first time, and until when its calibration holds."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from calibration.sampling import Lab
from kiosk.desk import calibrating, watching
from kiosk.desk.office import Desk
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.drift_plot import drift_lines

_STATES = {
    "starting": "[$wait]…[/] getting to know this unit",
    "steady": "[$pass]✓[/] steady",
    "unusual": "[$check]▲[/] unusual for this unit",
    "watch": "[$check]▲[/] watch it",
    "out": "[$stop]✕[/] out of its limits",
}
_STEPS = {"black": "black", "white": "white", "card": "card"}
#: Lines of the history that fit at 80x24.
_SHOWN = 12


def _numbers(lab: Lab | None) -> str:
    return "  ".join(f"{value:7.2f}" for value in lab) if lab else "      –        –        –"


class Drift(KioskScreen):
    """One chart at a time, its numbers under it, its meaning in the notice."""

    NAME = "drift"
    PLACE = "Drift"
    QUESTION = "Does the unit still read as it did?"

    def compose_task(self) -> ComposeResult:
        """Whose chart, the chart, the numbers."""
        yield Static("", id="whose")
        yield Static("", id="chart")
        yield Static("", id="numbers")

    def begin(self) -> None:
        """Load the unit's history."""
        self._charts: tuple[watching.WatchedCard, ...] = ()
        self._history: list[calibrating.CalibrationEntry] = []
        self._validity: watching.Validity | None = None
        self._at = 0
        self._as_list = False
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk, identity = self.state.desk, self.state.unit.identity
        if desk is None or identity is None:
            self.say("[$wait]…[/] No instrument is connected.")
            return

        def read(
            desk: Desk,
        ) -> tuple[
            tuple[watching.WatchedCard, ...],
            list[calibrating.CalibrationEntry],
            watching.Validity | None,
        ]:
            entries = calibrating.history(desk, identity.serial, identity.model)
            charts = watching.charts_of(identity.serial, entries)
            return charts, entries, watching.validity(desk, entries)

        found = await self.ask(read, desk)
        if found is not None:
            self._charts, self._history, self._validity = found
            self._draw()

    def _draw(self) -> None:
        identity = self.state.unit.identity
        assert identity is not None
        card = self._charts[self._at] if self._charts else None
        what = "white card" if card is None or card.reference is None else f"tile {card.reference}"
        holds = ""
        desk = self.state.desk
        if self._validity is not None and self._validity.valid_until is not None and desk:
            until = self._validity.valid_until.astimezone(desk.zone)
            holds = f"  [$faint]calibration holds until {until:%-d %b %H:%M} at most[/]"
        self.query_one("#whose", Static).update(
            f"[$strong b]{identity.model.upper()}[/] {identity.serial}, {what}{holds}"
        )
        self.bar.allow("other", len(self._charts) > 1)
        self.bar.allow("history", bool(self._history), "Chart" if self._as_list else "History")
        if self._as_list:
            self._draw_history()
        elif card is None:
            self.query_one("#chart", Static).update("")
            self.query_one("#numbers", Static).update("")
            self.say("[$wait]…[/] The card has not been read yet. Calibrating ends with it.")
        else:
            self._draw_chart(card)

    def _draw_chart(self, card: watching.WatchedCard) -> None:
        chart = card.chart
        width = self.query_one("#chart", Static).size.width or 74
        height = 9 if self.size.height < 32 else 15
        lines = drift_lines(chart.points, width=width, height=height)
        self.query_one("#chart", Static).update(
            "\n".join(["[$faint]distance from the first reading, CIELAB[/]", *lines])
        )
        last = chart.points[-1]
        self.query_one("#numbers", Static).update(
            "[$faint]               L*       a*       b*[/]\n"
            f"  last     {_numbers(last.lab)}   {last.difference:.2f} from the first\n"
            f"  usually  {_numbers(chart.centre)}\n"
            f"  from     {_numbers(chart.lower)}\n"
            f"  to       {_numbers(chart.upper)}"
        )
        self.say(f"{_STATES[chart.state]}  {chart.sentence}")

    def _draw_history(self) -> None:
        desk = self.state.desk
        assert desk is not None
        lines = []
        for entry in reversed(self._history[-_SHOWN:]):
            at = entry.at.astimezone(desk.zone)
            apart = entry.detail.get("difference")
            told = f"{apart:.2f} from the first" if apart is not None else ""
            step = _STEPS.get(entry.step, entry.step)
            lines.append(
                f"  {at:%d %b %Y %H:%M}  {entry.operator:<8} {step:<7} {entry.outcome:<9} {told}"
            )
        self.query_one("#chart", Static).update("\n".join(lines))
        self.query_one("#numbers", Static).update("")
        more = len(self._history) - _SHOWN
        self.say(f"[$faint]{more} earlier steps: 'calibrate report'.[/]" if more > 0 else "")

    def do_calibrate(self) -> None:
        """To the calibration."""
        self.kiosk.go("day")

    def do_other(self) -> None:
        """The next card or tile."""
        self._at = (self._at + 1) % len(self._charts)
        self._draw()

    def do_history(self) -> None:
        """List or chart."""
        self._as_list = not self._as_list
        self._draw()

    def do_back(self) -> None:
        """To the instrument."""
        self.kiosk.go("units")
