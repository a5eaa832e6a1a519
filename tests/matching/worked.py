"""Six worked examples, every number computed outside this program and rounded as written.

Constants: A0 30, retention 0.60, follicle opacity 0.70, otherwise as shipped; three readings each.
`None` where a number does not exist.
"""

from dataclasses import dataclass, replace

from kiosk.matching.constants import Constants, default_constants

Triple = tuple[float, float, float]

BLACK: Triple = (18.4, -0.05, -0.84)
DARK_BROWN: Triple = (23.0, 4.0, 4.7)
LIGHT_BROWN: Triple = (35.0, 7.0, 12.0)
BLOND: Triple = (52.0, 5.0, 20.0)
GREY: Triple = (45.0, 1.0, 5.0)
WHITE: Triple = (70.0, 0.0, 9.0)

FAIR: Triple = (64.0, 11.0, 15.0)
MEDIUM: Triple = (57.0, 11.5, 17.0)
BROWN: Triple = (49.0, 11.5, 18.0)
DARK: Triple = (38.0, 10.0, 13.5)


def illustrative() -> Constants:
    return replace(default_constants(), A0=30.0)


@dataclass(frozen=True)
class Worked:
    name: str
    skin: Triple
    hair: Triple
    skin_y: float
    hair_y: float
    target_y: float
    q: float
    target: Triple
    status: str
    fraction: float | None = None
    ratio: float | None = None
    sigma_ln: float | None = None
    safe_fraction: float | None = None
    safe_ratio: float | None = None
    interval: tuple[float, float] | None = None
    best: Triple | None = None
    de00: float | None = None
    da_db: tuple[float, float] | None = None
    rung: int | None = None
    healed: Triple | None = None
    fresh: Triple | None = None
    tone_note: bool = False
    shipped: tuple[float, int] | None = None  # r* to one decimal and rung with A0 22


WORKED = (
    Worked(
        "W1", FAIR, DARK_BROWN, 0.3280167289, 0.0380031725, 0.1250072394, 0.9646929586,
        (42.0011, 7.5466, 10.0201), "recipe", 0.0267970266, 36.317573, 0.417518, 0.0188572850,
        52.029903, (17.7784, 73.1596), (42.0011, 9.3059, 13.8620), 2.6744, (1.7593, 3.8419),
        55, (48.5694, 9.8647, 14.3351), (39.9738, 9.1231, 13.6904), shipped=(26.4, 40),
    ),
    Worked(
        "W2", FAIR, BLOND, 0.3280167289, 0.2014432736, 0.2394153102, 0.3148648663,
        (56.0292, 7.2063, 17.8937), "off-ladder", 0.0087462463, 113.334763, 0.384368,
        0.0063289388, 157.004371, (59.7582, 214.1551), (56.0292, 10.4425, 14.7300), 4.4785,
        (3.2361, -3.1637),
    ),
    Worked(
        "W3", MEDIUM, BLACK, 0.2492267262, 0.0260796261, 0.0930237561, 0.9855081266,
        (36.5601, 6.6870, 9.2197), "recipe", 0.0273752257, 35.529379, 0.419212, 0.0192367170,
        50.983922, (17.3307, 71.7959), (36.5601, 9.5175, 14.9224), 4.0428, (2.8306, 5.7027),
        55, (42.9196, 10.1860, 15.6943), (35.0761, 9.3540, 14.7240), tone_note=True,
        shipped=(25.8, 40),
    ),
    Worked(
        "W4", MEDIUM, GREY, 0.2492267262, 0.1454171194, 0.1765600014, 0.3447022590,
        (49.0762, 5.0286, 9.2652), "off-ladder", 0.0095750628, 103.437958, 0.385473,
        0.0069222429, 143.461847, (54.3982, 195.8889), (49.0762, 10.7867, 16.3295), 6.1917,
        (5.7581, 7.0643), tone_note=True,
    ),
    Worked(
        "W5", BROWN, BLOND, 0.1759406136, 0.2014432736, 0.1937924756, -0.0966413578,
        (51.1280, 6.8586, 19.4264), "no-recipe",
    ),
    Worked(
        "W6", DARK, BLACK, 0.1008805199, 0.0260796261, 0.0485198942, 0.7319629415,
        (26.3089, 4.9418, 5.7314), "off-ladder", 0.0203323039, 48.182818, 0.401941,
        0.0144968081, 67.980702, (24.3914, 94.2666), (26.3089, 8.5789, 12.1696), 5.2800,
        (3.6372, 6.4382), tone_note=True, shipped=(35.1, 50),
    ),
)  # fmt: skip
