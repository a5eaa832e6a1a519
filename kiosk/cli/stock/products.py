"""`products`: the catalogue of pigments and diluents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.cli.access import database_option, desk_for, json_option, operator_options, signed_in
from kiosk.cli.outcome import Unreadable, emit

if TYPE_CHECKING:
    from kiosk.desk.stock.uses import Use
    from kiosk.inventory.model import Product

F = TypeVar("F", bound=Callable[..., Any])

#: Fields of the product form that an option fills; several values are entries of one field.
_OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--line", "line", {}),
    ("--shade", "shade", {}),
    ("--intended-use", "intended_use", {"help": "As label and papers state it."}),
    (
        "--colourant",
        "colourants",
        {"multiple": True, "help": "One declared entry, for example 'CI 77266'."},
    ),
    ("--ingredient", "ingredients", {"multiple": True, "help": "One entry of the list."}),
    ("--smp-statement", "smp_statement", {"help": "The maker's statement for scalp use."}),
    ("--claim", "claims", {"multiple": True, "help": "Kept, and never believed."}),
    ("--density", "density", {"help": "g/ml, for example '1.02 ± 0.01 at 20'."}),
    ("--gtin", "gtins", {"multiple": True, "help": "An article number."}),
)


@click.group()
def products() -> None:
    """The catalogue of pigments and diluents."""


def _product_options(function: F) -> F:
    for name, field, more in reversed(_OPTIONS):
        function = click.option(name, field, **more)(function)
    months = click.IntRange(1, 120)
    return click.option("--pao-months", type=months, help="Period after opening.")(function)


def _told(given: dict[str, Any]) -> dict[str, str]:
    """What options say, as the text of the form's fields; what none was given for is left out."""
    said = {}
    for field, value in given.items():
        if isinstance(value, tuple):
            if value:
                said[field] = "; ".join(value)
        elif value is not None:
            said[field] = str(value)
    return said


def _read(form: Any, known: Product | None) -> Product:
    from kiosk.inventory.product_form import ProductFormError, product_from

    try:
        return product_from(form, known)
    except ProductFormError as error:
        wrong = "; ".join(f"{p.field}: {p.sentence}" for p in error.problems)
        raise Unreadable(wrong, " ".join(p.mend for p in error.problems)) from error


def product_document(product: Product) -> dict[str, Any]:
    """A product as commands print it, with its class and the fact that decides it."""
    from kiosk.inventory.verdict import classify

    finding = classify(product)
    return {
        "product": product.id,
        "brand": product.brand,
        "line": product.line,
        "shade": product.shade,
        "kind": product.kind.value,
        "intended_use": product.intended_use,
        "colourants": list(product.colourants),
        "sterile": product.sterile,
        "pao_months": product.pao_months,
        "declared": dict(product.declared),
        "verdict": finding.verdict.value,
        "rule": finding.rule,
        "reason": finding.sentence,
    }


def _line(product: Product) -> str:
    document = product_document(product)
    return f"{product.id}: {product.name}, {document['verdict']}. {document['reason']}"


@products.command("add")
@click.argument("product")
@click.option("--brand", required=True)
@click.option("--kind", type=click.Choice(["pigment", "diluent"]), required=True)
@click.option("--sterile", is_flag=True, help="The label or a document states that it is sterile.")
@_product_options
@database_option
@operator_options
@json_option
def add(
    product: str,
    brand: str,
    kind: str,
    sterile: bool,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Put PRODUCT into the catalogue."""
    from kiosk.desk import stock
    from kiosk.inventory.product_form import ProductForm

    form = ProductForm(id=product, brand=brand, kind=kind, sterile=sterile, **_told(given))
    item = _read(form, None)
    with desk_for(database) as desk:
        stock.add_product(desk, signed_in(desk, operator, pin_file), item)
    emit(product_document(item), as_json=as_json, text=lambda: _line(item))


@products.command("amend")
@click.argument("product")
@click.option("--reason", required=True, help="Which paper shows it.")
@click.option("--brand")
@click.option("--sterile/--not-sterile", default=None)
@_product_options
@click.option(
    "--none",
    "emptied",
    multiple=True,
    type=click.Choice([field for _, field, _ in _OPTIONS] + ["pao_months"]),
    help="Declare nothing there any more.",
)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@database_option
@operator_options
@json_option
def amend(
    product: str,
    reason: str,
    brand: str | None,
    sterile: bool | None,
    emptied: tuple[str, ...],
    dry_run: bool,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Change what PRODUCT declares; what is not named stays.

    Lots whose class changes go back to quarantine at once.
    """
    from dataclasses import replace

    from kiosk.desk.stock import catalogue, declaring
    from kiosk.inventory.product_form import form_of

    changes: dict[str, Any] = dict.fromkeys(emptied, "") | _told({"brand": brand, **given})
    if sterile is not None:
        changes["sterile"] = sterile
    if not changes:
        raise click.UsageError("name what is to be changed, for example --colourant")
    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        known = declaring.known_product(desk, product)
        item = _read(replace(form_of(known), **changes), known)
        plan = catalogue.plan_amendment(desk, item)
        changed = plan.reclassed
        if not dry_run:
            changed = catalogue.amend_product(desk, who, item, reason)
    document = product_document(item) | {
        "reclassed": [
            {
                "lot": one.lot,
                "before": one.before,
                "now": one.now,
                "uses": [_use(use) for use in one.uses],
            }
            for one in changed
        ],
        "quarantined_for_opening": list(plan.reopened),
        "saved": not dry_run,
    }
    lots = ", ".join(f"{one.lot} {one.before} → {one.now}" for one in changed) or "no lot"
    emit(document, as_json=as_json, text=lambda: f"{_line(item)}\nClass changes: {lots}.")


def _use(use: Use) -> dict[str, Any]:
    return {
        "client": use.client,
        "mix": use.mix,
        "bottle": use.bottle,
        "known_as": use.known_as,
        "at": use.at.isoformat(),
    }


@products.command("list")
@click.argument("text", default="")
@click.option("--limit", type=click.IntRange(1, 1000), default=200, show_default=True)
@database_option
@json_option
def list_(text: str, limit: int, database: str | None, as_json: bool) -> None:
    """Every product, or those whose id or name contains TEXT."""
    from kiosk.desk.stock import declaring

    with desk_for(database) as desk:
        found = declaring.find_products(desk, text, limit=limit)
    emit(
        {
            "products": [
                product_document(one.product) | {"lots_at_hand": one.lots_at_hand}
                for one in found.products
            ],
            "more": found.more,
        },
        as_json=as_json,
        text=lambda: (
            "\n".join(_line(one.product) for one in found.products) or "No product is called so."
        ),
    )


@products.command("show")
@click.argument("product")
@database_option
@json_option
def show(product: str, database: str | None, as_json: bool) -> None:
    """What PRODUCT declares, and what the rules read from its colourants."""
    from kiosk.desk.stock import declaring

    with desk_for(database) as desk:
        item = declaring.known_product(desk, product)
    declared = declaring.read_declared(item)
    document = product_document(item) | {
        "colourants_read": list(declared.known),
        "colourants_in_doubt": list(declared.doubts),
    }
    lines = [f"✓ {text}" for text in declared.known] + [f"▲ {text}" for text in declared.doubts]
    emit(document, as_json=as_json, text=lambda: "\n".join([_line(item), *lines]))
