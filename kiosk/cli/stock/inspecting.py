"""`lots inspect`: a lot held against the clinic's law, without releasing it."""

from __future__ import annotations

import click

from kiosk.cli.access import database_option, desk_for, json_option
from kiosk.cli.outcome import emit


@click.command()
@click.argument("lot")
@database_option
@json_option
def inspect(lot: str, database: str | None, as_json: bool) -> None:
    """Show LOT's checklist and its judgement as of today; nothing is recorded.

    The exit code is 0 whatever is missing: the checklist is the answer.
    """
    from kiosk.desk.stock.inspecting import inspect_lot

    with desk_for(database) as desk:
        found = inspect_lot(desk, lot)
    document = {
        "lot": found.lot.id,
        "state": found.lot.state.value,
        "profile": found.profile or None,
        "checklist": [
            {
                "name": item.name,
                "satisfied": item.satisfied,
                "required": item.required,
                "why": item.why,
                "satisfied_by": item.satisfied_by,
                "source": item.source,
            }
            for item in found.checklist
        ],
        "missing": [item.name for item in found.missing],
        "without": [item.name for item in found.without],
        "judgement": found.judgement.as_dict(),
    }

    def text() -> str:
        lines = [
            f"{found.lot.id}: {found.judgement.verdict.value}, {found.profile or 'no profile'}"
        ]
        for item in found.checklist:
            sign = "✓" if item.satisfied else "✕" if item.required else "▲"
            lines.append(f"{sign} {item.name}: {item.why}")
        lines += [f"  {r.rule} {r.effect.value}: {r.text}" for r in found.judgement.reasons]
        return "\n".join(lines)

    emit(document, as_json=as_json, text=text)


COMMANDS = (inspect,)
