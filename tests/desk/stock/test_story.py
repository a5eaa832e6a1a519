"""What happens at the counter between kiosks, told as sentences."""

from kiosk.desk import journal, stock
from tests.desk.clinic import Clinic
from tests.desk.stock.parts import bottle, require_whole
from tests.desk.stock.story import tell_stock


def test_the_story_of_the_counter_can_be_read(clinic: Clinic) -> None:
    clinic.stock_up()
    stock.open_bottle(clinic.desk, clinic.owner, "B-0001")
    tell_stock(clinic, "B-0001")
    kinds = set(clinic.kinds())
    assert kinds >= {
        "bottle.sent", "bottle.placed", "bottle.claimed", "bottle.unclaimed", "bottle.held",
        "dropper.measured", "stock.counted", "exchange.merged",
    }  # fmt: skip
    lines = [line.text for line in journal.latest(clinic.desk, 500)]
    # A sentence and not its fallback, which is the kind and what it is about.
    assert not [text for text in lines if text.split(" ")[0] in kinds]
    assert any("of kiosk-2 taken in" in text for text in lines)
    assert bottle(clinic, "B-0001").held == ""
    require_whole(clinic)
