"""The look: true neutral greys, and colour in three places only.

This is a colour tool, so no surface may tint the eye: every grey has a* = b* = 0. Chroma belongs to
a measured colour, to a status sign, and to the focus. The rules are written down in docs/look.md.
"""

from __future__ import annotations

from textual.theme import Theme

#: Status hues after Okabe and Ito, lightened until each has 7:1 on the ground.
NEUTRAL = Theme(
    name="neutral",
    dark=True,
    primary="#6cc3f2",
    secondary="#9a9a9a",
    accent="#6cc3f2",
    foreground="#d4d4d4",
    background="#1b1b1b",
    surface="#1b1b1b",
    panel="#262626",
    success="#4fd6a8",
    warning="#f0b429",
    error="#ff9166",
    variables={
        "pass": "#4fd6a8",
        "check": "#f0b429",
        "stop": "#ff9166",
        "wait": "#6cc3f2",
        "key": "#6cc3f2",
        "here": "#f2f2f2",
        "strong": "#f2f2f2",
        "faint": "#8c8c8c",
        "line": "#3a3a3a",
        "ground": "#1b1b1b",
        "raised": "#262626",
        "surround": "#777777",
        "block-cursor-background": "#3a3a3a",
        "block-cursor-foreground": "#f2f2f2",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#2c2c2c",
        "block-cursor-blurred-foreground": "#d4d4d4",
        "border": "#6cc3f2",
        "border-blurred": "#4a4a4a",
        "input-cursor-background": "#f2f2f2",
        "input-selection-background": "#4a4a4a",
        "scrollbar": "#3a3a3a",
        "scrollbar-hover": "#4a4a4a",
        "scrollbar-active": "#6a6a6a",
        "scrollbar-background": "#1b1b1b",
        "scrollbar-background-hover": "#1b1b1b",
        "scrollbar-background-active": "#1b1b1b",
        "scrollbar-corner-color": "#1b1b1b",
    },
)
