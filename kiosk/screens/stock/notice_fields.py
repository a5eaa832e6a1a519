"""The fields of a notice on two pages, and what is wrong with each beside it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import Static

from kiosk.inventory.recalls.notice import Problem, Reach
from kiosk.inventory.recalls.notice_form import NoticeForm
from kiosk.screens.widgets.choice import Choice
from kiosk.screens.widgets.field import Field
from kiosk.screens.widgets.form_line import FormLine

_FIRST_PAGE = ("file", "id", "version", "source", "kind", "issued_on", "hazard", "reference", "url")
_SECOND_PAGE = (
    "brand", "aliases", "material", "products", "reach", "lots", "distributed", "received",
)  # fmt: skip
_ORDER = _FIRST_PAGE + _SECOND_PAGE
_TEXTS = ("id", "version", "source", "issued_on", "hazard", "reference", "url")
#: Three lines for lots, each for one or for several; a longer list comes as a file.
_LOTS = ("lots", "lots-2", "lots-3")
_LOT_HINTS = ("24-117; with ; between", "BATCH: RX44 / LOT: SS199", "is one lot of two numbers")
_CHOICES = {"kind", "material", "reach", "all_products"}


class NoticeFields(Vertical):
    """Both pages; one of them is shown. Every problem of the checker has its line."""

    class Wrong(Message):
        """Somebody came to a field with which something is wrong; `others` are wrong besides."""

        def __init__(self, problem: Problem, others: int) -> None:
            super().__init__()
            self.problem = problem
            self.others = others

    def __init__(self) -> None:
        super().__init__(classes="form-part")
        self._wrong: dict[str, Problem] = {}

    def compose(self) -> ComposeResult:
        """Who says what; which products and lots."""
        with Vertical(id="page-0", classes="form-part"):
            yield FormLine("Notice file", id="file", hint="F2 reads it")
            yield Static("")
            yield FormLine("Id", id="id", hint="same in all its versions", max_length=64)
            yield FormLine("Version", id="version", hint="1, higher when amended", max_length=6)
            yield FormLine("Source", id="source", hint="who issued it")
            yield Choice(
                "Kind        ", [("recall", "recall"), ("advisory", "advisory")], id="kind"
            )
            yield FormLine("Issued", id="issued_on", hint="2026-11-20, or 2026", max_length=10)
            yield FormLine("Hazard", id="hazard", hint="what is wrong", max_length=4000)
            yield FormLine("Reference", id="reference", hint="alert number, or a url")
            yield FormLine("Web address", id="url", hint="https://…")
        with Vertical(id="page-1", classes="form-part hidden"):
            yield FormLine("Brand", id="brand", hint="as on the label")
            yield FormLine("Also called", id="aliases", hint="with ; between", max_length=2000)
            yield Choice(
                "Material    ",
                [("any", "any"), ("pigment", "pigment"), ("diluent", "diluent")],
                id="material",
            )
            yield Choice(
                "Products    ",
                [(False, "those below"), (True, "everything of the brand")],
                id="all_products",
            )
            yield FormLine("", id="products", hint="line | shade; line | shade", max_length=2000)
            yield Choice(
                "Lots        ",
                [
                    (Reach.LOTS, "those below"),
                    (Reach.ALL_LOTS, "all lots"),
                    (Reach.UNKNOWN_LOT, "not named yet: hold all"),
                ],
                id="reach",
            )
            for name, hint in zip(_LOTS, _LOT_HINTS, strict=True):
                yield FormLine("", id=name, hint=hint, max_length=2000)
            yield FormLine("Distributed", id="distributed", hint="2018-08-06 to 2018-10-01")
            yield FormLine("Received", id="received", hint="either end may be empty")

    def show(self, page: int) -> None:
        """One of the pages, or none of them."""
        for number in range(2):
            self.query_one(f"#page-{number}").set_class(number != page, "hidden")

    def _line(self, name: str) -> FormLine:
        line = self.query_one(f"#{name}", Field).parent
        assert isinstance(line, FormLine)
        return line

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def fill(self, form: NoticeForm) -> None:
        """Show what a notice says."""
        for name in (*_TEXTS, "brand", "aliases"):
            self._line(name).value = getattr(form, name)
        self.query_one("#kind", Choice).choose(form.kind)
        self.query_one("#material", Choice).choose(form.material)
        self.query_one("#all_products", Choice).choose(form.all_products)
        reach = Reach.LOTS
        if form.all_lots or form.unknown_lot:
            reach = Reach.ALL_LOTS if form.all_lots else Reach.UNKNOWN_LOT
        self.query_one("#reach", Choice).choose(reach)
        self._line("products").value = form.products.replace("\n", "; ")
        lots = form.lots.split("\n")
        for name, text in zip(_LOTS, (*lots[:2], "; ".join(lots[2:])), strict=False):
            self._line(name).value = text
        for name in ("distributed", "received"):
            first, last = getattr(form, f"{name}_first"), getattr(form, f"{name}_last")
            self._line(name).value = f"{first} to {last}" if first or last else ""
        self._grey()

    def read(self) -> NoticeForm:
        """What was typed."""
        reach = self.query_one("#reach", Choice).value
        everything = bool(self.query_one("#all_products", Choice).value)
        distributed, received = (_days(self._typed(name)) for name in ("distributed", "received"))
        return NoticeForm(
            **{name: self._typed(name) for name in _TEXTS},
            kind=str(self.query_one("#kind", Choice).value),
            brand=self._typed("brand"),
            aliases=self._typed("aliases"),
            material=str(self.query_one("#material", Choice).value),
            products="" if everything else _lines(self._typed("products")),
            all_products=everything,
            lots=_lines("; ".join(map(self._typed, _LOTS))) if reach is Reach.LOTS else "",
            all_lots=reach is Reach.ALL_LOTS,
            unknown_lot=reach is Reach.UNKNOWN_LOT,
            distributed_first=distributed[0],
            distributed_last=distributed[1],
            received_first=received[0],
            received_last=received[1],
        )

    @on(Choice.Changed)
    def _grey(self) -> None:
        """A list that the choice above it makes void cannot be typed into."""
        named = self.query_one("#all_products", Choice).value is False
        self.query_one("#products").disabled = not named
        by_number = self.query_one("#reach", Choice).value is Reach.LOTS
        for name in _LOTS:
            self.query_one(f"#{name}").disabled = not by_number

    # ── what is wrong ────────────────────────────────────────────────────────────────────────────

    def complain(self, problems: tuple[Problem, ...]) -> Problem | None:
        """Say what is wrong beside each field; returns the first problem of the form."""
        ordered = sorted(problems, key=lambda p: _ORDER.index(self._place(p)))
        self._wrong = {self._place(p): p for p in reversed(ordered)}
        for line in self.query(FormLine):
            line.complain()
        for name, problem in self._wrong.items():
            if name not in _CHOICES:
                self._line(name).complain(problem.sentence)
        return ordered[0] if ordered else None

    def page_of(self, problem: Problem) -> int:
        """On which page a problem is shown."""
        return 0 if self._place(problem) in _FIRST_PAGE else 1

    def go_to(self, problem: Problem) -> None:
        """To the field of a problem."""
        field = self.query_one(f"#{self._place(problem)}")
        if field.has_focus:
            self._tell(field.id)
        field.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """A sentence that is too long for its place is told in full where one is."""
        self._tell(event.widget.id)

    def _tell(self, name: str | None) -> None:
        problem = self._wrong.get(name or "")
        if problem is not None:
            self.post_message(self.Wrong(problem, len(self._wrong) - 1))

    def _place(self, problem: Problem) -> str:
        """The field that a problem belongs to."""
        if problem.field.startswith("scope.windows"):
            given = [name for name in ("distributed", "received") if self._typed(name)]
            number = int(problem.field.partition("[")[2].partition("]")[0] or 0)
            return given[min(number, len(given) - 1)] if given else "distributed"
        if problem.field.startswith("scope"):
            return "lots"
        name = problem.field.partition("[")[0].partition(".")[0]
        return name if name in _ORDER else "file"


def _lines(text: str) -> str:
    """Entries with `;` between them as the checker has them: one a line."""
    return text.replace(";", "\n")


def _days(text: str) -> tuple[str, str]:
    """Both ends of a window as typed; one day alone is both."""
    first, between, last = text.partition(" to ")
    if between:
        return first.strip(), last.strip()
    if text.startswith("to "):
        return "", text.removeprefix("to ").strip()
    if text.endswith(" to"):
        return text.removesuffix(" to").strip(), ""
    return text, text
