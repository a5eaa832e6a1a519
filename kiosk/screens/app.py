"""The kiosk's app: first frame, shared state, the instrument line, navigation. Wiring only."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from textual import work
from textual.app import App
from textual.binding import BindingType
from textual.events import Event, InputEvent
from textual.message import Message
from textual.signal import Signal

from kiosk.screens.courtesy import giving_way
from kiosk.screens.routes import build, preload
from kiosk.screens.scanning import ScanCollector
from kiosk.screens.state import State, Unit
from kiosk.screens.theme import NEUTRAL

if TYPE_CHECKING:
    from kiosk.desk.instrument_line import InstrumentLine, LineEvent
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator

#: A second press of the same action within this time is an echo of a trembling finger.
ECHO_S = 0.3
#: The interpreter's thread switch interval while heavy packages are imported in a thread; with the
#: usual 5 ms a key press waits behind the import.
LOADING_SWITCH_S = 0.0005
#: Without a key for this long the kiosk signs out and hides the client.
LOCK_AFTER_S = 180.0


class InstrumentNews(Message):
    """Something from the instrument line, carried over into the app's own thread."""

    def __init__(self, event: LineEvent) -> None:
        super().__init__()
        self.event = event


class KioskApp(App[None], inherit_bindings=False):
    """The whole kiosk.

    Textual's own bindings are not inherited: a scanner's control bytes are keys (DC1 is ctrl+q),
    and a scan must not quit the kiosk.

    Args:
        open_desk: opens (or prepares) the database; runs in a thread after the first frame.
            None where there is no database yet: the set-up screen then makes one.
        instrument: (model, port) of the configured unit, or None.
        on_place: called with the surface a screen asks the person to put the probe on; a demo
            moves its simulated probe there, a real kiosk has a person for that.
        found: makes a database from the set-up form.
    """

    CSS_PATH = Path(__file__).parent / "kiosk.tcss"
    TITLE = "SMP Kiosk"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared so by Textual
        (0, "-tiny"),
        (80, "-normal"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (24, "-normal"),
        (32, "-tall"),
        (44, "-high"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        ("tab", "app.focus_next", "Next field"),
        ("shift+tab", "app.focus_previous", "Previous field"),
    ]

    def __init__(
        self,
        *,
        open_desk: Callable[[], Desk] | None,
        instrument: tuple[str, str] | None = None,
        on_place: Callable[[str], None] | None = None,
        kiosk: str = "kiosk-1",
        hint: str = "",
        found: Callable[..., Any] | None = None,
        lock_after_s: float = LOCK_AFTER_S,
        log_file: Path | None = None,
    ) -> None:
        super().__init__()
        # Before the stylesheet is read: it uses the theme's own variables.
        self.register_theme(NEUTRAL)
        self.theme = NEUTRAL.name
        self.state = State(kiosk=kiosk)
        self.hint = hint
        self.open_desk = open_desk
        self.found = found
        self.instrument = instrument
        self.on_place = on_place
        self.line: InstrumentLine | None = None
        self.changed: Signal[str] = Signal(self, "changed")
        self.news: Signal[Any] = Signal(self, "news")
        self.ready = asyncio.Event()
        self.lock_after_s = lock_after_s
        self._log_file = log_file
        self._last_action: tuple[str, float] = ("", 0.0)
        # Nobody has typed yet: loading may begin at once.
        self._last_input = time.monotonic() - 1.0
        self._zone: ZoneInfo | None = None
        self.scans = ScanCollector(self)
        #: Bottles claimed for the mix that is on the screens, and who is changing that now.
        self._held: tuple[str, ...] = ()
        #: Where saved filters are kept; None for the user's own folder.
        self.preferences: Path | None = None
        self._holding = asyncio.Lock()

    # ── start and end ────────────────────────────────────────────────────────────────────────────

    def on_load(self) -> None:
        """Put garbage collection off until everything is loaded.

        While packages pile up it finds nothing and stops every thread for 20 to 40 ms at a time.
        """
        gc.disable()

    def on_mount(self) -> None:
        """Show the first screen, then load what is heavy."""
        self.push_screen(build("sign-in" if self.open_desk is not None else "set-up"))
        self.set_interval(5.0, self._watch_idle)
        self.call_after_refresh(self.prepare)

    @work(exclusive=True, group="prepare")
    async def prepare(self) -> None:
        """Open the database and load the desk and colour-science, in threads."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(LOADING_SWITCH_S)
        try:
            with giving_way(lambda: self.idle_s):
                await self._load()
        finally:
            sys.setswitchinterval(before)
            self._collect_garbage_again()
        if not self.state.extra.get("failure"):
            self.tell_preparing("")

    async def _load(self) -> None:
        await asyncio.to_thread(preload)
        await self.scans.load()
        if self.open_desk is not None:
            self.tell_preparing("opening the database")
            try:
                desk = await asyncio.to_thread(self.open_desk)
            except Exception as error:
                self._fail_preparing(error)
                return
            self.use_desk(desk)
        self.start_line()
        self.tell_preparing("loading the colour tables")
        await asyncio.to_thread(_load_colour)

    def _collect_garbage_again(self) -> None:
        if not self.is_headless:
            # What is loaded now stays. Tests run many apps in one process and must not keep them.
            gc.freeze()
        gc.enable()

    def use_desk(self, desk: Desk) -> None:
        """From here on the screens have a desk to ask."""
        self.state.desk = desk
        self._zone = desk.zone
        self.ready.set()
        self.changed.publish("desk")

    def tell_preparing(self, what: str) -> None:
        """What the program is still waiting for, for the sign-in screen."""
        self.state.preparing = what
        self.changed.publish("preparing")

    def _fail_preparing(self, error: Exception) -> None:
        from kiosk.screens.failures import describe

        markup = describe(error)
        if markup is None:
            raise error
        self.state.preparing = ""
        self.state.extra["failure"] = markup
        self.changed.publish("failure")

    def start_line(self) -> None:
        """Start looking for the configured instrument."""
        if self.instrument is None or self.line is not None:
            return
        from kiosk.desk.correcting import correction_for, restore
        from kiosk.desk.instrument_line import InstrumentLine

        desk = self.state.desk
        model, port = self.instrument
        self.line = InstrumentLine(
            model,
            port,
            self._hear,
            restore=lambda unit: restore(desk, unit) if desk else None,
            correction=lambda identity: correction_for(desk, identity) if desk else None,
        )
        self.line.start()

    def _hear(self, event: LineEvent) -> None:
        """Called from the line's thread; post_message is safe there."""
        self.post_message(InstrumentNews(event))

    def on_unmount(self) -> None:
        """Let go of the port; the line's thread is given one second."""
        gc.enable()
        if self.line is not None:
            self.line.stop(timeout_s=1.0)

    # ── the instrument ───────────────────────────────────────────────────────────────────────────

    def on_instrument_news(self, message: InstrumentNews) -> None:
        """Keep the unit's state and pass the news on to the screen that is up."""
        from kiosk.desk.instrument_line import Broken, Connected, Lost, Measured

        unit, event = self.state.unit, message.event
        if isinstance(event, Broken):
            raise event.error
        if isinstance(event, Connected):
            unit.identity, unit.capabilities = event.identity, event.capabilities
            unit.connected_at, unit.error = event.at, None
        elif isinstance(event, Lost):
            unit.identity, unit.connected_at, unit.error = None, None, event.error
            unit.gate = None
        if isinstance(event, Connected | Lost):
            unit.busy = False
        if isinstance(event, Connected | Lost | Measured):
            # Every reading counts against the calibration of some models.
            self.refresh_gate()
        self.news.publish(event)
        self.changed.publish("instrument")

    @work(exclusive=True, group="gate")
    async def refresh_gate(self) -> None:
        """Ask the desk whether the unit's readings may be used now."""
        from kiosk.desk.calibrating import gate

        await self.ready.wait()
        desk, unit = self.state.desk, self.state.unit
        if desk is None:
            return
        usage = self.line.usage if self.line is not None else None
        unit.gate = await asyncio.to_thread(gate, desk, unit.identity, unit.connected_at, usage)
        self.changed.publish("gate")

    @work(exclusive=True, group="instrument")
    async def use_instrument(self, model: str, port: str) -> None:
        """Let go of the unit in use and look for another one."""
        line, self.line = self.line, None
        self.instrument = (model, port)
        self.state.unit = Unit()
        self.changed.publish("instrument")
        if line is not None:
            await asyncio.to_thread(line.stop)
        self.start_line()

    def place(self, surface: str) -> None:
        """Say where the probe belongs now."""
        if self.on_place is not None:
            self.on_place(surface)

    # ── moving about ─────────────────────────────────────────────────────────────────────────────

    def go(self, name: str) -> None:
        """Replace the screen that is up by another one."""
        self.switch_screen(build(name))

    def is_echo(self, action: str) -> bool:
        """Whether the same action was done less than 0.3 s ago."""
        now = time.monotonic()
        last, at = self._last_action
        self._last_action = (action, now)
        return last == action and now - at < ECHO_S

    def local_now(self) -> datetime:
        """The clinic's local time for line 1."""
        desk = self.state.desk
        if desk is not None:
            return desk.clock().astimezone(desk.zone)
        return datetime.now().astimezone()

    @work(group="claims")
    async def hold_bottles(self, desk: Desk, operator: Operator, *bottles: str) -> None:
        """Claim the bottles of a mix for this kiosk and give back those of the mix before.

        In the app and not in a screen: it goes on when the screen that asked is gone.
        """
        from kiosk.desk.stock.claiming import claim_for_mix, give_back
        from kiosk.screens.shell import KioskScreen

        async with self._holding:
            left = [bottle for bottle in self._held if bottle not in bottles]
            self._held = bottles
            try:
                if left:
                    await asyncio.to_thread(give_back, desk, operator, *left)
                if bottles:
                    await asyncio.to_thread(claim_for_mix, desk, operator, *bottles)
            except Exception as error:
                screen = self.screen
                if not isinstance(screen, KioskScreen) or not screen.show_failure(error):
                    raise

    def sign_out(self) -> None:
        """Hide everything; the database and the line stay as they are."""
        if self.state.desk is not None and self.state.operator is not None and self._held:
            self.hold_bottles(self.state.desk, self.state.operator)
        self.state.operator = None
        self.state.sitting = None
        self.go("sign-in")

    async def on_event(self, event: Event) -> None:
        """Note that somebody is there, and take scans out, before fields and bindings see keys."""
        if isinstance(event, InputEvent):
            self._last_input = time.monotonic()
        if not await self.scans.takes(event, super().on_event):
            await super().on_event(event)

    @property
    def idle_s(self) -> float:
        """Seconds since somebody last pressed a key or used the mouse."""
        return time.monotonic() - self._last_input

    def _watch_idle(self) -> None:
        if self.state.operator is None or self.state.unit.busy:
            return
        if self.idle_s > self.lock_after_s:
            self.lock()

    def lock(self) -> None:
        """Cover the work with the sign-in; it comes back after the PIN."""
        from kiosk.screens.sign_in import Locked

        if not isinstance(self.screen, Locked):
            self.push_screen(Locked())

    # ── failures ─────────────────────────────────────────────────────────────────────────────────

    def _fatal_error(self) -> None:
        """End calmly: Textual would print every local variable, and they hold client data."""
        if self._log_file is not None and self._exception is not None:
            import traceback

            self._log_file.parent.mkdir(parents=True, exist_ok=True)
            with self._log_file.open("a", encoding="utf-8") as log:
                traceback.print_exception(self._exception, file=log)
        where = f" Details for support: {self._log_file}" if self._log_file else ""
        self.bell()
        self._exit_renderables.append(
            "The kiosk met an error of its own and stopped. Nothing that was saved is lost." + where
        )
        self._close_messages_no_wait()


def _load_colour() -> None:
    from calibration.colorimetry import load

    load()
