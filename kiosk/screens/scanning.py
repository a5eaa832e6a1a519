"""Scans on every screen: keys of a bar-code scanner are told from typing before any binding.

What a person types into a field is drawn at once and taken back if it turns out to be the start of
a scan; only what would act (Enter, Tab, Escape, a key outside a field) waits the moment (35 ms)
that tells the two apart. So typing costs nothing, and a scan presses no button.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual._time import get_time
from textual.events import Event, Key, Paste
from textual.markup import escape
from textual.widgets import Input

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.inventory.scanning import Scan, ScannerSettings, Wedge
    from kiosk.inventory.scanning.wedge import Event as Decided
    from kiosk.screens.app import KioskApp

#: Two keys closer than this are hardly a person's, so the second waits to be told apart.
QUICK_S = 0.015
#: Keys that end a scan and are no part of it.
_ENDS = frozenset({"enter", "tab"})

PassOn = Callable[[Event], Awaitable[None]]


class Silence(Event, bubble=False):
    """The moment has come at which held keys are told apart."""


@runtime_checkable
class HearsRawScans(Protocol):
    """A screen that wants a scan as it arrived; the set-up of the scanner."""

    def on_raw_scan(self, text: str) -> None:
        """Take the text of a scan, its line end included, whether it was whole or broke off."""


class _Before:
    """A field as it was before a burst of keys began to appear in it.

    Looking and putting back go through the field's own queue: keys that were passed on to it
    before may still wait there.
    """

    def __init__(self, field: Input) -> None:
        self.field = field
        self._value, self._selection = field.value, field.selection
        field.call_later(self._look)

    def _look(self) -> None:
        self._value, self._selection = self.field.value, self.field.selection

    def restore(self) -> None:
        """Put the field back, after every key that is on its way to it."""
        self.field.call_later(self._put_back)

    def _put_back(self) -> None:
        if self.field.is_mounted:
            self.field.value = self._value
            self.field.selection = self._selection


class ScanCollector:
    """Takes every key and pasted text first; gives back what was typed, in order.

    Until `load` was called everything is typing: the first frame must not wait for the reader of
    bar codes.
    """

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._wedge: Wedge | None = None
        self._settings: ScannerSettings | None = None
        self._held: list[Key] = []
        self._shown = 0
        self._before: _Before | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self.trouble: Exception | None = None
        """Why the settings that were learned could not be read, if they could not."""

    async def load(self) -> None:
        """Read the scanner's settings, in a thread; from here on scans are heard."""
        settings, self.trouble = await asyncio.to_thread(_saved_settings, self._app.preferences)
        self.use(settings)

    def use(self, settings: ScannerSettings) -> None:
        """Hear a scanner with these settings from now on."""
        from kiosk.inventory.scanning import Wedge

        self._settings, self._wedge = settings, Wedge(settings)

    @property
    def settings(self) -> ScannerSettings:
        """How the scanner sends; the recommended settings before `load`."""
        from kiosk.inventory.scanning import DEFAULT

        return self._settings or DEFAULT

    async def takes(self, event: Event, pass_on: PassOn) -> bool:
        """Whether a key or a paste was taken; keys that were typed go through `pass_on` later."""
        if isinstance(event, Silence):
            await self._decide(get_time(), pass_on)
            return True
        if self._wedge is None or not isinstance(event, Key | Paste) or event.is_forwarded:
            return False
        if isinstance(event, Paste):
            return self._paste(event)
        await self._key(event, pass_on)
        return True

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────

    async def _key(self, event: Key, pass_on: PassOn) -> None:
        assert self._wedge is not None
        await self._decide(event.time, pass_on)
        if self._wedge.key(event.key, event.character, event.time):
            await pass_on(event)  # it can begin no scan
            return
        self._held.append(event)
        if self._is_scan_like():
            self._take_back()
        elif self._may_show(event):
            self._shown += 1
            await pass_on(event)
        self._set_alarm()

    def _may_show(self, event: Key) -> bool:
        """Whether a key that may begin a scan can be shown at once, because it can be undone."""
        field = self._app.focused
        if len(self._held) > 1 and event.time - self._held[-2].time < QUICK_S:
            return False
        if self._shown != len(self._held) - 1 or not event.is_printable:
            return False
        if not isinstance(field, Input) or field.disabled:
            return False
        if self._before is None:
            self._before = _Before(field)
        return self._before.field is field

    def _is_scan_like(self) -> bool:
        sent = {event.character for event in self._held}
        length = sum(event.key not in _ENDS for event in self._held)
        # A key that is held down repeats as fast as a scanner sends.
        return length >= self.settings.shortest and len(sent) > 1

    def _take_back(self) -> None:
        if self._before is not None:
            self._before.restore()
        self._before, self._shown = None, 0

    def _set_alarm(self) -> None:
        """Have `Silence` come at the deadline; one alarm serves a whole burst."""
        assert self._wedge is not None
        if self._alarm is None and (deadline := self._wedge.deadline) is not None:
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_later(max(deadline - get_time(), 0.0), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._app.post_message(Silence())

    async def _decide(self, now: float, pass_on: PassOn) -> None:
        assert self._wedge is not None
        for decided in self._wedge.poll(now):
            await self._settle(decided, pass_on)
        self._set_alarm()

    async def _settle(self, decided: Decided, pass_on: PassOn) -> None:
        from kiosk.inventory.scanning import Scanned, Spoiled

        held, shown = self._held, self._shown
        self._held, self._shown = [], 0
        if isinstance(decided, Scanned | Spoiled):
            if self._before is not None:
                self._before.restore()
            self._before = None
            self._deliver(decided.text, decided)
            return
        self._before = None
        for event in held[shown:]:
            await pass_on(event)

    # ── pasted text ──────────────────────────────────────────────────────────────────────────────

    def _paste(self, event: Paste) -> bool:
        """Take pasted text that is a scan; other text belongs into the field that has the focus."""
        from kiosk.inventory.scanning import Form, Scanned, Status, pasted_lines

        lines = pasted_lines(event.text, self.settings)
        in_field = isinstance(self._app.focused, Input)
        scans = []
        for line in lines:
            scan = self._decode(line)
            plain = scan.symbology is None and scan.reading.form in {Form.GTIN, None}
            if scan.status is Status.REFUSED or (plain and in_field):
                return False
            scans.append(line)
        for line in scans:
            self._deliver(line, Scanned(line, "\r"))
        return bool(scans)

    # ── to the screen ────────────────────────────────────────────────────────────────────────────

    def _decode(self, text: str) -> Scan:
        from datetime import date

        from kiosk.inventory.scanning import decode

        desk = self._app.state.desk
        today = desk.today() if desk is not None else date.today()  # noqa: DTZ011 - no clinic yet
        return decode(text, today=today, settings=self.settings)

    def _deliver(self, text: str, decided: Decided) -> None:
        from kiosk.inventory.scanning import Scanned
        from kiosk.screens.shell import KioskScreen

        screen = self._app.screen
        if not isinstance(screen, KioskScreen):
            return
        if isinstance(screen, HearsRawScans):
            end = decided.end if isinstance(decided, Scanned) else ""
            screen.call_later(screen.on_raw_scan, text + end)
        elif self._app.state.operator is None or screen.NAME == "sign-in":
            screen.call_later(screen.say, "[$wait]…[/] Sign in first, then scan.")
        elif isinstance(decided, Scanned):
            screen.call_later(screen.on_scan, self._decode(text))
        else:
            screen.call_later(screen.say, f"[$check]▲[/] {escape(_reason(decided))}")


def _reason(decided: Decided) -> str:
    return str(getattr(decided, "reason", ""))


def _saved_settings(path: Path | None) -> tuple[ScannerSettings, Exception | None]:
    from kiosk.desk.errors import DeskError
    from kiosk.desk.preferences import scanner_settings
    from kiosk.inventory.scanning import DEFAULT

    try:
        return scanner_settings(path), None
    except DeskError as error:
        return DEFAULT, error


def said(scan: Scan) -> str:
    """A scan in words, for a screen that has no use for it."""
    from kiosk.inventory.scanning import Status

    if scan.status is Status.REFUSED:
        return f"[$check]▲[/] {escape(scan.reason)}"
    fields = escape(scan.reading.described)
    asked = f"\n  [$faint]{escape(scan.reason)}[/]" if scan.reason else ""
    return f"[$wait]…[/] Scanned: {fields}. There is nothing to do with it on this screen.{asked}"
