"""The one table of actions: the bar, the function keys and the help are all made from it.

At most six a screen, F1 to F6 from left to right, the primary one first, back always last. One
file for each path through the program.
"""

from __future__ import annotations

from kiosk.screens.actions import handling, house, instruments, recalls, shelf, treatment
from kiosk.screens.actions.action import Action, Row

TABLE: dict[str, Row] = {
    **house.TABLE,
    **treatment.TABLE,
    **instruments.TABLE,
    **shelf.TABLE,
    **handling.TABLE,
    **recalls.TABLE,
}

__all__ = ["TABLE", "Action", "Row"]
