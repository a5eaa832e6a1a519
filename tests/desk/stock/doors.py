"""Everything the desk can do to a bottle or a lot, tried on one that nobody may use.

The table is held against the desk itself: a public function that takes a bottle or a lot and is
not in it makes a test fail.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import kiosk.desk
from kiosk.desk import anchoring, cards, mixing, outcomes, stock
from kiosk.desk.office import Work, open_desk, work
from kiosk.desk.stock import (
    bottles,
    catalogue,
    claiming,
    correcting,
    counting,
    exchange,
    holding,
    importing,
    inspecting,
    judging,
    label_facts,
    leaving,
    nonconformance,
    papers,
    recall_page,
    recalling,
    receiving,
    scans,
    signing,
    weighing,
)
from kiosk.desk.stock.book import book
from kiosk.desk.stock.shelf import find_bottle, find_lot
from kiosk.inventory import counting as sheet
from kiosk.inventory.counting import Found
from kiosk.inventory.model import Identifier
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.inventory.recalls.dossier import Outcome
from kiosk.inventory.volumes.balance_line import Mass
from kiosk.inventory.volumes.drops import Series
from kiosk.inventory.volumes.movements import MovementType
from kiosk.inventory.volumes.weighing import Density, Weighed
from tests.desk.clinic import CARBON, HAIR, NOW, PIN, SKIN, TODAY, WATER, Clock
from tests.desk.stock.blocked import LABEL, Blocked
from tests.desk.stock.notices import lots, notice
from tests.desk.stock.parts import witness
from tests.desk.stories import CARD, CARD_BLANK

Way = Callable[[Blocked], object]


class NothingToTry(Exception):
    """This way needs something that never was: a cup, a parted kiosk."""


RECALL = "FDA-2026-07"
WATERY = Density(1.0, 0.01, 20.0)


def grams(text: str) -> Mass:
    return Mass(Decimal(text), Decimal("0.01"))


def _task(act: Callable[[Work, Blocked], object]) -> Way:
    """Something that runs inside a transaction."""

    def way(case: Blocked) -> object:
        with work(case.clinic.desk, case.clinic.owner.id) as task:
            return act(task, case)

    return way


def _desk(function: Callable[..., object], *arguments: object, **named: object) -> Way:
    """A desk function by the owner; text in angle brackets is a field of the case."""

    def way(case: Blocked) -> object:
        values = [
            getattr(case, value[1:-1]) if isinstance(value, str) and value[:1] == "<" else value
            for value in arguments
        ]
        return function(case.clinic.desk, case.clinic.owner, *values, **named)

    return way


def mixed(case: Blocked, *, swap: bool = False, signer: str = "P-01", token: str = "") -> object:
    pair = case.pair[::-1] if swap else case.pair
    order = case.clinic.order(case.visit, *pair, reason="the client insists, signed by me")
    return mixing.confirm_mix(
        case.clinic.desk, replace(order, token=token or order.token), signer, PIN
    )


def counted(case: Blocked) -> object:
    desk, owner = case.clinic.desk, case.clinic.owner
    count = counting.begin_count(desk, owner, bottles=[case.bottle])
    book_ul = case.clinic.remaining(case.bottle)
    count = sheet.enter(count, case.bottle, Found(max(book_ul - 100, 0)))
    return counting.finish_count(desk, owner, count, {case.bottle: "evaporated"}, second=witness())


def _facts(**changes: object) -> Way:
    def way(case: Blocked) -> object:
        with case.clinic.desk.engine.connect() as connection:
            lot = find_lot(connection, case.lot)
        facts = correcting.Facts(lot.lot_no, lot.label_expiry, lot.received_on, (), dict(lot.label))
        return correcting.correct_lot(
            case.clinic.desk, case.clinic.owner, case.lot, replace(facts, **changes), "misread"
        )

    return way


def _amended(**changes: object) -> Way:
    """The product amended to what a good one declares."""

    def way(case: Blocked) -> object:
        with case.clinic.desk.engine.connect() as connection:
            product = find_lot(connection, case.lot).product
        good = CARBON if product.kind is CARBON.kind else WATER
        said = replace(good, id=product.id, **changes)
        return catalogue.amend_product(case.clinic.desk, case.clinic.owner, said, "data sheet")

    return way


def opened_anew(case: Blocked) -> object:
    today = case.clinic.desk.today()
    return correcting.open_late(case.clinic.desk, case.clinic.owner, case.bottle, today, "anew")


def _booked(kind: MovementType) -> Way:
    """A use written straight into the bottle's book."""

    def write(task: Work, case: Blocked) -> None:
        bottle = find_bottle(task.connection, case.bottle)
        with pytest.raises(ValueError, match="no movement for this door"):
            book(task, bottle, kind, -100, "for the client")

    return _task(write)


def quarantined_and_released(case: Blocked) -> object:
    judging.quarantine(case.clinic.desk, case.clinic.owner, case.lot, "to release it")
    return judging.release(case.clinic.desk, case.clinic.owner, case.lot)


def rejected_and_released(case: Blocked) -> object:
    judging.reject(case.clinic.desk, case.clinic.owner, case.lot, "to be asked again")
    return judging.release(case.clinic.desk, case.clinic.owner, case.lot)


def from_another_kiosk(case: Blocked) -> object:
    """A kiosk that parted before the block inspects the lot, releases it and hands that over."""
    if not case.away:
        raise NothingToTry
    file = Path(case.clinic.desk.url.removeprefix("sqlite:///")).with_name("parted.db")
    shutil.copyfile(case.away.removeprefix("sqlite:///"), file)
    parted = Clock(NOW)
    desk = open_desk(f"sqlite:///{file}", kiosk="kiosk-2", clock=parted)
    try:
        judging.quarantine(desk, case.clinic.owner, case.lot, "looked odd")
        judging.release(desk, case.clinic.owner, case.lot, "looked fine after all")
        data = exchange.export_events(desk)
    finally:
        desk.close()
    return exchange.take_in(case.clinic.desk, case.clinic.owner, data)


def imported(case: Blocked) -> object:
    with case.clinic.desk.engine.connect() as connection:
        lot = find_lot(connection, case.lot)
    text = (
        "product,lot_no,label_expiry,bottles,bottle_ul\n"
        f"{lot.product.id},{lot.lot_no.strip()},2030-01-31,1,10000\n"
    )
    return importing.import_delivery(case.clinic.desk, case.clinic.owner, text.encode())


def delivered(case: Blocked) -> object:
    with case.clinic.desk.engine.connect() as connection:
        lot = find_lot(connection, case.lot)
    more = stock.Delivery(lot.product.id, lot.lot_no, LABEL + timedelta(days=900), "M", 10_000, 1)
    return receiving.receive(case.clinic.desk, case.clinic.owner, more)


def _clock(days: int) -> Way:
    """A mix with the clock set to another day."""

    def way(case: Blocked) -> object:
        case.clinic.clock.forward(days=days)
        try:
            return mixed(case)
        finally:
            case.clinic.clock.forward(days=-days)

    return way


def solo(case: Blocked) -> object:
    """The second signature by the same person, in a clinic of several."""
    second = signing.witness(case.clinic.desk, case.clinic.owner, case.clinic.owner.id, PIN)
    return recalling.close_recall(
        case.clinic.desk, case.clinic.owner, RECALL, Outcome.WITHDRAWN, "x", second=second
    )


#: Each way, by the function it goes through; one function may have several.
WAYS: dict[str, list[Way]] = {
    "mixing.confirm_mix": [
        mixed,
        lambda case: mixed(case, swap=True),
        lambda case: mixed(case, signer="practitioner"),
        lambda case: mixed(case, signer="stock-manager"),
        lambda case: mixed(case, signer="auditor"),
        # Under the name of a cup that was made before the block.
        lambda case: mixed(case, token=case.mix),
        _clock(-1000),
        _clock(1),
        _clock(1000),
    ],
    "bottles.open_bottle": [
        _desk(bottles.open_bottle, "<bottle>"),
        _desk(bottles.open_bottle, "<bottle>", TODAY),
    ],
    "bottles.record_opening": [_task(lambda task, case: bottles.record_opening(task, case.bottle))],
    "bottles.dispense": [_desk(bottles.dispense, "<bottle>", 100, "", "for the client")],
    "bottles.take_out": [
        _task(lambda task, case: bottles.take_out(task, case.bottle, 100, "", "for the client"))
    ],
    "book.book": [_booked(MovementType.DISPENSE), _booked(MovementType.MIX_IN)],
    "weighing.dispense_by_weight": [
        _desk(
            weighing.dispense_by_weight, "<bottle>", grams("20.00"), grams("19.00"), "", "client",
            room_c=20.0, density=WATERY,
        )
    ],
    "weighing.dispense_drops": [_desk(weighing.dispense_drops, "<bottle>", 10, "", "client")],
    "weighing.measure_dropper": [
        _desk(weighing.measure_dropper, "<bottle>", [Series(20, Weighed(700, 5.0))] * 5)
    ],
    "weighing.discard_by_weight": [
        _desk(
            weighing.discard_by_weight, "<bottle>", grams("20.00"), grams("19.00"), "spilt",
            room_c=20.0, density=WATERY,
        )
    ],
    "claiming.claim_bottle": [_desk(claiming.claim_bottle, "<bottle>", "mine")],
    "claiming.take_claim": [_task(lambda task, case: claiming.take_claim(task, case.bottle))],
    "claiming.end_claim": [
        _task(lambda t, case: claiming.end_claim(t, find_bottle(t.connection, case.bottle)))
    ],
    "claiming.give_back": [_desk(claiming.give_back, "<bottle>")],
    "claiming.claim_for_mix": [_desk(claiming.claim_for_mix, "<bottle>")],
    "claiming.send_bottle": [_desk(claiming.send_bottle, "<bottle>", "room 9")],
    "claiming.book_in_bottle": [_desk(claiming.book_in_bottle, "<bottle>", "room 9")],
    "holding.hold_bottle": [_desk(holding.hold_bottle, "<bottle>", "leaks")],
    "holding.free_bottle": [_desk(holding.free_bottle, "<bottle>", "glued")],
    "judging.release": [_desk(judging.release, "<lot>"), rejected_and_released],
    "judging.quarantine": [_desk(judging.quarantine, "<lot>", "x"), quarantined_and_released],
    "judging.reject": [_desk(judging.reject, "<lot>", "x")],
    "correcting.correct_lot": [
        _facts(label_expiry=LABEL + timedelta(days=3000)),
        _facts(lot_no="77-X"),
        _facts(received_on=None),
        _facts(identifiers=(Identifier("BATCH", "Z9"),)),
        _facts(label={"sterile": True, "contains": []}),
    ],
    "correcting.correct_amount": [
        _desk(correcting.correct_amount, "<event>", 2000, "it was more"),
        _desk(correcting.correct_amount, "<event>", 0, "it was nothing"),
    ],
    "correcting.open_late": [
        _desk(correcting.open_late, "<bottle>", TODAY, "forgotten"),
        opened_anew,
    ],
    "label_facts.note_on_label": [
        _desk(label_facts.note_on_label, "<lot>", "Sterile", seen=True)
    ],
    "catalogue.add_product": [
        lambda case: catalogue.add_product(case.clinic.desk, case.clinic.owner, CARBON)
    ],
    "catalogue.amend_product": [
        _amended(),
        _amended(pao_months=120),
        _amended(brand="Renamed", pao_months=120),
    ],
    "catalogue.reclass_all": [_desk(catalogue.reclass_all)],
    "catalogue.reclass": [_task(lambda task, _: catalogue.reclass(task, "SMP-CARBON"))],
    "inspecting.choose_profile": [_desk(inspecting.choose_profile, "US")],
    "counting.begin_count": [_desk(counting.begin_count, lot="L-0001")],
    "counting.finish_count": [counted],
    "exchange.take_in": [from_another_kiosk],
    "importing.import_delivery": [imported],
    "receiving.receive": [delivered],
    "receiving.book_in": [
        _task(
            lambda task, _: receiving.book_in(
                task, stock.Delivery("SMP-CARBON", "24-117", LABEL, "M", 10_000, 1)
            )
        )
    ],
    "leaving.discard": [
        _desk(leaving.discard, "<bottle>", 100, "to take it along"),
        _desk(leaving.discard, "<bottle>", 100, "to take it along", second=witness()),
    ],
    "leaving.empty_bottle": [
        _desk(leaving.empty_bottle, "<bottle>", "to take it along"),
        _desk(leaving.empty_bottle, "<bottle>", "burnt", second=witness()),
    ],
    "leaving.dispose_lot": [_desk(leaving.dispose_lot, "<lot>", "burnt", second=witness())],
    "leaving.return_lot": [_desk(leaving.return_lot, "<lot>", "back", second=witness())],
    "leaving.close_mix": [
        _desk(leaving.close_mix, "<mix>", "used"),
        _desk(leaving.close_mix, "<mix>", "discarded"),
    ],
    "nonconformance.record_nonconformance": [
        lambda case: nonconformance.record_nonconformance(
            case.clinic.desk,
            case.clinic.owner,
            nonconformance.Report(
                case.bottle, 100, case.clinic.desk.today(), case.visit, "seen", "told"
            ),
        )
    ],
    "papers.attach": [
        _desk(papers.attach, "<lot>", papers.Paper("certificate", "all-good.pdf", b"%PDF fine")),
        _desk(papers.attach, "<lot>", papers.Paper("statement", "smp.pdf", b"%PDF for scalps")),
    ],
    "papers.withdraw": [_desk(papers.withdraw, 1, "x")],
    "recalling.apply_recall": [
        _desk(recalling.apply_recall, notice(version=2, scope=lots("Q"))),
        _desk(recalling.apply_recall, notice(version=2, scope=lots("Q")), second=witness()),
    ],
    "recalling.close_recall": [
        _desk(recalling.close_recall, RECALL, Outcome.WITHDRAWN, "x"),
        _desk(recalling.close_recall, RECALL, Outcome.COMPLETED, "x"),
        _desk(
            recalling.close_recall, RECALL, Outcome.ENTERED_BY_MISTAKE, "x", second=witness()
        ),
        solo,
    ],
    "recalling.record_contact": [
        _desk(recalling.record_contact, RECALL, "C-0001", ContactState.REACHED)
    ],
    "recalling.match_lot": [_task(lambda task, case: recalling.match_lot(task, case.lot))],
    "recalling.tell_clients": [
        _task(lambda task, case: recalling.tell_clients(task, case.lot, ["C-0001"]))
    ],
    "recall_page.take_in": [_desk(recall_page.take_in, RECALL, "<lot>")],
    "scans.remember_article": [_desk(scans.remember_article, "SMP-CARBON", "04012345678901")],
    "cards.read_card": [_desk(cards.read_card, "<lot>", CARD_BLANK, CARD)],
    "anchoring.add_anchor": [_desk(anchoring.add_anchor, "SMP-CARBON", SKIN, HAIR, 20)],
    "outcomes.judge": [_desk(outcomes.judge, "<mix>", "right")],
    "screening.apply_patch": [],
    "screening.read_patch": [],
}  # fmt: skip

#: What ends a block because that is what it is for: the arrival, the repair, the release.
LIFTS = {
    ("under way", "claiming.book_in_bottle"),
    ("held bottle", "holding.free_bottle"),
    ("quarantined", "judging.release"),
    ("quarantined", "judging.quarantine"),
}

_ABOUT_STOCK = {
    "bottle", "bottle_id", "bottles", "lot", "lot_id", "lots", "pigment", "diluent", "product",
    "order", "report", "count", "mix", "recall", "notice", "delivery", "event", "document",
    "data", "parcel", "facts", "subject", "code",
}  # fmt: skip
_WRITERS = {"Operator", "Work"}


def functions_of_the_desk() -> Iterator[str]:
    """Every public desk function that may write and takes something of the stock, by its name."""
    for found in pkgutil.walk_packages(kiosk.desk.__path__, "kiosk.desk."):
        module = importlib.import_module(found.name)
        for name, function in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            if function.__module__ != module.__name__:
                continue
            parameters = inspect.signature(function).parameters
            kinds = {str(parameter.annotation) for parameter in parameters.values()}
            writes = bool(kinds & _WRITERS) or "signer" in parameters
            whole_stock = module.__name__.startswith("kiosk.desk.stock.") and "task" in parameters
            if writes and (parameters.keys() & _ABOUT_STOCK or whole_stock):
                short = module.__name__.removeprefix("kiosk.desk.").removeprefix("stock.")
                yield f"{short}.{name}"
