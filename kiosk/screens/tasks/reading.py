"""Read skin, read hair: one reading after the other, drawn as it comes."""

from __future__ import annotations

import time
import uuid
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from calibration.sampling import (
    PROTOCOLS,
    Assessment,
    ConditionMismatch,
    Sample,
    Site,
    Surface,
    assess,
    form_tone,
)
from kiosk.clients.sites import HAIR_SITES, SKIN_SITES, ReadingSite
from kiosk.desk import tones
from kiosk.desk.appearance import hex_colours, skin_words
from kiosk.desk.instrument_line import Connected, Failed, LineEvent, Lost, Measured, Request
from kiosk.screens.failures import describe
from kiosk.screens.numbers import tenths
from kiosk.screens.page import Page
from kiosk.screens.shell import KioskScreen
from kiosk.screens.widgets.head_map import HeadMap
from kiosk.screens.widgets.swatch import Swatch


class _Read(KioskScreen):
    """Both reading screens; they differ in sites, protocol and where they lead."""

    SURFACE: ClassVar[Surface]
    SITES: ClassVar[tuple[ReadingSite, ...]]
    NEXT: ClassVar[str]
    BEFORE: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._pending: tuple[str, str] | None = None
        self._asked_at = 0.0

    def compose_task(self) -> ComposeResult:
        """Map, readings, swatch."""
        with Horizontal(id="reading"):
            yield HeadMap(id="map")
            with Vertical(id="runs"):
                yield Static("", id="site")
                yield Static("", id="list")
                yield Static("", id="spread")
                yield Static("", id="todo")
            with Vertical(id="live"):
                yield Swatch("site so far", id="swatch")
                yield Static("", id="band")
        yield Static("", id="small-print", classes="small-print")

    def begin(self) -> None:
        """Listen to the instrument and go to the first unfinished site."""
        self.kiosk.news.subscribe(self, self._hear)
        self.set_interval(0.1, self._tick)
        states = self._states()
        self._at = states.index("open") if "open" in states else 0
        self.kiosk.place(self.SURFACE)
        self.refresh_state()

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    @property
    def here(self) -> ReadingSite:
        """The site the probe should be on."""
        return self.SITES[self._at]

    def _site(self, place: ReadingSite) -> Site:
        sitting = self.state.sitting
        assert sitting is not None
        return sitting.sites.get(place.key) or Site(place.name, PROTOCOLS[self.SURFACE])

    def _keep(self, place: ReadingSite, site: Site) -> None:
        sitting = self.state.sitting
        assert sitting is not None
        sitting.sites[place.key] = site
        # A changed site makes everything that rested on it stale.
        sitting.tones.pop(self.SURFACE, None)
        sitting.advice = None

    def _states(self) -> list[str]:
        known = {"accepted": "accepted", "unusable": "unusable"}
        return [known.get(assess(self._site(place)).state, "open") for place in self.SITES]

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────

    def refresh_state(self) -> None:
        """Redraw the whole task from the state."""
        if self.state.sitting is None:
            return
        site = self._site(self.here)
        judged = assess(site)
        states = self._states()
        self.query_one(HeadMap).show(self.SITES, states, self._at)
        number = min(len(site.samples) + 1, site.protocol.maximum)
        need = max(site.protocol.minimum, len(site.samples) + judged.missing)
        counter = (
            "" if judged.state in {"accepted", "unusable"} else f"   reading {number} of {need}"
        )
        self.query_one("#site", Static).update(
            f"[$strong b]{self.here.name}[/][$faint]{counter}[/]"
        )
        self.query_one("#small-print", Static).update(
            f"{self.here.why}\n\nReadings are averaged as light, not as L* a* b*. A reading far "
            "from the others does not count, but it is kept, with its bytes. Every one of them is "
            "sealed under this client's own key."
        )
        self._draw_list(site, judged)
        self._draw_words(judged)
        self._draw_swatch(judged)
        gate = self.state.unit.gate
        if gate is not None and not gate.ready:
            self.bar.allow("read", self.state.unit.identity is not None, "Calibrate")
        else:
            label = "Restart" if judged.state == "unusable" else "Read"
            self.bar.allow("read", gate is not None and self._pending is None, label)
        self.bar.allow("drop", bool(site.samples) and self._pending is None)
        self.bar.allow("on", all(state == "accepted" for state in states))

    def _draw_list(self, site: Site, judged: Assessment) -> None:
        lines = ["[$faint]      L*     a*     b*     ΔE[/]"]
        for index, sample in enumerate(site.samples):
            lightness, a, b = sample.lab
            out = index in judged.outliers
            sign = "[$stop]✕[/]" if out else " "
            style = "$faint" if out else "$foreground"
            lines.append(
                f"{sign}[{style}]{index + 1}{tenths(lightness, 7)}{tenths(a, 7)}{tenths(b, 7)}"
                f"{judged.distances[index]:7.1f}[/]"
            )
        rows = PROTOCOLS[self.SURFACE].maximum
        if self._pending is not None and len(site.samples) < rows:
            lines.append(f" {len(site.samples) + 1}  {self._progress()}")
        lines += [""] * (rows + 1 - len(lines))
        self.query_one("#list", Static).update("\n".join(lines))

    def _progress(self) -> str:
        capabilities = self.state.unit.capabilities
        span = capabilities.unit_time_s if capabilities else 1.0
        done = min(int((time.monotonic() - self._asked_at) / span * 14), 14)
        return f"[$wait]{'█' * done}[/][$faint]{'▒' * (14 - done)}[/] reading…"

    def _draw_words(self, judged: Assessment) -> None:
        limit = PROTOCOLS[self.SURFACE].mcdm_limit
        if judged.mcdm is None or judged.sd is None:
            spread = f"[$faint]spread –    at most {limit}[/]"
        else:
            ok = judged.mcdm <= limit
            sign = "[$pass]✓[/] within" if ok else "[$check]▲[/] above"
            spread = f"spread {judged.mcdm:.1f}  {sign} {limit}"
        self.query_one("#spread", Static).update(spread)
        signs = {"accepted": "[$pass]✓[/] ", "unusable": "[$stop]✕[/] ", "repeat": "[$check]▲[/] "}
        sentence = judged.sentence
        if judged.state == "accepted":
            sentence = "Accepted."
            if all(state == "accepted" for state in self._states()):
                sentence = f"All read. F5 goes on to {self.NEXT}."
        elif not judged.distances:
            sentence = "Set the probe down, do not press. Then read."
        self.query_one("#todo", Static).update(signs.get(judged.state, "") + sentence)

    def _draw_swatch(self, judged: Assessment) -> None:
        swatch = self.query_one("#swatch", Swatch)
        swatch.lab = judged.lab
        swatch.colour = hex_colours([judged.lab])[0] if judged.lab else None
        lines = ["[$faint]guide only[/]"]
        if judged.lab and self.SURFACE == "skin":
            ita, band = skin_words(judged.lab)
            lines = [band, f"[$faint]ITA {ita:.1f}°[/]" if ita is not None else "", *lines]
        identity = self.state.unit.identity
        if identity is not None:
            lines.append("[$faint]D65/10° 45/0[/]")
        self.query_one("#band", Static).update("\n".join(lines))

    def _tick(self) -> None:
        if self._pending is not None:
            site = self._site(self.here)
            self._draw_list(site, assess(site))

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def do_read(self) -> None:
        """Ask the unit for one reading; an uncalibrated one leads to its calibration first."""
        line, unit = self.kiosk.line, self.state.unit
        if unit.gate is not None and not unit.gate.ready:
            self.kiosk.go("day")
            return
        if line is None or self._pending is not None:
            return
        site = self._site(self.here)
        judged = assess(site)
        if judged.state == "unusable":
            self._keep(self.here, Site(self.here.name, PROTOCOLS[self.SURFACE]))
        elif judged.state == "accepted":
            if (place := self._next_open()) is None:
                return
            self._at = place
        self.say()
        self._pending = (uuid.uuid4().hex, self.here.key)
        self._asked_at = time.monotonic()
        unit.busy = True
        self.kiosk.place(self.SURFACE)
        line.request(Request(self._pending[0], "read"))
        self.refresh_state()

    def do_drop(self) -> None:
        """Leave the last reading of this site out."""
        if self._pending is None:
            self._keep(self.here, self._site(self.here).without_last())
            self.refresh_state()

    def do_site(self) -> None:
        """The next site, in order."""
        if self._pending is None:
            self._at = (self._at + 1) % len(self.SITES)
            self.kiosk.place(self.SURFACE)
            self.refresh_state()

    def do_why(self) -> None:
        """Why this site."""
        self.app.push_screen(Page(self.here.name, "Why here?", self.here.why))

    @work(exclusive=True, group="accept")
    async def do_on(self) -> None:
        """Accept the tone and go on."""
        sitting, desk, operator = self.state.sitting, self.state.desk, self.state.operator
        assert sitting is not None
        assert desk is not None
        assert operator is not None
        try:
            tone = form_tone([self._site(place) for place in self.SITES])
        except (ConditionMismatch, ValueError) as error:
            self.say(f"[$check]▲[/] {error}")
            return
        self.state.saved = False
        kept = await self.ask(tones.accept_tone, desk, operator, sitting.visit.id, tone)
        self.state.saved = True
        if kept is not None:
            sitting.tones[self.SURFACE] = kept
            self.kiosk.go(self.NEXT)

    def do_back(self) -> None:
        """To where the path came from."""
        if self.BEFORE == "client":
            self.state.sitting = None
        self.kiosk.go(self.BEFORE)

    # ── the instrument's answers ─────────────────────────────────────────────────────────────────

    def _hear(self, event: LineEvent) -> None:
        if isinstance(event, Measured):
            self._measured(event)
        elif isinstance(event, Failed):
            if event.token is None or (self._pending and event.token == self._pending[0]):
                self._settle()
                self.say(describe(event.error))
                self.refresh_state()
        elif isinstance(event, Lost):
            if self._pending is not None or self.state.unit.error is event.error:
                self._settle()
                self.say(describe(event.error))
                self.refresh_state()
        elif isinstance(event, Connected):
            self.say(
                "[$check]▲[/] The instrument is back. F1 calibrates it; your readings are kept."
            )

    def _settle(self) -> None:
        self._pending = None
        self.state.unit.busy = False

    def _measured(self, event: Measured) -> None:
        if event.token is None:
            # The unit's own button: it counts for the site on the screen, if the gate is open.
            gate = self.state.unit.gate
            if self._pending is not None or gate is None or not gate.ready:
                return
            place = self.here
        elif self._pending is not None and event.token == self._pending[0]:
            place = next(p for p in self.SITES if p.key == self._pending[1])
            self._settle()
        else:
            return
        try:
            site = self._site(place).with_sample(event.sample)
        except ConditionMismatch as error:
            self._keep(place, Site(place.name, PROTOCOLS[self.SURFACE]))
            self.say(f"[$check]▲[/] {error}")
            self.refresh_state()
            return
        self._keep(place, site)
        self._store(place, event.sample)
        if assess(site).state == "accepted" and (following := self._next_open()) is not None:
            self.say(f"[$pass]✓[/] {place.name} accepted. Now: {self.SITES[following].name}.")
            self._at = following
        self.refresh_state()

    def _next_open(self) -> int | None:
        states = self._states()
        order = [*range(self._at + 1, len(states)), *range(self._at + 1)]
        return next((i for i in order if states[i] == "open"), None)

    @work(group="keep")
    async def _store(self, place: ReadingSite, sample: Sample) -> None:
        sitting, desk, operator = self.state.sitting, self.state.desk, self.state.operator
        if sitting is None or desk is None or operator is None:
            return
        self.state.saved = False
        await self.ask(tones.keep_reading, desk, operator, sitting.visit.id, place.name, sample)
        self.state.saved = True
        self.show_status()


class ReadSkin(_Read):
    """Four sites of bare skin, three readings each."""

    NAME = "skin"
    PLACE = "Skin"
    QUESTION = "Where is the probe?"
    SURFACE = "skin"
    SITES = SKIN_SITES
    NEXT = "hair"
    BEFORE = "client"


class ReadHair(_Read):
    """One lock, five re-positioned readings."""

    NAME = "hair"
    PLACE = "Hair"
    QUESTION = "Is the lock laid flat, with no skin shining through?"
    SURFACE = "hair"
    SITES = HAIR_SITES
    NEXT = "review"
    BEFORE = "skin"
