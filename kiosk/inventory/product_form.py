"""A product typed into a form: fields as text, all problems at once, and back into text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from kiosk.inventory.model import ARTICLES, DENSITY, DENSITY_AT, DENSITY_U, Kind, Product
from kiosk.inventory.scanning.trade_items import read_gtin

#: Longest id that a table keeps.
_ID = 64
_MONTHS = range(1, 121)
#: Waters, alcohols and dispersions lie well inside; a slip of the decimal point does not.
_DENSITIES = (0.5, 3.0)
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_DENSITY = re.compile(
    rf"({_NUMBER})(?:\s*(?:±|\+/-|\+-)\s*({_NUMBER}))?(?:\s*(?:at|@)\s*({_NUMBER})\s*(?:°?C)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ProductForm:
    """The fields as typed.

    `colourants`, `ingredients`, `claims` and `gtins` hold entries with `;` between them, each
    character for character as printed. `pao_months` is digits or empty. `density` is g/ml, where
    known with its uncertainty and temperature: `1.02 ± 0.01 at 20`.
    """

    id: str
    brand: str
    line: str = ""
    shade: str = ""
    kind: str = "pigment"
    intended_use: str = ""
    colourants: str = ""
    ingredients: str = ""
    smp_statement: str = ""
    claims: str = ""
    sterile: bool = False
    pao_months: str = ""
    density: str = ""
    gtins: str = ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, and what would mend it."""

    field: str
    sentence: str
    mend: str


class ProductFormError(ValueError):
    """A form that tells no product; `problems` holds every complaint, at least one."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.sentence} {p.mend}" for p in problems))
        self.problems = problems


def product_from(form: ProductForm, known: Product | None = None) -> Product:
    """The product that a filled form tells.

    `known` is the product that is amended: what the form has no field for stays as it is, and so
    does an entry that nobody touched.

    Raises:
        ProductFormError: with every problem found, in the order of the form.
    """
    problems: list[FieldProblem] = []
    before = form_of(known) if known is not None else None
    declared: dict[str, Any] = dict(known.declared) if known is not None else {}
    for name, text in (
        ("ingredients", form.ingredients),
        ("claims", form.claims),
        ("smp_statement", form.smp_statement),
    ):
        if before is not None and text == getattr(before, name):
            continue
        declared.pop(name, None)
        if text.strip():
            declared[name] = text.strip() if name == "smp_statement" else _entries(text)
    _replace(declared, (ARTICLES,), _gtins(form.gtins, problems))
    _replace(declared, (DENSITY, DENSITY_U, DENSITY_AT), _density(form.density, problems))
    for name, text in (("id", form.id), ("brand", form.brand)):
        if not text.strip():
            problems.append(FieldProblem(name, "is empty.", "Type it as on the label."))
    if len(form.id.strip()) > _ID:
        problems.append(FieldProblem("id", f"is longer than {_ID} signs.", "Shorten it."))
    months = _months(form.pao_months, problems)
    if problems:
        order = [field.name for field in fields(ProductForm)]
        raise ProductFormError(tuple(sorted(problems, key=lambda p: order.index(p.field))))
    untouched = before is not None and form.colourants == before.colourants
    return Product(
        form.id.strip(),
        form.brand.strip(),
        form.line.strip(),
        form.shade.strip(),
        Kind(form.kind),
        form.intended_use.strip(),
        known.colourants if known is not None and untouched else tuple(_entries(form.colourants)),
        form.sterile,
        months,
        declared,
    )


def form_of(product: Product) -> ProductForm:
    """A product as the text of its form."""
    said = product.declared
    return ProductForm(
        product.id,
        product.brand,
        product.line,
        product.shade,
        product.kind.value,
        product.intended_use,
        "; ".join(product.colourants),
        "; ".join(said.get("ingredients") or ()),
        str(said.get("smp_statement", "")),
        "; ".join(said.get("claims", ())),
        product.sterile,
        "" if product.pao_months is None else str(product.pao_months),
        _density_text(said),
        "; ".join(said.get(ARTICLES, ())),
    )


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in re.split(r"[;\n]", text) if entry.strip()]


def _replace(declared: dict[str, Any], names: tuple[str, ...], said: dict[str, Any]) -> None:
    for name in names:
        declared.pop(name, None)
    declared.update(said)


def _gtins(text: str, problems: list[FieldProblem]) -> dict[str, Any]:
    found: list[str] = []
    for entry in _entries(text.replace(",", ";")):
        digits = entry.replace(" ", "")
        # What is no number at all is a labeller's own code, as HIBC has it.
        whole = read_gtin(digits) if digits.isdigit() else entry
        if whole is None:
            problems.append(
                FieldProblem("gtins", f"'{entry}' is no article number.", "Scan it, or check it.")
            )
        elif whole not in found:
            found.append(whole)
    return {ARTICLES: found} if found else {}


def _density(text: str, problems: list[FieldProblem]) -> dict[str, Any]:
    if not text.strip():
        return {}
    match = _DENSITY.fullmatch(text.strip().removesuffix("g/ml").strip())
    value, *rest = _numbers(match) if match else (None,)
    least, most = _DENSITIES
    if value is None or not least <= value <= most:
        problems.append(
            FieldProblem("density", "is no density in g/ml.", "For example 1.02 ± 0.01 at 20.")
        )
        return {}
    named = zip((DENSITY, DENSITY_U, DENSITY_AT), (value, *rest), strict=True)
    return {name: number for name, number in named if number is not None}


def _numbers(match: re.Match[str]) -> Iterator[float | None]:
    for text in match.groups():
        yield None if text is None else float(text.replace(",", "."))


def _density_text(said: Any) -> str:
    if DENSITY not in said:
        return ""
    spread = f" ± {said[DENSITY_U]}" if DENSITY_U in said else ""
    warm = f" at {said[DENSITY_AT]}" if DENSITY_AT in said else ""
    return f"{said[DENSITY]}{spread}{warm}"


def _months(text: str, problems: list[FieldProblem]) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", typed) or int(typed) not in _MONTHS:
        problems.append(
            FieldProblem("pao_months", "is no number of months.", "1 to 120, or leave it empty.")
        )
        return None
    return int(typed)
