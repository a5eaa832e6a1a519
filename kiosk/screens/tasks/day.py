"""The start of the day: black, white tile, white card; and the doors to everything else."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Literal

from textual import work
from textual.app import ComposeResult
from textual.widgets import Static

from calibration.gate import CARD_PLACEMENTS, CardCheck
from calibration.sampling import Lab
from kiosk.desk import calibrating
from kiosk.desk.instrument_line import Calibrated, Connected, Failed, LineEvent, Measured, Request
from kiosk.screens.failures import describe
from kiosk.screens.shell import KioskScreen

if TYPE_CHECKING:
    from drivers.errors import InstrumentError
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator

Step = Literal["black", "white", "card"]

_TITLES: dict[Step, str] = {
    "black": "Black",
    "white": "White tile",
    "card": "White card",
}
_LABELS: dict[Step, str] = {"black": "Black", "white": "White", "card": "Card"}
_CARD = "Take the cap off and set the probe on the white card that is kept with the kiosk."
_SMALL_PRINT = (
    "Black first, then white: black gives the zero from which white is measured. The calibration "
    "belongs to this unit's serial number and ends when it is unplugged, because nobody knows what "
    "was on the bench meanwhile. The card is compared with its first reading on this unit: up to "
    "0.3 passes, up to 0.6 warns, more means that the unit was calibrated on a wrong surface. One "
    "placement is enough where it passes; else three are averaged, and so is the first reading."
)
_CARD_WHY = "Catches a calibration on the wrong surface, which the tile alone cannot show."


class Day(KioskScreen):
    """Leads through the calibration the unit's driver asks for, then opens the doors."""

    NAME = "day"
    PLACE = "Day"
    QUESTION = "Is the instrument ready?"

    def __init__(self) -> None:
        super().__init__()
        self._done: dict[str, str] = {}
        self._pending: str | None = None
        self._placements: list[Lab] = []

    def compose_task(self) -> ComposeResult:
        """The unit, its steps and what to do now."""
        yield Static("", id="unit")
        yield Static("", classes="gap")
        yield Static("", id="steps")
        yield Static("", id="after")
        yield Static(_SMALL_PRINT, classes="small-print")

    def begin(self) -> None:
        """Listen to the instrument."""
        self.kiosk.news.subscribe(self, self._hear)
        self.kiosk.refresh_gate()
        self.refresh_state()
        self._place()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What this unit needs, in order; the card comes last for every unit."""
        capabilities = self.state.unit.capabilities
        own: tuple[Step, ...] = (
            tuple(step.kind for step in capabilities.calibration) if capabilities else ()
        )
        return (*own, "card")

    @property
    def current(self) -> Step | None:
        """The step to take now; None when all are done or the gate is open."""
        gate = self.state.unit.gate
        if gate is not None and gate.ready and not self._done:
            return None
        return next((step for step in self.steps if step not in self._done), None)

    def refresh_state(self) -> None:
        """Redraw everything."""
        unit = self.state.unit
        if unit.identity is None:
            text = "[$wait]…[/] Looking for the instrument."
            if unit.error is not None:
                text = describe(unit.error) or text
            self.query_one("#unit", Static).update(text)
            self.query_one("#steps", Static).update("")
            self.query_one("#after", Static).update("")
            self._doors()
            return
        identity = unit.identity
        self.query_one("#unit", Static).update(
            f"[$strong b]{identity.model.upper()}[/]  serial {identity.serial}  "
            f"[$faint]firmware {identity.firmware}[/]"
        )
        self.query_one("#steps", Static).update("\n".join(self._step_lines()))
        gate = unit.gate
        if self.current is None and gate is not None and gate.ready:
            after = (
                "\n[$pass]✓[/] [$strong b]Ready.[/] The calibration holds for eight hours, or "
                "until the unit is unplugged."
            )
        else:
            after = ""
        self.query_one("#after", Static).update(after)
        self._doors()

    def _step_lines(self) -> list[str]:
        lines: list[str] = []
        capabilities = self.state.unit.capabilities
        assert capabilities is not None
        arrange: dict[str, str] = {step.kind: step.arrange for step in capabilities.calibration}
        current = self.current
        ready = current is None and not self._done
        for number, step in enumerate(self.steps, start=1):
            title = f"{number}  {_TITLES[step]:<12}"
            if step in self._done or ready:
                outcome = self._done.get(step, "done earlier")
                lines += [f"[$pass]✓[/] {title}[$faint]{outcome}[/]", ""]
            elif step == current:
                busy = self._pending is not None
                sign = "[$wait b]…[/]" if busy else "[$wait b]▸[/]"
                text = arrange.get(step, _CARD)
                if step == "card" and self._placements:
                    count = len(self._placements) + 1
                    text = f"Lift the probe and place it again, {count} of {CARD_PLACEMENTS}."
                why = "measuring" if busy else ("" if step != "card" else _CARD_WHY)
                lines += [
                    f"{sign} [$strong b]{title}{text}[/]",
                    f"                 [$faint]{why}[/]",
                ]
            else:
                lines += [f"  [$faint]{title}[/]", ""]
        return lines

    def _doors(self) -> None:
        unit, operator = self.state.unit, self.state.operator
        step = self.current
        gate_open = unit.gate is not None and unit.gate.ready
        treat = operator is not None and operator.role.value in {"owner", "practitioner"}
        label = "Calibrate" if step is None else _LABELS[step]
        self.bar.allow("next", unit.identity is not None and self._pending is None, label)
        back = "Go on" if self.state.sitting is not None else "Client"
        self.bar.allow("client", gate_open and treat, back)

    def _place(self) -> None:
        surface = {"black": "black", "white": "tile", "card": "card"}
        step = self.current
        if step is not None:
            self.kiosk.place(surface[step])

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def do_next(self) -> None:
        """Take the marked step; with everything done, begin a new calibration."""
        line = self.kiosk.line
        if line is None:
            return
        if self.current is None:
            self._done, self._placements = {}, []
            self.state.unit.gate = None
            self.refresh_state()
            self._place()
            return
        step = self.current
        self._place()
        self._pending = f"{step}:{uuid.uuid4().hex}"
        self.state.unit.busy = True
        line.request(Request(self._pending, "read" if step == "card" else step))
        self.say()
        self.refresh_state()

    def do_client(self) -> None:
        """On to the clients, or back to the one in the chair."""
        sitting = self.state.sitting
        if sitting is None:
            self.kiosk.go("client")
        else:
            self.kiosk.go("hair" if "skin" in sitting.tones else "skin")

    def do_stock(self) -> None:
        """The stock manager's board."""
        self.kiosk.go("board")

    def do_ledger(self) -> None:
        """The ledger."""
        self.kiosk.go("ledger")

    def do_unit(self) -> None:
        """The instrument: which one, and how it drifts."""
        self.kiosk.go("units")

    def do_sign_out(self) -> None:
        """Hide everything."""
        self.kiosk.sign_out()

    # ── the instrument's answers ─────────────────────────────────────────────────────────────────

    def _hear(self, event: LineEvent) -> None:
        if isinstance(event, Connected):
            self._done, self._pending, self._placements = {}, None, []
            self.refresh_state()
            self._place()
            return
        token = getattr(event, "token", None)
        if token is None or token != self._pending:
            return
        self._pending = None
        self.state.unit.busy = False
        if isinstance(event, Failed):
            self.say(self._failure(event.error))
            self.refresh_state()
        elif isinstance(event, Calibrated | Measured):
            self._keep(event)

    def _failure(self, error: InstrumentError) -> str | None:
        """What went wrong; a head that knows no colours yet is led to where it learns them."""
        capabilities = self.state.unit.capabilities
        head = capabilities is not None and not capabilities.spectral
        if head and error.kind == "needs-calibration" and {"black", "white"} <= set(self._done):
            return (
                "[$check]▲[/] This head measures channels and has learned no colours yet.\n"
                "  F5 Unit, then F5 Colours; the white card comes after that."
            )
        return describe(error)

    @work
    async def _keep(self, event: Calibrated | Measured) -> None:
        desk, operator, identity = self.state.desk, self.state.operator, self.state.unit.identity
        if desk is None or operator is None or identity is None:
            return
        if isinstance(event, Calibrated):
            await self._keep_step(desk, operator, event)
        else:
            self._placements.append(event.sample.lab)
            judged = await self.ask(
                calibrating.record_card, desk, operator, identity, list(self._placements)
            )
            if judged is None:
                self._placements = []
            else:
                self._card_judged(judged)
        self.kiosk.refresh_gate()
        self.refresh_state()
        self._place()

    async def _keep_step(self, desk: Desk, operator: Operator, event: Calibrated) -> None:
        try:
            await asyncio.to_thread(
                calibrating.record_step,
                desk,
                operator,
                event.identity,
                event.kind,
                event.tile,
                made_under=event.made_under,
                baseline=event.baseline,
            )
        except Exception as error:
            if not self.show_failure(error):
                raise
            return
        self._done[event.kind] = "done now"
        self._placements = []

    def _card_judged(self, found: CardCheck) -> None:
        if found.outcome is None:
            self.say(f"[$wait]…[/] {found.sentence}")
            return
        self._placements = []
        difference = found.difference or 0.0
        if found.outcome == "fail":
            self._done = {}
            self.say(
                f"[$stop b]✕[/] [$strong b]The card reads {difference:.1f} away from its first "
                f"reading.[/]\n  {found.sentence}"
            )
            return
        told = {
            "baseline": "first reading of this card, kept for comparison",
            "pass": f"{difference:.2f} from its first reading",
            "warn": f"{difference:.2f} from its first reading: clean card and tile soon",
        }
        self._done["card"] = told[found.outcome]
        self.say(f"[$check]▲[/] {found.sentence}" if found.outcome == "warn" else "")
