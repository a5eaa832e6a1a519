"""The instrument's own screens: which unit, how it drifts, a head's correction."""

from __future__ import annotations

from kiosk.screens.actions.action import BACK, Action, Row, _

TABLE: dict[str, Row] = {
    "units": (
        Action("use", "Use", "Work with the marked unit from now on."),
        Action("look", "Look", "Ask the ports again who is there."),
        Action("confirm", "It is one", "Say that a colorimeter is on the marked port, and which."),
        Action("drift", "Drift", "How the unit's card has read since its first reading."),
        Action("fit", "Colours", "Teach a head that measures channels what colours they are."),
        BACK,
    ),
    "drift": (
        Action("calibrate", "Calibrate", "Take black, white and the card again."),
        Action("other", "Other", "The chart of the next card or tile of this unit."),
        Action("history", "History", "Every calibration step, or the chart again."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
    "fit": (
        Action("read", "Read", "Read the patch that is named. Lift and place the probe between."),
        Action("again", "Again", "Read the patch before this one again."),
        Action("sign", "Sign", "Fit the correction on what was read, and put it in force."),
        _,
        Action("help", "Help", "What the keys do on this screen."),
        BACK,
    ),
}
