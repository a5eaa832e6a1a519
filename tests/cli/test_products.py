"""`products` and `lots inspect`: what is declared, what class it makes, what an amendment does."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli, Clinic
from tests.cli.test_stock import CARBON, TATTOO, receive


@pytest.fixture
def carbon(clinic: Clinic) -> Clinic:
    """A clinic whose one carbon lot is released."""
    clinic.do(*CARBON)
    receive(clinic)
    assert clinic.do("lots", "release", "L-0001").code == 0
    return clinic


def test_show_and_list_tell_class_fact_and_reading(carbon: Clinic) -> None:
    carbon.do(*TATTOO)
    shown = carbon.ask("products", "show", "SMP-CARBON").json
    assert shown["verdict"] == "SMP_SUITABLE"
    assert shown["colourants_read"] == ["CI 77266 (carbon black)"]
    assert shown["colourants_in_doubt"] == []
    listed = carbon.ask("products", "list").json
    assert [one["product"] for one in listed["products"]] == ["SMP-CARBON", "LINER"]
    assert [one["lots_at_hand"] for one in listed["products"]] == [1, 0]
    assert listed["more"] is False
    found = carbon.ask("products", "list", "iron").json["products"]
    assert [one["verdict"] for one in found] == ["BODY_TATTOO"]
    first = carbon.ask("products", "list", "--limit", "1").json
    assert (len(first["products"]), first["more"]) == (1, True)
    assert carbon.ask("products", "show", "NONE").code == 2


def test_an_amendment_says_what_it_touches_and_a_dry_run_only_says_it(carbon: Clinic) -> None:
    change = ("products", "amend", "SMP-CARBON", "--reason", "label", "--colourant", "CI 74160")
    before = carbon.ask("audit", "verify").json["events"]
    dry = carbon.do(*change, "--dry-run").json
    assert dry["saved"] is False
    assert dry["reclassed"] == [
        {"lot": "L-0001", "before": "SMP_SUITABLE", "now": "BODY_TATTOO", "uses": []}
    ]
    assert carbon.ask("audit", "verify").json["events"] == before
    done = carbon.do(*change).json
    assert (done["saved"], done["reclassed"]) == (True, dry["reclassed"])
    assert carbon.ask("lots", "show", "L-0001").json["state"] == "QUARANTINE"
    shown = carbon.ask("products", "show", "SMP-CARBON").json
    # What no option named stays.
    assert (shown["colourants"], shown["sterile"], shown["pao_months"]) == (["CI 74160"], True, 12)


def test_facts_are_added_and_taken_away(carbon: Clinic) -> None:
    amend = ("products", "amend", "SMP-CARBON", "--reason", "sheet")
    done = carbon.do(
        *amend, "--density", "1.02 ± 0.01 at 20", "--gtin", "9506000134352", "--claim", "vegan",
    ).json  # fmt: skip
    assert done["declared"] == {
        "density_g_per_ml": 1.02, "density_u_g_per_ml": 0.01, "density_at_c": 20.0,
        "gtins": ["09506000134352"], "claims": ["vegan"],
    }  # fmt: skip
    left = carbon.do(*amend, "--none", "density", "--not-sterile").json
    assert set(left["declared"]) == {"gtins", "claims"}
    assert left["sterile"] is False
    assert left["verdict"] == "SMP_SUITABLE"


def test_a_longer_period_after_opening_quarantines_what_is_open(carbon: Clinic) -> None:
    carbon.do("lots", "open", "B-0001")
    done = carbon.do("products", "amend", "SMP-CARBON", "--reason", "mail", "--pao-months", "24")
    assert done.json["quarantined_for_opening"] == ["L-0001"]
    assert carbon.ask("lots", "show", "L-0001").json["state"] == "QUARANTINE"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--colourant", "CI 77891"), "reason"),
        (("--reason", "x"), "name what is to be changed"),
        (("--reason", "x", "--density", "heavy"), "density"),
        (("--reason", "x", "--gtin", "9506000134353"), "gtins"),
        (("--reason", " ", "--shade", "Grey"), "reason: is empty"),
        (("--reason", "x", "--brand", ""), "brand"),
    ],
)
def test_what_cannot_be_used_is_exit_2_and_changes_nothing(
    carbon: Clinic, arguments: tuple[str, ...], message: str
) -> None:
    ended = carbon.do("products", "amend", "SMP-CARBON", *arguments)
    assert ended.code == 2
    assert message in ended.error["message"]
    assert carbon.ask("products", "show", "SMP-CARBON").json["colourants"] == ["CI 77266"]


def test_inspect_answers_with_checklist_and_judgement(carbon: Clinic, cli: Cli) -> None:
    found = carbon.ask("lots", "inspect", "L-0001").json
    assert (found["profile"], found["missing"]) == (None, [])
    names = {item["name"] for item in found["checklist"]}
    assert {"Batch reference", "Expiry date", "Ingredient list", "Approved supplier"} <= names
    assert "Approved supplier" in found["without"]
    assert {"verdict", "reasons", "rules_version"} <= set(found["judgement"])
    # Under a law the same lot lacks what that law demands.
    assert carbon.do("clinic", "profile", "AT").code == 0
    austrian = carbon.ask("lots", "inspect", "L-0001").json
    assert austrian["profile"] == "AT"
    assert "Certificate of this lot" in austrian["missing"]
    told = cli("lots", "inspect", "L-0001", "--database", carbon.url)
    assert told.code == 0
    assert "✕ Certificate of this lot: Not on file" in told.out
    assert carbon.ask("lots", "inspect", "L-9999").code == 2
