"""The catalogue by key: classes explained, products added and amended, the law chosen."""

from __future__ import annotations

import pytest

from kiosk.desk import law, stock
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import declaring
from kiosk.inventory.model import LotState
from kiosk.inventory.verdict import Verdict, classify
from tests.screens import recall_story as story
from tests.screens.recall_story import fill, shows


def state_of(records, lot: str) -> LotState:
    with records.desk.engine.connect() as connection:
        return stock.find_lot(connection, lot).state


async def judged(chair, *words: str) -> None:
    """Wait until all of this is said beside the form."""

    def there() -> bool:
        said = str(chair.app.screen.query_one("#judged").content)
        return all(word in said for word in words)

    await chair.until(there, " and ".join(words))


async def test_the_list_says_the_class_and_the_fact_that_decides_it(sit_at, records):
    async with sit_at("products") as chair:
        await shows(chair, "4 found", "SMP, carbon", "body tattoo", "permanent make-up")
        await chair.type("grey")
        await shows(chair, "1 found", "HALO-GREY", "titanium dioxide", "Rule D4")
        assert "TATTOO" not in chair.text()
        await chair.type("zz")
        await shows(chair, "0 found", "Nothing is called so.")
        assert not chair.app.screen.bar.cell("open").available


async def test_a_product_is_added_with_its_colourants_read_beside_them(sit_at, records):
    async with sit_at("products") as chair:
        await shows(chair, "4 found")
        await chair.press("f2")
        await chair.on("product")
        await fill(chair, id="NOIR", brand="Belle", line="Scalp", intended_use="SMP",
                   colourants="CI 77266; Pigment Blue 15; CI 77226")  # fmt: skip
        await judged(chair, "CI 77266 (carbon black)", "counts as CI 74160",
            "CI 77226 is not in the table; is it 77266", "body tattoo",
        )  # fmt: skip
        chair.app.screen.query_one("#colourants").value = ""
        await fill(chair, colourants="CI 77266", pao_months="6", density="1,05 ± 0.01 at 20",
                   gtins="9506000134352; HIBC A123")  # fmt: skip
        await shows(chair, "SMP, carbon")
        await chair.press("enter")
        await chair.on("products")
        await shows(chair, "NOIR", "5 found")
    product = declaring.known_product(records.desk, "NOIR")
    assert product.colourants == ("CI 77266",)
    assert product.pao_months == 6
    assert product.declared == {
        "density_g_per_ml": 1.05, "density_u_g_per_ml": 0.01, "density_at_c": 20.0,
        "gtins": ["09506000134352", "HIBC A123"],
    }  # fmt: skip
    assert classify(product).verdict is Verdict.SMP_SUITABLE


async def test_what_cannot_be_read_stays_in_the_form_and_is_named(sit_at, records):
    async with sit_at("product") as chair:
        await fill(chair, id="NOIR", gtins="9506000134353", pao_months="6 months", density="10.5")
        await judged(chair, "density: is no density", "pao months: is no number", "is no article")
        await chair.press("f1")
        await shows(chair, "brand: is empty.")
        assert chair.app.screen.focused.id == "brand"
        assert chair.app.screen.line("gtins").value == "9506000134353"
    assert len(declaring.find_products(records.desk).products) == 4


async def test_ac_s11_a_change_of_class_shows_lots_and_uses_before_it_is_saved(sit_at, records):
    app = story.app_of(records)
    app.state.shelf.product = "SMP-CARBON"
    async with sit_at("product", app=app) as chair:
        await judged(chair, "SMP, carbon", "CI 77266 (carbon black)")
        await fill(chair, colourants="; CI 74160")
        await judged(chair, "body tattoo", "Mixed colourants declared")
        await chair.press("f1")
        await shows(chair, "Say in the last line which paper shows it.")
        await fill(chair, reason="label of March")
        before = len(records.kinds())
        await chair.press("f1")
        await shows(
            chair, "Class changes from SMP, carbon to body tattoo.", "4 lots",
            "3 uses on 2 clients so far", "F1 once more saves it.",
        )  # fmt: skip
        assert len(records.kinds()) == before
        await chair.press("f3")
        await shows(chair, "M-2c71e08ab943", "C-0002", "known as SMP, carbon then")
        await chair.press("f6")
        await shows(chair, "F1 once more")
        await chair.press("f1")
        await shows(chair, "Saved. 4 lots known as something else now.")
    assert state_of(records, "L-0001") is LotState.QUARANTINE
    assert records.kinds().count("lot.reclassed") == 4


async def test_another_key_after_the_announcement_asks_again(sit_at, records):
    app = story.app_of(records)
    app.state.shelf.product = "SMP-CARBON"
    async with sit_at("product", app=app) as chair:
        await shows(chair, "SMP, carbon")
        await fill(chair, colourants="; CI 74160", reason="label")
        await chair.press("f1")
        await shows(chair, "F1 once more")
        chair.app.screen.query_one("#colourants").value = "CI 77266"
        await chair.until(lambda: "once more" not in chair.text(), "the announcement to go")
        await fill(chair, claims="vegan")
        await chair.press("f1")
        # A claim changes no class: nothing to announce.
        await shows(chair, "Saved.")
    product = declaring.known_product(records.desk, "SMP-CARBON")
    assert product.declared["claims"] == ["vegan"]
    assert state_of(records, "L-0001") is LotState.OPEN


async def test_only_the_owner_chooses_the_law(sit_at, records):
    app = story.app_of(records)
    app.state.operator = Operator("S-02", Role.STOCK_MANAGER)
    async with sit_at("law", app=app) as chair:
        await shows(chair, "None is chosen", "Austria", "GB", "pending")
        await chair.press("down", "down")
        await chair.press("f1")
        await shows(chair, "may not manage operators", "Rule ROLE")
        chair.app.state.operator = story.OWNER
        await chair.press("enter")
        await shows(chair, "✓ Austria")
        assert not chair.app.screen.bar.cell("choose").available
    assert law.read_clinic(records.desk).profile.code == "AT"


@pytest.mark.parametrize(("key", "screen"), [("f3", "suppliers"), ("f4", "assets"), ("f5", "law")])
async def test_the_catalogue_leads_to_what_belongs_to_it(sit_at, records, key, screen):
    async with sit_at("products") as chair:
        await shows(chair, "4 found")
        await chair.press(key)
        await chair.on(screen)
        await chair.press("escape")
        await chair.on("products")
