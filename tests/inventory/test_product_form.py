"""Products typed into a form: everything wrong at once, and nothing changed that nobody touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.model import Kind, Product
from kiosk.inventory.product_form import ProductForm, ProductFormError, form_of, product_from

#: Two numbers with right check digits (GS1 General Specifications 7.9, demo prefix 952).
GTIN_13, GTIN_8 = "9506000134352", "95060001"
FORM = ProductForm("NOIR", "Belle", "Scalp", "Black", "pigment", "SMP", "CI 77266")


def wrong(form: ProductForm) -> list[str]:
    with pytest.raises(ProductFormError) as caught:
        product_from(form)
    return [problem.field for problem in caught.value.problems]


def test_entries_are_kept_character_for_character() -> None:
    form = replace(FORM, colourants=" CI 77266 (Carbon, nano) ;C.I. 77891", ingredients="Aqua; ")
    product = product_from(form)
    assert product.colourants == ("CI 77266 (Carbon, nano)", "C.I. 77891")
    assert product.declared == {"ingredients": ["Aqua"]}


def test_every_problem_is_named_in_the_order_of_the_form() -> None:
    form = ProductForm("", " ", pao_months="a year", density="1,02 g", gtins="9506000134353")
    assert wrong(form) == ["id", "brand", "pao_months", "density", "gtins"]


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("", {}),
        ("1.02", {"density_g_per_ml": 1.02}),
        ("1,02 g/ml", {"density_g_per_ml": 1.02}),
        ("1.02 ± 0.01", {"density_g_per_ml": 1.02, "density_u_g_per_ml": 0.01}),
        ("1.02 +/- 0,005 at 22 °C", {
            "density_g_per_ml": 1.02, "density_u_g_per_ml": 0.005, "density_at_c": 22.0,
        }),
        ("0.998 at 20", {"density_g_per_ml": 0.998, "density_at_c": 20.0}),
    ],
)  # fmt: skip
def test_a_density_is_read_with_its_uncertainty_and_temperature(
    text: str, declared: dict[str, float]
) -> None:
    assert product_from(replace(FORM, density=text)).declared == declared


@pytest.mark.parametrize("text", ["10.2", "0.1", "1.02 about", "± 0.01", "1.02 at", "-1.02"])
def test_what_is_no_density_of_an_ink_is_refused(text: str) -> None:
    assert wrong(replace(FORM, density=text)) == ["density"]


@pytest.mark.parametrize(("text", "months"), [("", None), ("1", 1), (" 120 ", 120)])
def test_months_after_opening(text: str, months: int | None) -> None:
    assert product_from(replace(FORM, pao_months=text)).pao_months == months


@pytest.mark.parametrize("text", ["0", "121", "12M", "-3", "1.5", "١٢"])
def test_what_is_no_number_of_months_is_refused(text: str) -> None:
    assert wrong(replace(FORM, pao_months=text)) == ["pao_months"]


def test_article_numbers_are_filled_up_and_kept_once() -> None:
    form = replace(FORM, gtins=f"{GTIN_13}; 0 9506000 13435 2, A123 BJC5D6E7")
    declared = product_from(form).declared
    assert declared == {"gtins": [f"0{GTIN_13}", "A123 BJC5D6E7"]}


def test_amending_keeps_what_the_form_has_no_field_for() -> None:
    known = Product(
        "NOIR", "Belle", "Scalp", "Black", Kind.PIGMENT, "SMP", ("CI 77266; CI 77891",), True, 12,
        {"ingredients_complete": True, "ingredients": ("Aqua",), "density_g_per_ml": 1.02},
    )  # fmt: skip
    assert product_from(form_of(known), known) == known
    changed = product_from(replace(form_of(known), density="", shade="Grey"), known)
    assert changed.colourants == ("CI 77266; CI 77891",)
    assert changed.declared == {"ingredients_complete": True, "ingredients": ("Aqua",)}


_WORD = st.text("abcdefgXYZ0123456789 .:()%", min_size=1).map(str.strip).filter(bool)


@given(
    words=st.lists(_WORD, max_size=4),
    colourants=st.lists(_WORD, max_size=4),
    months=st.none() | st.integers(1, 120),
    density=st.none() | st.integers(500, 3000),
    sterile=st.booleans(),
)
def test_a_product_comes_back_from_its_own_form(
    words: list[str],
    colourants: list[str],
    months: int | None,
    density: int | None,
    sterile: bool,
) -> None:
    declared = {"claims": words} if words else {}
    facts = {"density_g_per_ml": density / 1000} if density else {}
    product = Product(
        "P", "B", "", "", Kind.DILUENT, "", tuple(colourants), sterile, months, declared | facts
    )
    assert product_from(form_of(product)) == product
