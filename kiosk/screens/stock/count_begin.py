"""The beginning of a count: which place, lot or bottles."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from kiosk.desk.stock import counting as desk_counting
from kiosk.desk.stock.places import bottles_named, places_in_use
from kiosk.screens.stock.count_sheet import Sheet
from kiosk.screens.stock.handling_screen import HandlingScreen
from kiosk.screens.stock.rows import counted


class CountBeginning(HandlingScreen):
    """Makes a sheet out of what was typed into the line `what`, scanned, or chosen."""

    @abstractmethod
    def begun(self, sheet: Sheet) -> None:
        """Take the sheet; called once it is there."""

    @work(exclusive=True, group="load")
    async def _offer_places(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        places = await self.ask(places_in_use, desk) or ()
        if not places:
            self.say("[$wait]…[/] No bottle has a place yet. Type a lot or bottles, or scan them.")
            return
        words = [f"{place}  ({counted(count, 'bottle')})" for place, count in places]
        self.choose_from("Or a place:", words, lambda index: self._begin(place=places[index][0]))
        self.focus_line("what")

    @work(exclusive=True, group="load")
    async def _begin(self, text: str = "", *, place: str = "") -> None:
        signed = self.signed_in
        if signed is None:
            return
        desk, operator = signed
        words = [word.strip(",") for word in text.upper().split()]
        if place or (text and not words[0].startswith(("B-", "L-"))):
            count = await self.ask(
                desk_counting.begin_count, desk, operator, place=place or text.strip()
            )
        elif words and words[0].startswith("L-"):
            count = await self.ask(desk_counting.begin_count, desk, operator, lot=words[0])
        elif words:
            names = tuple(dict.fromkeys(words))
            count = await self.ask(desk_counting.begin_count, desk, operator, bottles=names)
        else:
            self.say("[$check]▲[/] Type a place, a lot such as L-0002, or bottles; or scan them.")
            return
        if count is None:
            return
        bottles = await self.ask(bottles_named, desk, [entry.bottle for entry in count.booked])
        if bottles is not None:
            self.close_choices()
            self.say()
            self.begun(Sheet(count, desk_counting.new_count_token(), bottles))
