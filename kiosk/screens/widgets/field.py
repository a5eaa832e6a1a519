"""An input that leaves the screen's layout alone while somebody types."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class Field(Input):
    """Textual's Input, for places where its width does not depend on its text.

    Textual counts the length of the text as a change of layout, because a scroll view may need a
    scroll bar then, and so arranges every widget of the screen at each key: on the sign-in screen
    half of the time from key to frame. An input has no scroll bar.
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
