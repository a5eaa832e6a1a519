"""What every screen has in common: strip, path, question, task, notice, bar, keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

from textual import on
from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Rule, Static

from kiosk.screens.actions import TABLE, Row
from kiosk.screens.widgets.action_bar import ActionBar, ActionCell
from kiosk.screens.widgets.strips import PATH, PathLine, StatusStrip

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan
    from kiosk.screens.app import KioskApp
    from kiosk.screens.state import State

P = ParamSpec("P")
R = TypeVar("R")


class KioskScreen(Screen[None]):
    """Base of every screen.

    A screen names its row of the action table (`NAME`), its place on the path (`PLACE`) and its
    question; it composes its task and has one `do_<id>` method for each of its actions.
    """

    NAME: ClassVar[str]
    PLACE: ClassVar[str] = ""
    QUESTION: ClassVar[str] = ""
    WHOLE_PATH: ClassVar[tuple[str, ...]] = PATH
    AUTO_FOCUS = "#task Input, #task DataTable"

    @property
    def kiosk(self) -> KioskApp:
        """The app with its own type."""
        from kiosk.screens.app import KioskApp

        app = self.app
        assert isinstance(app, KioskApp)
        return app

    @property
    def state(self) -> State:
        """What the screens share."""
        return self.kiosk.state

    @property
    def row(self) -> Row:
        """This screen's actions."""
        return TABLE[self.NAME]

    def compose(self) -> ComposeResult:
        """The frame around the task; the same everywhere."""
        self._fit_to_size()
        yield StatusStrip()
        yield PathLine(self.PLACE or self.NAME.replace("-", " ").capitalize(), self.WHOLE_PATH)
        yield Rule(id="rule", line_style="solid")
        yield Static(self.QUESTION, id="question")
        with VerticalScroll(id="task", can_focus=False):
            yield from self.compose_task()
        yield Static("", id="notice")
        with Vertical(id="too-small"):
            yield Static("This terminal is too small.\nThe kiosk needs 80 columns and 24 rows.")
        yield ActionBar(self.row)

    def _fit_to_size(self) -> None:
        """Set the classes of the app's breakpoints for the present size.

        Textual sets them at the first resize, which comes when all widgets have their styles, and
        then computes every style again: a seventh of a change of screen.
        """
        app, size = self.app, self.app.size
        for breakpoints, extent in (
            (app.HORIZONTAL_BREAKPOINTS, size.width),
            (app.VERTICAL_BREAKPOINTS, size.height),
        ):
            reached = [name for least, name in breakpoints or () if extent >= least]
            self.add_class(*reached[-1:])

    def compose_task(self) -> ComposeResult:
        """What this screen is about."""
        yield from ()

    def on_mount(self) -> None:
        """Draw the strip and keep it fresh."""
        self.show_status()
        self.set_interval(1.0, self.show_status)
        self.kiosk.changed.subscribe(self, self._on_changed)
        self.begin()

    def on_unmount(self) -> None:
        """Let go of the signals: their callbacks hold this screen, so it would never be freed."""
        self.kiosk.changed.unsubscribe(self)
        self.kiosk.news.unsubscribe(self)
        # Textual keeps the last 1,024 widgets' drawings alive in an lru_cache keyed by the widget's
        # style cache (8.2.8, textual._styles_cache); a screen that is gone needs none of them.
        StylesCache.get_inner_outer.cache_clear()

    def begin(self) -> None:
        """Called once when the screen is up; a screen loads its data here."""

    def refresh_state(self) -> None:
        """Called when the shared state changed; a screen redraws what depends on it."""

    def _on_changed(self, _what: str) -> None:
        if self.is_mounted:
            self.show_status()
            self.refresh_state()

    def show_status(self) -> None:
        """Draw line 1."""
        # A worker may end after its screen has gone; then there is no strip left to draw.
        for strip in self.query(StatusStrip):
            strip.show(self.state, self.kiosk.local_now())

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    @property
    def bar(self) -> ActionBar:
        """The action bar."""
        return self.query_one(ActionBar)

    @on(ActionCell.Pressed)
    def _pressed(self, event: ActionCell.Pressed) -> None:
        event.stop()
        self.run_action_id(event.action_id)

    async def on_key(self, event: Key) -> None:
        """F1 to F6 are the bar's cells; Escape is the last one; ? is help."""
        if event.key.startswith("f") and event.key[1:].isdigit():
            number = int(event.key[1:])
            if 1 <= number <= len(self.row) and (action := self.row[number - 1]) is not None:
                event.stop()
                self.run_action_id(action.id)
        elif event.key == "escape" and (action := self.row[-1]) is not None:
            event.stop()
            self.run_action_id(action.id)
        elif event.key == "question_mark":
            event.stop()
            self.do_help()

    def run_action_id(self, action_id: str) -> None:
        """Do one action of the table, unless it is greyed or was done a moment ago."""
        cell = self.bar.cell(action_id)
        if cell is not None and not cell.available:
            return
        if self.kiosk.is_echo(f"{self.NAME}.{action_id}"):
            return
        getattr(self, f"do_{action_id}")()

    def do_back(self) -> None:
        """Where `back` leads; screens on the path override it."""
        self.kiosk.go("day")

    def do_help(self) -> None:
        """The keys of this screen."""
        from kiosk.screens.page import help_page

        self.kiosk.push_screen(help_page(self))

    def on_scan(self, scan: Scan) -> None:
        """Take a bar code that was scanned here; a screen without a use for it says what it is."""
        from kiosk.screens.scanning import said

        self.say(said(scan))

    # ── talking to the desk ──────────────────────────────────────────────────────────────────────

    async def ask(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Run a desk function in a thread; failures become a notice and None.

        The screen stays alive meanwhile: nothing here waits for a database.
        """
        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except Exception as error:
            if not self.show_failure(error):
                raise
            return None

    def show_failure(self, error: Exception) -> bool:
        """Say what went wrong, if it is one of the failures the program expects."""
        from kiosk.screens.failures import describe

        markup = describe(error)
        if markup is None:
            return False
        self.say(markup)
        return True

    def say(self, markup: Any = "") -> None:
        """Put something into the notice above the bar; empty takes it away."""
        if self.is_mounted:
            self.query_one("#notice", Static).update(markup)
