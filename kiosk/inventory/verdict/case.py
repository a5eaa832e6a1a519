"""A declaration with everything that several rules ask about it, worked out once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kiosk.inventory.model import Kind
from kiosk.inventory.profiles import Profile
from kiosk.inventory.verdict.catalogue import CARBONS, WARM, Catalogue, Line, Role
from kiosk.inventory.verdict.colourants import Reading, read_colourants
from kiosk.inventory.verdict.declaration import Declaration
from kiosk.inventory.verdict.judgement import Reason
from kiosk.inventory.verdict.rulebase import RuleBase
from kiosk.inventory.verdict.uses import Use, parse_use


@dataclass(frozen=True)
class Case:
    """What the rules look at."""

    declaration: Declaration
    today: date
    profile: Profile
    catalogue: Catalogue
    rules: RuleBase

    def reason(self, key: str, **facts: str) -> Reason:
        """The rule of that key with its facts; the profile's name may be used by every one."""
        return self.rules.reason(key, profile=self.profile.name, **facts)

    @property
    def is_diluent(self) -> bool:
        """Whether it is judged as a diluent."""
        return self.declaration.kind is Kind.DILUENT

    @cached_property
    def uses(self) -> frozenset[Use]:
        """The uses that label or papers name; the product's own name is not asked."""
        return parse_use(self.declaration.intended_use, self.rules)

    @property
    def names_scalp(self) -> bool:
        """Scalp use is named, or permanent make-up with the maker's written word for scalps."""
        vouched = Use.PMU in self.uses and bool(self.declaration.smp_statement.strip())
        return Use.SMP in self.uses or vouched

    @cached_property
    def reading(self) -> Reading:
        """The colourants declared in their own field and in the ingredient list."""
        d = self.declaration
        return read_colourants(d.colourants, d.ingredients or (), self.catalogue)

    @cached_property
    def line(self) -> Line | None:
        """The catalogue's row for this product."""
        d = self.declaration
        return self.catalogue.line(d.brand, d.line, d.shade)

    def of_role(self, roles: Collection[Role]) -> tuple[str, ...]:
        """The numbers of these roles that count against the ink."""
        table = self.catalogue.colourants
        return tuple(ci for ci in self.reading.counted if table[ci].role in roles)

    @property
    def complete(self) -> bool:
        """Whether every colourant is known and nobody says that the list is incomplete."""
        reading = self.reading
        sure = self.declaration.ingredients_complete is not False
        return sure and reading.identified and bool(reading.known)

    @property
    def carbon_only(self) -> bool:
        """Whether carbon is all that is declared."""
        return self.complete and self.of_role(CARBONS) == self.reading.known

    @property
    def warm_line(self) -> bool:
        """Whether it names scalps and declares more than carbon in warm or opaque colourants."""
        return self.names_scalp and bool(self.of_role(WARM))

    def shown(self, numbers: Collection[str]) -> str:
        """Colourants as a sentence names them, with the CAS number where that was printed."""
        cas = {p.ci: p.printed for p in self.reading.pointers if p.how == "CAS number"}
        return ", ".join(
            self.catalogue.colourants[ci].shown
            + (f", printed as CAS number {cas[ci]}" if ci in cas else "")
            for ci in numbers
        )
