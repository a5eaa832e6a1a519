"""Loading gives way to hands: imports in a thread pause while somebody types.

Importing holds the interpreter's lock in long stretches, and a key press waits behind each. So
while packages load, every import of another thread first waits until the keyboard has been quiet
for a moment. It never waits long in total: who types on and on still gets a loaded program.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from typing import Any

#: Quiet for this long means that nobody is in the middle of a word.
QUIET_S = 0.15
#: All waiting together; a PIN takes two or three seconds to type.
LONGEST_S = 6.0


class _Courtesy(MetaPathFinder):
    """Finds nothing; only waits before the real finders look."""

    def __init__(self, idle_s: Callable[[], float]) -> None:
        self._idle_s = idle_s
        self._left_s = LONGEST_S

    def find_spec(self, *_: Any) -> None:
        """Wait while somebody types, in any thread but the one that draws."""
        if threading.current_thread() is threading.main_thread():
            return
        while self._left_s > 0 and (quiet := self._idle_s()) < QUIET_S:
            pause = QUIET_S - quiet
            self._left_s -= pause
            time.sleep(pause)


@contextmanager
def giving_way(idle_s: Callable[[], float]) -> Iterator[None]:
    """Imports of other threads give way to typing for as long as the block lasts."""
    courtesy = _Courtesy(idle_s)
    sys.meta_path.insert(0, courtesy)
    try:
        yield
    finally:
        sys.meta_path.remove(courtesy)
