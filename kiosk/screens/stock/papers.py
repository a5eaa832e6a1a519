"""The papers of a product, a lot, a supplier or a thing: kept by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.files import read_given
from kiosk.desk.stock import folders, papers
from kiosk.desk.stock.folders import Folder
from kiosk.desk.stock.paper_facts import read_facts
from kiosk.desk.stock.papers import KINDS, Paper, Withdrawal
from kiosk.inventory.model import Document
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import Sign, counted, short_day, sign_cell
from kiosk.screens.widgets.choice import Choice
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator

#: The screen that somebody came from, by what the papers are about.
_HOMES = {"product": "product", "lot": "lot", "supplier": "suppliers", "asset": "assets"}


class Papers(RecordScreen):
    """Every file is held against its hash before the list is shown."""

    NAME = "papers"
    PLACE = "Papers"
    QUESTION = "Which papers speak for it?"

    def compose_task(self) -> ComposeResult:
        """List, what was read off the marked paper, and the lines to type into."""
        yield ListTable(
            (
                ("", 1),
                ("no", 5),
                ("kind", 12),
                ("file", None),
                ("dated", 10),
                ("content", 9),
                ("counts", 9),
            ),
            id="papers",
        )
        yield Static("", id="about")
        with Vertical(classes="form-part below"):
            yield FormLine(
                "File", id="paper-file", hint="path of the file to attach", max_length=1000
            )
            yield Choice("Kind        ", [(kind, kind) for kind in KINDS], id="kind")
            yield FormLine("Dated", id="dated", hint="2026-03-01, as on the paper", max_length=10)
            yield FormLine("Says", id="facts", hint="lot_no=24-117; PAH=0.2")
            yield FormLine("Reason", id="reason", hint="to withdraw the marked")

    def begin(self) -> None:
        """Load the papers."""
        self._folder: Folder | None = None
        self._planned: int | None = None
        for action in ("attach", "withdraw"):
            self.bar.allow(action, False)
        self.query_one("#kind", Choice).choose("certificate")
        self._load()

    @property
    def subject(self) -> str:
        """What the papers are about."""
        shelf = self.state.shelf
        return shelf.subject or shelf.lot

    @work(exclusive=True, group="load")
    async def _load(self, mark: int = 0) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(folders.open_folder, desk, self.subject)
        if found is None:
            return
        self._folder = found
        at = next((i for i, d in enumerate(found.documents) if d.seq == mark), 0)
        self.ask_for(f"Which papers speak for {found.kind} {escape(found.subject)}?")
        self.query_one("#papers", ListTable).show(
            (_row(d, found.damaged) for d in found.documents), cursor=at
        )
        self.bar.allow("attach", True)
        self._describe()
        if found.damaged:
            self.say(
                f"[$stop b]✕[/] {escape(next(iter(found.damaged.values())))}\n"
                "  [$faint]Attach the original again; the ledger knows the hash it must have.[/]"
            )

    @property
    def marked(self) -> Document | None:
        """The paper under the cursor."""
        row = self.query_one("#papers", ListTable).marked
        found = self._folder.documents if self._folder is not None else ()
        return found[row] if row is not None and row < len(found) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        paper = self.marked
        self._forget_plan()
        self.bar.allow("withdraw", paper is not None and not paper.withdrawn)
        if paper is None:
            self.write("about", "[$faint]No paper is on file.[/]")
            return
        said = paper.withdrawn and f"Withdrawn: {paper.withdrawn}"
        self.write(
            "about",
            f"{escape(said or _facts(paper) or 'Nothing was read off it.')}\n"
            f"[$faint]sha-256 {paper.sha256[:32]}…[/]",
        )

    def _forget_plan(self) -> None:
        if self._planned is not None:
            self._planned = None
            self.say()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id in {"facts", "reason"}:
            self.run_action_id("attach" if event.input.id == "facts" else "withdraw")
        else:
            self.focus_next()

    @work(exclusive=True, group="change")
    async def do_attach(self) -> None:
        """Keep the file that is named."""
        who = self.signed_in
        if who is None or self._folder is None:
            return
        self.say()
        kept = await self.ask(
            _attach,
            *who,
            self._folder.subject,
            str(self.query_one("#kind", Choice).value),
            self.typed("paper-file"),
            self.typed("dated"),
            self.typed("facts"),
        )
        if kept is None:
            return
        self.clear("paper-file", "dated", "facts")
        self.say(f"[$pass]✓[/] Kept as paper {kept.seq}, sha-256 {kept.sha256[:16]}…")
        self._load(kept.seq)

    @work(exclusive=True, group="change")
    async def do_withdraw(self) -> None:
        """Withdraw the marked paper; what rests on it is shown first."""
        who, paper = self.signed_in, self.marked
        if who is None or paper is None:
            return
        if not self.typed("reason"):
            self.say("[$check]▲[/] Say in the last line why it no longer counts.")
            self.query_one("#reason").focus()
            return
        if self._planned != paper.seq:
            plan = await self.ask(folders.plan_withdrawal, who[0], paper)
            if plan is None:
                return
            if plan.lots:
                self._planned = paper.seq
                self.say(_announced(plan))
                return
        done = await self.ask(papers.withdraw, *who, paper.seq, self.typed("reason"))
        if done is None:
            return
        self._forget_plan()
        self.clear("reason")
        lots = ", ".join(done.lots) or "nothing"
        self.say(f"[$pass]✓[/] Withdrawn. Back in quarantine: {escape(lots)}.")
        self._load(paper.seq)

    @work(exclusive=True, group="change")
    async def do_verify(self) -> None:
        """Hold every file against its hash again."""
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(folders.open_folder, desk, self.subject)
        if found is not None:
            self._load(self.marked.seq if self.marked is not None else 0)
            if not found.damaged:
                whole = counted(len(found.documents), "file")
                self.say(f"[$pass]✓[/] {whole} as attached, byte for byte.")

    def do_back(self) -> None:
        """To what the papers are about."""
        kind = self._folder.kind if self._folder is not None else "lot"
        self.state.shelf.subject = ""
        self.kiosk.go(_HOMES[kind])


def _attach(
    desk: Desk, operator: Operator, subject: str, kind: str, path: str, dated: str, facts: str
) -> Document:
    content = read_given(path, "file")
    day, said = read_facts(dated, facts)
    paper = Paper(kind, Path(path).name, content, day, said)
    return papers.attach(desk, operator, subject, paper)


def _row(paper: Document, damaged: Mapping[int, str]) -> tuple[str | Text, ...]:
    whole = paper.seq not in damaged
    sign: Sign = "stop" if not whole else "wait" if paper.withdrawn else "pass"
    return (
        sign_cell(sign),
        f"{paper.seq:5}",
        paper.kind,
        paper.name,
        short_day(paper.dated) if paper.dated else "undated",
        "whole" if whole else "damaged",
        "withdrawn" if paper.withdrawn else "counts",
    )


def _facts(paper: Document) -> str:
    said = dict(paper.facts)
    values = said.pop("values", {})
    told = [f"{name}: {value}" for name, value in said.items()]
    return ", ".join([*told, *(f"{name} {value} mg/kg" for name, value in values.items())])


def _announced(plan: Withdrawal) -> str:
    clients = {use.client for use in plan.uses if use.client}
    return (
        f"[$check]▲[/] [$strong b]In use on its word:[/] {escape(', '.join(plan.lots))}, "
        "to quarantine at once.\n"
        f"  {counted(len(plan.uses), 'use')} on {counted(len(clients), 'client')} so far. "
        "[$faint]F2 once more withdraws it.[/]"
    )
