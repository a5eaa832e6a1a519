"""What one place's law and one clinic's policy ask of an ink, as data.

Nothing here is legal advice. What was not confirmed in an official text says so, warns, and decides
nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

#: What a missing certificate of a lot does.
CertificatePolicy = Literal["require", "warn", "off"]
#: What a label element is looked for in.
Fact = Literal[
    "batch",
    "expiry",
    "ingredients",
    "eu_statement",
    "ph_regulator",
    "nickel_warning",
    "chromium_vi_warning",
    "safety_instructions",
    "responsible_person",
    "nominal_content",
    "storage_conditions",
]
#: When a label element is owed; the last three only where the substance is declared or measured.
When = Literal["always", "ph_regulator", "nickel", "chromium_vi"]


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read-only, and strict about the names in its file."""


class Limit(_Data, frozen=True):
    """At or above `mg_per_kg` a result is a finding.

    `names` are normal forms (`substance_form`) under which laboratories report it; a limit for a
    class of substances has none. Where not `confirmed` a finding warns and decides nothing.
    """

    substance: str
    names: frozenset[str]
    group: str
    mg_per_kg: float
    confirmed: bool
    item: str
    note: str
    source: str


class Restricted(_Data, frozen=True):
    """A colourant whose declaration is enough; `since` is None where no day is confirmed."""

    ci: str
    since: date | None
    confirmed: bool
    source: str

    def in_force(self, today: date) -> bool:
        """Whether the rule decides on that day, and does not merely warn."""
        return self.confirmed and self.since is not None and today >= self.since


class LabelElement(_Data, frozen=True):
    """One thing that a container must say."""

    id: str
    name: str
    satisfied_by: str
    source: str
    fact: Fact
    when: When = "always"
    confirmed: bool = True


class Retention(_Data, frozen=True):
    """How long records are kept; `lots_in_record` demands batch numbers in the client's record."""

    years: int
    what: str
    source: str
    lots_in_record: bool = False
    client_copy: bool = False


class Profile(_Data, frozen=True):
    """The rules of one place.

    `sterile_label` and `single_use_dose` are the source of that duty, empty where there is none. A
    "pending" profile shows its limits and lets none of them decide. `version` is that of the file.
    """

    code: str
    name: str
    version: str
    dated: date
    status: Literal["in force", "pending"] = "in force"
    limits: tuple[Limit, ...] = ()
    restricted: tuple[Restricted, ...] = ()
    label: tuple[LabelElement, ...] = ()
    sterile_label: str = ""
    single_use_dose: str = ""
    certificate_policy: CertificatePolicy = "warn"
    retention: Retention | None = None
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def asks_for(self, fact: Fact) -> LabelElement | None:
        """The label element that demands this fact, if any does."""
        return next((element for element in self.label if element.fact == fact), None)
