"""One product: what label and papers declare, and what the rules make of it as it is typed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import catalogue, declaring
from kiosk.desk.stock.catalogue import Amendment
from kiosk.desk.stock.declaring import Declared
from kiosk.inventory.model import Product
from kiosk.inventory.product_form import (
    FieldProblem,
    ProductForm,
    ProductFormError,
    form_of,
    product_from,
)
from kiosk.inventory.verdict import Verdict
from kiosk.screens.page import Page
from kiosk.screens.stock.classes import CLASSES
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import counted, sign_markup
from kiosk.screens.widgets.choice import Choice
from kiosk.screens.widgets.form_line import FormLine

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator

#: Label and name of each line of text, in the order of the form; None is a choice.
_LINES: tuple[tuple[str, str | None], ...] = (
    ("Id", "id"),
    ("Brand", "brand"),
    ("Line", "line"),
    ("Shade", "shade"),
    ("kind", None),
    ("Stated use", "intended_use"),
    ("Colourants", "colourants"),
    ("Ingredients", "ingredients"),
    ("SMP stated", "smp_statement"),
    ("Claims", "claims"),
    ("sterile", None),
    ("PAO months", "pao_months"),
    ("Density g/ml", "density"),
    ("GTINs", "gtins"),
)


class ProductPage(RecordScreen):
    """The form at the left; at the right its class, changing with every key."""

    NAME = "product"
    PLACE = "Products"
    QUESTION = "What do label and papers declare?"
    AUTO_FOCUS = "#brand"

    def compose_task(self) -> ComposeResult:
        """Form, and what is made of it."""
        with Horizontal(classes="form-part"):
            with Vertical(id="product-form", classes="form-part"):
                for label, name in _LINES:
                    if name is not None:
                        yield FormLine(label, id=name, note=False, max_length=1000)
                    elif label == "kind":
                        kinds = [("pigment", "pigment"), ("diluent", "diluent")]
                        yield Choice("Kind        ", kinds, id="kind")
                    else:
                        yield Choice("Sterile     ", [(False, "no"), (True, "yes")], id="sterile")
                yield FormLine("Reason", id="reason", note=False)
            yield Static("", id="judged")

    def begin(self) -> None:
        """Fill in what is known."""
        self._known: Product | None = None
        self._planned: tuple[Product, Amendment] | None = None
        self._fresh = not self.state.shelf.product
        self.line("reason").display = not self._fresh
        self.bar.allow("papers", not self._fresh)
        self.bar.allow("uses", False)
        if self._fresh:
            self.query_one("#id").focus()
            self._judge()
        else:
            self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        product = await self.ask(declaring.known_product, desk, self.state.shelf.product)
        if product is None:
            return
        self._known = product
        form = form_of(product)
        for _, name in _LINES:
            if name is not None:
                self.line(name).value = getattr(form, name)
        self.query_one("#kind", Choice).choose(form.kind)
        self.query_one("#sterile", Choice).choose(form.sterile)
        # Pigment does not become diluent, and other tables know the product by its id.
        for name in ("#id", "#kind"):
            self.query_one(name).disabled = True
        self._judge()

    def _form(self) -> ProductForm:
        texts = {
            f.name: self.typed(f.name)
            for f in fields(ProductForm)
            if f.name not in {"kind", "sterile"}
        }
        return ProductForm(
            **texts,
            kind=str(self.query_one("#kind", Choice).value),
            sterile=bool(self.query_one("#sterile", Choice).value),
        )

    # ── what the rules make of it ────────────────────────────────────────────────────────────────

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | Choice.Changed) -> None:
        if isinstance(event, Input.Changed) and event.input.id == "reason":
            return
        self._forget_plan()
        self._judge()

    def _forget_plan(self) -> None:
        if self._planned is not None:
            self._planned = None
            self.bar.allow("save", True, "Save")
            self.bar.allow("uses", False)
            self.say()

    @work(exclusive=True, group="judge")
    async def _judge(self) -> None:
        problems: tuple[FieldProblem, ...] = ()
        try:
            product = product_from(self._form(), self._known)
        except ProductFormError as error:
            problems = error.problems
            product = self._without({p.field for p in problems})
        wrong = {p.field for p in problems}
        for _, name in _LINES:
            # An empty field of a new product is no mistake before somebody wants to save it.
            early = self._fresh and not self.typed(name) if name else True
            if name is not None:
                self.line(name).complain(name if name in wrong and not early else "")
        told = _complaints([p for p in problems if self.typed(p.field)])
        declared = await self.ask(declaring.read_declared, product)
        self.write("judged", told + (_judged(declared) if declared is not None else ""))

    def _without(self, wrong: set[str]) -> Product:
        """The product as far as it can be read, to judge the rest of it."""
        blank = {name: "–" if name in {"id", "brand"} else "" for name in wrong}
        return product_from(replace(self._form(), **blank), self._known)  # type: ignore[arg-type]

    # ── saving ───────────────────────────────────────────────────────────────────────────────────

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        last = "gtins" if self._fresh else "reason"
        if event.input.id == last:
            self.run_action_id("save")
        else:
            self.focus_next()

    @work(exclusive=True, group="save")
    async def do_save(self) -> None:
        """Add it, or amend it; what an amendment touches is shown first."""
        who = self.signed_in
        if who is None:
            return
        desk, operator = who
        try:
            product = product_from(self._form(), self._known)
        except ProductFormError as error:
            first = error.problems[0]
            self.say(
                f"[$check]▲[/] {first.field.replace('_', ' ')}: {escape(first.sentence)}\n"
                f"  [$faint]{escape(first.mend)}[/]"
            )
            self.query_one(f"#{first.field}").focus()
            return
        if self._fresh:
            self.say()
            known = await self.ask(_add, desk, operator, product)
            if known is not None:
                self.state.shelf.product = product.id
                self.kiosk.go("products")
            return
        if not self.typed("reason"):
            self.say("[$check]▲[/] Say in the last line which paper shows it.")
            self.query_one("#reason").focus()
            return
        if self._planned is None or self._planned[0] != product:
            plan = await self.ask(catalogue.plan_amendment, desk, product)
            if plan is None:
                return
            if plan.reclassed or plan.reopened:
                self._planned = (product, plan)
                self.say(_announced(plan))
                self.bar.allow("save", True, "Save it")
                self.bar.allow("uses", any(one.uses for one in plan.reclassed))
                return
        changed = await self.ask(
            catalogue.amend_product, desk, operator, product, self.typed("reason")
        )
        if changed is None:
            return
        self._known, self._planned = product, None
        self.bar.allow("save", True, "Save")
        self.clear("reason")
        self.say(
            f"[$pass]✓[/] Saved. {counted(len(changed), 'lot')} known as something else now."
            if changed
            else "[$pass]✓[/] Saved."
        )

    def do_papers(self) -> None:
        """The product's papers."""
        self.state.shelf.subject = self.state.shelf.product
        self.kiosk.go("papers")

    def do_uses(self) -> None:
        """Every use of the lots whose class would change, as it was known then."""
        if self._planned is not None and self.state.desk is not None:
            told = _uses(self._planned[1], self.state.desk.zone)
            self.app.push_screen(Page("Products", "Whom did these lots reach?", told))

    def do_back(self) -> None:
        """To the catalogue; what was not saved is gone."""
        self.kiosk.go("products")


def _add(desk: Desk, operator: Operator, product: Product) -> Product:
    catalogue.add_product(desk, operator, product)
    return product


def _complaints(problems: list[FieldProblem]) -> str:
    return "".join(
        f"[$check]▲[/] {p.field.replace('_', ' ')}: {escape(p.sentence)}\n\n" for p in problems
    )


def _judged(declared: Declared) -> str:
    sign, word = CLASSES[declared.finding.verdict]
    lines = [
        f"{sign_markup(sign)} [$strong b]{word}[/]",
        escape(declared.finding.sentence),
        f"[$faint]Rule {declared.finding.rule}[/]",
    ]
    if declared.known or declared.doubts:
        lines += ["", "[$faint]Read from the colourants:[/]"]
    lines += [f"[$faint]·[/] {escape(text)}" for text in declared.known]
    lines += [f"[$check]▲[/] {escape(text)}" for text in declared.doubts]
    return "\n".join(lines)


def _announced(plan: Amendment) -> str:
    lines = []
    if plan.reclassed:
        uses = [use for one in plan.reclassed for use in one.uses]
        clients = {use.client for use in uses if use.client}
        before = CLASSES[Verdict(plan.reclassed[0].before)][1] if plan.reclassed[0].before else "?"
        now = CLASSES[Verdict(plan.reclassed[0].now)][1]
        lots = ", ".join(one.lot for one in plan.reclassed)
        lines.append(
            f"[$check]▲[/] [$strong b]Class changes from {before} to {now}.[/] "
            f"{counted(len(plan.reclassed), 'lot')}: {escape(lots)}"
        )
        lines.append(
            f"  {counted(len(uses), 'use')} on {counted(len(clients), 'client')} so far. "
            "Lots in use go to quarantine at once."
        )
    if plan.reopened:
        lines.append(
            f"[$check]▲[/] Longer after opening: {escape(', '.join(plan.reopened))} to quarantine."
        )
    lines.append("  [$faint]F1 once more saves it.[/]")
    return "\n".join(lines)


def _uses(plan: Amendment, zone: tzinfo) -> str:
    lines = []
    for one in plan.reclassed:
        lines.append(f"[$strong b]Lot {escape(one.lot)}[/]")
        for use in one.uses:
            then = CLASSES[Verdict(use.known_as)][1] if use.known_as else "not on file"
            day = use.day(zone)
            lines.append(
                f"  {day:%d %b %Y}  {use.client or 'nobody':<8} {use.mix or use.how:<16}"
                f"{use.bottle:<9} [$faint]known as {then} then[/]"
            )
        lines.append("")
    return "\n".join(lines)
