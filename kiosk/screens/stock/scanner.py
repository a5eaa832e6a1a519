"""A scanner is set up once: print the code, scan it, keep what was learned."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk.preferences import save_scanner_settings
from kiosk.desk.stock.label_files import write_set_up_code
from kiosk.inventory.scanning import DEFAULT, TEST_ELEMENTS, ScannerSettings, Trouble, learn
from kiosk.inventory.scanning.keyboards import ALPHABET, LAYOUTS
from kiosk.inventory.scanning.set_up_symbol import QUIET, SYMBOL
from kiosk.screens.failures import describe
from kiosk.screens.stock.handling_screen import HandlingScreen


class ScannerSetUp(HandlingScreen):
    """Says how the scanner sends now, takes one scan, and says what to mend in the scanner."""

    NAME = "scanner"
    PLACE = "Scanner"
    QUESTION = "How does this scanner send what it sees?"
    AUTO_FOCUS = ""

    def compose_task(self) -> ComposeResult:
        """What to do, and what is known."""
        with Horizontal(classes="row"):
            with Vertical(id="words"):
                yield Static("", id="steps")
                yield Static("", id="known")
            yield Static(_drawn(), id="symbol")

    def begin(self) -> None:
        """Show the code and the settings in use."""
        self._learned: ScannerSettings | None = None
        self.bar.allow("keep", False)
        elements = "".join(f"({ai}){value}" for ai, value in TEST_ELEMENTS)
        code = "\n".join(
            f"   [$strong]{escape(elements[at : at + 66])}[/]" for at in range(0, len(elements), 66)
        )
        self.write(
            "steps",
            "1  Print the set-up code: F2 writes it as a page. Or have any\n"
            "   label program make a GS1 DataMatrix of\n"
            f"{code}\n"
            "2  Scan it once, here, with nothing else typed.\n"
            "3  F1 keeps what was learned.\n",
        )
        self._show(self.kiosk.scans.settings)
        self.call_after_refresh(self._say_first)

    def _say_first(self) -> None:
        trouble = self.kiosk.scans.trouble
        waiting = "[$wait]…[/] Waiting for the scan."
        self.say(describe(trouble) if trouble is not None else waiting)

    def _show(self, settings: ScannerSettings, learned: bool = False) -> None:
        yes, no = "[$pass]✓[/]", "[$wait]…[/]"
        proven = settings.separator_proven
        separator = repr(settings.separator).strip("'")
        rows = (
            (yes if proven else no, "Symbology identifier (AIM)",
             "not seen yet" if not proven else "sent" if settings.prefix
             else "not sent: content tells the kinds apart"),
            (yes if proven else no, "Group separator",
             f"arrives as {separator}" if proven else "not seen yet"),
            (yes if proven else no, "Keyboard layout", _layout(settings)),
            (yes if proven else no, "End of a scan",
             "not seen yet" if not proven else "Enter or Tab" if settings.end == "key"
             else "silence"),
        )  # fmt: skip
        title = "Learned, not kept yet" if learned else "In use"
        lines = [f"{sign} {name:<28} {escape(word)}" for sign, name, word in rows]
        self.write("known", "\n".join([f"[$faint]{title}[/]", *lines]))

    # ── the scan ─────────────────────────────────────────────────────────────────────────────────

    def on_raw_scan(self, text: str) -> None:
        """Compare what arrived with what was printed."""
        found = learn(text)
        if isinstance(found, Trouble):
            self._learned = None
            self.bar.allow("keep", False)
            self._show(self.kiosk.scans.settings)
            self.say(f"[$check b]▲[/] {escape(found.sentence)}\n  {escape(found.mend)}")
            return
        self._learned = found
        self.bar.allow("keep", True)
        self._show(found, learned=True)
        self.say("[$pass]✓[/] The code was understood. F1 keeps this.")

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────

    def do_keep(self) -> None:
        """Use what was learned, from now on and after the next start."""
        if self._learned is not None:
            self._save(self._learned)

    def do_default(self) -> None:
        """Back to the recommended settings."""
        self._save(DEFAULT)

    @work(exclusive=True, group="save")
    async def _save(self, settings: ScannerSettings) -> None:
        # Heard so at once, even where the file cannot be written: it is said, and lasts the day.
        self.kiosk.scans.use(settings)
        saved = await self.ask(_keep, settings, self.kiosk.preferences)
        if saved:
            self.say("[$pass]✓[/] Kept. Scan a bottle to try it, on any screen.")
        self._learned = None
        self.bar.allow("keep", False)
        self._show(settings)

    @work(exclusive=True, group="code")
    async def do_code(self) -> None:
        """Write the set-up code as a page to print."""
        path = await self.ask(write_set_up_code)
        if path is not None:
            self.say(f"[$pass]✓[/] The set-up code to print:\n  {escape(str(path))}")

    def do_back(self) -> None:
        """To receiving, where one came from."""
        self.kiosk.go("receive")


def _keep(settings: ScannerSettings, path: Path | None) -> bool:
    save_scanner_settings(settings, path)
    return True


def _drawn() -> Text:
    """The code in half blocks, dark on white: an imager reads it off the screen."""
    side = len(SYMBOL) + 2 * QUIET
    light = (False,) * side
    rows = [light] * QUIET
    rows += [(False,) * QUIET + row + (False,) * QUIET for row in SYMBOL]
    rows += [light] * QUIET
    signs = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    lines = [
        "".join(signs[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]
    return Text("\n".join(lines), style="#000000 on #ffffff")


def _layout(settings: ScannerSettings) -> str:
    if not settings.separator_proven:
        return "not seen yet"
    if settings.arrives_as == ALPHABET:
        return "as the scanner expects"
    for name, arrives_as in LAYOUTS.items():
        if settings.arrives_as[1:] == arrives_as[1:]:
            return f"{name}; turned back"
    return "another one; turned back"
