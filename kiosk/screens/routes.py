"""Screens by name. Names are strings so that the first frame imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.screens.shell import KioskScreen

ROUTES: dict[str, str] = {
    "set-up": "kiosk.screens.tasks.set_up:SetUp",
    "sign-in": "kiosk.screens.sign_in:SignIn",
    "day": "kiosk.screens.tasks.day:Day",
    "units": "kiosk.screens.instruments.units:Units",
    "drift": "kiosk.screens.instruments.drift:Drift",
    "fit": "kiosk.screens.instruments.fit:Fit",
    "client": "kiosk.screens.tasks.client:ClientSearch",
    "healed": "kiosk.screens.tasks.healed:Healed",
    "skin": "kiosk.screens.tasks.reading:ReadSkin",
    "hair": "kiosk.screens.tasks.reading:ReadHair",
    "review": "kiosk.screens.tasks.review:Review",
    "recipe": "kiosk.screens.tasks.recipe:Recipe",
    "bottles": "kiosk.screens.tasks.bottles:Bottles",
    "mix": "kiosk.screens.tasks.mix:Mix",
    "confirm": "kiosk.screens.tasks.confirm:Confirm",
    "done": "kiosk.screens.tasks.done:Done",
    "ledger": "kiosk.screens.tasks.ledger:Ledger",
    "board": "kiosk.screens.stock.board:Board",
    "work-list": "kiosk.screens.stock.work_list:WorkList",
    "cup": "kiosk.screens.stock.cup:Cup",
    "lots": "kiosk.screens.stock.lots:Lots",
    "saved-filters": "kiosk.screens.stock.saved_filters:SavedFilters",
    "lot": "kiosk.screens.stock.lot:LotScreen",
    "lot-uses": "kiosk.screens.stock.lot_uses:LotUses",
    "lot-history": "kiosk.screens.stock.lot_history:LotHistory",
    "calendar": "kiosk.screens.stock.calendar:Calendar",
    "recalls": "kiosk.screens.stock.recalls:Recalls",
    "recall": "kiosk.screens.stock.recall:Recall",
    "recall-close": "kiosk.screens.stock.recall_close:RecallClose",
    "recall-form": "kiosk.screens.stock.recall_form:RecallForm",
    "products": "kiosk.screens.stock.products:Products",
    "product": "kiosk.screens.stock.product:ProductPage",
    "suppliers": "kiosk.screens.stock.suppliers:Suppliers",
    "papers": "kiosk.screens.stock.papers:Papers",
    "assets": "kiosk.screens.stock.assets:Assets",
    "law": "kiosk.screens.stock.law:Law",
    "inspect": "kiosk.screens.stock.inspect:Inspect",
    "handle": "kiosk.screens.stock.handle:Handle",
    "count": "kiosk.screens.stock.count:CountScreen",
    "scanner": "kiosk.screens.stock.scanner:ScannerSetUp",
    "import-delivery": "kiosk.screens.stock.import_delivery:ImportDelivery",
    "receive": "kiosk.screens.stock.receive:Receive",
}


def home(role: str) -> str:
    """The screen on which somebody of a role begins."""
    return "board" if role == "stock-manager" else "day"


def build(name: str) -> KioskScreen:
    """A fresh screen by its name."""
    module, _, attribute = ROUTES[name].partition(":")
    screen: KioskScreen = getattr(import_module(module), attribute)()
    return screen


def preload() -> None:
    """Import every task screen, and the desk with them; for a worker thread."""
    for target in ROUTES.values():
        import_module(target.partition(":")[0])
