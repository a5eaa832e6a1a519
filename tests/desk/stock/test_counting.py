"""A count, from an empty sheet to a book that is right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.people import Role, add_operator
from kiosk.desk.stock.claiming import book_in_bottle, send_bottle
from kiosk.desk.stock.counting import begin_count, finish_count, new_count_token
from kiosk.inventory.counting import Count, Found, enter
from kiosk.inventory.volumes.losses import Losses
from kiosk.ledger.reader import tail
from kiosk.stops import Refused
from tests.desk.clinic import NOW, Clinic
from tests.desk.stock.parts import bottle, manager, require_whole, sums, witness


def begin(clinic: Clinic, *names: str, **more: object) -> Count:
    return begin_count(clinic.desk, clinic.owner, bottles=names, **more)  # type: ignore[arg-type]


def typed(count: Count, **found: int) -> Count:
    for name, ul in found.items():
        count = enter(count, name.replace("_", "-"), Found(ul))
    return count


def last_body(clinic: Clinic) -> dict[str, object]:
    with clinic.desk.engine.connect() as connection:
        return dict(tail(connection, 1)[0].body)


def test_a_count_puts_the_book_right_and_leaves_what_was_recorded(clinic: Clinic) -> None:
    clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
    stock.dispense(clinic.desk, clinic.owner, "B-0001", 2600, "card", "swatch card")
    count = begin(clinic, "B-0001", "B-0002")
    assert [(line.bottle, line.found) for line in count.sheet()] == [
        ("B-0001", None),
        ("B-0002", None),
    ]
    before = clinic.ledger_text()
    count = typed(count, B_0001=7200, B_0002=100_000)
    done = finish_count(clinic.desk, clinic.owner, count, {"B-0001": "spilt"})
    assert [(line.bottle, line.qty_ul, line.reason) for line in done] == [
        ("B-0001", -200, "spilt"),
        ("B-0002", 0, "as booked"),
    ]
    assert clinic.ledger_text().startswith(before)
    assert clinic.kinds()[-1] == "stock.counted"
    assert (clinic.remaining("B-0001"), sums(clinic)["B-0001"]) == (7200, 7200)
    require_whole(clinic)


def test_what_is_counted_is_named_by_bottle_by_place_or_by_lot(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    clinic.deliver(lot_no="24-118", bottles=3)
    for name in ("B-0001", "B-0003", "B-0004"):
        book_in_bottle(clinic.desk, clinic.owner, name, "Room 1")
    send_bottle(clinic.desk, clinic.owner, "B-0004", "Room 2")
    clinic.deliver(lot_no="24-119")
    stock.open_bottle(clinic.desk, clinic.owner, "B-0003")
    stock.dispense(clinic.desk, clinic.owner, "B-0003", 10_000, "", "cards")

    def named(**what: object) -> list[str]:
        count = begin_count(clinic.desk, clinic.owner, **what)  # type: ignore[arg-type]
        return [line.bottle for line in count.sheet()]

    # The empty one is in the bin, the one under way in somebody's bag.
    assert named(place="Room 1") == ["B-0001"]
    assert named(lot="L-0003") == ["B-0004", "B-0005"]
    assert named(bottles=["B-0003"]) == ["B-0003"]
    for nothing in ({}, {"place": "Room 1", "lot": "L-0003"}, {"place": "Cellar"}):
        with pytest.raises(DeskError, match="count"):
            named(**nothing)
    with pytest.raises(NotFound):
        named(lot="L-9999")


def test_a_bottle_that_moved_while_it_was_counted_is_named_and_nothing_is_booked(
    clinic: Clinic,
) -> None:
    clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
    count = typed(begin(clinic, "B-0001", "B-0002"), B_0001=9900, B_0002=99_900)
    stock.dispense(clinic.desk, clinic.owner, "B-0001", 100, "", "test")
    reasons = {"B-0001": "spilt", "B-0002": "spilt"}
    with pytest.raises(DeskError, match="B-0001 was used while it was being counted"):
        finish_count(clinic.desk, clinic.owner, count, reasons)
    assert clinic.remaining("B-0002") == 100_000
    assert "stock.counted" not in clinic.kinds()


def test_sending_a_count_twice_books_it_once(clinic: Clinic) -> None:
    clinic.stock_up()
    count = typed(begin(clinic, "B-0001"), B_0001=9800)
    count = typed(count, B_0001=9900)
    token = new_count_token()
    asked = (clinic.desk, clinic.owner, count, {"B-0001": "not known"})
    first = finish_count(*asked, token=token)
    assert finish_count(*asked, token=token) == first
    assert clinic.kinds().count("stock.counted") == 1
    # The number typed before the recount stays known.
    assert first[0].earlier_ul == (9800,)
    with pytest.raises(DeskError, match="B-0001 was used"):
        finish_count(*asked, token=new_count_token())


def test_a_large_difference_needs_a_second_person(clinic: Clinic) -> None:
    clinic.stock_up()
    count = typed(begin(clinic, "B-0001"), B_0001=9400)
    reasons = {"B-0001": "not known"}
    with pytest.raises(DeskError, match="above the limit"):
        finish_count(clinic.desk, clinic.owner, count, reasons)
    with pytest.raises(DeskError, match="Nothing explains it"):
        finish_count(clinic.desk, clinic.owner, count, {}, second=witness())
    (done,) = finish_count(clinic.desk, clinic.owner, count, reasons, second=witness())
    assert done.second_actor == "S-02"
    (line,) = last_body(clinic)["lines"]  # type: ignore[misc]
    assert (line["second"], line["book_ul"], line["counted_ul"]) == ("S-02", 10_000, 9400)


def test_somebody_else_cannot_end_a_count(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    count = typed(begin(clinic, "B-0001"), B_0001=10_000)
    with pytest.raises(DeskError, match="P-01 counted"):
        finish_count(clinic.desk, manager(clinic), count, {})
    hands = add_operator(clinic.desk, clinic.owner, "P-03", Role.PRACTITIONER, "97531")
    with pytest.raises(Refused):
        begin_count(clinic.desk, hands, bottles=["B-0001"])


def test_evaporation_explains_a_difference_and_stands_in_the_event(clinic: Clinic) -> None:
    """Half a millilitre in ten weeks, at 50 µl a week: none of it needs a reason or a witness."""
    clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
    clinic.clock.forward(days=70)
    losses = Losses(evaporation_ul_per_week=50)
    count = typed(begin(clinic, "B-0001", "B-0002", losses=losses), B_0001=9450, B_0002=100_000)
    with pytest.raises(DeskError, match=r"0\.50 ml of it is allowed for evaporation"):
        finish_count(clinic.desk, clinic.owner, count, {})
    finish_count(clinic.desk, clinic.owner, count, {"B-0001": "not known"})
    lines = last_body(clinic)["lines"]
    assert [line["allowed_ul"] for line in lines] == [500, 0]  # type: ignore[attr-defined]
    # From then on it evaporates anew, and nothing leaves a sealed bottle.
    clinic.clock.forward(days=7)
    again = begin(clinic, "B-0001", "B-0002", losses=losses)
    assert [entry.allowance_ul for entry in again.booked] == [50, 0]


def test_a_scale_that_cannot_tell_changes_nothing(clinic: Clinic) -> None:
    clinic.stock_up()
    count = enter(begin(clinic, "B-0001"), "B-0001", Found(9960, 25.0))
    (done,) = finish_count(clinic.desk, clinic.owner, count, {})
    assert (done.qty_ul, done.counted_ul) == (0, 9960)
    assert clinic.remaining("B-0001") == 10_000
    (line,) = last_body(clinic)["lines"]  # type: ignore[misc]
    assert line["found_ul"] == 9960


def test_a_count_needs_a_clock_that_is_trusted(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    count = typed(begin(clinic, "B-0001"), B_0001=10_000)
    clinic.clock.now = NOW - timedelta(days=365)
    with pytest.raises(Refused, match="cannot be trusted"):
        finish_count(clinic.desk, clinic.owner, count, {})


def test_a_count_by_somebody_solo_is_named_as_that(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    clinic.stock_up()
    count = typed(begin(clinic, "B-0001"), B_0001=9000)
    alone = replace(witness(), id=clinic.owner.id, solo=True)
    (done,) = finish_count(clinic.desk, clinic.owner, count, {"B-0001": "?"}, second=alone)
    assert done.second_actor == "P-01 (solo, signed again)"
    assert bottle(clinic, "B-0001").remaining_ul == 9000
