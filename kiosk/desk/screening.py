"""What a client is allergic to, patch tests, and what both say about the bottles chosen.

All of it is health data. It lies sealed under the client's key; the ledger knows that the record
changed, and a keyed digest of it, and not even which of its parts changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.clients.allergies import Declared, Told, answers, checked_allergies
from kiosk.clients.identity import ClientInputError
from kiosk.clients.patch_tests import PatchTest, Reading, Seen, result_for
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.shelf import find_product
from kiosk.inventory.model import Bottle, Kind
from kiosk.inventory.verdict import declaration_of_lot
from kiosk.ledger.events import Event
from kiosk.stops import Severity, Stop
from kiosk.storage import private
from kiosk.storage import tables as t

_KIND = "screening"
#: Rules of these stops begin so. What they say must not reach the ledger.
PRIVATE_RULES = "SCREENING"
_POLICY = "What the client told, against what the chosen bottle declares"
_NO_PROOF = "Undeclared is unknown: labels of inks are often incomplete"


@dataclass(frozen=True, slots=True)
class Screening:
    """What is kept of a client; with an allergy the flag for patch tests is set."""

    allergies: tuple[str, ...] = ()
    patches: tuple[PatchTest, ...] = ()


def record_allergies(
    desk: Desk, operator: Operator, client: str, allergies: Iterable[str]
) -> Screening:
    """Keep what a client is allergic to: the whole list, which replaces the one before.

    Raises:
        NotFound: there is no such client.
        DeskError: an allergy cannot be kept, or the client was erased.
    """

    def change(known: Screening, _task: Work) -> Screening:
        return replace(known, allergies=checked_allergies(allergies))

    return _change(desk, operator, client, change)


def apply_patch(
    desk: Desk, operator: Operator, client: str, product: str, applied_on: date | None = None
) -> Screening:
    """Record that a product was put on a client's skin to see whether it reacts.

    Raises:
        NotFound: there is no such client or product.
        DeskError: the day lies in the future, or the same test is on record.
    """

    def change(known: Screening, task: Work) -> Screening:
        find_product(task.connection, product)
        day = _past(task, applied_on, "applied_on")
        if any((test.product, test.applied_on) == (product, day) for test in known.patches):
            raise DeskError(
                f"applied_on: {product} was applied that day already", "Record what was seen."
            )
        return replace(known, patches=(*known.patches, PatchTest(product, day)))

    return _change(desk, operator, client, change)


def read_patch(
    desk: Desk,
    operator: Operator,
    client: str,
    product: str,
    seen: Seen,
    read_on: date | None = None,
) -> Screening:
    """Record what was seen at the newest patch of a product.

    Raises:
        NotFound: there is no such client, or no patch of that product.
        DeskError: the day lies in the future or before the application.
    """

    def change(known: Screening, task: Work) -> Screening:
        places = [i for i, test in enumerate(known.patches) if test.product == product]
        if not places:
            raise NotFound(f"product: {product} was not put on {client}", "Record that first.")
        newest = max(places, key=lambda i: known.patches[i].applied_on)
        day = _past(task, read_on, "read_on")
        tests = list(known.patches)
        tests[newest] = tests[newest].read(Reading(day, seen))
        return replace(known, patches=tuple(tests))

    return _change(desk, operator, client, change)


def find_screening(desk: Desk, operator: Operator, client: str) -> Screening:
    """What is kept of a client.

    Raises:
        Refused: the operator does not treat clients.
        NotFound: there is no such client.
        DeskError: it was erased, or altered in the database.
    """
    require(operator, Duty.TREAT)
    with look(desk) as connection:
        _require_client(connection, client)
        return _kept(connection, client)


def _change(
    desk: Desk, operator: Operator, client: str, change: Callable[[Screening, Work], Screening]
) -> Screening:
    require(operator, Duty.TREAT)
    with work(desk, operator.id) as task:
        _require_client(task.connection, client)
        try:
            changed = change(_kept(task.connection, client), task)
            sealed = private.seal(task.connection, client, _KIND, msgspec.json.encode(changed))
        except ClientInputError as error:
            raise DeskError(str(error)) from error
        except private.RecordErased as error:
            raise DeskError(f"client: {client} was erased", "Register them anew.") from error
        body = {"record": sealed.record, "digest": sealed.digest}
        task.record(Event("screening.recorded", client, body))
        return changed


def _past(task: Work, day: date | None, field: str) -> date:
    if day is not None and day > task.today:
        raise DeskError(f"{field}: lies in the future", "Type the day it happened.")
    return day or task.today


def _require_client(connection: Connection, client: str) -> None:
    known = connection.execute(select(t.clients.c.client).where(t.clients.c.client == client))
    if known.first() is None:
        raise NotFound(f"client: there is no '{client}'", "Search again or register them.")


_RECORD = select(t.screenings.c.record, t.screenings.c.digest).where(
    t.screenings.c.client == bindparam("of")
)


def _kept(connection: Connection, client: str) -> Screening:
    row = connection.execute(_RECORD, {"of": client}).first()
    if row is None:
        return Screening()
    try:
        content = private.unseal(connection, row.record, row.digest)
        return msgspec.json.decode(content, type=Screening)
    except (private.RecordErased, ValueError) as error:
        raise DeskError(
            f"client: what {client} told about allergies cannot be read here",
            "Ask again and record it at this kiosk.",
        ) from error


def screening_stops(
    connection: Connection, client: str, bottles: Iterable[Bottle]
) -> Iterator[Stop]:
    """What the client's own record says about the bottles of a mix.

    A record that is known of but cannot be read stops as a match would: nobody can tell.
    """
    try:
        known = _kept(connection, client)
    except DeskError as error:
        yield Stop(
            f"{PRIVATE_RULES}-UNREADABLE",
            Severity.SAFETY,
            f"{error.message.removeprefix('client: ').capitalize()}.",
            "The ledger names a record that is not here whole",
            error.hint,
        )
        return
    for bottle in bottles:
        if known.allergies:
            yield from _against(known.allergies, bottle)
        if bottle.lot.product.kind is Kind.PIGMENT:
            yield from _patched(known, bottle)


def told_of(stop: Stop) -> dict[str, str]:
    """A stop as the ledger may know it: of what a client told, only that there is something."""
    if not stop.rule.startswith(PRIVATE_RULES):
        return {"rule": stop.rule, "sentence": stop.sentence}
    sentence = "Something in the client's own record speaks against it."
    return {"rule": PRIVATE_RULES, "sentence": sentence}


def kept_reason(task: Work, client: str, stops: Iterable[Stop], reason: str) -> dict[str, str]:
    """Why stops are passed, as the ledger may know it.

    A reason against a stop of the client's own record says what that record says, so it is sealed.
    """
    if not any(stop.rule.startswith(PRIVATE_RULES) for stop in stops):
        return {"reason": reason}
    sealed = private.seal(task.connection, client, f"{_KIND}-reason", reason.encode())
    said = "kept with the client's record"
    return {"reason": said, "record": sealed.record, "digest": sealed.digest}


def _against(allergies: tuple[str, ...], bottle: Bottle) -> Iterator[Stop]:
    name = bottle.lot.product.name
    found = answers(allergies, _declared(bottle))
    for answer in found:
        if answer.told is Told.DECLARED:
            yield Stop(
                f"{PRIVATE_RULES}-MATCH",
                Severity.SAFETY,
                f"Allergic to {answer.allergy}, and {name} declares '{answer.entry}'.",
                _POLICY,
                "Nothing for this product. Choose another one.",
            )
    unknown = [answer.allergy for answer in found if answer.told is Told.NOT_DECLARED]
    if unknown:
        yield Stop(
            f"{PRIVATE_RULES}-UNDECLARED",
            Severity.POLICY,
            f"Allergic to {', '.join(unknown)}: not declared for {name}, which has no complete "
            "list of ingredients.",
            _NO_PROOF,
            "A complete list of ingredients, another product, or a reason and your signature.",
        )


def _declared(bottle: Bottle) -> Declared:
    said = declaration_of_lot(bottle.lot, supplier_approved=False)
    warned = [
        word
        for word, there in (
            ("nickel", said.label.nickel_warning),
            ("chromium (VI)", said.label.chromium_vi_warning),
        )
        if there
    ]
    return Declared(
        (*said.label.contains, *warned, *said.colourants),
        said.ingredients,
        said.ingredients_complete is True,
    )


def _patched(known: Screening, bottle: Bottle) -> Iterator[Stop]:
    product = bottle.lot.product
    result = result_for(known.patches, product.id)
    if result is Seen.REACTION:
        yield Stop(
            f"{PRIVATE_RULES}-REACTION",
            Severity.SAFETY,
            f"The client reacted to a patch of {product.name}.",
            "The client's own patch test",
            "Nothing for this product. Choose another one.",
        )
    elif result is None and known.allergies:
        yield Stop(
            f"{PRIVATE_RULES}-PATCH",
            Severity.SAFETY,
            f"The client has an allergy, and no patch of {product.name} was read yet.",
            "Clinic policy: a patch test where an allergy is known",
            "A patch of this product, read on day 2 or later, day 1 being the day it was applied.",
        )
