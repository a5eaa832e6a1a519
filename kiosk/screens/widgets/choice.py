"""One of several words, chosen with the arrows left and right, or by a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

T = TypeVar("T")


class Choice(Static, Generic[T], can_focus=True):
    """A label and the word that is chosen; it keeps the width of its longest word.

    Args:
        label: what is chosen.
        options: each value with its word.
        id: Textual's own name for it.
    """

    class Changed(Message):
        """Another word was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "turn(-1)", "The word before"),
        ("right", "turn(1)", "The next word"),
        ("space", "turn(1)", "The next word"),
    ]
    DEFAULT_CSS = "Choice { width: auto; height: 1; }"

    at: reactive[int] = reactive(0)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[T, str]],
        *,
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._label = label
        self._options = tuple(options)

    @property
    def value(self) -> T:
        """What is chosen."""
        return self._options[self.at][0]

    def choose(self, value: T) -> None:
        """Show a value without telling anybody; one that is no option changes nothing."""
        for number, (option, _) in enumerate(self._options):
            if option == value:
                self.at = number

    def render(self) -> str:
        """Label and word between two angles."""
        width = max(len(word) for _, word in self._options)
        word = self._options[self.at][1].center(width)
        look = "$key b" if self.has_focus else "$strong"
        return f"[$faint]{self._label}[/] [{look}]‹{word}›[/]"

    def action_turn(self, by: int) -> None:
        """To a word beside this one; after the last comes the first."""
        self.at = (self.at + by) % len(self._options)
        self.post_message(self.Changed())

    def on_focus(self) -> None:
        """The focus shows in the word."""
        self.refresh()

    def on_blur(self) -> None:
        """The focus shows in the word."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A touch chooses the next word."""
        event.stop()
        self.action_turn(1)
