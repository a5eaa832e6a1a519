"""The end of a recall: how, why, and who signs besides where it sets lots free."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import recalling
from kiosk.desk.stock.recalling import RecallEntry
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import counted
from kiosk.screens.stock.second import SecondSignature
from kiosk.screens.widgets.choice import Choice
from kiosk.screens.widgets.form_line import FormLine

_MEANING = {
    Outcome.COMPLETED: "Everything was done. Its lots stay recalled; they leave by disposal.",
    Outcome.WITHDRAWN: "The source took it back. Its lots go to quarantine, not back into use.",
    Outcome.ENTERED_BY_MISTAKE: "It never concerned this clinic. Its lots go to quarantine.",
}


class RecallClose(RecordScreen):
    """What the chosen outcome does is said before it is done."""

    NAME = "recall-close"
    PLACE = "Recalls"
    QUESTION = "How does this recall end?"
    AUTO_FOCUS = "#outcome"

    def compose_task(self) -> ComposeResult:
        """What it is about, the outcome, the reason, the second signature."""
        yield Static("", id="summary")
        with Vertical(classes="form-part below"):
            yield Choice(
                "Outcome     ", [(o, o.value.replace("-", " ")) for o in Outcome], id="outcome"
            )
            yield FormLine("Reason", id="reason", hint="kept with the recall")
        yield SecondSignature()
        yield Static("", id="about")

    def begin(self) -> None:
        """Load the recall."""
        self._entry: RecallEntry | None = None
        self.bar.allow("close", False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None or not self.state.shelf.recall:
            self.kiosk.go("recalls")
            return
        entry = await self.ask(recalling.find_recall, desk, self.state.shelf.recall)
        if entry is None:
            return
        self._entry = entry
        notice = entry.dossier.current
        self.write(
            "summary",
            f"[$strong b]{escape(notice.title)}[/]  {escape(notice.brand)}\n"
            f"{escape(notice.hazard)}\n"
            f"[$faint]{counted(len(entry.lots), 'lot')}, {counted(len(entry.contacts), 'client')}, "
            f"{entry.waiting} still to be reached[/]",
        )
        self.bar.allow("close", entry.dossier.closing is None)
        self._describe()

    @property
    def outcome(self) -> Outcome:
        """What is chosen."""
        chosen: Outcome = self.query_one("#outcome", Choice).value
        return chosen

    @on(Choice.Changed)
    def _describe(self) -> None:
        entry = self._entry
        if entry is None:
            return
        self.query_one(SecondSignature).ask(self.outcome.frees and bool(entry.lots))
        self.write("about", _MEANING[self.outcome])

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "pin":
            self.run_action_id("close")
        else:
            self.focus_next()

    @work(exclusive=True, group="change")
    async def do_close(self) -> None:
        """Close it, with the second signature where lots come free."""
        who, entry = self.signed_in, self._entry
        if who is None or entry is None:
            return
        desk, operator = who
        self.say()
        signature = self.query_one(SecondSignature)
        second = await signature.given(self, desk, operator)
        if signature.asked and second is None:
            return
        recall = entry.dossier.current.id
        done = await self.ask(
            recalling.close_recall,
            desk,
            operator,
            recall,
            self.outcome,
            self.typed("reason"),
            second=second,
        )
        if done is not None:
            self.kiosk.go("recall")

    def do_back(self) -> None:
        """To the recall; nothing was changed."""
        self.kiosk.go("recall")
