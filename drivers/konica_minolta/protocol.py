"""The two dialects of Konica Minolta's portable spectrophotometers: numbers only.

The maker's communication specifications are not public. The CM-700d's facts come from one MATLAB
class that says it follows revision 1.33 of 19 July 2013 (KMSE A0E8-CS 0133E); the CM-2600d's from
one Java driver (color4j, Apache-2.0). Both are one source each, never compared with a second.

What both share - three letters, commas, CR LF - hides that they contradict each other: the lamp's
"ready" is 1 on one and 0 on the other, and the code of the small area is 1 on both while that of
the medium one is 2 on one and 0 on the other. So nothing here is common by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from drivers.link import Flow

TERMINATOR: Final = b"\r\n"

IDENTITY: Final = b"IDR"
STATUS: Final = b"STR"
CONDITIONS: Final = b"CPR"
SET_CONDITIONS: Final = b"CPS"
WHITE: Final = b"CAL"
MEASURE: Final = b"MES"
DATA: Final = b"MDR"
BUTTON: Final = b"SWS"
BUTTON_ON: Final = b"SWE"

#: Product, ROM, serial number, geometry, shortest and longest wavelength, step.
IDENTITY_FIELDS: Final = 7
#: The only geometry code known: diffuse light, seen from 8 degrees.
GEOMETRY_D8: Final = 0

#: A unit that is busy or whose lamp charges is asked again this often, as in both sources.
POLL_S: Final = 0.5
#: An answer that needs no light; 38 characters at 9600 baud alone take 40 ms.
ANSWER_S: Final = 1.0
#: The same on closing, when a unit that does not answer must hold nobody up.
PARTING_S: Final = 0.25
#: After which no second answer to an identity question comes any more.
LATE_S: Final = 0.1
#: CM-2600d: "20 seconds is the longest" for any answer, says a comment in color4j.
ACTION_S: Final = 20.0
#: CM-700d: the longest measurement there is, with all delays and averages.
LONGEST_MEASUREMENT_S: Final = 240.0
#: A quiet line for so long ends the lines of one CM-2600d measurement; how many come in which
#: mode is not known.
QUIET_S: Final = 0.7


@dataclass(frozen=True, slots=True)
class Area:
    """A position of the aperture slider; the mask in front must be the one that goes with it."""

    name: str
    aperture_mm: float


SAV: Final = Area("SAV", 3.0)
MAV: Final = Area("MAV", 8.0)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the models; every table is complete for its dialect."""

    title: str
    baudrate: int
    flow: Flow
    products: Mapping[str, str]
    rom_digits: tuple[int, ...]
    areas: Mapping[int, Area]
    geometries: Mapping[int, str]
    """The geometry that the reading of each specular mode belongs to."""
    zero: bytes
    lamp_ready: int
    voltages: Mapping[int, str]
    calibrated: frozenset[int]
    missing: Mapping[int, str]
    """What the calibration field of a status says when the unit may not measure yet."""
    status_fields: tuple[int, int]
    condition_fields: tuple[int, int]
    warnings: Mapping[int, str]
    errors: frozenset[int] = field(default_factory=frozenset)


NO_CALIBRATION: Final = "The unit has not been calibrated."
BATTERY_LOW: Final = "The unit's battery is getting low."
LAMP_WEAK: Final = "The unit's lamp is getting weak."
OVER_RANGE: Final = "A band is above the unit's measuring range."

CM700D: Final = Dialect(
    title="Konica Minolta CM-700d / CM-600d",
    baudrate=115200,
    flow="none",
    # The source gives this one code for both models; a CM-600d that answers another is refused.
    products={"0100": "CM-700d/CM-600d"},
    rom_digits=(1, 2, 4),
    areas={1: SAV, 2: MAV},
    # 3 measures with and without gloss; of the two, the first is read.
    geometries={1: "d:8 SCI", 2: "d:8 SCE", 3: "d:8 SCI"},
    zero=b"ZRC",
    lamp_ready=1,
    voltages={0: "", 1: BATTERY_LOW, 2: "The unit's battery is too low to measure."},
    calibrated=frozenset({3}),
    missing={
        0: NO_CALIBRATION,
        1: "The white calibration is missing.",
        2: "The user calibration that is switched on in the unit is missing.",
    },
    status_fields=(7, 8),
    condition_fields=(5, 5),
    warnings={
        2: LAMP_WEAK,
        3: BATTERY_LOW,
        4: f"{LAMP_WEAK} {BATTERY_LOW}",
        9: OVER_RANGE,
    },
    errors=frozenset({0, 2, 3, 5, 7, 8, 10, 11, 13, 17, 20, 22, 24, 25, 27, 28, 35, 36, 69}),
)

CM2600D: Final = Dialect(
    title="Konica Minolta CM-2600d / CM-2500d",
    baudrate=9600,
    flow="rts-cts",
    products={"03": "CM-2600d", "13": "CM-2500d"},
    rom_digits=(1, 2),
    areas={0: MAV, 1: SAV},
    geometries={0: "d:8 SCI", 1: "d:8 SCE", 2: "d:8 SCI UV0", 3: "d:8 SCE UV0"},
    zero=b"UZC",
    lamp_ready=0,
    voltages={0: "", 1: BATTERY_LOW},
    calibrated=frozenset({2, 3}),
    missing={0: NO_CALIBRATION, 1: "Only zero has been calibrated; white is missing."},
    status_fields=(6, 6),
    condition_fields=(2, 2),
    warnings={
        2: LAMP_WEAK,
        3: BATTERY_LOW,
        4: f"{LAMP_WEAK} {BATTERY_LOW}",
        5: "The colour differs from the target stored in the unit.",
    },
    errors=frozenset({0, 2, 5, 7, 8, 10, 11, 13, 20, 24, 25, 27}),
)
