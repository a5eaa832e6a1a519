"""A notice, typed or read from a file: what it says, what it means here, and then confirmed."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.desk import visits
from kiosk.desk.files import read_given
from kiosk.desk.stock import recalling
from kiosk.desk.stock.recalling import RecallPlan
from kiosk.inventory.recalls.notice import Notice, NoticeError, Problem
from kiosk.inventory.recalls.notice_file import load
from kiosk.inventory.recalls.notice_form import from_form, to_form
from kiosk.screens.stock import preview_rows as rows
from kiosk.screens.stock.notice_fields import NoticeFields
from kiosk.screens.stock.preview_rows import VIEWS, Shown, View
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.second import SecondSignature
from kiosk.screens.widgets.list_table import ListTable

_QUESTIONS = (
    "1 of 3  Who says what is wrong?",
    "2 of 3  Which products and lots are meant?",
    "3 of 3  Is this what it means here? Nothing is recorded yet.",
)


class RecallForm(RecordScreen):
    """Three pages of one screen; a file leads straight to the third."""

    NAME = "recall-form"
    PLACE = "Recalls"
    QUESTION = _QUESTIONS[0]
    AUTO_FOCUS = "#file"

    def compose_task(self) -> ComposeResult:
        """The pages; one of them is shown."""
        yield NoticeFields()
        with Vertical(id="page-2", classes="hidden"):
            yield Static("", id="summary")
            for view in VIEWS:
                table = ListTable(rows.COLUMNS[view], id=f"preview-{view}")
                table.display = view == "lots"
                yield table
            yield Static("", id="about")
            yield SecondSignature()

    def begin(self) -> None:
        """An empty form, or one filled with the notice that is amended."""
        self._at = 0
        self._known = ""
        self._from_file = False
        self._notice: Notice | None = None
        self._plan: RecallPlan | None = None
        self._accepted: tuple[str, ...] = ()
        self._view: View = "lots"
        self._shown: tuple[Shown, ...] = ()
        self._initials: dict[str, str] = {}
        self.line("version").value = "1"
        self._turn(0)
        if self.state.shelf.recall:
            self._fill()

    @work(exclusive=True, group="load")
    async def _fill(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        entry = await self.ask(recalling.find_recall, desk, self.state.shelf.recall)
        if entry is None:
            return
        notice = entry.dossier.current
        self._known = notice.id
        form = to_form(replace(notice, version=notice.version + 1))
        if form is None:
            self.say(
                "[$check]▲[/] This notice says more than the form has fields for.\n"
                "  [$faint]Amend it with a file.[/]"
            )
            self.line("id").value = notice.id
            self.line("version").value = str(notice.version + 1)
        else:
            self.query_one(NoticeFields).fill(form)
        self.query_one("#id", Input).disabled = True

    # ── the form ─────────────────────────────────────────────────────────────────────────────────

    def _complain(self, problems: tuple[Problem, ...] = ()) -> None:
        """Each problem beside its field, the first of the form in full below."""
        fields = self.query_one(NoticeFields)
        first = fields.complain(problems)
        if first is None:
            self.say()
            return
        self._turn(fields.page_of(first))
        fields.go_to(first)

    @on(NoticeFields.Wrong)
    def _told(self, event: NoticeFields.Wrong) -> None:
        """What is wrong with the field one has come to, in full."""
        more = f"  [$faint]and {event.others} more[/]" if event.others else ""
        self.say(rows.problem(event.problem) + more)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "file" and event.value.strip():
            self.run_action_id("read")
        elif event.input.id == "pin":
            self.run_action_id("on")
        else:
            self.focus_next()

    # ── the pages ────────────────────────────────────────────────────────────────────────────────

    def _turn(self, at: int) -> None:
        self._at = at
        self.query_one(NoticeFields).show(at)
        self.query_one("#page-2").set_class(at != 2, "hidden")
        self.ask_for(_QUESTIONS[at])
        self.bar.allow("on", True, ("Next ›", "Preview ›", "Confirm")[at])
        self.bar.allow("read", at != 1, "From file" if at < 2 else "Take in")
        self.bar.allow("view", at == 2, rows.LABELS[self._view])
        if at == 0:
            self.query_one("#id" if self._known == "" else "#source").focus()
        elif at == 1:
            self.query_one("#brand").focus()

    def do_on(self) -> None:
        """The next page; from the preview, confirm."""
        if self._at == 0:
            self._turn(1)
        elif self._at == 1:
            self._check()
        else:
            self._confirm()

    def _check(self) -> None:
        try:
            notice = from_form(self.query_one(NoticeFields).read())
        except NoticeError as error:
            self._complain(error.problems)
            return
        self._complain()
        self._from_file = False
        self._preview(notice, ())

    @work(exclusive=True, group="preview")
    async def _read_file(self) -> None:
        content = await self.ask(read_given, self.typed("file"), "file")
        if content is None:
            return
        try:
            notice = load(content)
        except NoticeError as error:
            self._complain(tuple(replace(p, field="file") for p in error.problems))
            return
        if self._known and notice.id != self._known:
            self.say(f"[$check]▲[/] The file is another notice; this amends {self._known}.")
            return
        self._complain()
        self._from_file = True
        self._preview(notice, ())

    @work(exclusive=True, group="preview")
    async def _preview(self, notice: Notice, accept: tuple[str, ...]) -> None:
        desk = self.state.desk
        if desk is None:
            return
        plan = await self.ask(recalling.plan_recall, desk, notice, accept)
        if plan is None:
            return
        names = [exposure.client for exposure in plan.effects.exposed]
        self._initials = await self.ask(visits.initials_of, desk, names) or {}
        self._notice, self._plan, self._accepted = notice, plan, accept
        self._turn(2)
        self.query_one(SecondSignature).ask(bool(plan.frees))
        self.write("summary", rows.summary(plan))
        self._draw()

    def _draw(self, cursor: int = 0) -> None:
        plan = self._plan
        assert plan is not None
        self._shown = rows.rows_of(self._view, plan, self._initials)
        for view in VIEWS:
            self.query_one(f"#preview-{view}").display = view == self._view
        self._table.show((shown.cells for shown in self._shown), cursor=cursor)
        self._table.focus()
        self.bar.allow("view", True, rows.LABELS[self._view])
        self._describe()

    @property
    def _table(self) -> ListTable:
        return self.query_one(f"#preview-{self._view}", ListTable)

    @property
    def marked(self) -> Shown | None:
        """The row under the cursor."""
        row = self._table.marked
        return self._shown[row] if row is not None and row < len(self._shown) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        if self._at != 2:
            return
        shown = self.marked
        nothing = f"[$faint]{rows.NOTHING[self._view]}[/]"
        self.write("about", shown.about if shown is not None else nothing)
        taken = shown is not None and shown.id in self._accepted
        near = shown is not None and (shown.near or taken) and self._view == "lots"
        self.bar.allow("read", near, "Leave out" if taken else "Take in")

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("read")

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def do_read(self) -> None:
        """Read the file; in the preview, take a near miss in or leave it out again."""
        if self._at == 0:
            self._read_file()
            return
        shown, notice = self.marked, self._notice
        if shown is None or notice is None:
            return
        if shown.id in self._accepted:
            left = tuple(lot for lot in self._accepted if lot != shown.id)
        else:
            left = (*self._accepted, shown.id)
        self._preview(notice, left)

    def do_view(self) -> None:
        """Lots, clients, what is to be done."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self._draw()

    @work(exclusive=True, group="confirm")
    async def _confirm(self) -> None:
        who, notice, plan = self.signed_in, self._notice, self._plan
        if who is None or notice is None or plan is None:
            return
        desk, operator = who
        signature = self.query_one(SecondSignature)
        second = await signature.given(self, desk, operator)
        if signature.asked and second is None:
            return
        self.bar.allow("on", False)
        self.say("[$wait]…[/] recording")
        done = await self.ask(
            recalling.apply_recall, desk, operator, notice, self._accepted, second=second
        )
        self.bar.allow("on", True)
        if done is not None:
            self.state.shelf.recall = notice.id
            self.kiosk.go("recall")

    def do_back(self) -> None:
        """One page back; from the first, to where one came from."""
        self.say()
        if self._at == 2:
            self._turn(0 if self._from_file else 1)
        elif self._at == 1:
            self._turn(0)
        else:
            self.kiosk.go("recall" if self._known else "recalls")
