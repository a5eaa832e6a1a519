"""How did it heal? The verdict against the forecast, and what it changes in the next recipe."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.markup import escape
from textual.widgets import DataTable, Static

from kiosk.desk import outcomes
from kiosk.desk.appearance import hex_colours
from kiosk.desk.outcomes import Awaited
from kiosk.matching.gains import Verdict
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.swatch import Swatch


class Healed(KioskScreen):
    """Mixes that nobody has judged yet; the eye compares with the forecast, not with the hair."""

    NAME = "healed"
    PLACE = "Healed"
    QUESTION = "Do the healed dots look as forecast?"

    def compose_task(self) -> ComposeResult:
        """The mixes, and the forecast of the marked one."""
        table: DataTable[Text] = DataTable(id="awaited", cursor_type="row")
        yield table
        with Horizontal(classes="row"):
            yield Swatch("forecast", id="forecast")
            yield Static("", id="told", classes="side")

    def begin(self) -> None:
        """Load what waits."""
        self._rows: list[Awaited] = []
        self._redness = False
        table = self.query_one(DataTable)
        for label, width in (("mix", 14), ("made", 12), ("ratio", 6), ("state", 36)):
            table.add_column(label, width=width)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk, client = self.state.desk, self.state.healing
        if desk is None or client is None:
            self.kiosk.go("client")
            return
        self.query_one("#question", Static).update(
            f"{client.id} {client.initials}: do the healed dots look as forecast?"
        )
        self._rows = await self.ask(outcomes.awaited, desk, client.id) or []
        table = self.query_one(DataTable)
        table.clear()
        for row in self._rows:
            made = row.made_at.astimezone(desk.zone)
            cells = (row.mix, f"{made:%d %b %Y}", f"1:{row.ratio}", row.sentence)
            table.add_row(*map(Text, cells))
        self._draw()

    @property
    def marked(self) -> Awaited | None:
        """The mix that is marked."""
        at = self.query_one(DataTable).cursor_row
        return self._rows[at] if 0 <= at < len(self._rows) else None

    @on(DataTable.RowHighlighted)
    def _draw(self) -> None:
        row = self.marked
        swatch = self.query_one("#forecast", Swatch)
        swatch.lab = row.forecast_lab if row else None
        swatch.colour = hex_colours([row.forecast_lab])[0] if row else None
        told = "Nothing waits for a verdict."
        if row is not None:
            told = (
                "Compare one healed dot with the forecast. Advised rungs are lighter than the hair "
                "on purpose, so do not compare with the hair."
            )
        self.query_one("#told", Static).update(told)
        for action in ("right", "light", "dark", "redness"):
            self.bar.allow(action, row is not None)
        self.bar.allow("redness", row is not None, "Red: yes" if self._redness else "Red: no")

    def do_right(self) -> None:
        """As forecast."""
        self._judge("right")

    def do_light(self) -> None:
        """Lighter than forecast."""
        self._judge("too light")

    def do_dark(self) -> None:
        """Darker than forecast."""
        self._judge("too dark")

    def do_redness(self) -> None:
        """The skin is red, or not."""
        self._redness = not self._redness
        self._draw()

    @work(exclusive=True, group="judge")
    async def _judge(self, verdict: Verdict) -> None:
        desk, operator, row = self.state.desk, self.state.operator, self.marked
        if desk is None or operator is None or row is None:
            return
        judged = await self.ask(
            outcomes.judge, desk, operator, row.mix, verdict, redness=self._redness
        )
        if judged is None:
            return
        sign = "[$pass]✓[/]" if judged.lesson.learned else "[$check]▲[/]"
        self.say(f"{sign} {escape(judged.lesson.sentence)}")
        self._load()

    def do_back(self) -> None:
        """To the clients."""
        self.kiosk.go("client")
