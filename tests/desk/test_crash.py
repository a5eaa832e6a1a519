"""AC-P44: killed at any moment of the confirm step, a mix stands once or not at all."""

from sqlalchemy import func, select

from kiosk.desk import journal
from kiosk.storage import tables as t
from tests.desk.child import Child
from tests.desk.clinic import Clinic, rows


def recorded(clinic: Clinic, token: str) -> int:
    """How often the mix stands; ledger, mixes, movements and bottles must agree."""
    engine = clinic.desk.engine
    events = clinic.kinds().count("mix.confirmed")
    mixes = rows(engine, select(t.mixes.c.mix).where(t.mixes.c.mix == token))
    drawn = rows(engine, select(t.movements).where(t.movements.c.ref == token))
    assert events == len(mixes)
    assert len(drawn) == 2 * events
    opened = rows(engine, select(t.bottles).where(t.bottles.c.opened_on.is_not(None)))
    assert len(opened) == 2 * events, "a bottle was opened for a mix that does not stand"
    sums = select(t.movements.c.bottle, func.sum(t.movements.c.qty_ul)).group_by(
        t.movements.c.bottle
    )
    for bottle, total in rows(engine, sums):
        assert total == clinic.remaining(bottle)
    return events


def test_ac_p44_killed_at_any_write_the_mix_stands_once_or_not_at_all(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    visit, token = clinic.visit(), "M-crash"
    url = clinic.desk.url
    deaths = 0
    with Child() as child:
        for step in range(1, 300):
            answer = child.ask("confirm", url, token, visit, pigment, water, str(step))
            stands = recorded(clinic, token)
            if stands:
                break
            assert answer == "killed"
            deaths += 1
        # The first death after the commit: the mix stands, nobody was told, and it is verified.
        assert answer == "killed"
        assert stands == 1
        assert journal.verify_ledger(clinic.desk).ok
        # Whoever confirms again with the same token gets the mix that stands.
        assert child.ask("confirm", url, token, visit, pigment, water, "9999") == "done"
    assert recorded(clinic, token) == 1
    # Four events with their tables, and a commit.
    assert deaths > 12
