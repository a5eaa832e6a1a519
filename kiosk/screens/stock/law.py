"""Whose law the clinic works under; the owner chooses."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk import law
from kiosk.desk.stock.inspecting import choose_profile
from kiosk.inventory.profiles import Profile
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import sign_cell
from kiosk.screens.widgets.list_table import ListTable

_CERTIFICATES = {"require": "required", "warn": "asked for", "off": "not asked"}


class Law(RecordScreen):
    """The profiles that are shipped; none is legal advice."""

    NAME = "law"
    PLACE = "Products"
    QUESTION = "Whose law does this clinic work under?"

    def compose_task(self) -> ComposeResult:
        """What holds now, the list, what the marked one says."""
        yield Static("", id="summary")
        yield ListTable(
            (
                ("", 1),
                ("code", 13),
                ("place", None),
                ("limits", 6),
                ("certificate", 11),
                ("standing", 9),
            ),
            id="laws",
        )
        yield Static("", id="about")

    def begin(self) -> None:
        """Load what is chosen."""
        self._rows: tuple[Profile, ...] = ()
        self._chosen = ""
        self.bar.allow("choose", False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        facts = await self.ask(law.read_clinic, desk)
        if facts is None:
            return
        self._chosen = facts.profile.code if facts.profile else ""
        self._rows = law.legal_profiles()
        at = next((i for i, row in enumerate(self._rows) if row.code == self._chosen), 0)
        self.query_one("#laws", ListTable).show(
            (_row(row, chosen=row.code == self._chosen) for row in self._rows), cursor=at
        )
        self.write(
            "summary",
            f"[$pass b]✓[/] [$strong b]{escape(facts.profile.name)}[/]\n"
            if facts.profile
            else "[$check b]▲[/] [$strong b]None is chosen:[/] only what holds everywhere is "
            "asked of a lot.\n",
        )
        self._describe()

    @property
    def marked(self) -> Profile | None:
        """The profile under the cursor."""
        row = self.query_one("#laws", ListTable).marked
        return self._rows[row] if row is not None and row < len(self._rows) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.marked
        self.bar.allow("choose", row is not None and row.code != self._chosen)
        if row is None:
            return
        note = row.notes[0] if row.notes else "No note."
        self.write("about", f"{escape(note)}\n[$faint]version {row.version}, not legal advice[/]")

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("choose")

    @work(exclusive=True, group="change")
    async def do_choose(self) -> None:
        """Work under the marked law from now on."""
        who, row = self.signed_in, self.marked
        if who is None or row is None:
            return
        self.say()
        if await self.ask(choose_profile, *who, row.code) is not None:
            self._load()

    def do_back(self) -> None:
        """To the catalogue."""
        self.kiosk.go("products")


def _row(row: Profile, *, chosen: bool) -> tuple[str | Text, ...]:
    return (
        sign_cell("pass") if chosen else "",
        row.code,
        row.name,
        f"{len(row.limits):6}" if row.limits else "     –",
        _CERTIFICATES[row.certificate_policy],
        row.status,
    )
