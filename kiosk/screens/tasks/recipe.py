"""The recipe: what to draw up, how sure, how it will look, what carbon cannot do."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.markup import escape
from textual.widgets import Digits, Static

from kiosk.desk.appearance import hex_colours
from kiosk.desk.recommending import Advice
from kiosk.matching.outlook import Moment, dot_outlook
from kiosk.matching.recommend import dot_at
from kiosk.matching.recommendation import Dot
from kiosk.screens.numbers import whole
from kiosk.screens.page import Page
from kiosk.screens.shell import KioskScreen
from kiosk.screens.tasks.derivation import derivation
from kiosk.screens.widgets.interval import interval_lines
from kiosk.screens.widgets.swatch import Swatch

_TITLES = {
    "no-recipe": "No carbon recipe",
    "low-contrast": "It would not be seen",
    "off-ladder": "No rung is light enough",
}

_MOMENTS: tuple[tuple[str, Moment], ...] = (
    ("healed", "healed"),
    ("1 y", "1 year"),
    ("3 y", "3 years"),
)


class Recipe(KioskScreen):
    """Everything a practitioner needs in twenty seconds, without scrolling at 80x24."""

    NAME = "recipe"
    PLACE = "Recipe"
    QUESTION = ""

    def compose_task(self) -> ComposeResult:
        """Number and certainty, five swatches, words."""
        with Horizontal(id="lead"):
            with Vertical(id="draw"):
                yield Static("[$faint]Draw up[/]", id="title")
                yield Digits("", id="ratio")
                yield Static("", id="parts")
            with Vertical(id="sure"):
                yield Static("[$faint]How sure[/]", id="sure-title")
                yield Static("", id="scale")
                yield Static("", id="certainty")
        with Horizontal(id="colours"):
            yield Swatch("skin", id="skin")
            yield Swatch("hair", id="hair")
            yield Swatch("dot today", id="fresh")
            yield Swatch("dot healed", id="healed")
            yield Swatch("wanted", id="wanted")
        yield Static(
            "[$faint]Guide only, not for visual matching: the numbers count.[/]", id="guide"
        )
        yield Static("", id="words")
        yield Static("", id="small-print", classes="small-print long")

    @property
    def advice(self) -> Advice:
        """The advice of this sitting."""
        sitting = self.state.sitting
        assert sitting is not None
        assert sitting.advice is not None
        return sitting.advice

    @property
    def rungs(self) -> tuple[int, ...]:
        """The ladder in use, dark to light."""
        return self.advice.recommendation.constants.ladder

    def begin(self) -> None:
        """Draw the advised rung, or why there is none."""
        sitting = self.state.sitting
        if sitting is None or sitting.advice is None:
            self.kiosk.go("day")
            return
        self.query_one("#question", Static).display = False
        self.query_one("#small-print", Static).update(derivation(self.advice))
        self._draw()

    def on_resize(self) -> None:
        """The scale fills the width there is."""
        if self.state.sitting is not None and self.state.sitting.advice is not None:
            self.call_after_refresh(self._draw)

    def _dot(self, ratio: int | None) -> Dot | None:
        result = self.advice.recommendation
        if ratio is None:
            return result.dot
        return dot_at(self.advice.skin.lab, ratio, result.constants)

    def _draw(self) -> None:
        sitting = self.state.sitting
        if sitting is None or not self.is_mounted:
            return
        advice, result = self.advice, self.advice.recommendation
        ratio = sitting.ratio
        self.query_one("#title", Static).update(
            "[$faint]Draw up[/]"
            if ratio
            else f"[$check]▲[/] [$strong b]{_TITLES[result.status]}[/]"
        )
        self.query_one("#ratio", Digits).update(f"1:{ratio}" if ratio else "")
        self.query_one("#parts", Static).update(f"1 pigment + {ratio} diluent" if ratio else "")
        self._draw_certainty(ratio)
        dot = self._dot(ratio)
        labs = {
            "skin": advice.skin.lab,
            "hair": advice.hair.lab,
            "fresh": dot.fresh_lab if dot and ratio else None,
            "healed": dot.healed_lab if dot and ratio else None,
            "wanted": result.target_lab,
        }
        for name, lab in labs.items():
            swatch = self.query_one(f"#{name}", Swatch)
            swatch.lab = lab
            swatch.colour = hex_colours([lab])[0] if lab is not None else None
        self.query_one("#words", Static).update("\n".join(self._words(ratio, dot)))
        advised = result.advised_ratio
        self.bar.allow("use", ratio is not None, f"Use 1:{ratio}" if ratio else "Use")
        at = self.rungs.index(ratio) if ratio in self.rungs else None
        self.bar.allow("lighter", at is not None and at + 1 < len(self.rungs))
        darker = at is not None and at > 0
        needs_reason = (
            darker and advised is not None and at is not None and self.rungs[at - 1] < advised
        )
        self.bar.allow("darker", darker, "Darker …" if needs_reason else "Darker")

    def _draw_certainty(self, ratio: int | None) -> None:
        result = self.advice.recommendation
        width = max(self.query_one("#sure").size.width - 1, 40)
        scale, labels = interval_lines(
            width,
            ladder=self.rungs,
            best=result.ratio,
            chosen=ratio,
            interval=result.interval,
        )
        self.query_one("#scale", Static).update(f"{scale}\n{labels}")
        if result.interval is not None:
            low, high = result.interval
            between = f"90 % between 1:{low:.0f} and 1:{high:.0f}   [$faint]darker ‹ › lighter[/]"
        else:
            between = "[$faint]no interval: there is nothing to mix[/]"
        meaning = (
            "proven recipes of this studio"
            if result.anchored
            else "no proven recipe of this studio yet"
        )
        self.query_one("#certainty", Static).update(
            f"{between}\n[$check b]{result.label}[/]: {meaning}"
        )

    def _outlook(self, ratio: int) -> str:
        """Lightness of the dot from today to three years, as bands: it fades to the skin."""
        known = self.advice.known
        outlook = dot_outlook(self.advice.skin.lab, ratio, known.constants, known.thresholds)
        parts = []
        for name, moment in _MOMENTS:
            band = outlook.at(moment)
            parts.append(f"{name} {whole(band.dark[0])}–{whole(band.light[0])}")
        return f"Fades to the skin, hue stays: L* {', '.join(parts)} ({outlook.level:.0%})."

    def _words(self, ratio: int | None, dot: Dot | None) -> list[str]:
        result = self.advice.recommendation
        lines: list[str] = []
        advised = result.advised_ratio
        if ratio is not None and advised is not None and ratio < advised:
            lines.append(
                f"[$check]▲[/] [$strong b]Darker than the advised 1:{advised}.[/] Pigment can be "
                "added later, not taken out. You will sign with a reason."
            )
        elif ratio is not None and dot is not None:
            off = dot.healed_lab[0] - result.target_lab[0]
            word = "lighter" if off >= 0 else "darker"
            lines.append(
                f"Heals {abs(off):.1f} L* {word} than wanted; sessions 2 and 3 build it up."
            )
        if ratio is not None:
            lines.append(self._outlook(ratio))
        else:
            lines.append(f"[$strong]{result.reason}[/]")
            if result.offer is not None:
                lines.append(
                    f"F2 offers 1:{result.offer.ratio}, {result.offer.lighter_by:.1f} L* lighter "
                    "than wanted; you will sign with a reason."
                )
        residual = result.residual
        if residual is not None:
            lines.append(
                f"Carbon cannot do: ΔE {residual.de00:.1f} stays at best "
                f"(Δa* {residual.da:+.1f}, Δb* {residual.db:+.1f}). "
                + ("The dot stays warmer than the hair." if residual.db > 0 else "")
            )
        lines += [
            f"[$faint]{note.sentence}[/]"
            for note in result.notes
            if note.code not in {"light-first", "tone"}
        ]
        known = self.advice.known
        if known.lot is not None:
            card = (
                f"card of {known.card_read_on:%d %b %y}, strength {known.constants.strength:.2f}"
                if known.card_read_on
                else "no swatch card, so the product's reference strength"
            )
            lines.append(f"[$faint]For lot {escape(known.lot.lot_no)}: {card}.[/]")
        return lines

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def _step(self, by: int) -> None:
        sitting = self.state.sitting
        assert sitting is not None
        if sitting.ratio is None:
            offer = self.advice.recommendation.offer
            if by > 0 and offer is not None:
                sitting.ratio = offer.ratio
        else:
            at = self.rungs.index(sitting.ratio) + by
            if 0 <= at < len(self.rungs):
                sitting.ratio = self.rungs[at]
        self._draw()

    def do_use(self) -> None:
        """Go on with the ratio that is shown."""
        self.kiosk.go("bottles")

    def do_lighter(self) -> None:
        """One rung lighter."""
        self._step(+1)

    def do_darker(self) -> None:
        """One rung darker."""
        self._step(-1)

    def do_why(self) -> None:
        """The derivation."""
        self.app.push_screen(Page("Why", "How this came about", derivation(self.advice)))

    def do_again(self) -> None:
        """Read again."""
        self.kiosk.go("skin")

    def do_back(self) -> None:
        """To the review."""
        self.kiosk.go("review")
