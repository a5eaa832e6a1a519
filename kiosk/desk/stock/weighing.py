"""Volumes that are weighed or counted in drops, and the balance that sends its weights itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from drivers.line_scanner import open_scanner
from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.bottles import take_out
from kiosk.desk.stock.leaving import discard
from kiosk.desk.stock.shelf import find_bottle
from kiosk.desk.stock.signing import Witness
from kiosk.inventory.counting import Found
from kiosk.inventory.model import DENSITY, DENSITY_AT, DENSITY_U, Bottle, Product
from kiosk.inventory.volumes.balance_line import Mass, StillMoving, read_balance_line
from kiosk.inventory.volumes.drops import Dropper, Series, calibrate_dropper, volume_of_drops
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.inventory.volumes.weighing import Density, Weighed, volume_by_weight
from kiosk.ledger import reader
from kiosk.ledger.events import Event, Recorded

#: Where a data sheet gives a density to two decimals and no uncertainty, one unit of the last.
_SHEET_U_G_PER_ML: Final = 0.01
_SHEET_AT_C: Final = 20.0
#: Time to put something on the pan and press PRINT.
_PATIENCE_S: Final = 30.0

T = TypeVar("T")


def _usable(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    try:
        return function(*args, **kwargs)
    except QuantityError as error:
        raise DeskError(str(error), error.mend) from error


def density_of(product: Product, typed: Density | None = None) -> Density:
    """The density to weigh a product with: what was typed, else what its papers declare.

    Raises:
        DeskError: neither is there, or the declared one cannot be used.
    """
    if typed is not None:
        return typed
    declared = product.declared.get(DENSITY)
    if declared is None:
        raise DeskError(
            f"density: none is declared for {product.id}",
            "Type it with its uncertainty, or weigh 1.00 ml from a syringe.",
        )
    try:
        value = float(declared)
        spread = float(product.declared.get(DENSITY_U, _SHEET_U_G_PER_ML))
        at_c = float(product.declared.get(DENSITY_AT, _SHEET_AT_C))
    except (TypeError, ValueError) as error:
        raise DeskError(
            f"density: what is declared for {product.id} is no number", "Amend the product."
        ) from error
    return _usable(Density, value, spread, at_c)


def _weigh(
    bottle: Bottle, heavier: Mass, lighter: Mass, density: Density | None, room_c: float
) -> tuple[Weighed, dict[str, Any]]:
    used = density_of(bottle.lot.product, density)
    weighed: Weighed = _usable(volume_by_weight, heavier, lighter, used, room_c=room_c)
    return weighed, {
        "by": "weight",
        "u_ul": round(weighed.u_ul, 1),
        "grams": [str(heavier.grams), str(lighter.grams)],
        "density_g_per_ml": used.g_per_ml,
        "room_c": room_c,
    }


def dispense_by_weight(
    desk: Desk,
    operator: Operator,
    bottle_id: str,
    before: Mass,
    after: Mass,
    ref: str,
    reason: str,
    *,
    room_c: float,
    density: Density | None = None,
) -> Bottle:
    """Take a volume out by what the bottle weighed before and after; no tare is needed.

    Raises:
        Refused: the bottle may not be used.
        DeskError: no density, nothing was taken, or the bottle holds less.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        bottle = find_bottle(task.connection, bottle_id)
        weighed, how = _weigh(bottle, before, after, density, room_c)
        take_out(task, bottle_id, weighed.ul, ref, reason, how)
        return find_bottle(task.connection, bottle_id)


def discard_by_weight(
    desk: Desk,
    operator: Operator,
    bottle_id: str,
    before: Mass,
    after: Mass,
    reason: str,
    *,
    room_c: float,
    density: Density | None = None,
    second: Witness | None = None,
    token: str = "",
) -> Bottle:
    """Pour something away by what the bottle weighed before and after.

    Raises:
        Refused: the bottle is blocked, so that all of it goes, before a witness.
        DeskError: no density, nothing was poured away, or the bottle holds less.
    """
    weighed, how = _weigh(_look_at(desk, bottle_id), before, after, density, room_c)
    return discard(
        desk, operator, bottle_id, weighed.ul, reason, second=second, token=token, measured=how
    )


def found_by_weight(
    desk: Desk,
    bottle_id: str,
    gross: Mass,
    tare: Mass,
    *,
    room_c: float,
    density: Density | None = None,
) -> Found:
    """What a count finds in a bottle by weight; `tare` is an empty one of the same kind.

    Raises:
        DeskError: no density, or less than the tare.
    """
    weighed, _ = _weigh(_look_at(desk, bottle_id), gross, tare, density, room_c)
    return Found(weighed.ul, weighed.u_ul)


def _look_at(desk: Desk, bottle_id: str) -> Bottle:
    with look(desk) as connection:
        return find_bottle(connection, bottle_id)


def measure_dropper(
    desk: Desk, operator: Operator, bottle_id: str, series: Sequence[Series]
) -> Dropper:
    """Record what a drop of this bottle is; the drops that were weighed leave its book.

    Raises:
        Refused: the bottle may not be used.
        DeskError: too few series or drops, too wide a spread, or the bottle holds less.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        dropper: Dropper = _usable(calibrate_dropper, bottle_id, series, task.today)
        weighed = sum(one.volume.ul for one in series)
        # Nothing that was on a pan goes back into a bottle.
        take_out(task, bottle_id, weighed, "", "drops weighed for its dropper", {"by": "weight"})
        body = {
            "drops_per_ml": dropper.drops_per_ml,
            "drop_ul": dropper.drop_ul,
            "u_drop_ul": dropper.u_drop_ul,
            "cv": dropper.cv,
            "single_sd_ul": dropper.single_sd_ul,
            "drops": dropper.drops,
        }
        task.record(Event("dropper.measured", bottle_id, body))
        return dropper


def find_dropper(connection: Connection, desk: Desk, bottle_id: str) -> Dropper | None:
    """The dropper of a bottle as last measured, None where it never was."""
    found = reader.tail(connection, limit=1, kind="dropper.measured", entity=bottle_id)
    return _dropper(desk, found[0]) if found else None


def _dropper(desk: Desk, event: Recorded) -> Dropper:
    body: Mapping[str, Any] = event.body
    return Dropper(
        event.entity,
        float(body["drop_ul"]),
        float(body["u_drop_ul"]),
        float(body["cv"]),
        float(body["single_sd_ul"]),
        body["drops"],
        event.at.astimezone(desk.zone).date(),
    )


def dispense_drops(
    desk: Desk, operator: Operator, bottle_id: str, drops: int, ref: str, reason: str
) -> Bottle:
    """Take counted drops out of a bottle whose dropper was measured.

    Raises:
        Refused: the bottle may not be used.
        DeskError: its dropper was never measured, no drops, or the bottle holds less.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        dropper = find_dropper(task.connection, desk, bottle_id)
        taken: Weighed = _usable(volume_of_drops, bottle_id, drops, dropper)
        how = {"by": "drops", "drops": drops, "u_ul": round(taken.u_ul, 1)}
        take_out(task, bottle_id, taken.ul, ref, reason, how)
        return find_bottle(task.connection, bottle_id)


def read_balance(port: str, *, baudrate: int = 9600, timeout_s: float = _PATIENCE_S) -> Mass:
    """Wait for a weight from a balance on a serial line; lines without rest are waited through.

    Any parity will do: seven data bits with one are as long on the line as eight without, so the
    parity bit is read along and dropped. Of CR and LF one always has none, which ends the line.

    Raises:
        DeskError: nothing came, the balance never came to rest, or a line holds no weight.
        InstrumentError: the port cannot be opened, or the balance is gone.
    """
    scanner = open_scanner(port, baudrate=baudrate)
    try:
        ends = time.monotonic() + timeout_s
        moving: StillMoving | None = None
        while (left := ends - time.monotonic()) > 0:
            line = scanner.read_line(left)
            if line is None or not (text := _seven_bits(line).strip()):
                continue
            try:
                return read_balance_line(text)
            except StillMoving as error:
                moving = error
            except QuantityError as error:
                raise DeskError(str(error), error.mend) from error
    finally:
        scanner.close()
    if moving is not None:
        raise DeskError(str(moving), moving.mend) from moving
    raise DeskError(
        f"mass: nothing came from the balance on {port}",
        "Press PRINT on the balance; look at its speed and that it prints to the serial line.",
    )


def _seven_bits(line: str) -> str:
    return "".join(chr(ord(character) & 0x7F) for character in line)
