"""A clinic with products, lots and uses that recalls, papers and suppliers can be about."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk.desk import stock
from kiosk.desk.office import open_desk
from kiosk.desk.stock import assets, papers, recalling, suppliers
from kiosk.desk.stock.leaving import close_mix
from kiosk.desk.stock.papers import Paper
from kiosk.inventory.model import Kind, Product
from kiosk.screens.app import KioskApp
from kiosk.storage.migrate import create
from tests.desk.clinic import CARBON, NOW, OWNER, TATTOO, WATER, Clinic, Clock, found
from tests.desk.stock.notices import notice
from tests.screens.conftest import Chair

OTHER = Product(
    "HALO-GREY", "Halden", "SMP Carbon", "Grey", Kind.PIGMENT,
    "Scalp micropigmentation (SMP)", ("CI 77266", "CI 77891"), True, 12,
)  # fmt: skip


def tell(folder: Path) -> Clinic:
    """Five lots, three clients, four mixes of which one stands open at the other kiosk."""
    url = f"sqlite:///{folder / 'kiosk.db'}"
    create(url)
    clinic = found(url)
    clinic.add(CARBON, WATER, TATTOO, OTHER)
    suppliers.add_supplier(clinic.desk, OWNER, "MERIDIAN", "Meridian")
    suppliers.add_supplier(clinic.desk, OWNER, "CORNER", "Corner shop")
    suppliers.block_supplier(clinic.desk, OWNER, "CORNER", "lots without a number")
    first = clinic.deliver(bottles=2)
    water = clinic.deliver("WATER", lot_no="W-31", ml=100)
    clinic.deliver(lot_no="24-118")
    undated = stock.Delivery("SMP-CARBON", "23-900", date(2027, 1, 31), "Meridian", 10_000, 1,
                             day_unknown=True)  # fmt: skip
    stock.receive(clinic.desk, OWNER, undated)
    clinic.clock.forward(days=3)
    for initials, name in (("JM", "M-2c71e08ab943"), ("AK", "M-91b0d7f4335a")):
        mix = clinic.confirm(clinic.order(clinic.visit(initials), first, water, token=name))
        close_mix(clinic.desk, OWNER, mix.mix, "used")
    clinic.clock.forward(days=9)
    clinic.deliver(lot_no="25-031", bottles=3)
    mix = clinic.confirm(
        clinic.order(clinic.visit_of("C-0001"), first, water, token="M-d40c6e7712bf")
    )
    close_mix(clinic.desk, OWNER, mix.mix, "used")
    clinic.clock.forward(days=16, hours=1)
    return clinic


def reopen(folder: Path) -> Clinic:
    """The same clinic from a copy of its database."""
    clock = Clock(NOW + timedelta(days=28, hours=1))
    return Clinic(open_desk(f"sqlite:///{folder / 'kiosk.db'}", clock=clock), clock)


def open_cup(clinic: Clinic) -> str:
    """A mix of the first lot that stands open at kiosk-2."""
    there = replace(clinic, desk=replace(clinic.desk, kiosk="kiosk-2"))
    order = there.order(there.visit("TS"), "B-0001", "B-0003", token="M-5f3a90c2d1e4")
    return there.confirm(order).mix


def by_dates(**changes: Any) -> dict[str, Any]:
    """A notice as a document: everything that was distributed in a window."""
    said = {
        "id": "HALDEN-2026-3",
        "source": "Halden Pigments",
        "issued_on": "2026-03-27",
        "scope": {
            "all_lots": True,
            "windows": [{"event": "distributed", "first": "2026-02-20", "last": "2026-03-05"}],
        },
        "hazard": "Microbial contamination; the seals of some bottles were not tight.",
        "reference": "HP-3/26",
    }
    return json.loads(json.dumps(notice_document() | said | changes))


def notice_document() -> dict[str, Any]:
    """The notice against lot 24-117."""
    from tests.desk.stock.notices import DOCUMENT

    return dict(DOCUMENT)


def recall(clinic: Clinic, **changes: Any) -> str:
    """Recall lot 24-117."""
    recalling.apply_recall(clinic.desk, OWNER, notice(**changes))
    return "FDA-2026-07"


def file_papers(clinic: Clinic) -> None:
    """A certificate and a photo of lot L-0001, and a data sheet of its product."""
    for subject, paper in (
        ("L-0001", Paper("certificate", "coa-24-117.pdf", b"%PDF certificate", date(2026, 1, 20),
                         {"lot_no": "24-117", "values": {"PAH": 0.2, "BaP": "<0.005"}})),
        ("L-0001", Paper("label-photo", "label-24-117.jpg", b"JFIF photo")),
        ("SMP-CARBON", Paper("sds", "halden-sds.pdf", b"%PDF sheet", date(2025, 9, 1))),
    ):  # fmt: skip
        papers.attach(clinic.desk, OWNER, subject, paper)


def list_assets(clinic: Clinic) -> None:
    """A tile that is overdue, a balance that soon will be, one thing out of service."""
    for asset in (
        assets.Asset("TILE-1", "tile", "WT-0417", date(2026, 3, 20), "IN SERVICE", "white tile"),
        assets.Asset("BAL-1", "balance", "KB-204", date(2026, 4, 20), "IN SERVICE", ""),
        assets.Asset("PROBE-2", "probe", "", None, "IN SERVICE", ""),
    ):
        assets.add_asset(clinic.desk, OWNER, asset)
    assets.retire_asset(clinic.desk, OWNER, "PROBE-2", "cracked window")


async def typing_by_hand(app: KioskApp) -> None:
    """Wait for the app, and let it take no fast typing of a test for a scan."""
    await app.ready.wait()
    while app.scans._wedge is None:
        await asyncio.sleep(0.01)
    app.scans.use(replace(app.scans.settings, shortest=200))


def app_of(clinic: Clinic) -> KioskApp:
    """The kiosk on that clinic, signed in as its owner."""
    made = KioskApp(open_desk=lambda: clinic.desk, hint="")
    made.state.operator = OWNER
    made.refresh_gate = lambda: None
    return made


async def fill(chair: Chair, **fields: str) -> None:
    """Write into fields by their ids, the last letter of each with its key."""
    for name, said in fields.items():
        field = chair.app.screen.query_one(f"#{name}")
        field.focus()
        await chair.pilot.pause()
        field.insert_text_at_cursor(said[:-1])
        await chair.type(said[-1])
        # What might be a scan is held back for a moment; the next field must not get it.
        await chair.pilot.pause(0.1)


async def shows(chair: Chair, *words: str) -> None:
    """Wait until all of this stands on the screen, however its lines are broken."""

    def there() -> bool:
        told = " ".join(chair.text().split())
        return all(word in told for word in words)

    await chair.until(there, " and ".join(words))
