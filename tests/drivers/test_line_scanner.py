"""A scanner on a serial line, over a real pseudo terminal."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import tty
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.errors import Disconnected, NoInstrument, ProtocolError
from drivers.line_scanner import LONGEST, LineScanner, open_scanner
from drivers.link import open_link

GS = b"\x1d"


@pytest.fixture
def line() -> Iterator[tuple[int, LineScanner]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    scanner = open_scanner(os.ttyname(slave))
    os.close(slave)
    yield master, scanner
    scanner.close()
    with contextlib.suppress(OSError):
        os.close(master)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t"])
def test_a_line_comes_without_its_end_and_with_every_byte(
    line: tuple[int, LineScanner], end: bytes
) -> None:
    master, scanner = line
    os.write(master, b"]d20109" + GS + b"\x00\xff\x11\x13\x0b" + end)
    assert scanner.read_line(5.0) == "]d20109\x1d\x00\xff\x11\x13\x0b"


def test_lines_that_came_together_are_given_one_by_one(line: tuple[int, LineScanner]) -> None:
    master, scanner = line
    os.write(master, b"first\r\nsecond\r\n\r\nthird\t")
    assert [scanner.read_line(5.0) for _ in range(3)] == ["first", "second", "third"]
    assert scanner.read_line(0.02) is None


def test_a_line_cut_anywhere_is_one_line(line: tuple[int, LineScanner]) -> None:
    master, scanner = line
    got: list[str | None] = []
    reader = threading.Thread(target=lambda: got.append(scanner.read_line(30.0)))
    reader.start()
    for byte in b"]C10109\r":
        os.write(master, bytes([byte]))
    reader.join(10.0)
    assert got == ["]C10109"]


def test_silence_is_none(line: tuple[int, LineScanner]) -> None:
    assert line[1].read_line(0.02) is None


def test_a_line_that_breaks_off_is_thrown_away_and_the_next_is_whole(
    line: tuple[int, LineScanner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.line_scanner.STALL_S", 0.02)
    master, scanner = line
    os.write(master, b"]d20109")
    with pytest.raises(ProtocolError, match="broke off") as caught:
        scanner.read_line(5.0)
    assert "CR" in caught.value.hint
    os.write(master, b"whole\r")
    assert scanner.read_line(5.0) == "whole"


def test_a_line_without_end_is_bounded(line: tuple[int, LineScanner]) -> None:
    master, scanner = line

    def feed() -> None:
        for _ in range(LONGEST // 1024 + 2):
            os.write(master, b"9" * 1024)

    feeder = threading.Thread(target=feed)
    feeder.start()
    with pytest.raises(ProtocolError, match="without end"):
        scanner.read_line(5.0)
    feeder.join(10.0)
    assert not feeder.is_alive()


def test_wake_from_another_thread_ends_a_wait_and_keeps_what_came(
    line: tuple[int, LineScanner],
) -> None:
    master, scanner = line
    got: list[str | None] = []
    reader = threading.Thread(target=lambda: got.append(scanner.read_line(60.0)))
    reader.start()
    started = time.monotonic()
    while reader.is_alive():
        scanner.wake()
        reader.join(0.01)
        assert time.monotonic() - started < 10.0
    assert got == [None]
    os.write(master, b"later\r")
    assert scanner.read_line(5.0) == "later"


class Told:
    """A link that tells when bytes were taken from it."""

    def __init__(self, port: str) -> None:
        self._link = open_link(port)
        self.taken = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)

    def read(self, size: int, timeout_s: float) -> bytes:
        data = self._link.read(size, timeout_s)
        if data:
            self.taken.set()
        return data


def test_wake_in_the_middle_of_a_line_keeps_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.line_scanner.STALL_S", 60.0)
    master, slave = os.openpty()
    tty.setraw(slave)
    link = Told(os.ttyname(slave))
    scanner = LineScanner(link)
    got: list[str | None] = []
    reader = threading.Thread(target=lambda: got.append(scanner.read_line(60.0)))
    reader.start()
    os.write(master, b"beg")
    assert link.taken.wait(10.0)
    scanner.wake()
    reader.join(10.0)
    assert got == [None]
    os.write(master, b"un\r")
    assert scanner.read_line(5.0) == "begun"
    scanner.close()
    os.close(master)
    os.close(slave)


def test_close_from_another_thread_ends_a_wait(line: tuple[int, LineScanner]) -> None:
    _, scanner = line
    ended = threading.Event()

    def wait() -> None:
        with contextlib.suppress(Disconnected):
            scanner.read_line(60.0)
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    scanner.close()
    scanner.close()
    assert ended.wait(10.0)
    with pytest.raises(Disconnected):
        scanner.read_line(1.0)


def test_a_scanner_that_is_pulled_out_is_disconnected(line: tuple[int, LineScanner]) -> None:
    master, scanner = line
    os.close(master)
    with pytest.raises(Disconnected):
        scanner.read_line(5.0)


def test_a_port_that_is_not_there_is_a_typed_failure(tmp_path) -> None:
    with pytest.raises(NoInstrument):
        open_scanner(str(tmp_path / "ttyACM0"))
