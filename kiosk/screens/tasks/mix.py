"""What to draw up, step by step, in millilitres."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Digits, Static

from kiosk.desk import mixing
from kiosk.desk.mixing import MixOrder, PreparedMix
from kiosk.desk.stock.at_the_chair import stops_in_hand
from kiosk.screens.failures import stop_cards
from kiosk.screens.tasks.recall_watch import WatchingScreen
from kiosk.stops import Severity, Stop

#: Batches a cup holds, in microlitres, and the step between them.
SMALLEST_UL, LARGEST_UL, STEP_UL = 1000, 20000, 1000

_SMALL_PRINT = (
    "Lighter than 1:25 a stock comes first, because a syringe cannot measure less than ten of its "
    "graduations within 5 %. The plan is never darker than its rung by more than half a percent. "
    "What leaves the bottles, the stock's leftover included, is what the ledger books."
)


class Mix(WatchingScreen):
    """The batch in large type, the steps below, the bottles named in every step."""

    NAME = "mix"
    PLACE = "Mix"
    QUESTION = "Draw up as shown. One syringe a liquid."

    def compose_task(self) -> ComposeResult:
        """Batch, steps, stops."""
        yield Digits("", id="big")
        yield Static("", id="batch")
        yield Static("", id="steps")
        yield Static("", id="stops")
        yield Static(_SMALL_PRINT, classes="small-print")

    def begin(self) -> None:
        """Work the plan out."""
        sitting = self.state.sitting
        if sitting is None or sitting.ratio is None or not sitting.pigment or not sitting.diluent:
            self.kiosk.go("day")
            return
        # The token is made here, once: however often the signature is repeated, one mix results.
        self._token = sitting.order.token if sitting.order else mixing.new_token()
        self._prepared: PreparedMix | None = None
        if self.state.desk is not None and self.state.operator is not None:
            self.kiosk.hold_bottles(
                self.state.desk, self.state.operator, sitting.pigment, sitting.diluent
            )
        self._plan()
        in_hand = [sitting.pigment, sitting.diluent]
        self.watch_for_recalls(lambda desk: stops_in_hand(desk, in_hand))

    def recalled(self, _stops: tuple[Stop, ...]) -> None:
        """Work the plan out again: its own stops decide whether one may go on."""
        self._plan(quiet=False)

    @work(exclusive=True)
    async def _plan(self, *, quiet: bool = True) -> None:
        sitting, desk = self.state.sitting, self.state.desk
        assert sitting is not None
        assert desk is not None
        assert sitting.ratio is not None
        assert sitting.pigment is not None
        assert sitting.diluent is not None
        self.bar.allow("mixed", False)
        self.bar.allow("smaller", sitting.total_ul > SMALLEST_UL)
        self.bar.allow("larger", sitting.total_ul < LARGEST_UL)
        order = MixOrder(
            self._token,
            sitting.visit.id,
            sitting.ratio,
            sitting.pigment,
            sitting.diluent,
            sitting.total_ul,
        )
        if quiet:
            self.say()
        prepared = await self.ask(mixing.prepare_mix, desk, order)
        self.query_one("#big", Digits).update(f"1:{sitting.ratio}")
        if prepared is None:
            self.query_one("#batch", Static).update(f"{sitting.total_ul / 1000:.0f} ml")
            self.query_one("#steps", Static).update("")
            return
        self._prepared = prepared
        self._draw(prepared)

    def _draw(self, prepared: PreparedMix) -> None:
        plan = prepared.plan
        self.query_one("#batch", Static).update(
            f"[$strong b]{plan.total_ul / 1000:.2f} ml[/] in the cup: "
            f"{plan.pigment_ul / 1000:.2f} ml pigment, {plan.diluent_ul / 1000:.2f} ml diluent   "
            f"[$faint]error {plan.error_percent:+.1f} %[/]"
        )
        pigment, diluent = prepared.pigment, prepared.diluent
        lines = [
            "",
            *(
                f"[$faint]{role}[/]  {bottle.id}  lot {escape(bottle.lot.lot_no)}  "
                f"{escape(bottle.lot.product.name)}"
                for role, bottle in (("pigment", pigment), ("diluent", diluent))
            ),
            "",
        ]
        lines += [f"[$key]{number}[/]  {step}" for number, step in enumerate(plan.steps, start=1)]
        if plan.stock is not None:
            left = plan.drawn_pigment_ul + plan.drawn_diluent_ul - plan.total_ul
            lines.append(
                f"   [$faint]{left / 1000:.2f} ml of stock is left over: waste, not kept.[/]"
            )
        self.query_one("#steps", Static).update("\n".join(lines))
        self.query_one("#stops", Static).update(
            f"\n{stop_cards(prepared.stops)}" if prepared.stops else ""
        )
        self.bar.allow("mixed", all(s.severity is not Severity.SAFETY for s in prepared.stops))

    def do_mixed(self) -> None:
        """Go on to the signature."""
        sitting = self.state.sitting
        if sitting is not None and self._prepared is not None:
            sitting.order = self._prepared.order
            self.kiosk.go("confirm")

    def do_smaller(self) -> None:
        """One millilitre less."""
        self._resize(-STEP_UL)

    def do_larger(self) -> None:
        """One millilitre more."""
        self._resize(STEP_UL)

    def _resize(self, by: int) -> None:
        sitting = self.state.sitting
        if sitting is not None:
            sitting.total_ul = min(max(sitting.total_ul + by, SMALLEST_UL), LARGEST_UL)
            self._plan()

    def do_back(self) -> None:
        """To the bottles, which are anybody's again."""
        if self.state.desk is not None and self.state.operator is not None:
            self.kiosk.hold_bottles(self.state.desk, self.state.operator)
        self.kiosk.go("bottles")
