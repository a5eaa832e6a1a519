"""The release checklist by place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.inventory.profiles import profile, profiles
from kiosk.inventory.verdict import load_rules, missing, release_checklist
from kiosk.inventory.verdict.checklist import ChecklistItem
from tests.inventory.verdict.declared import COA, GOOD, TODAY, WATER, changed


def listed(place: str, **facts: object) -> dict[str, ChecklistItem]:
    items = release_checklist(changed(**facts), profile(place), today=TODAY, rules=load_rules())
    names = [item.name for item in items]
    assert len(names) == len(set(names))
    return {item.name: item for item in items}


@pytest.mark.parametrize("place", profiles())
def test_a_sound_lot_passes_everywhere(place: str) -> None:
    for declared in (GOOD, WATER):
        items = release_checklist(declared, profile(place), today=TODAY, rules=load_rules())
        assert missing(items) == ()


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("EU", {"Statement on use"}),
        ("FR", {"Statement on use", "Responsible person", "Nominal content"}),
        ("GB", set()),
        ("US-OR", set()),
        ("CH", set()),
    ],
)
def test_label_elements_that_are_confirmed_are_required(place: str, names: set[str]) -> None:
    bare = {
        "eu_statement": False, "responsible_person": False, "nominal_content": False,
        "storage_conditions": False, "safety_instructions": False,
    }  # fmt: skip
    items = listed(place, **bare)
    assert {item.name for item in missing(tuple(items.values()))} == names


def test_an_element_whose_wording_is_not_confirmed_is_shown_as_such_and_asks_nothing() -> None:
    item = listed("EU", safety_instructions=False)["Safety instructions"]
    assert not item.satisfied
    assert not item.required
    assert "not confirmed" in item.why


@pytest.mark.parametrize(("place", "required"), [("EU", True), ("US", False), ("GB", False)])
def test_the_certificate_is_required_as_the_policy_says(place: str, required: bool) -> None:
    product_level = replace(COA, lot_no="")
    item = listed(place, certificates=(product_level,))["Certificate of this lot"]
    assert not item.satisfied
    assert item.required is required
    assert "product" in item.why


def test_a_certificate_that_is_silent_says_on_what() -> None:
    silent = replace(COA, results=COA.results[1:])
    item = listed("EU", certificates=(silent,))["Certificate of this lot"]
    assert not item.satisfied
    assert "benzo[a]pyrene" in item.why
    assert "metals" not in item.why


def test_oregon_wants_the_date_on_the_container_and_every_place_asks_for_it() -> None:
    assert "Expiry date" in {i.name for i in missing(tuple(listed("US", expiry=None).values()))}
    assert profile("US-OR").asks_for("expiry") is not None
