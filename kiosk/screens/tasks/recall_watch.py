"""Hearing of a recall at the chair: what is in the hand or in the cup is looked up while it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import work

from kiosk.screens.failures import stop_cards
from kiosk.screens.shell import KioskScreen
from kiosk.stops import Stop

if TYPE_CHECKING:
    from kiosk.desk.office import Desk

#: A recall that was confirmed at another kiosk must stand here within 10 s; a look-up takes two
#: queries by key.
WATCH_S = 5.0


class WatchingScreen(KioskScreen):
    """Base of the screens on which material is drawn up; only they look, and only while shown."""

    def watch_for_recalls(self, ask: Callable[[Desk], tuple[Stop, ...]]) -> None:
        """Look now and every few seconds; `ask` runs in a thread."""
        self._asked = ask
        self._seen: tuple[Stop, ...] = ()
        self._look()
        self.set_interval(WATCH_S, self._look)

    @work(exclusive=True, group="watch")
    async def _look(self) -> None:
        desk = self.state.desk
        if desk is None or self.app.screen is not self:
            return
        stops = await self.ask(self._asked, desk)
        if stops is None or not self.is_mounted:
            return
        self.looked()
        if stops == self._seen:
            return
        self._seen = stops
        self.say(stop_cards(stops) if stops else "")
        self.recalled(stops)

    def looked(self) -> None:
        """Called after every look, whatever it found."""

    def recalled(self, stops: tuple[Stop, ...]) -> None:
        """The stops that stand from now on; none where they were lifted."""
