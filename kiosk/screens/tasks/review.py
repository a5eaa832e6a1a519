"""Both tones side by side before anything is worked out."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from calibration.sampling import assess, site_disagreement
from kiosk.clients.sites import SKIN_SITES
from kiosk.desk import recommending
from kiosk.desk.appearance import hex_colours, skin_words
from kiosk.desk.tones import KeptTone
from kiosk.screens.numbers import tenths
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.swatch import Swatch

#: Euclidean CIELAB distance between sites from which a scalp is two zones.
ZONE_SPLIT = 4.0


class Review(KioskScreen):
    """Numbers, swatches and what could be wrong with them."""

    NAME = "review"
    PLACE = "Review"
    QUESTION = "Do these two tones look right?"

    def compose_task(self) -> ComposeResult:
        """Two columns and a table of sites."""
        with Horizontal(classes="row"):
            yield Static("", id="sites")
            with Vertical(classes="row"):
                with Horizontal(id="colours"):
                    yield Swatch("skin", id="skin")
                    yield Swatch("hair", id="hair")
                yield Static("[$faint]guide only, the numbers count[/]")
        yield Static("", id="words")

    def begin(self) -> None:
        """Draw both tones."""
        sitting = self.state.sitting
        if sitting is None or {"skin", "hair"} - sitting.tones.keys():
            self.kiosk.go("day")
            return
        skin, hair = sitting.tones["skin"], sitting.tones["hair"]
        for swatch, tone in zip(self.query(Swatch), (skin, hair), strict=True):
            swatch.lab = tone.lab
            swatch.colour = hex_colours([tone.lab])[0]
        self.query_one("#sites", Static).update("\n".join(self._site_lines()))
        self.query_one("#words", Static).update("\n".join(self._words(skin, hair)))

    def _site_lines(self) -> list[str]:
        sitting = self.state.sitting
        assert sitting is not None
        lines = ["[$faint]site                  L*    a*    b*  spread[/]"]
        for site in sitting.sites.values():
            judged = assess(site)
            if judged.lab is None or judged.mcdm is None:
                continue
            lightness, a, b = judged.lab
            lines.append(
                f"{site.name:<20}{tenths(lightness, 6)}{tenths(a, 6)}{tenths(b, 6)}"
                f"{judged.mcdm:7.1f}"
            )
        return lines

    def _words(self, skin: KeptTone, hair: KeptTone) -> list[str]:
        sitting = self.state.sitting
        assert sitting is not None
        ita, band = skin_words(skin.lab)
        lines = [
            "",
            f"Skin is [$strong b]{band}[/]"
            + (f" [$faint](ITA {ita:.1f}°, Del Bino)[/]" if ita is not None else ""),
            f"Hair is [$strong b]{skin.lab[0] - hair.lab[0]:.1f} L*[/] darker than skin."
            if hair.lab[0] < skin.lab[0]
            else "[$check]▲[/] Hair is not darker than skin: carbon can only darken.",
            f"[$faint]{skin.readings} skin and {hair.readings} hair readings counted, "
            f"instrument {skin.instrument}, D65/10°, {skin.condition.geometry}[/]",
        ]
        apart = site_disagreement(
            [sitting.sites[s.key] for s in SKIN_SITES if s.key in sitting.sites]
        )
        if apart > ZONE_SPLIT:
            lines.append(
                f"[$check]▲[/] The skin sites lie up to {apart:.1f} apart (more than "
                f"{ZONE_SPLIT:.0f}). These are two zones; one recipe fits neither well."
            )
        return lines

    @work(exclusive=True)
    async def do_recommend(self) -> None:
        """Ask for the recipe."""
        sitting, desk, operator = self.state.sitting, self.state.desk, self.state.operator
        assert sitting is not None
        assert desk is not None
        assert operator is not None
        unit = self.state.unit
        advice = await self.ask(
            recommending.advise,
            desk,
            operator,
            sitting.visit.id,
            identity=unit.identity,
            connected_at=unit.connected_at,
            usage=self.kiosk.line.usage if self.kiosk.line is not None else None,
        )
        if advice is not None:
            sitting.advice = advice
            sitting.ratio = advice.recommendation.advised_ratio
            self.kiosk.go("recipe")

    def do_skin(self) -> None:
        """Back to the skin."""
        self.kiosk.go("skin")

    def do_hair(self) -> None:
        """Back to the hair."""
        self.kiosk.go("hair")

    def do_back(self) -> None:
        """Back to the hair."""
        self.kiosk.go("hair")
