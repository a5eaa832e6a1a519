"""Where skin and hair are read, and why there.

The list is the guided protocol of a full treatment. A site carries its place on a head seen from
above (columns and rows of a small drawing), so that a screen can show where the probe belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ReadingSite:
    """One place to read.

    `x` runs from the client's left ear (0) to the right (1), `y` from forehead (0) to nape (1).
    """

    key: str
    name: str
    surface: Literal["skin", "hair"]
    why: str
    x: float = 0.5
    y: float = 0.5


SKIN_SITES: tuple[ReadingSite, ...] = (
    ReadingSite(
        "frontal-left",
        "Frontal left",
        "skin",
        "The hairline is what people see first, and the two sides often differ: sun reaches "
        "one side more. Read bare skin, two fingers behind the planned hairline.",
        0.28,
        0.22,
    ),
    ReadingSite(
        "frontal-right",
        "Frontal right",
        "skin",
        "The other half of the hairline. If it differs from the left by more than 4, they "
        "become two zones and are never averaged.",
        0.72,
        0.22,
    ),
    ReadingSite(
        "crown",
        "Crown",
        "skin",
        "The crown tans most and is treated most. Keep clear of moles and visible veins.",
        0.5,
        0.52,
    ),
    ReadingSite(
        "occipital",
        "Occipital reference",
        "skin",
        "Skin that will stay untreated. Later visits are compared with it: redness and tan show "
        "here without pigment in the way.",
        0.5,
        0.86,
    ),
)

HAIR_SITES: tuple[ReadingSite, ...] = (
    ReadingSite(
        "donor",
        "Donor lock",
        "hair",
        "A lock or dense stubble from the back of the head, where hair keeps its colour. Lay it "
        "flat over itself so that no skin shines through; re-position it for every reading.",
        0.5,
        0.8,
    ),
)

SITES = {site.key: site for site in (*SKIN_SITES, *HAIR_SITES)}
