"""A recommendation with 500 lots on the shelf, each with its card, from the key to the answer."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.table import Row
from calibration.sampling import PROTOCOLS, Site, form_tone, take_sample
from drivers.cr30 import CONDITION
from drivers.readings import Identity, RawReading, Spectrum
from drivers.simulators.targets import load
from kiosk.demo.clinic import demo_desk
from kiosk.desk import calibrating, cards, recommending, stock, tones, visits
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator, Role

LOTS = 500
ROUNDS = 15
BUDGET_MS = 20.0
_OWNER = Operator("P-01", Role.OWNER)
_UNIT = Identity("CR30", "CM000T0001", "V11.3.")
#: A published worked example of a swatch card (blank, then r of 1:r and CIELAB).
_BLANK = (94.312351, 0.0, 1.485949)
_CARD = [
    (80.0, (78.63, 0.67, 0.36)),
    (40.0, (71.56, 1.27, 1.32)),
    (20.0, (64.49, 0.95, 0.55)),
    (10.0, (54.83, 1.29, 1.03)),
    (5.0, (45.21, 1.62, 1.34)),
]


def _tone(desk: Desk, visit: str, target: str, surface: str) -> None:
    kind = "skin" if surface == "skin" else "hair"
    site = Site(surface, PROTOCOLS[kind])
    for number in range(PROTOCOLS[kind].minimum):
        values = tuple(v * (1.0 + 0.004 * number) for v in load(target).reflectance)
        raw = RawReading(_UNIT, CONDITION, Spectrum(400, 10, values), desk.clock(), number, b"")
        site = site.with_sample(take_sample(raw))
    tones.accept_tone(desk, _OWNER, visit, form_tone([site]))


def measure() -> list[Row]:
    """Milliseconds of one `advise`, transaction and sealing included."""
    with TemporaryDirectory() as name:
        desk = demo_desk(Path(name))
        expiry = desk.today() + timedelta(days=400)
        for number in range(LOTS):
            delivery = stock.Delivery("SMP-CARBON", f"N{number}", expiry, "Meridian", 10_000, 1)
            lot = stock.receive(desk, _OWNER, delivery)
            stock.release(desk, _OWNER, lot.id)
        first = next(o for o in stock.list_stock(desk) if o.usable).bottle.lot.id
        cards.read_card(desk, _OWNER, first, _BLANK, _CARD)
        for step in ("black", "white"):
            calibrating.record_step(desk, _OWNER, _UNIT, step)  # type: ignore[arg-type]
        calibrating.record_card(desk, _OWNER, _UNIT, [(94.0, -0.5, 2.0)] * 3)
        client = visits.find_clients(desk, "JM")[0]
        visit = visits.open_visit(desk, _OWNER, client.id).id
        _tone(desk, visit, "skin-medium", "skin")
        _tone(desk, visit, "hair-black", "hair")
        connected = desk.clock() - timedelta(hours=1)
        took = []
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            recommending.advise(
                replace(desk), _OWNER, visit, identity=_UNIT, connected_at=connected
            )
            took.append((time.perf_counter() - started) * 1e3)
        desk.close()
    middle = median(took[1:])
    return [
        Row(
            f"recommendation over {LOTS} lots",
            f"{middle:.1f} ms",
            "-",
            "-",
            f"{min(took[1:]):.1f}-{max(took[1:]):.1f} ms",
            f"at most {BUDGET_MS:g} ms",
            middle <= BUDGET_MS,
        )
    ]
