"""The demo in a folder that the benchmark knows, so that it can press the simulated unit's button.

Usage: streaming_demo.py FOLDER. Leaves the number of readings that reached the app in
FOLDER/readings, because a screen on which nobody signed in shows none.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from kiosk.demo.interactive import DemoApp
from kiosk.screens.app import InstrumentNews


class CountingDemo(DemoApp):
    """The demo as it is; Textual calls this handler besides the kiosk's own."""

    readings = 0

    def on_instrument_news(self, message: InstrumentNews) -> None:
        from kiosk.desk.instrument_line import Measured

        self.readings += isinstance(message.event, Measured)


if __name__ == "__main__":
    with ExitStack() as stack:
        app = CountingDemo(Path(sys.argv[1]), stack)
        app.run()
    Path(sys.argv[1], "readings").write_text(str(app.readings))
