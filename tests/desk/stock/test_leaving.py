"""How stock leaves without a client, and by which doors blocked stock does."""

from datetime import date, timedelta

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError
from kiosk.desk.stock.correcting import correct_amount, open_late
from kiosk.desk.stock.leaving import close_mix, discard, dispose_lot, empty_bottle, return_lot
from kiosk.desk.stock.signing import Witness
from kiosk.inventory.model import LotState
from kiosk.inventory.usability import expiry_of
from kiosk.stops import Refused
from tests.desk.clinic import TODAY, Clinic
from tests.desk.stock.parts import bottle, require_whole, sums, witness


def expired(clinic: Clinic) -> tuple[str, str]:
    """An opened pigment bottle whose label's date has passed, and water that is good."""
    clinic.stock_up()
    old = clinic.deliver(lot_no="23-001", label=TODAY + timedelta(days=3))
    stock.open_bottle(clinic.desk, clinic.owner, old)
    clinic.clock.forward(days=4)
    return old, "B-0002"


def test_ac_s18_blocked_stock_leaves_only_by_the_right_door(clinic: Clinic) -> None:
    old, water = expired(clinic)
    desk, owner = clinic.desk, clinic.owner
    # Not to a client, and not as a volume for something else.
    with pytest.raises(Refused, match="date passed"):
        clinic.confirm(clinic.order(clinic.visit(), old, water, reason="nearly good"))
    with pytest.raises(Refused, match="date passed"):
        stock.dispense(desk, owner, old, 100, "", "swatch")
    # Not without a witness, and not a little at a time.
    with pytest.raises((Refused, DeskError), match="witness"):
        empty_bottle(desk, owner, old, "past its date")
    with pytest.raises(Refused, match="all of it"):
        discard(desk, owner, old, 100, "past its date", second=witness())
    assert clinic.remaining(old) == 10_000
    gone = empty_bottle(desk, owner, old, "past its date", second=witness())
    assert gone.remaining_ul == sums(clinic)[old] == 0
    written = [line for line in clinic.ledger_text().splitlines() if "write_off_expired" in line]
    assert len(written) == 1
    assert '"second":"S-02"' in written[0]
    assert "client" not in written[0]
    require_whole(clinic)


def test_ac_s18_an_expired_bottle_goes_back_to_its_supplier_before_a_witness(
    clinic: Clinic,
) -> None:
    old, _ = expired(clinic)
    with pytest.raises(Refused, match="witness"):
        empty_bottle(clinic.desk, clinic.owner, old, "short-dated", give_back=True)
    back = empty_bottle(
        clinic.desk, clinic.owner, old, "short-dated", second=witness(), give_back=True
    )
    assert back.remaining_ul == 0
    assert "return_to_supplier" in clinic.ledger_text()
    with pytest.raises(DeskError, match="empty already"):
        empty_bottle(clinic.desk, clinic.owner, old, "again", second=witness())


def test_a_solo_signature_is_never_a_second_persons(sqlite_clinic: Clinic) -> None:
    clinic = sqlite_clinic
    old, _ = expired(clinic)
    empty_bottle(clinic.desk, clinic.owner, old, "past", second=Witness("P-01", solo=True))
    assert '"second":"P-01 (solo, signed again)"' in clinic.ledger_text()


def test_what_is_good_is_poured_away_with_a_reason_alone(clinic: Clinic) -> None:
    clinic.stock_up()
    discard(clinic.desk, clinic.owner, "B-0002", 250, "spilt", token="D-1")
    again = discard(clinic.desk, clinic.owner, "B-0002", 250, "spilt", token="D-1")
    assert again.remaining_ul == 99_750
    for qty, reason in ((0, "x"), (-5, "x"), (100_000, "x"), (10, "  ")):
        with pytest.raises(DeskError):
            discard(clinic.desk, clinic.owner, "B-0002", qty, reason)
    assert clinic.remaining("B-0002") == 99_750
    require_whole(clinic)


def test_a_lot_is_disposed_of_as_a_whole(clinic: Clinic) -> None:
    clinic.stock_up()
    clinic.deliver(lot_no="24-118", bottles=3)
    discard(clinic.desk, clinic.owner, "B-0004", 10_000, "broken")
    lot = dispose_lot(clinic.desk, clinic.owner, "L-0003", "moving house")
    assert lot.state is LotState.DISPOSED
    assert [sums(clinic)[name] for name in ("B-0003", "B-0004", "B-0005")] == [0, 0, 0]
    with pytest.raises(DeskError, match="gone already"):
        dispose_lot(clinic.desk, clinic.owner, "L-0003", "again")
    sent = return_lot(clinic.desk, clinic.owner, "L-0001", "wrong shade")
    assert (sent.state, clinic.remaining("B-0001")) == (LotState.REJECTED, 0)
    require_whole(clinic)


def test_a_cup_ends_once_and_an_incident_says_what_happened(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    mix = clinic.confirm(clinic.order(clinic.visit(), pigment, water)).mix
    for how, reason in (("drunk", ""), ("incident", " ")):
        with pytest.raises(DeskError):
            close_mix(clinic.desk, clinic.owner, mix, how, reason)
    close_mix(clinic.desk, clinic.owner, mix, "used")
    close_mix(clinic.desk, clinic.owner, mix, "discarded")
    assert clinic.kinds().count("mix.closed") == 1
    with pytest.raises(DeskError, match="there is no"):
        close_mix(clinic.desk, clinic.owner, "M-none", "used")


def test_ac_s15_an_opening_entered_late_moves_the_limit_and_lists_what_came_after_it(
    clinic: Clinic,
) -> None:
    """Water is good for one month after opening (its label says); really opened on 3 March."""
    pigment, water = clinic.stock_up()
    clinic.clock.forward(days=30)
    stock.open_bottle(clinic.desk, clinic.owner, water)
    early = clinic.confirm(clinic.order(clinic.visit("AK"), pigment, water))
    clinic.clock.forward(days=4)
    visit = clinic.visit()
    late = clinic.confirm(clinic.order(visit, pigment, water))
    before = expiry_of(bottle(clinic, water))
    assert before is not None
    assert before.on == date(2026, 5, 1)
    for day, said in ((date(2026, 4, 6), "future"), (date(2026, 3, 1), "delivery")):
        with pytest.raises(DeskError, match=said):
            open_late(clinic.desk, clinic.owner, water, day, "found a note")
    with pytest.raises(DeskError, match="reason"):
        open_late(clinic.desk, clinic.owner, water, date(2026, 3, 3), " ")
    found = open_late(clinic.desk, clinic.owner, water, date(2026, 3, 3), "found a note")
    after = expiry_of(found.bottle)
    assert after is not None
    # To the end of 3 April: the use of 1 April was in time, that of 5 April was not.
    assert after.on == date(2026, 4, 3)
    assert [(use.mix, use.client, use.visit) for use in found.late] == [
        (late.mix, late.client, visit)
    ]
    assert early.mix != late.mix
    with pytest.raises(Refused, match="period after opening"):
        clinic.confirm(clinic.order(visit, pigment, water))
    with pytest.raises(DeskError, match="was open by 2026-03-03"):
        open_late(clinic.desk, clinic.owner, water, date(2026, 3, 10), "another note")
    require_whole(clinic)


def test_a_correction_is_made_once_and_never_of_a_clients_use(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, pigment)
    stock.dispense(clinic.desk, clinic.owner, pigment, 2600, "card", "swatch card")
    wrong = len(clinic.kinds())
    mended = correct_amount(clinic.desk, clinic.owner, wrong, 260, "a digit too many")
    assert mended.remaining_ul == sums(clinic)[pigment] == 9740
    with pytest.raises(DeskError, match="corrected already"):
        correct_amount(clinic.desk, clinic.owner, wrong, 26, "again")
    with pytest.raises(DeskError, match="never held that much"):
        correct_amount(clinic.desk, clinic.owner, wrong + 2, 90_000, "more")
    mix = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    with pytest.raises(DeskError, match="not mended"):
        correct_amount(clinic.desk, clinic.owner, mix.events, 1, "less")
    require_whole(clinic)
