"""What class of ink a product is, from what its label and papers declare.

The words are "declared" and "not documented", never "contains" or "will turn blue": labels are
often wrong, and depth alone can make pure carbon look blue. Carbon black alone clears nothing,
because ordinary tattoo blacks declare it too; the word SMP in a name clears nothing either.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from kiosk.inventory.model import Kind, Product


class Verdict(StrEnum):
    """The class of a product; only SMP_SUITABLE and the sterile diluent may be drawn up freely."""

    SMP_SUITABLE = "SMP_SUITABLE"
    TRICO_TEMPORARY = "TRICO_TEMPORARY"
    PMU_COSMETIC = "PMU_COSMETIC"
    BODY_TATTOO = "BODY_TATTOO"
    UNKNOWN = "UNKNOWN"
    DILUENT_STERILE = "DILUENT_STERILE"
    DILUENT_UNFIT = "DILUENT_UNFIT"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and the facts that decided it, as sentences."""

    verdict: Verdict
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Colourant:
    """One row of the colourant table."""

    ci: str
    name: str
    role: str
    reason: str


@cache
def colourant_table() -> dict[str, Colourant]:
    """The shipped table, by colour index number."""
    text = (files("kiosk.inventory") / "data" / "colourants.csv").read_text("utf-8")
    return {
        row["ci_number"]: Colourant(
            row["ci_number"], row["common_name"], row["smp_role"], row["reason_shown_to_user"]
        )
        for row in csv.DictReader(text.splitlines())
        if row["ci_number"]
    }


_CI = re.compile(r"(?<![\d-])(\d{5}(?::\d{1,2})?)(?![\d-])")


def ci_numbers(declared: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Colour index numbers found in declared entries, and entries in which none was found."""
    found: list[str] = []
    unread: list[str] = []
    for entry in declared:
        numbers = _CI.findall(entry)
        found.extend(numbers)
        if not numbers and entry.strip():
            unread.append(entry.strip())
    return tuple(dict.fromkeys(found)), tuple(unread)


#: Whole words, because "brown" is no brow and a "clip" no lip.
_USES = {
    "smp": re.compile(r"\b(?:smp|scalp)\b"),
    "trico": re.compile(r"\btrich?o(?:\b|-?pigment)"),
    "pmu": re.compile(
        r"\bpmu\b|\bpermanent make|\b(?:eye)?brows?\b|\blips?\b|\beyeliner\b|\bmicroblading\b"
    ),
    "tattoo": re.compile(r"tattoo"),
}
#: "Not for scalp use", "non-SMP": a use that is ruled out is none. Ends with the sentence.
_RULED_OUT = re.compile(r"\b(?:not?|non|never|except)\b[^.;]*")


def _uses(text: str) -> set[str]:
    words = _RULED_OUT.sub("", text.casefold())
    return {use for use, pattern in _USES.items() if pattern.search(words)}


@lru_cache(maxsize=1024)
def classify(product: Product) -> Finding:
    """The verdict on a product; the first rule that applies decides."""
    if product.kind is Kind.DILUENT:
        if product.sterile:
            return Finding(Verdict.DILUENT_STERILE, "D5", "Sterile diluent.")
        return Finding(
            Verdict.DILUENT_UNFIT,
            "D5",
            "This diluent is not declared sterile. Distilled is not sterile: ink diluted with "
            "distilled water caused a skin-infection outbreak in 2011-12.",
        )
    uses = _uses(product.intended_use)
    numbers, unread = ci_numbers(product.colourants)
    table = colourant_table()
    toners = [n for n in numbers if n in table and table[n].role == "toner"]
    if toners:
        named = ", ".join(f"CI {n} ({table[n].name})" for n in toners)
        return Finding(
            Verdict.BODY_TATTOO,
            "B06",
            "Ordinary tattoo ink: not documented for scalp use. "
            f"Mixed colourants declared: {named}.",
        )
    if "tattoo" in uses and not uses & {"smp", "pmu", "trico"}:
        return Finding(
            Verdict.BODY_TATTOO,
            "B05",
            "Ordinary tattoo ink: the declared use is tattoo only, not scalp.",
        )
    colours = [n for n in numbers if n in table and table[n].role == "colour"]
    if colours and not uses & {"smp", "pmu", "trico"}:
        return Finding(
            Verdict.BODY_TATTOO, "B08", f"Coloured tattoo ink: CI {', '.join(colours)} declared."
        )
    strangers = [n for n in numbers if n not in table]
    if not uses:
        return Finding(Verdict.UNKNOWN, "Q03", "The intended use is not stated on label or papers.")
    if not numbers or unread or strangers:
        what = ", ".join((*unread, *(f"CI {n}" for n in strangers))) or "no colourant"
        return Finding(
            Verdict.UNKNOWN,
            "Q04",
            f"The colourants are not fully declared or not known to the table ({what}).",
        )
    if "trico" in uses:
        return Finding(
            Verdict.TRICO_TEMPORARY, "D4", "Temporary tricopigmentation product, not carbon SMP."
        )
    carbon_only = all(table[n].role in {"core", "possible"} for n in numbers)
    if "smp" in uses and carbon_only:
        return Finding(Verdict.SMP_SUITABLE, "3.5", "Declared for scalp use, carbon only.")
    return Finding(
        Verdict.PMU_COSMETIC,
        "D4",
        "Permanent make-up or warm-toned product: not carbon only, or no scalp use declared.",
    )
