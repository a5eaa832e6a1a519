"""A head that measures channels learns colours: every patch of a chart, then a signature."""

from __future__ import annotations

import uuid

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from calibration.charts import Chart, colorchecker
from kiosk.desk import correcting
from kiosk.desk.bench import PatchReading
from kiosk.desk.instrument_line import Connected, Failed, LineEvent, PatchRead, Request
from kiosk.desk.patches import MeasuredChart, mean_patch
from kiosk.screens.failures import describe
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.field import Field

_WHY = (
    "Three channels fitted on a colour chart alone are about 3.6 CIEDE2000 off on skin; with skin "
    "tones of known colour among the patches half of that. Six channels or more do well on a chart."
)


class Fit(KioskScreen):
    """Leads through the patches; what the fit expects of itself is told before it counts."""

    NAME = "fit"
    PLACE = "Colours"
    QUESTION = "What colours are these channels?"

    def compose_task(self) -> ComposeResult:
        """The chart, the patch to read, and at the end the signature."""
        yield Static("", id="chart")
        yield Static("", classes="gap")
        yield Static("", id="patch")
        yield Static("", classes="gap")
        yield Field(id="pin", placeholder="PIN", password=True, max_length=12)
        yield Static(_WHY, classes="small-print")

    def begin(self) -> None:
        """Load the chart and listen to the instrument."""
        self._chart: Chart | None = None
        self._readings: list[PatchRead] = []
        self._pending: str | None = None
        self.query_one("#pin").display = False
        self.kiosk.news.subscribe(self, self._hear)
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        self._chart = await self.ask(colorchecker)
        self._draw()

    @property
    def _left(self) -> int:
        return len(self._chart.patches) - len(self._readings) if self._chart else 0

    def _draw(self) -> None:
        if self._chart is None:
            return
        done, total = len(self._readings), len(self._chart.patches)
        bar = "█" * (done * 24 // total) + "░" * (24 - done * 24 // total)
        self.query_one("#chart", Static).update(
            f"Chart of 24 patches  [$faint]▕[/]{bar}[$faint]▏[/] {done} of {total}"
        )
        signing = self._left == 0
        if signing:
            text = "[$pass]✓[/] [$strong b]Every patch was read.[/] Sign with your PIN."
        else:
            name = self._chart.patches[done].id
            sign = "[$wait]…[/] reading" if self._pending else "[$wait b]▸[/]"
            text = (
                f"{sign} [$strong b]Set the probe on: {name}[/]\n"
                "  Flat on the middle of the patch, no light from the side."
            )
        self.query_one("#patch", Static).update(text)
        pin = self.query_one("#pin", Input)
        pin.display = signing
        if signing:
            pin.focus()
        if not signing and self._pending is None:
            self.kiosk.place(f"patch:{self._chart.patches[done].id}")
        free = self._pending is None
        self.bar.allow("read", free and not signing and self.state.unit.identity is not None)
        self.bar.allow("again", free and bool(self._readings))
        self.bar.allow("sign", signing)

    def do_read(self) -> None:
        """Read the patch that is named."""
        line = self.kiosk.line
        if line is None or self._left == 0:
            return
        self._pending = uuid.uuid4().hex
        self.state.unit.busy = True
        line.request(Request(self._pending, "patch"))
        self.say()
        self._draw()

    def do_again(self) -> None:
        """Take the last patch back."""
        self._readings = self._readings[:-1]
        self._draw()

    def _hear(self, event: LineEvent) -> None:
        if isinstance(event, Connected):
            # Another connection is another black and white: patches read before do not fit it.
            self._readings, self._pending = [], None
            self._draw()
            return
        if getattr(event, "token", None) != self._pending or self._pending is None:
            return
        self._pending = None
        self.state.unit.busy = False
        if isinstance(event, PatchRead):
            self._readings.append(event)
        elif isinstance(event, Failed):
            self.say(describe(event.error))
        self._draw()

    @on(Input.Submitted, "#pin")
    def _entered(self) -> None:
        self.run_action_id("sign")

    @work(exclusive=True, group="sign")
    async def do_sign(self) -> None:
        """Fit, sign, put in force."""
        desk, operator, chart = self.state.desk, self.state.operator, self._chart
        if desk is None or operator is None or chart is None or self._left:
            return
        pin = self.query_one("#pin", Input)
        typed, pin.value = pin.value, ""
        first = self._readings[0].raw
        measured = MeasuredChart(
            first.identity,
            first.condition,
            tuple(
                mean_patch(patch.id, [PatchReading(reading.raw, None)])
                for patch, reading in zip(chart.patches, self._readings, strict=True)
            ),
        )
        kept = await self.ask(correcting.fit_and_keep, desk, operator.id, typed, chart, measured)
        if kept is None:
            return
        if self.kiosk.line is not None:
            self.kiosk.line.correction_changed()
        expected = kept.fit.expected
        self.bar.allow("sign", False)
        self.query_one("#pin").display = False
        self.query_one("#patch", Static).update(
            "[$pass]✓[/] [$strong b]In force.[/] Left-out patches come back within "
            f"{expected.median:.1f} CIEDE2000 for half of them,\n"
            f"  {expected.percentile_95:.1f} for 95 %."
        )
        self.say("Read the white card next: it becomes this unit's own first reading.")

    def do_back(self) -> None:
        """To the instrument."""
        self.kiosk.go("units")
