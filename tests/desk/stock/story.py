"""The part of a clinic's story that happens at the stock counter between kiosks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kiosk.desk import stock
from kiosk.desk.stock.claiming import book_in_bottle, claim_bottle, give_back, send_bottle
from kiosk.desk.stock.counting import begin_count, finish_count, new_count_token
from kiosk.desk.stock.weighing import dispense_drops, measure_dropper
from kiosk.inventory.counting import Found, enter
from kiosk.inventory.volumes.drops import Series
from kiosk.inventory.volumes.weighing import Weighed
from tests.desk.clinic import Clinic
from tests.desk.stock.parts import count_at, join, tell_each_other


def tell_stock(clinic: Clinic, bottle: str) -> None:
    """An opened bottle is sent, claimed, dropped from, counted here and at another kiosk."""
    desk, owner = clinic.desk, clinic.owner
    send_bottle(desk, owner, bottle, "Room 2")
    book_in_bottle(desk, owner, bottle, "Room 2")
    claim_bottle(desk, owner, bottle)
    give_back(desk, owner, bottle)
    measure_dropper(desk, owner, bottle, [Series(10, Weighed(500, 0.5))] * 3)
    dispense_drops(desk, owner, bottle, 4, "", "swatch")
    count = enter(
        begin_count(desk, owner, bottles=[bottle]), bottle, Found(clinic.remaining(bottle))
    )
    finish_count(desk, owner, count, {}, token=new_count_token())
    with tempfile.TemporaryDirectory() as folder:
        other = join(clinic, Path(folder), "kiosk-2")
        left = clinic.remaining(bottle)
        count_at(clinic, bottle, left - 100)
        stock.dispense(other.desk, owner, bottle, 100, "", "swatch")
        # Is it one loss or two? The bottle is held until it is counted once more.
        tell_each_other(other, clinic)
        other.desk.close()
    count_at(clinic, bottle, left - 200)
