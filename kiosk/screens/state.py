"""What the screens share while the program runs; nothing in here is the truth, the ledger is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calibration.gate import GateState
    from calibration.sampling import Site
    from drivers.contract import Capabilities
    from drivers.errors import InstrumentError
    from drivers.readings import Identity
    from kiosk.desk.mixing import MixOrder, MixRecord
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator
    from kiosk.desk.recommending import Advice
    from kiosk.desk.stock.filters import Filter
    from kiosk.desk.tones import KeptTone
    from kiosk.desk.visits import Client, Visit


@dataclass(slots=True)
class Unit:
    """The instrument as the screens know it."""

    identity: Identity | None = None
    capabilities: Capabilities | None = None
    connected_at: datetime | None = None
    error: InstrumentError | None = None
    gate: GateState | None = None
    busy: bool = False


@dataclass(slots=True)
class Sitting:
    """One visit of one client, from the first reading to the recorded mix."""

    client: Client
    visit: Visit
    sites: dict[str, Site] = field(default_factory=dict)
    tones: dict[str, KeptTone] = field(default_factory=dict)
    advice: Advice | None = None
    ratio: int | None = None
    pigment: str | None = None
    diluent: str | None = None
    total_ul: int = 5000
    order: MixOrder | None = None
    mix: MixRecord | None = None


@dataclass(slots=True)
class Shelf:
    """What the stock manager's screens hand to each other: ids, empty where nothing is chosen."""

    lot: str = ""
    bottle: str = ""
    recall: str = ""
    product: str = ""
    search: str = ""
    """What was typed or scanned on the board, for the list of lots."""
    mix: str = ""
    subject: str = ""
    """Whose papers are looked at: a product, supplier or asset; empty: those of the lot."""
    line: str = ""
    """Which line of the board is worked through."""
    came_from: str = "board"
    """The screen that led to a lot's page; back leads there again."""
    wanted: Filter | None = None
    """How the list of lots was left: its filter, and the row that was marked."""
    row: int = 0
    holds: str = ""
    """How much is on the shelf, in words for the status strip; empty before anybody looked."""


@dataclass(slots=True)
class State:
    """Everything the status strip and the task screens look at."""

    kiosk: str = "kiosk-1"
    operator: Operator | None = None
    desk: Desk | None = None
    unit: Unit = field(default_factory=Unit)
    sitting: Sitting | None = None
    shelf: Shelf = field(default_factory=Shelf)
    healing: Client | None = None
    """Whose healed results are looked at."""
    preparing: str = "opening the database"
    saved: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
