"""The class of a product as such, for callers that know nothing of its lots, papers or place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kiosk.inventory.model import Product
from kiosk.inventory.profiles import profile
from kiosk.inventory.verdict.catalogue import load_catalogue
from kiosk.inventory.verdict.engine import judge
from kiosk.inventory.verdict.judgement import Verdict
from kiosk.inventory.verdict.rulebase import load_rules
from kiosk.inventory.verdict.stocked import declaration_of_product

#: Federal US rules restrict no colourant, so the class comes from use and colourants alone. The law
#: of the clinic's place is asked where a lot is judged.
_NO_LAW = "US"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and the fact that decided it, as a sentence."""

    verdict: Verdict
    rule: str
    sentence: str
    rules_version: str = ""


@lru_cache(maxsize=1024)
def classify(product: Product) -> Finding:
    """The class that use and colourants make of a product.

    Colourants that cannot be told hold it at UNKNOWN, permanent make-up too: nobody who asks here
    sees the quarantine that would keep its lots from use.
    """
    rules = load_rules()
    judgement = judge(
        declaration_of_product(product),
        # No rule about a product as such asks for the day.
        today=date.min,
        profile=profile(_NO_LAW),
        catalogue=load_catalogue(),
        rules=rules,
    )
    verdict = judgement.declared_class
    decided = judgement.declared_by
    if verdict in {Verdict.PMU_COSMETIC, Verdict.TRICO_TEMPORARY}:
        held = next((r for r in judgement.holds if r.rule == "Q04" and r.about == "ink"), None)
        if held is not None:
            verdict, decided = Verdict.UNKNOWN, held
    return Finding(verdict, decided.rule, decided.text, rules.version)
