"""The screens on a simulated CR30 and a throw-away clinic."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kiosk.screens.app import KioskApp

if TYPE_CHECKING:
    from kiosk.desk.office import Desk

HINT = (
    "[$strong b]Demo[/]\n"
    "Operator [$strong b]P-01[/], PIN [$strong b]2468[/].\n\n"
    "The CR30 is simulated and everything is thrown away when you leave. "
    "The rest is the real program."
)


def run_demo() -> int:
    """Open the screens; returns the exit code."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="smp-kiosk-demo-")))
        app = DemoApp(folder, stack)
        app.run()
        return app.return_code or 0


class DemoApp(KioskApp):
    """The kiosk whose unit and clinic come up behind the first frame."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        super().__init__(
            open_desk=self._prepare_demo,
            instrument=("cr30", str(folder / "cr30")),
            hint=HINT,
        )
        self.preferences = folder / "preferences.json"

    def _prepare_demo(self) -> Desk:
        """Runs in a thread: a clinic with stock, a unit behind a pty, a hand for its probe."""
        from kiosk.demo.clinic import demo_desk
        from kiosk.demo.unit import simulated_unit

        _port, hand = self._stack.enter_context(simulated_unit(self._folder))
        self.on_place = hand.place
        return demo_desk(self._folder)
