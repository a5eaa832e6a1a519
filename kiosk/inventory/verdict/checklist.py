"""What must be there before a lot leaves quarantine, item by item.

A claim ("sterile", "REACH compliant", "vegan") satisfies nothing; only the thing itself does. The
class of the ink is judged apart from this list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Profile
from kiosk.inventory.profiles.certificate import substance_form
from kiosk.inventory.profiles.model import LabelElement
from kiosk.inventory.verdict.declaration import Container, Declaration, Seal
from kiosk.inventory.verdict.rulebase import RuleBase, words_in
from kiosk.inventory.verdict.uses import parse_use

#: What a warning's substance is called on labels and certificates.
_WARNED = {
    "nickel": {"nickel", "ni"},
    "chromium_vi": {"chromium vi", "chromium", "cr vi", "cr", "crvi"},
}


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to have; a release needs every `required` one satisfied."""

    name: str
    satisfied: bool
    why: str
    satisfied_by: str
    source: str
    required: bool = True


def missing(items: tuple[ChecklistItem, ...]) -> tuple[ChecklistItem, ...]:
    """The required items that are not satisfied; a release is refused by their names."""
    return tuple(item for item in items if item.required and not item.satisfied)


def release_checklist(
    declaration: Declaration, profile: Profile, *, today: date, rules: RuleBase
) -> tuple[ChecklistItem, ...]:
    """Everything this profile and the clinic ask of a lot, in the order to look at it."""
    pigment = declaration.kind is Kind.PIGMENT
    items = [*_always(declaration, pigment=pigment)]
    if pigment:
        items.extend(_ink(declaration, today, rules))
        items.extend(_certificate(declaration, profile))
    items.extend(_sterile(declaration, profile, pigment=pigment))
    items.extend(_delivery(declaration))
    if pigment:
        asked = {item.name for item in items}
        items.extend(
            _element(element, declaration)
            for element in profile.label
            if element.name not in asked and _applies(element, declaration, rules)
        )
    return tuple(items)


def _always(d: Declaration, *, pigment: bool) -> Iterator[ChecklistItem]:
    batch = " / ".join(d.label.batch)
    yield ChecklistItem(
        "Batch reference",
        bool(batch),
        f"Printed: {batch}" if batch else "No lot number or reference number is recorded",
        "a lot number on the container; without one the lot is rejected or returned",
        "REACH Annex XVII entry 75, para 7(b)",
    )
    expiry = d.label.expiry
    yield ChecklistItem(
        "Expiry date",
        expiry is not None,
        f"Printed: {expiry.isoformat()}" if expiry else "No date is recorded; none is assumed",
        "the date on the container, or the maker's letter for this lot",
        "Clinic policy",
    )
    original = d.label.container is Container.ORIGINAL
    yield ChecklistItem(
        "Maker's own container",
        original,
        "Original container" if original else f"The container is {d.label.container.value}",
        "a labelled container, filled by the maker",
        "No provenance otherwise",
    )
    if pigment:
        photo = d.documents.label_photo
        yield ChecklistItem(
            "Photo of the label",
            photo,
            "On file" if photo else "Not on file",
            "a photo that shows the whole label",
            "Clinic policy",
            required=False,
        )


def _ink(d: Declaration, today: date, rules: RuleBase) -> Iterator[ChecklistItem]:
    uses = sorted(use.value for use in parse_use(d.intended_use, rules))
    yield ChecklistItem(
        "Intended use",
        bool(uses),
        f"Stated: {', '.join(uses)}" if uses else "No use is stated; the product's name is none",
        "a label, safety data sheet or instructions that name the use",
        "Clinic policy",
    )
    listed = d.ingredients is not None and d.ingredients_complete is not False
    yield ChecklistItem(
        "Ingredient list",
        listed,
        "On file"
        if listed
        else ("Marked incomplete" if d.ingredients is not None else "Not on file"),
        "every ingredient, in descending order, on label or safety data sheet",
        "REACH Annex XVII entry 75, para 7(c)",
    )
    dated = d.documents.sds_dated
    recent = dated is not None and dated >= today - relativedelta(years=rules.sheet_years)
    yield ChecklistItem(
        "Safety data sheet",
        recent,
        f"Dated {dated.isoformat()}" if dated else "None with a date is on file",
        f"the maker's safety data sheet, not older than {rules.sheet_years} years",
        "Clinic policy",
    )


def _certificate(d: Declaration, profile: Profile) -> Iterator[ChecklistItem]:
    if profile.certificate_policy == "off":
        return
    papers = d.lot_certificates
    lacks = [set(paper.lacks(profile.limits)) for paper in papers]
    gaps = sorted(set.intersection(*lacks)) if lacks else []
    if not papers:
        why = (
            "Only papers on the product or another lot are on file"
            if d.documents.certificates
            else "Not on file"
        )
    else:
        why = f"On file, silent on {', '.join(gaps)}" if gaps else "On file"
    yield ChecklistItem(
        "Certificate of this lot",
        bool(papers) and not gaps,
        why,
        "the maker's certificate for this very lot: PAH, benzo[a]pyrene, metals, sterility",
        "NVWA: a certificate is tied to one batch",
        required=profile.certificate_policy == "require",
    )


def _sterile(d: Declaration, profile: Profile, *, pigment: bool) -> Iterator[ChecklistItem]:
    if pigment and not profile.sterile_label:
        return
    yield ChecklistItem(
        "Sterile",
        d.sterile_stated,
        "Stated" if d.sterile_stated else "Not stated; a claim in advertising does not count",
        "the word sterile on the container, or a certificate of this lot that says so",
        profile.sterile_label if pigment else "CDC, MMWR 61(33), 2012",
    )


def _delivery(d: Declaration) -> Iterator[ChecklistItem]:
    delivery = d.delivery
    approved = delivery is not None and delivery.supplier_approved
    yield ChecklistItem(
        "Approved supplier",
        approved,
        "On the approved list" if approved else "Not on the approved list",
        "the supplier's approval",
        "Clinic policy; Austria: BGBl II 262/2008 § 2(2)",
    )
    yield ChecklistItem(
        "Invoice",
        d.documents.invoice,
        "On file" if d.documents.invoice else "Not on file",
        "the invoice or order",
        "Clinic policy",
    )
    seal = Seal.UNKNOWN if delivery is None else delivery.seal
    yield ChecklistItem(
        "Seal intact on arrival",
        seal is Seal.INTACT,
        f"Recorded as {seal.value}",
        "an unbroken seal, seen on arrival",
        "42 of 85 unopened inks were contaminated in 2018 (doi 10.1111/lam.13353)",
        # A seal that nobody looked at is asked for; one that was broken forbids the release.
        required=seal is Seal.BROKEN,
    )


def _shown(element: LabelElement, d: Declaration) -> bool:
    match element.fact:
        case "batch":
            return bool(d.label.batch)
        case "expiry":
            return d.label.expiry is not None
        case "ingredients":
            return d.ingredients is not None and d.ingredients_complete is not False
        case fact:
            return bool(getattr(d.label, fact))


def _element(element: LabelElement, d: Declaration) -> ChecklistItem:
    shown = _shown(element, d)
    sure = element.confirmed
    return ChecklistItem(
        element.name,
        shown,
        ("Seen on the label" if shown else "Not seen on the label")
        + ("" if sure else "; the rule's wording is not confirmed"),
        element.satisfied_by,
        element.source,
        required=sure,
    )


def _applies(element: LabelElement, d: Declaration, rules: RuleBase) -> bool:
    """Whether the label owes this element, by what is declared or was measured in this lot."""
    if element.when == "always":
        return True
    if element.when == "ph_regulator":
        return bool(words_in("\n".join(d.ingredients or ()), rules.ph_regulators))
    names = _WARNED[element.when]
    declared = {substance_form(text) for text in (*d.label.contains, *(d.ingredients or ()))}
    measured = {
        substance_form(result.substance)
        for paper in d.lot_certificates
        for result in paper.results
        if result.mg_per_kg > 0 and not result.below
    }
    return bool(names & (declared | measured))
