"""What a text names as the use of an ink."""

from __future__ import annotations

import pytest

from kiosk.inventory.verdict import Verdict, load_rules
from kiosk.inventory.verdict.uses import parse_use
from tests.inventory.verdict.declared import judged


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("SMP", "smp"),
        ("Scalp micropigmentation (SMP)", "smp"),
        ("For use on the scalp.", "smp"),
        ("Pigment für Kopfhautpigmentierung", "smp"),
        ("SMP/PMU", "smp pmu"),
        ("Permanent make-up, brows and lips", "pmu"),
        ("permanent makeup", "pmu"),
        ("Permanent\u2011Make\u2011Up", "pmu"),
        ("Eyebrow pigment", "pmu"),
        ("cosmetic tattooing", "pmu tattoo"),
        ("Maquillage permanent: sourcils", "pmu"),
        ("Temporary trichopigmentation", "trico"),
        ("tricopigmentazione", "trico"),
        ("Tattoo ink", "tattoo"),
        ("Tätowierfarbe", "tattoo"),
        ("encre de tatouage", "tattoo"),
        ("dark brown tattoo ink, paper clip shader", "tattoo"),
        ("India ink", "drawing"),
        ("drawing and calligraphy ink", "drawing"),
        ("Chinese proverb", ""),
        ("", ""),
        # Ruled out, to the end of the sentence.
        ("Tattoo ink. Not for scalp use.", "tattoo"),
        ("Tattoo ink (non-SMP)", "tattoo"),
        ("Not for SMP", ""),
        ("Never on scalps. PMU brows.", "pmu"),
        ("Nicht für die Kopfhautpigmentierung", ""),
        ("Non-toxic pigment for SMP", "smp"),
        # What the EU demands of every tattoo ink says nothing about this one.
        ("Mixture for use in tattoos or permanent make-up", ""),
        ("MIXTURE FOR USE IN TATTOOS OR PERMANENT MAKE-UP. For scalps.", "smp"),
        ("Gemisch zur Verwendung in Tätowierungen oder Permanent-Make-up", ""),
        ("Mélange destiné aux tatouages ou au maquillage permanent", ""),
    ],
)
def test_uses_by_whole_words(text: str, uses: str) -> None:
    assert parse_use(text, load_rules()) == set(uses.split())


def test_the_statement_on_every_tattoo_ink_makes_it_no_permanent_make_up() -> None:
    statement = "Mixture for use in tattoos or permanent make-up"
    found = judged(intended_use=statement)
    assert (found.verdict, found.deciding.rule) == (Verdict.UNKNOWN, "Q03")
    assert judged(intended_use=f"Tattoo ink. {statement}").verdict is Verdict.BODY_TATTOO
