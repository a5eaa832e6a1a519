"""`recall`: notices previewed, confirmed, amended, closed; clients reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.access import (
    both_signed_in,
    database_option,
    desk_for,
    json_option,
    operator_options,
    read_bytes,
    signed_in,
    witness_option,
)
from kiosk.cli.outcome import Unreadable, emit

if TYPE_CHECKING:
    from kiosk.desk.stock.recalling import RecallEntry, RecallPlan
    from kiosk.inventory.recalls.contacts import Contact
    from kiosk.inventory.recalls.notice import Notice

notice_option = click.option(
    "--notice", required=True, metavar="FILE", help="A notice in the recall-notice/1 format."
)
accept_option = click.option(
    "--accept", multiple=True, metavar="LOT", help="Take this near miss in as well."
)


@click.group()
def recall() -> None:
    """Recalls and advisories: which lots, which open mixes, which clients."""


def _notice(path: str) -> Notice:
    from kiosk.inventory.recalls.notice import NoticeError
    from kiosk.inventory.recalls.notice_file import load

    try:
        return load(read_bytes(path, "--notice"))
    except NoticeError as error:
        wrong = "; ".join(f"{p.field}: {p.sentence}" for p in error.problems)
        mend = " ".join(dict.fromkeys(p.mend for p in error.problems))
        raise Unreadable(f"--notice: {wrong}", mend) from error


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "client": contact.client,
        "state": contact.state.value,
        "days": [day.isoformat() for day in contact.exposure.days],
        "lots": sorted({use.lot for use in contact.exposure.uses}),
        "mixes": [use.mix for use in contact.exposure.uses],
    }


def plan_document(plan: RecallPlan) -> dict[str, Any]:
    """What a notice does, as commands print it."""
    found, done = plan.preview, plan.effects
    states = {contact.client: contact for contact in done.contacts}
    exposed = [
        {
            "client": exposure.client,
            "state": states[exposure.client].state.value if exposure.client in states else "listed",
            "days": [day.isoformat() for day in exposure.days],
            "lots": sorted({use.lot for use in exposure.uses}),
        }
        for exposure in done.exposed
    ]
    return {
        "recall": found.notice.id,
        "version": found.notice.version,
        "hits": [
            {
                "lot": hit.lot.id,
                "lot_no": ", ".join(number.value for number in hit.lot.identifiers),
                "group": hit.group.value,
                "reason": hit.reason,
                "bottles": [bottle.id for bottle in hit.lot.bottles],
            }
            for hit in found.hits
        ],
        "near_misses": [
            {"lot": miss.lot.id, "near": miss.near.value, "reason": miss.reason}
            for miss in found.near_misses
        ],
        "open_mixes": [
            {"mix": alert.mix.id, "kiosk": alert.mix.kiosk, "lots": list(alert.lots)}
            for alert in done.alerts
        ],
        "clients": exposed,
        "changes": [
            {"lot": change.lot, "before": change.before.value, "after": change.after.value}
            for change in done.changes
        ],
        "frees": list(plan.frees),
        "tasks": [
            {"kind": task.kind.value, "subject": task.subject, "text": task.sentence}
            for task in done.tasks
        ],
    }


def _plan_text(plan: RecallPlan) -> str:
    document = plan_document(plan)
    lines = [f"{plan.preview.notice.title}"]
    lines += [f"✕ {hit['lot']}  {hit['reason']}" for hit in document["hits"]]
    lines += [f"? {miss['lot']}  {miss['reason']}" for miss in document["near_misses"]]
    lines += [f"▲ open mix {m['mix']} at {m['kiosk']}" for m in document["open_mixes"]]
    lines += [f"  client {c['client']}  {', '.join(c['days'])}" for c in document["clients"]]
    lines += [f"… {task['text']}" for task in document["tasks"]]
    return "\n".join(lines)


@recall.command()
@notice_option
@accept_option
@database_option
@json_option
def preview(notice: str, accept: tuple[str, ...], database: str | None, as_json: bool) -> None:
    """Show what a notice would do; nothing is recorded."""
    from kiosk.desk.stock import recalling

    with desk_for(database) as desk:
        plan = recalling.plan_recall(desk, _notice(notice), accept)
    emit(plan_document(plan), as_json=as_json, text=lambda: _plan_text(plan))


def _confirming(name: str, help_text: str, *, known: bool) -> click.Command:
    @click.command(name, help=help_text)
    @notice_option
    @accept_option
    @witness_option
    @database_option
    @operator_options
    @json_option
    def command(
        notice: str,
        accept: tuple[str, ...],
        witness: str | None,
        database: str | None,
        operator: str,
        pin_file: str | None,
        as_json: bool,
    ) -> None:
        from kiosk.desk.stock import recalling

        what = _notice(notice)
        with desk_for(database) as desk:
            who, second = both_signed_in(desk, operator, pin_file, witness)
            if known:
                recalling.find_recall(desk, what.id)
            plan = recalling.apply_recall(desk, who, what, accept, second=second)
        emit(plan_document(plan), as_json=as_json, text=lambda: _plan_text(plan))

    return command


recall.add_command(
    _confirming("apply", "Confirm a notice: lots, open mixes and clients at once.", known=False)
)
recall.add_command(
    _confirming("amend", "Confirm a later version of a notice that is on file.", known=True)
)


@recall.command()
@click.argument("recall_id", metavar="RECALL")
@click.option(
    "--outcome",
    type=click.Choice(["completed", "withdrawn", "entered-by-mistake"]),
    required=True,
)
@click.option("--reason", required=True)
@witness_option
@database_option
@operator_options
@json_option
def close(
    recall_id: str,
    outcome: str,
    reason: str,
    witness: str | None,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """End RECALL. Completed, its lots stay recalled; otherwise they go to quarantine."""
    from kiosk.desk.stock import recalling
    from kiosk.inventory.recalls.dossier import Outcome

    with desk_for(database) as desk:
        who, second = both_signed_in(desk, operator, pin_file, witness)
        done = recalling.close_recall(desk, who, recall_id, Outcome(outcome), reason, second=second)
        entry = recalling.find_recall(desk, recall_id)
    document = entry_document(entry) | {
        "changes": [
            {"lot": change.lot, "before": change.before.value, "after": change.after.value}
            for change in done.changes
        ]
    }
    emit(document, as_json=as_json, text=f"{recall_id}: closed, {outcome}")


def entry_document(entry: RecallEntry) -> dict[str, Any]:
    """One recall as commands print it."""
    notice, closing = entry.dossier.current, entry.dossier.closing
    return {
        "recall": notice.id,
        "title": notice.title,
        "version": notice.version,
        "versions": [version.version for version in entry.dossier.versions],
        "state": "closed" if closing else "active",
        "outcome": closing.outcome.value if closing else None,
        "lots": {lot: effect.value for lot, effect in entry.lots.items()},
        "clients": [_contact(contact) for contact in entry.contacts],
    }


@recall.command("list")
@database_option
@json_option
def list_(database: str | None, as_json: bool) -> None:
    """Every recall, the newest first."""
    from kiosk.desk.stock import recalling

    with desk_for(database) as desk:
        entries = recalling.list_recalls(desk)
    documents = [entry_document(entry) for entry in entries]
    emit(
        {"recalls": documents},
        as_json=as_json,
        text=lambda: (
            "\n".join(
                f"{d['recall']}  {d['state']}  {len(d['lots'])} lots, {len(d['clients'])} clients"
                for d in documents
            )
            or "No recall is on file."
        ),
    )


@recall.command()
@click.argument("recall_id", metavar="RECALL")
@click.argument("client")
@click.option("--state", type=click.Choice(["reached", "not-reached"]), required=True)
@database_option
@operator_options
@json_option
def contact(
    recall_id: str,
    client: str,
    state: str,
    database: str | None,
    operator: str,
    pin_file: str | None,
    as_json: bool,
) -> None:
    """Record whether CLIENT could be reached about RECALL."""
    from kiosk.desk.stock import recalling
    from kiosk.inventory.recalls.contacts import ContactState

    with desk_for(database) as desk:
        who = signed_in(desk, operator, pin_file)
        recalling.record_contact(desk, who, recall_id, client, ContactState(state))
        entry = recalling.find_recall(desk, recall_id)
    emit(entry_document(entry), as_json=as_json, text=f"{client}: {state}")
