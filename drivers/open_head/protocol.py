"""The open head protocol, version 1: numbers and names. `docs/open_head/protocol.md` explains it.

This project's own design for heads people build themselves; no maker stands behind it.
"""

from __future__ import annotations

from typing import Final

#: A USB serial port ignores it; a head behind a real UART must use it.
BAUDRATE: Final = 115200

VERSION: Final = 1

#: Bytes without the end of line. A longer line is skipped to its end.
LONGEST_LINE: Final = 1024

#: The most channels whose two frames fit into one line.
MOST_CHANNELS: Final = 64
#: Counts are sent as JSON integers; sensors have 16 bits, some average to a few more.
HIGHEST_FULL: Final = 2**31 - 1

#: Sequence numbers run from 1 and start over after this.
HIGHEST_SEQ: Final = 999_999

#: How long a head may take for one `meas` when its `id` names no `wait`.
DEFAULT_WAIT_S: Final = 2.0
#: No head may claim more, or a broken one would hold the kiosk.
LONGEST_WAIT_S: Final = 30.0
#: On top of what the head says: USB, and a garbage collection on the head.
MARGIN_S: Final = 0.5

ANSWER_TIMEOUT_S: Final = 1.0
CLOSING_TIMEOUT_S: Final = 0.25
#: A board that resets when its port is opened needs one to two seconds for its interpreter.
OPENING_TRIES: Final = 3

#: A press older than this was not meant for whoever begins to listen now.
PRESS_FRESH_S: Final = 2.0

# Names of failures in `err` that mean something other than firmware that does not fit.
SATURATED: Final = "SAT"
BUSY: Final = "BUSY"
SENSOR: Final = "SENSOR"
HOT: Final = "HOT"

#: Ids that boards with CircuitPython or MicroPython commonly show; a maker changes them at will.
BOARDS: Final[tuple[tuple[int, int, str | None], ...]] = (
    (0x2E8A, 0x0005, None),  # Raspberry Pi Pico, MicroPython
    (0x239A, 0x80F4, None),  # Raspberry Pi Pico, CircuitPython
)
