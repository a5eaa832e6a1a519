"""Which instrument: what is plugged in, what is in the way, and which one to work with."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.events import Key
from textual.markup import escape
from textual.widgets import DataTable, Static

from drivers.discovery import PortReport
from kiosk.desk import units
from kiosk.screens.failures import describe
from kiosk.screens.shell import KioskScreen
from kiosk.screens.theme import NEUTRAL

#: A port's state as sign, theme colour and word.
_STATES = {
    "ready": ("✓", "pass", "ready"),
    "unconfirmed": ("…", "wait", "not asked"),
    "silent": ("▲", "check", "silent"),
    "foreign": ("▲", "check", "another device"),
    "busy": ("▲", "check", "in use"),
    "permission": ("✕", "stop", "not allowed"),
    "gone": ("✕", "stop", "gone"),
    "no-port": ("✕", "stop", "no port"),
    "not-serial": ("…", "wait", "not serial"),
    "other": ("–", "faint", "no instrument"),
}


def _cell(state: str) -> Text:
    sign, colour, word = _STATES[state]
    return Text.assemble((sign, NEUTRAL.variables[colour]), f" {word}")


def _words(state: str) -> str:
    sign, colour, word = _STATES[state]
    return f"[${colour}]{sign}[/] {word}"


class Units(KioskScreen):
    """A row for each port; the notice says of the marked one what to do."""

    NAME = "units"
    PLACE = "Instrument"
    QUESTION = "Which instrument?"

    def compose_task(self) -> ComposeResult:
        """The unit in use, the ports, and the models to choose from."""
        yield Static("", id="unit")
        yield Static("", classes="gap")
        table: DataTable[str | Text] = DataTable(id="ports", cursor_type="row")
        yield table
        yield Static("", id="models")

    def begin(self) -> None:
        """Look once."""
        self._reports: tuple[PortReport, ...] = ()
        self._models: tuple[units.Model, ...] = ()
        table = self.query_one(DataTable)
        for label, width in (("port", 22), ("model", 11), ("serial or label", 17), ("state", 17)):
            table.add_column(label, width=width)
        self.refresh_state()
        self.do_look()

    def refresh_state(self) -> None:
        """The unit in use."""
        unit = self.state.unit
        model, port = self.kiosk.instrument or ("", "")
        if unit.identity is not None:
            text = (
                f"In use: [$strong b]{unit.identity.model.upper()}[/]  serial "
                f"{escape(unit.identity.serial)}  [$faint]{escape(port)}[/]"
            )
        elif unit.error is not None:
            text = describe(unit.error) or ""
        else:
            text = f"[$wait]…[/] Looking for the {escape(model.upper())} on {escape(port)}."
        self.query_one("#unit", Static).update(text)
        capabilities = unit.capabilities
        self.bar.allow("drift", unit.identity is not None)
        self.bar.allow("fit", capabilities is not None and not capabilities.spectral)

    @work(exclusive=True, group="look")
    async def do_look(self) -> None:
        """Ask the ports again."""
        self.query_one("#models", Static).update("")
        self._models = ()
        self.say("[$wait]…[/] Looking at the ports.")
        self._reports = await self.ask(units.look_for_units) or ()
        table = self.query_one(DataTable)
        table.clear()
        for report in self._reports:
            table.add_row(
                report.port or "–",
                (report.model or "–").upper(),
                report.label or report.serial or "–",
                _cell(report.state),
            )
        self._describe()

    @property
    def _marked(self) -> PortReport | None:
        row = self.query_one(DataTable).cursor_row
        return self._reports[row] if 0 <= row < len(self._reports) else None

    @on(DataTable.RowHighlighted)
    def _describe(self) -> None:
        report = self._marked
        busy = self.state.unit.busy
        self.bar.allow("use", report is not None and report.state == "ready" and not busy)
        self.bar.allow("confirm", report is not None and bool(report.port))
        if report is None:
            self.say(
                "[$wait]…[/] No serial port is there. Plug the instrument in and look again; "
                "'smp-kiosk instruments rules' prints what Linux needs to let you use it."
            )
            return
        said = escape(report.hint) if report.hint else "Ready to be used."
        self.say(f"{_words(report.state)}  {said}")

    @on(DataTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("use")

    def do_use(self) -> None:
        """Work with the marked unit."""
        report = self._marked
        if report is None or report.model is None or report.state != "ready":
            return
        self.kiosk.use_instrument(report.model, report.port)
        self.kiosk.go("day")

    @work(exclusive=True, group="confirm")
    async def do_confirm(self) -> None:
        """Ask which model it is; a digit answers."""
        if self._marked is None:
            return
        self._models = await self.ask(units.known_models) or ()
        lines = [f"Which one is on {escape(self._marked.port)}? Press its number."]
        lines += [f"  [$key]{i}[/]  {m.title}" for i, m in enumerate(self._models, start=1)]
        self.query_one("#models", Static).update("\n".join(lines))

    async def on_key(self, event: Key) -> None:
        """A digit answers which model it is; the rest is the shell's."""
        report = self._marked
        if event.key.isdigit() and report is not None and 1 <= int(event.key) <= len(self._models):
            event.stop()
            self._tell(self._models[int(event.key) - 1].name, report.port)
            return
        await super().on_key(event)

    @work(exclusive=True, group="confirm")
    async def _tell(self, model: str, port: str) -> None:
        self.query_one("#models", Static).update("")
        self._models = ()
        found = await self.ask(units.confirm_unit, model, port)
        if found is not None and found.state == "ready":
            self.kiosk.use_instrument(model, port)
            self.kiosk.go("day")
        elif found is not None:
            self.say(f"{_words(found.state)}  {escape(found.hint)}")

    def do_drift(self) -> None:
        """How the unit reads its card."""
        self.kiosk.go("drift")

    def do_fit(self) -> None:
        """A head's correction."""
        self.kiosk.go("fit")
