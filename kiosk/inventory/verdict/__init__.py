"""What class of ink a product or a lot is, from what label and papers declare.

`judge` is the engine: pure, over the shipped rule base, catalogue and a profile of law. `classify`
answers for a product alone.
"""

from kiosk.inventory.verdict.catalogue import load_catalogue
from kiosk.inventory.verdict.checklist import ChecklistItem, missing, release_checklist
from kiosk.inventory.verdict.compat import Finding, classify
from kiosk.inventory.verdict.declaration import Declaration
from kiosk.inventory.verdict.engine import judge
from kiosk.inventory.verdict.judgement import Effect, Judgement, Reason, Verdict
from kiosk.inventory.verdict.rulebase import load_rules
from kiosk.inventory.verdict.stocked import declaration_of_lot, declaration_of_product

__all__ = [
    "ChecklistItem",
    "Declaration",
    "Effect",
    "Finding",
    "Judgement",
    "Reason",
    "Verdict",
    "classify",
    "declaration_of_lot",
    "declaration_of_product",
    "judge",
    "load_catalogue",
    "load_rules",
    "missing",
    "release_checklist",
]
