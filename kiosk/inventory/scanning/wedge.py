"""Tells scans from typing where a scanner plays keyboard: pure, fed with keys and their times.

How a Textual screen feeds it. Every key goes to `key` before any binding sees it, priority bindings
included, for a scan may contain ESC, TAB and Ctrl-C; that is in `App.on_event`:

    events = wedge.key(event.key, event.character, event.time)

and goes no further. `Typed` gives keys back, in order: forward these to where keys go. `Scanned`
goes to `decode`, `Spoiled` to the status line. While `deadline` is not None, a timer calls `poll`
at that time, on the clock of `event.time`. Typed keys come back at most `gap_ms` late. Text of
`events.Paste` goes to `pasted_lines`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.inventory.scanning.settings import DEFAULT, ScannerSettings

GS = "\x1d"
_ENDS = frozenset("\r\n\t")
_STX = "\x02"
#: A terminal names the separator after its control key; scanners in function-key mode press F12.
_SEPARATOR_KEYS = frozenset({"ctrl+right_square_bracket", "f12"})
_END_KEYS = {"enter": "\r", "ctrl+m": "\r", "ctrl+j": "\n", "tab": "\t", "ctrl+i": "\t"}
#: Stands for a key that is no character; no symbol holds it, so the scan is refused.
_NO_CHARACTER = "\ufffd"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key as the terminal named it; `character` is None where it makes none."""

    key: str
    character: str | None


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys a person pressed, in order."""

    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan: its text without the line end, and the line end, empty for silence."""

    text: str
    end: str


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A scan of which something is missing or too much, with a sentence that says what to do."""

    text: str
    reason: str


Event = Typed | Scanned | Spoiled


class Wedge:
    """Collects keys until silence says whose they were; never holds one longer than needed."""

    def __init__(self, settings: ScannerSettings = DEFAULT) -> None:
        self._settings = settings
        self._held: list[Stroke] = []
        self._last = 0.0

    @property
    def deadline(self) -> float | None:
        """When `poll` has to be called, on the clock of the keys; None while nothing is held."""
        if not self._held:
            return None
        open_scan = len(self._held) >= self._settings.shortest and not _end(self._held[-1])
        wait = self._settings.silence_ms if open_scan else self._settings.gap_ms
        return self._last + wait / 1000

    def key(self, key: str, character: str | None, at: float) -> tuple[Event, ...]:
        """Take one key; `at` in seconds. Gives what is decided, this key included or held."""
        events = self.poll(at)
        stroke = Stroke(key, character)
        if not self._held and not _begins(stroke):
            return (*events, Typed((stroke,)))
        self._held.append(stroke)
        self._last = at
        return events

    def poll(self, at: float) -> tuple[Event, ...]:
        """Give what the silence up to `at` has decided."""
        deadline = self.deadline
        if deadline is None or at < deadline:
            return ()
        held, self._held = self._held, []
        return (self._decide(held),)

    def _decide(self, held: list[Stroke]) -> Event:
        texts = [_text(stroke) for stroke in held]
        end = ""
        while texts and texts[-1] in _ENDS:
            end = texts.pop() + end
        # A key that is held down repeats as fast as a scanner sends.
        if len(texts) < self._settings.shortest or len(set(texts)) == 1:
            return Typed(tuple(held))
        text = "".join(texts)
        if _ENDS.intersection(texts):
            return Spoiled(text, "Two scans ran together. Scan them one by one.")
        if not end and self._settings.end == "key":
            return Spoiled(
                text,
                "The scan broke off before its end. Scan again; if it stays so, set the scanner "
                "to send Enter (CR) at the end, or set it up again here.",
            )
        return Scanned(text, end)


def pasted_lines(text: str, settings: ScannerSettings = DEFAULT) -> tuple[str, ...]:
    """The scans in pasted text: its lines, short ones left out.

    Cut at CR and LF only: `str.splitlines` would also cut at the separator, 0x1D.
    """
    lines = (line.strip("\t") for line in re.split("[\r\n]", text))
    return tuple(line for line in lines if len(line) >= settings.shortest)


def _begins(stroke: Stroke) -> bool:
    character = stroke.character or ""
    return character == _STX or (len(character) == 1 and character.isprintable())


def _end(stroke: Stroke) -> bool:
    return _text(stroke) in _ENDS


def _text(stroke: Stroke) -> str:
    if stroke.key in _SEPARATOR_KEYS:
        return GS
    return _END_KEYS.get(stroke.key) or stroke.character or _NO_CHARACTER
