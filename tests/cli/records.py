"""What the tests of recalls, papers and waste share: a clinic with uses, and a second person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.desk import mixing, visits
from kiosk.desk.mixing import MixOrder
from kiosk.desk.office import open_desk
from kiosk.desk.people import Operator, Role
from tests.cli.conftest import Clinic, Ended
from tests.cli.test_stock import CARBON, receive

WATER = (
    "products", "add", "WATER", "--brand", "Aqua", "--line", "Sterile water", "--kind", "diluent",
    "--intended-use", "Dilution", "--sterile", "--pao-months", "1",
)  # fmt: skip
MIX = "M-000000000001"


@dataclass(frozen=True)
class Pair:
    """The clinic with two people in it; `both` signs with both."""

    clinic: Clinic
    both: str

    def witnessed(self, *arguments: str) -> Ended:
        """A command that the second person signs as well."""
        return self.clinic.ask(
            *arguments, "--operator", "P-01", "--pin-file", self.both, "--witness", "S-02"
        )


def use(clinic: Clinic, token: str = MIX) -> None:
    """Mix the first pigment bottle with the first water bottle for a client."""
    desk = open_desk(clinic.url)
    owner = Operator("P-01", Role.OWNER)
    client = visits.register_client(desk, owner, "JM")
    visit = visits.open_visit(desk, owner, client.id)
    order = MixOrder(token, visit.id, 20, "B-0001", "B-0003", 5250, "training")
    mixing.confirm_mix(desk, order, "P-01", "2468")
    desk.close()


def tell(clinic: Clinic, folder: Path) -> Pair:
    """Two bottles of lot 24-117 and one of water, released; a use on C-0001; two people."""
    clinic.do(*CARBON, "--shade", "Black")
    clinic.do(*WATER)
    receive(clinic, bottles="2", supplier="Meridian")
    receive(clinic, "WATER", lot_no="W-31", bottle_ul="100000")
    for lot in ("L-0001", "L-0002"):
        assert clinic.do("lots", "release", lot).code == 0
    use(clinic)
    both = folder / "both"
    both.write_text("2468\n13579\n")
    added = clinic.ask(
        "operators", "add", "S-02", "--role", "stock-manager", "--operator", "P-01",
        "--pin-file", str(both),
    )  # fmt: skip
    assert added.code == 0
    return Pair(clinic, str(both))
