"""Does the interval hold what it promises? A closed loop over worlds that are not the model.

Every measured skin is a client, with hair from the literature; it is read with noise, gets a
recipe, and then a world draws the truth and heals the dot. Reproducible: one seed, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from calibration.colorimetry import Floats, channels_to_lab, lab_to_channels
from kiosk.matching import ladder as ladders
from kiosk.matching.constants import Constants, default_constants
from kiosk.matching.gains import studio_gain
from kiosk.matching.inverse import contrast, follicle
from kiosk.matching.learning import combined
from kiosk.matching.recommend import STATUSES, recommend_many
from kiosk.matching.spectral import nist_spectra, skin_spectra
from kiosk.matching.thresholds import Thresholds, default_thresholds
from kiosk.matching.tone import BANDS, band_index, ita_degrees
from kiosk.matching.uncertainty import normal_quantile
from kiosk.matching.worlds import (
    WORLDS,
    Clients,
    Truth,
    World,
    draw_truth,
    follicle_y,
    healed_y,
    lightness,
    needed_fraction,
)

SEED = 20260115
#: L* beyond which a dot counts as too dark or too light.
LIMIT = 3.0

#: Published tresses (J. Cosmet. Sci. 51(5):293 and 299); lighter hair has no published CIELAB.
HAIRS: Mapping[str, tuple[float, float, float]] = {
    "black, specular included": (18.37, -0.05, -0.84),
    "black, specular excluded": (18.00, 0.02, -0.91),
    "black, another sample": (21.55, 1.73, 1.67),
    "dark brown, kept still": (22.72, 3.35, 3.85),
    "dark brown, re-positioned": (23.59, 3.87, 4.76),
}
#: SD of one reading in L*, a*, b*: skin placements (NIST), hair re-positioned (the same paper),
#: and the unit itself: six liftings of a CR30 from white paper, mean difference 0.215.
_SKIN_SD = (0.74, 0.61, 0.49)
_HAIR_SD = (1.0, 0.3, 0.4)
_UNIT_SD = 0.13
_READINGS = 3
#: Lightness and colour of made-up dark skins; the measured set has none.
_DARK_LEVELS = (24.0, 27.0, 30.0, 33.0, 36.0, 40.0, 45.0)
_DARK_TONES = ((7.0, 7.0), (9.0, 11.0), (10.0, 14.0), (12.0, 16.0))

_OUTCOMES = 20
_ANCHORS = 3


@dataclass(frozen=True, slots=True)
class State:
    """How much is known: the constants of a recipe, and the gain (n,) each client's takes on top.

    `truth` is None where the world draws one from `constants`, as their priors say.
    """

    name: str
    constants: Constants
    gain: Floats | None = None
    cv_gain: Floats | None = None
    truth: Truth | None = None


def report(
    constants: Constants | None = None,
    thresholds: Thresholds | None = None,
    *,
    seed: int = SEED,
    draws: int = 20,
) -> dict[str, object]:
    """Everything that can be measured of the model without a client, as plain JSON values.

    `draws` truths a pair of skin and hair; 20 take some seconds and give shares within 0.5 points.
    """
    c = constants or default_constants()
    t = thresholds or default_thresholds()
    known = replace(c, cv_lot=t.cv_lot_card)
    clients = _clients(nist_spectra(), draws)
    rng = np.random.default_rng(seed)
    after_20 = replace(known, cv_gain=float(studio_gain(np.ones(_OUTCOMES), c.cv_gain, t)[1]))
    first = replace(after_20, cv_gain=0.08, sigma_retention=t.least_sigma_retention)
    states = (
        State("day 1, no card", c),
        State("day 1, card", known),
        State("card, 20 outcomes", after_20),
        State("card, after the client's session, as assumed", first),
    )
    cells = [_cell(rng, clients, state, WORLDS[0]) for state in states]
    cells += [_cell(rng, clients, states[0], world) for world in WORLDS[1:]]
    learned = [
        _cell(rng, clients, state, world)
        for world in WORLDS[1:]
        for state in _learned(rng, clients, known, t, world)
    ]
    return {
        "seed": seed,
        "clients": len(nist_spectra()),
        "hairs": list(HAIRS),
        "draws": draws,
        "limit": LIMIT,
        "constants": c.version,
        "thresholds": t.version,
        "priors": cells,
        "learned": learned,
        "quantiles": _quantiles(rng, clients, known),
        "dark": _dark(rng, c),
        "worlds": {world.name: world.sentence for world in WORLDS},
    }


def _clients(spectra: Floats, draws: int) -> Clients:
    hair = lab_to_channels(list(HAIRS.values()))
    skins = np.repeat(spectra, len(hair) * draws, axis=0)
    return Clients.of(skins, np.tile(np.repeat(hair, draws, axis=0), (len(spectra), 1)))


def _read(
    rng: np.random.Generator, channels: Floats, sd: tuple[float, float, float], noise: float
) -> Floats:
    """Mean CIELAB (n, 3) of the readings of each surface."""
    spread = noise * np.hypot(sd, _UNIT_SD) / np.sqrt(_READINGS)
    return np.asarray(channels_to_lab(channels) + rng.normal(0.0, 1.0, channels.shape) * spread)


def _cell(
    rng: np.random.Generator, clients: Clients, state: State, world: World
) -> dict[str, object]:
    """One state of knowledge in one world: shares, interval width and coverage."""
    c = state.constants
    skin = np.clip(_read(rng, clients.skin, _SKIN_SD, world.reading_noise), 0.0, 100.0)
    hair = _read(rng, clients.hair, _HAIR_SD, world.reading_noise)
    advice = recommend_many(skin, hair, c, skin_n=_READINGS, hair_n=_READINGS)
    gain = np.ones(clients.count) if state.gain is None else state.gain / c.gain
    sigma = advice.sigma_ln
    if state.cv_gain is not None:
        sigma = np.sqrt(sigma**2 - c.cv_gain**2 + state.cv_gain**2)
    best = advice.fraction / gain
    safe = best * np.exp(normal_quantile(c.safe_quantile) * sigma)
    reach = np.exp(normal_quantile(0.5 + c.interval_level / 2.0) * sigma)
    visible = np.isfinite(sigma)
    index = ladders.snap_lighter(np.where(visible, safe, 1.0), c.ladder)
    on_ladder = visible & (index < len(c.ladder))
    rungs = np.array(c.ladder, dtype=np.float64)[np.minimum(index, len(c.ladder) - 1)]

    truth = draw_truth(rng, clients.count, c, world) if state.truth is None else state.truth
    needed = needed_fraction(clients, truth, c, world)
    held = (needed >= best / reach) & (needed <= np.minimum(best * reach, 1.0))
    dot = lightness(healed_y(clients, truth, ladders.fraction_of(rungs), c, world))
    off = (dot - lightness(follicle_y(clients, truth)))[on_ladder]
    return {
        "state": state.name,
        "world": world.name,
        "clients": int(visible.sum()),
        "with_rung": float(on_ladder.sum() / visible.sum()),
        "median_rung": float(np.median(rungs[on_ladder])),
        "too_dark": float((off < -LIMIT).mean()),
        "within": float((np.abs(off) <= LIMIT).mean()),
        "median_off": float(np.median(off)),
        "factor": float(np.median(reach[visible])),
        "coverage": float(held[visible].mean()),
        "needs_darker": float((needed > best * reach)[visible].mean()),
        "needs_lighter": float((needed < best / reach)[visible].mean()),
    }


def _learned(
    rng: np.random.Generator, clients: Clients, c: Constants, t: Thresholds, world: World
) -> tuple[State, ...]:
    """A studio a client: from anchors, from 20 outcomes judged by eye, and after a first session.

    Truth is drawn once: the studio's hand, the lot, and how this client keeps ink; only the cup
    is mixed anew. Of the spread of gains, the part below the floor is the client's own.
    """
    count = clients.count
    own = min(c.cv_gain, t.least_cv_gain)
    studio = world.gain * np.exp(rng.normal(0.0, np.sqrt(c.cv_gain**2 - own**2), count))

    def clients_truth() -> Truth:
        drawn = draw_truth(rng, count, replace(c, cv_gain=own), replace(world, gain=1.0))
        return replace(drawn, strength=drawn.strength * studio)

    anchors = np.column_stack(
        [_anchor(rng, clients, clients_truth(), c, t, world) for _ in range(_ANCHORS)]
    )
    spread = np.maximum(t.least_cv_gain, np.std(np.log(anchors), axis=-1, ddof=1))
    anchored = State(f"{_ANCHORS} anchors", c, np.median(anchors, axis=-1), spread, clients_truth())

    belief = np.ones(count)
    cv = np.full(count, c.cv_gain)
    seen = np.empty((count, 0))
    for _ in range(_OUTCOMES):
        judged = _verdict(rng, clients_truth(), belief, c, t)
        seen = np.column_stack([seen, judged])
        belief, cv = studio_gain(seen, c.cv_gain, t)
    truth = clients_truth()
    before = State(f"{_OUTCOMES} outcomes judged by eye", c, belief, cv, truth)
    judged = _verdict(rng, truth, belief, c, t)
    mean, sd = combined(belief, belief * cv, judged, belief * t.verdict_sd)
    shrunk = float(np.median(sd / mean / cv))
    kept = max(t.least_sigma_retention, c.sigma_retention * shrunk)
    again = replace(truth, strength=truth.strength * np.exp(rng.normal(0.0, c.cv_mix, count)))
    after = State(
        "the same, and this client's first session",
        replace(c, sigma_retention=kept),
        mean,
        sd / mean,
        again,
    )
    return anchored, before, after


def _anchor(
    rng: np.random.Generator,
    clients: Clients,
    truth: Truth,
    c: Constants,
    t: Thresholds,
    world: World,
) -> Floats:
    """Gain (n,) an accepted recipe implies: what the client needed, as near as an eye tells."""
    accepted = needed_fraction(clients, truth, c, world)
    accepted = accepted * np.exp(rng.normal(0.0, t.verdict_sd, clients.count))
    q = contrast(clients.skin[:, 1], follicle(clients.skin, clients.hair, c)[:, 1])
    return np.asarray(q / (2.0 * accepted * c.A0 * c.retention))


def _verdict(
    rng: np.random.Generator, truth: Truth, belief: Floats, c: Constants, t: Thresholds
) -> Floats:
    """Gain (n,) that an eye reports: the healed dot against its forecast, within the verdict's SD.

    The word is the nearest of three; what it stands for is the coding of the thresholds.
    """
    ratio = truth.strength * truth.retention / (c.retention * belief)
    perceived = ratio * np.exp(rng.normal(0.0, t.verdict_sd, len(ratio)))
    low = (t.verdict_too_light + t.verdict_right) / 2.0
    high = (t.verdict_right + t.verdict_too_dark) / 2.0
    coded = np.select(
        [perceived < low, perceived > high],
        [t.verdict_too_light, t.verdict_too_dark],
        default=t.verdict_right,
    )
    return np.asarray(belief * coded)


def _quantiles(rng: np.random.Generator, clients: Clients, c: Constants) -> list[dict[str, object]]:
    """What the safe quantile costs and buys, with the follicle's opacity known."""
    return [
        {"quantile": quantile}
        | _cell(rng, clients, State("day 1, card", replace(c, safe_quantile=quantile)), WORLDS[2])
        for quantile in (0.5, 0.2, 0.1)
    ]


def _dark(rng: np.random.Generator, c: Constants) -> dict[str, object]:
    """Very dark skins made on the measured basis: what they are told, and that nothing is bent."""
    labs = np.array([(level, a, b) for level in _DARK_LEVELS for a, b in _DARK_TONES])
    skins = skin_spectra(labs)
    hair = np.array(HAIRS["black, specular included"])
    advice = recommend_many(labs, hair, c)
    angles = ita_degrees(labs)
    by_band = np.bincount(band_index(angles), minlength=len(BANDS))
    clients = _clients(skins.reflectance, 20)
    return {
        "skins": len(labs),
        "lightness": [float(labs[:, 0].min()), float(labs[:, 0].max())],
        "spectra_found": int(skins.solved.sum()),
        "reproduced_within": float(np.abs(channels_to_lab(clients.skin[::100]) - labs).max()),
        "bands": {BANDS[index]: int(n) for index, n in enumerate(by_band) if n},
        "contrast": [float(advice.q.min()), float(advice.q.max())],
        "status": {
            name: int((advice.status == index).sum()) for index, name in enumerate(STATUSES)
        },
        "own_priors": _cell(rng, clients, State("day 1, no card", c), WORLDS[0]),
        "spectral": _cell(rng, clients, State("day 1, no card", c), WORLDS[1]),
    }
