"""The main job once, without screens: the same desk functions, the same serial line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from calibration.sampling import PROTOCOLS, Site, Surface, Tone, assess, form_tone, take_sample
from drivers.contract import Colorimeter
from kiosk.clients.sites import HAIR_SITES, SKIN_SITES, ReadingSite
from kiosk.demo.clinic import OPERATOR, PIN, demo_desk
from kiosk.demo.unit import Hand, simulated_unit
from kiosk.desk import calibrating, journal, mixing, people, recommending, stock, tones, visits
from kiosk.desk.bench import Bench, open_bench
from kiosk.desk.errors import DeskError
from kiosk.desk.mixing import MixOrder
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator
from kiosk.inventory.model import Kind

#: The batch of the demo, in microlitres.
BATCH_UL = 5000


def main_job(say: Callable[[str], None]) -> dict[str, Any]:
    """Run it and return the document of `demo --headless --json`.

    Args:
        say: takes progress sentences.

    Raises:
        InstrumentError: the simulated unit failed, for example because it was killed.
        Refused: a stop that this path may not pass.
    """
    with TemporaryDirectory(prefix="smp-kiosk-demo-") as name:
        folder = Path(name)
        say("making a clinic with stock")
        desk = demo_desk(folder)
        try:
            operator = people.sign_in(desk, OPERATOR, PIN)
            say("starting the simulated CR30")
            with (
                simulated_unit(folder, pause_s=0.12) as (port, hand),
                open_bench("cr30", port) as bench,
            ):
                return _treat(desk, operator, bench, hand, say)
        finally:
            desk.close()


def _treat(
    desk: Desk, operator: Operator, bench: Bench, hand: Hand, say: Callable[[str], None]
) -> dict[str, Any]:
    unit = bench.unit
    say(f"calibrating {unit.identity.model} {unit.identity.serial}")
    _calibrate(desk, operator, unit, hand)
    client = visits.find_clients(desk, "JM")[0]
    visit = visits.open_visit(desk, operator, client.id)
    read: dict[Surface, Tone] = {}
    for surface, places in (("skin", SKIN_SITES), ("hair", HAIR_SITES)):
        say(f"reading {surface}: {len(places)} site{'s' if len(places) > 1 else ''}")
        kind: Surface = "skin" if surface == "skin" else "hair"
        read[kind] = _read(desk, operator, visit.id, unit, hand, kind, places)
    say("working out the dilution")
    advice = recommending.advise(
        desk,
        operator,
        visit.id,
        identity=unit.identity,
        connected_at=bench.connected_at,
    )
    result = advice.recommendation
    if result.advised_ratio is None:
        raise DeskError(f"no recipe: {result.reason}")
    say(f"mixing 1:{result.advised_ratio}")
    order = MixOrder(
        mixing.new_token(),
        visit.id,
        result.advised_ratio,
        _first(desk, Kind.PIGMENT),
        _first(desk, Kind.DILUENT),
        BATCH_UL,
    )
    mix = mixing.confirm_mix(desk, order, operator.id, PIN)
    visits.close_visit(desk, operator, visit.id)
    say("verifying the ledger")
    verified = journal.verify_ledger(desk)
    return {
        "skin": _tone_document(read["skin"]),
        "hair": _tone_document(read["hair"]),
        "recommendation": result.as_dict(),
        "mix": {
            "mix": mix.mix,
            "ratio": mix.ratio,
            "pigment_ul": mix.pigment_ul,
            "diluent_ul": mix.diluent_ul,
            "lots": [part.lot_no for part in mix.parts],
            "parts": [
                {
                    "bottle": part.bottle,
                    "lot": part.lot,
                    "lot_no": part.lot_no,
                    "role": part.role,
                    "drawn_ul": part.qty_ul,
                }
                for part in mix.parts
            ],
            "signed_by": mix.signer,
        },
        "ledger": {"events": verified.events, "head": verified.head, "verified": verified.ok},
    }


def _calibrate(desk: Desk, operator: Operator, unit: Colorimeter, hand: Hand) -> None:
    for step in unit.capabilities.calibration:
        hand.place(step.kind)
        calibrating.calibrate_unit(desk, operator, unit, step.kind)
    hand.place("card")
    placements = [take_sample(unit.read()).lab]
    while calibrating.record_card(desk, operator, unit.identity, placements).outcome is None:
        hand.lift()
        placements.append(take_sample(unit.read()).lab)


def _read(
    desk: Desk,
    operator: Operator,
    visit: str,
    unit: Colorimeter,
    hand: Hand,
    surface: Surface,
    places: tuple[ReadingSite, ...],
) -> Tone:
    hand.place(surface)
    sites = []
    for place in places:
        site = Site(place.name, PROTOCOLS[surface])
        while assess(site).state in {"reading", "repeat"}:
            hand.lift()
            sample = take_sample(unit.read())
            tones.keep_reading(desk, operator, visit, place.name, sample)
            site = site.with_sample(sample)
        sites.append(site)
    tone = form_tone(sites)
    tones.accept_tone(desk, operator, visit, tone)
    return tone


def _first(desk: Desk, kind: Kind) -> str:
    usable = [item for item in stock.next_bottles(desk, kind) if item.usable]
    if not usable:
        raise DeskError(f"{kind.value}: nothing usable is in stock", "Release a lot.")
    return usable[0].bottle.id


def _tone_document(tone: Tone) -> dict[str, Any]:
    return {
        "lab": list(tone.lab),
        "mcdm": tone.mcdm,
        "readings": [
            {"site": site.name, "lab": list(sample.lab), "outlier": index in assess(site).outliers}
            for site in tone.sites
            for index, sample in enumerate(site.samples)
        ],
    }
