"""Imports of other threads wait while somebody types, and never for long in total."""

from __future__ import annotations

import sys
import threading

from kiosk.screens import courtesy
from kiosk.screens.courtesy import giving_way


def imported_in_a_thread(name: str) -> threading.Thread:
    sys.modules.pop(name, None)
    thread = threading.Thread(target=__import__, args=(name,))
    thread.start()
    return thread


def test_an_import_waits_until_the_keyboard_is_quiet():
    typing = threading.Event()
    asked = threading.Event()

    def idle_s() -> float:
        asked.set()
        return 0.0 if typing.is_set() else 10.0

    typing.set()
    with giving_way(idle_s):
        thread = imported_in_a_thread("colorsys")
        assert asked.wait(5)
        assert "colorsys" not in sys.modules
        typing.clear()
        thread.join(5)
    assert "colorsys" in sys.modules


def test_endless_typing_does_not_starve_loading(monkeypatch):
    monkeypatch.setattr(courtesy, "LONGEST_S", 0.3)
    with giving_way(lambda: 0.0):
        thread = imported_in_a_thread("colorsys")
        thread.join(5)
    assert "colorsys" in sys.modules


def test_the_drawing_thread_never_waits():
    def idle_s() -> float:
        raise AssertionError("the main thread must not ask")

    with giving_way(idle_s):
        sys.modules.pop("colorsys", None)
        __import__("colorsys")
    assert not any(isinstance(f, courtesy._Courtesy) for f in sys.meta_path)
