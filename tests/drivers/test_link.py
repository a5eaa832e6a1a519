from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import Busy, Disconnected, InstrumentTimeout, NoInstrument, PermissionDenied
from drivers.link import list_serial_ports, open_failure, open_link


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.close(slave)
    yield master, name
    with contextlib.suppress(OSError):
        os.close(master)


def test_bytes_pass_both_ways(terminal: tuple[int, str]) -> None:
    master, name = terminal
    link = open_link(name)
    link.write(b"\x00\xff\r\n\x11")
    assert os.read(master, 10) == b"\x00\xff\r\n\x11"
    os.write(master, b"\x03\x04\x13\n\r")
    assert link.read(5, 1.0) == b"\x03\x04\x13\n\r"
    link.close()


def test_a_read_gives_what_came_when_the_time_is_up(terminal: tuple[int, str]) -> None:
    master, name = terminal
    link = open_link(name)
    os.write(master, b"abc")
    assert link.read(60, 0.02) == b"abc"
    assert link.read(60, 0.02) == b""
    link.close()


def test_a_read_waits_as_long_as_it_was_told_not_as_the_link_was(
    terminal: tuple[int, str],
) -> None:
    master, name = terminal
    link = open_link(name, timeout_s=0.01)
    threading.Timer(0.1, os.write, (master, b"abc")).start()
    assert link.read(3, 30.0) == b"abc"
    link.close()


def test_drain_takes_all_without_waiting(terminal: tuple[int, str]) -> None:
    master, name = terminal
    link = open_link(name)
    assert link.drain() == b""
    os.write(master, b"x" * 200)
    assert link.read(1, 1.0) == b"x"
    assert link.drain() == b"x" * 199
    link.close()


def test_cancel_from_another_thread_ends_a_read(terminal: tuple[int, str]) -> None:
    _, name = terminal
    link = open_link(name)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(link.read(60, 60.0)))
    reader.start()
    link.cancel()
    reader.join(10.0)
    assert not reader.is_alive()
    assert got == [b""]
    link.close()


def test_a_waiting_read_uses_no_processor_time(terminal: tuple[int, str]) -> None:
    _, name = terminal
    link = open_link(name)
    before = time.thread_time()
    link.read(60, 0.5)
    # Asking every millisecond would cost some 10 ms; waiting in select costs well under one.
    assert time.thread_time() - before < 0.01
    link.close()


def test_hang_up_is_disconnected_whatever_is_tried(terminal: tuple[int, str]) -> None:
    master, name = terminal
    link = open_link(name)
    os.close(master)
    with pytest.raises(Disconnected, match=name):
        link.read(1, 1.0)
    with pytest.raises(Disconnected):
        link.write(b"x")
    with pytest.raises(Disconnected):
        link.drain()
    link.close()
    link.close()


def test_everything_after_close_is_disconnected_and_cancel_harmless(
    terminal: tuple[int, str],
) -> None:
    _, name = terminal
    link = open_link(name)
    link.close()
    link.close()
    link.cancel()
    with pytest.raises(Disconnected, match="closed"):
        link.read(1, 1.0)
    with pytest.raises(Disconnected, match="closed"):
        link.write(b"x")
    with pytest.raises(Disconnected, match="closed"):
        link.drain()


def test_closing_frees_every_descriptor(terminal: tuple[int, str]) -> None:
    _, name = terminal
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        open_link(name).close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_port_that_takes_no_bytes_times_out(
    terminal: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.link.WRITE_TIMEOUT_S", 0.05)
    _, name = terminal
    link = open_link(name)
    with pytest.raises(InstrumentTimeout):
        link.write(b"x" * 1_000_000)
    link.close()


def test_a_missing_port_is_no_instrument(tmp_path: Path) -> None:
    port = str(tmp_path / "ttyUSB9")
    with pytest.raises(NoInstrument, match="ttyUSB9") as caught:
        open_link(port)
    assert caught.value.hint


def test_a_link_that_leads_nowhere_is_no_instrument(tmp_path: Path) -> None:
    port = tmp_path / "port"
    port.symlink_to(tmp_path / "gone")
    with pytest.raises(NoInstrument):
        open_link(str(port))


def test_a_file_and_a_folder_are_no_serial_ports(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a port")
    with pytest.raises(NoInstrument, match="not a serial device"):
        open_link(str(file))
    with pytest.raises(NoInstrument, match="folder"):
        open_link(str(tmp_path))


def test_a_device_that_is_no_terminal_is_no_instrument() -> None:
    with pytest.raises(NoInstrument, match="/dev/null"):
        open_link("/dev/null")


@pytest.mark.parametrize("port", ["", "bad\0name", "nonsense://x", "socket://nowhere"])
def test_a_name_that_is_no_port_is_no_instrument(port: str) -> None:
    with pytest.raises(NoInstrument):
        open_link(port)


def test_a_port_another_process_holds_is_busy(terminal: tuple[int, str]) -> None:
    _, name = terminal
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom drivers.link import open_link\n"
            "link = open_link(sys.argv[1])\nprint('held', flush=True)\nsys.stdin.read()",
            name,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=name) as caught:
            open_link(name)
        assert "other program" in caught.value.hint
    finally:
        holder.communicate()
    open_link(name).close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EACCES, "Permission denied"), PermissionDenied),
        (OSError(errno.EPERM, "Operation not permitted"), PermissionDenied),
        (OSError(errno.EBUSY, "Device or resource busy"), Busy),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), Busy),
        (OSError(errno.ENOENT, "No such file or directory"), NoInstrument),
        (OSError(errno.EIO, "Input/output error"), NoInstrument),
        (OSError(errno.ENXIO, "No such device or address"), NoInstrument),
        (termios.error(errno.EIO, "Input/output error"), NoInstrument),
        (ValueError("invalid URL"), NoInstrument),
    ],
)
def test_each_failure_to_open_has_its_kind_its_port_and_its_mend(
    error: Exception, expected: type[Exception]
) -> None:
    failure = open_failure("/dev/ttyUSB0", error)
    assert type(failure) is expected
    assert "/dev/ttyUSB0" in failure.message
    assert failure.hint


def test_a_number_hidden_in_the_cause_is_found() -> None:
    # pyserial wraps a termios error into one without a number.
    wrapped = OSError("Could not configure port")
    wrapped.__context__ = termios.error(errno.EACCES, "Permission denied")
    assert isinstance(open_failure("/dev/ttyUSB0", wrapped), PermissionDenied)


def test_listing_ports_does_not_fail_where_there_are_none() -> None:
    for port in list_serial_ports():
        assert port.device
