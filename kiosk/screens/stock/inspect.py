"""One lot held against the clinic's law: item by item, then signed off or sent away."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk import people
from kiosk.desk.stock.inspecting import Inspection, inspect_lot
from kiosk.desk.stock.judging import release, stops_on_release
from kiosk.desk.stock.label_facts import note_on_label, seen_by_eye
from kiosk.desk.stock.lot_page import lot_page
from kiosk.inventory.model import LotState
from kiosk.inventory.verdict import ChecklistItem
from kiosk.inventory.verdict.judgement import Effect, Verdict
from kiosk.screens.failures import SIGNS, stop_cards
from kiosk.screens.page import Page
from kiosk.screens.stock.handling_screen import HandlingScreen
from kiosk.screens.stock.rows import STANDING, faint, sign_cell, sign_markup
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable
from kiosk.screens.widgets.numbered import Numbered
from kiosk.stops import Severity, Stop

_OPEN = {LotState.QUARANTINE, LotState.HOLD}
_EFFECTS = {
    Effect.SAFETY: SIGNS[Severity.SAFETY],
    Effect.QUARANTINE: SIGNS[Severity.SAFETY],
    Effect.POLICY: SIGNS[Severity.POLICY],
    Effect.WARN: SIGNS[Severity.ADVICE],
    Effect.NONE: "[$faint]·[/]",
}


class Inspect(HandlingScreen):
    """The checklist; the notice says what satisfies the marked item."""

    NAME = "inspect"
    PLACE = "Receive"
    QUESTION = "May this lot be used?"
    AUTO_FOCUS = "#items"

    def compose_task(self) -> ComposeResult:
        """Where it stands, the items, and the lines of the signature when they are asked for."""
        yield Static("", id="standing")
        yield ListTable((("", 1), ("", 24), ("", None)), id="items", header=False)
        yield Numbered(id="choices")
        with Vertical(classes="form-part hidden", id="signature"):
            yield FormLine("Signed by", id="signer", hint="the PIN is the signature")
            yield FormLine("PIN", id="pin", hint="Enter releases the lot", password=True)

    def begin(self) -> None:
        """Load the lot."""
        self._found: Inspection | None = None
        self._stops: tuple[Stop, ...] = ()
        self._by_eye: dict[str, str] = {}
        self._described: ChecklistItem | None = None
        for action in ("release", "papers", "seen", "verdict", "out"):
            self.bar.allow(action, False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk, lot = self.state.desk, self.state.shelf.lot
        if desk is None:
            return
        if not lot:
            self.say("[$wait]…[/] No lot is chosen. Receive one, or choose one from the list.")
            return
        found = await self.ask(inspect_lot, desk, lot)
        if found is None:
            return
        self._stops = await self.ask(stops_on_release, desk, lot) or ()
        self._by_eye = await self.ask(seen_by_eye, desk) or {}
        self._show(found)

    def _show(self, found: Inspection) -> None:
        self._found = found
        lot = found.lot
        self.ask_for(
            f"May lot {escape(lot.lot_no or 'without a number')} · "
            f"{escape(lot.product.name)} be used?"
        )
        sign, word = STANDING[lot.state]
        count = len(self._stops)
        if lot.state not in _OPEN:
            may = f"{sign_markup('wait')} nothing to release"
        elif count:
            things = "one thing forbids" if count == 1 else f"{count} things forbid"
            may = f"{sign_markup('stop')} {things} a release"
        else:
            may = f"{sign_markup('pass')} nothing forbids a release"
        law = f"law {found.profile}" if found.profile else "no law chosen"
        verdict = _words(found.judgement.declared_class)
        self.write(
            "standing",
            f"{sign_markup(sign)} [$strong b]{lot.id} {word}[/]   {may}\n"
            f"[$strong]{verdict}[/]  {escape(found.judgement.declared_by.text)}\n"
            f"[$faint]{law} · ✓ there  ✕ needed  ▲ missing; a release names it[/]",
        )
        table = self.query_one(ListTable)
        table.show(
            [(_sign(item), item.name, _why(item)) for item in found.checklist],
            cursor=table.marked or _first_needed(found),
        )
        self.bar.allow("release", self._inspectable)
        self.bar.allow("papers", True)
        self.bar.allow("verdict", True)
        self.bar.allow("out", lot.state is not LotState.DISPOSED)
        self._describe()

    @property
    def _inspectable(self) -> bool:
        """Whether the lot waits for a decision."""
        return self._found is not None and self._found.lot.state in _OPEN

    @property
    def item(self) -> ChecklistItem | None:
        """The marked item."""
        row = self.query_one(ListTable).marked
        if self._found is None or row is None:
            return None
        return self._found.checklist[row]

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        item = self.item
        # The table marks its row again whenever it is drawn; what was said since then stays.
        if item is None or item == self._described:
            return
        self._described = item
        # Noting something on a lot in use would send it back to quarantine: that is for its page.
        can_see = item.name in self._by_eye and self._inspectable
        self.bar.allow("seen", can_see, "Not seen" if can_see and item.satisfied else "Seen")
        sign = sign_markup("pass" if item.satisfied else "stop" if item.required else "check")
        self.say(
            f"{sign} [$strong]{escape(item.name)}[/]: {escape(item.why)}.\n"
            f"  Satisfied by {escape(item.satisfied_by)}.\n"
            f"  [$faint]{escape(item.source.partition(',')[0])}[/]"
        )

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        by_eye = self.item is not None and self.item.name in self._by_eye
        self.run_action_id("seen" if by_eye and self._inspectable else "papers")

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────

    def do_release(self) -> None:
        """Ask for the signature, or say what forbids the release."""
        operator = self.state.operator
        if self._found is None or operator is None:
            return
        if self._stops:
            self.say(stop_cards(self._stops[:3]))
            return
        signature = self.query_one("#signature")
        if "hidden" not in signature.classes:
            self._sign()
            return
        signature.remove_class("hidden")
        self.line("signer").value = operator.id
        self.focus_line("pin")
        self._say_what_is_signed()

    @work(exclusive=True, group="say")
    async def _say_what_is_signed(self) -> None:
        desk, found = self.state.desk, self._found
        assert desk is not None
        assert found is not None
        without = ", ".join(item.name.lower() for item in found.without)
        said = [f"[$check]▲[/] Released without: {escape(without)}."] if without else []
        page = await self.ask(lot_page, desk, found.lot.id)
        receiver = (
            next((m.actor for m in page.life if m.kind == "lot.received"), "") if page else ""
        )
        if receiver == self.typed("signer"):
            said.append("[$check]▲[/] You received it yourself; the release says so.")
        self.say("\n".join(said) or "[$pass]✓[/] Everything on the list is there.")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if event.input.id == "signer":
            self.focus_line("pin")
        else:
            self.run_action_id("release")

    @work(group="sign")
    async def _sign(self) -> None:
        desk, found = self.state.desk, self._found
        if desk is None or found is None:
            return
        signer, pin = self.typed("signer"), self.typed("pin")
        if not signer or not pin:
            self.say("[$check]▲[/] Type your id and your PIN to sign the release.")
            self.focus_line("pin" if signer else "signer")
            return
        self.clear("pin")
        self.bar.allow("release", False)
        who = await self.ask(people.verify_pin, desk, signer, pin)
        lot = await self.ask(release, desk, who, found.lot.id) if who is not None else None
        self.bar.allow("release", True)
        if lot is None:
            return
        self.query_one("#signature").add_class("hidden")
        self.query_one(ListTable).focus()
        self._stops = ()
        again = await self.ask(inspect_lot, desk, lot.id)
        if again is not None:
            self._show(again)
            self.say(f"[$pass]✓[/] [$strong b]{lot.id} is released[/], signed by {escape(signer)}.")

    @work(exclusive=True, group="seen")
    async def do_seen(self) -> None:
        """Note that the marked item stands on the label, or that it does not."""
        signed, item, found = self.signed_in, self.item, self._found
        if signed is None or item is None or found is None:
            return
        desk, operator = signed
        changed = await self.ask(
            note_on_label, desk, operator, found.lot.id, item.name, seen=not item.satisfied
        )
        if changed is not None:
            self._stops = await self.ask(stops_on_release, desk, found.lot.id) or ()
            self._show(changed)

    # ── looking closer ───────────────────────────────────────────────────────────────────────────

    def do_papers(self) -> None:
        """To the papers of this lot."""
        self.state.shelf.subject = ""
        self.kiosk.go("papers")

    def do_verdict(self) -> None:
        """Every reason that matched."""
        if self._found is None:
            return
        judgement = self._found.judgement
        by = judgement.declared_by
        lines = [
            f"[$strong b]{_words(judgement.declared_class)}[/]  {escape(by.text)}",
            f"[$faint]Rule {escape(by.rule)} · {escape(by.source)}[/]",
            "",
        ]
        if judgement.verdict is not judgement.declared_class:
            law = "" if self._found.profile else " No law is chosen, so the papers only advise."
            lines += [
                f"With the papers as they are: [$strong b]{_words(judgement.verdict)}[/].{law}",
                "",
            ]
        for reason in judgement.reasons:
            lines.append(f"{_EFFECTS[reason.effect]} {escape(reason.text)}")
            lines.append(f"  [$faint]Rule {escape(reason.rule)} · {escape(reason.source)}[/]")
            if reason.lifts and reason.effect not in {Effect.NONE, Effect.WARN}:
                lines.append(f"  What lifts it: {escape(reason.lifts)}")
        lines += ["", f"[$faint]rules {judgement.rules_version}, law {judgement.profile}[/]"]
        self.app.push_screen(Page("Verdict", "What speaks about this ink?", "\n".join(lines)))

    def do_out(self) -> None:
        """To the ways out of stock."""
        self.state.shelf.bottle = ""
        self.kiosk.go("handle")

    def do_back(self) -> None:
        """To the lot's page, or back to receiving where one came from there."""
        signature = self.query_one("#signature")
        if "hidden" not in signature.classes:
            signature.add_class("hidden")
            self.clear("pin")
            self.query_one(ListTable).focus()
            self._described = None
            self._describe()
            return
        self.kiosk.go("receive" if self.state.shelf.came_from == "receive" else "lot")


def _words(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _sign(item: ChecklistItem) -> Text:
    if item.satisfied:
        return sign_cell("pass")
    return sign_cell("stop" if item.required else "check")


def _why(item: ChecklistItem) -> Text:
    return faint(item.why) if item.satisfied else Text(item.why)


def _first_needed(found: Inspection) -> int:
    needed = [n for n, item in enumerate(found.checklist) if item in found.missing]
    return needed[0] if needed else 0
