"""A session recorded on a terminal, replayed against the driver without one."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from drivers.contract import Colorimeter
from drivers.dialogue import Recorder, Turn, parse, redacted
from drivers.errors import Disconnected, InstrumentError, Unsupported
from drivers.readings import RawReading
from drivers.recording import NumberLeft, Recording, Session, perform, record, tells
from drivers.registry import find_model
from drivers.simulators import MODELS, PtyHost, running
from drivers.spectrolino.line import TunedLink
from drivers.testing import ScriptedLink
from tests.drivers.quick import quick_unit, shorten

PlugIn = Callable[..., PtyHost]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[PlugIn]:
    with ExitStack() as stack:

        def plug_in(model: str, **options) -> PtyHost:
            return stack.enter_context(running(quick_unit(model, **options), tmp_path / "unit"))

        yield plug_in


class Tunable(ScriptedLink):
    """A script on a line whose speed can be changed, which changes nothing in a script."""

    def configure(self, **_: object) -> None:
        """Nothing to do."""


def on_script(model: str, link: Tunable) -> Colorimeter:
    """The driver on a script whose clock costs no time."""
    attach: Any = find_model(model).attach
    return attach(TunedLink(link, link.clock) if model == "spectrolino" else link, link.clock)


#: Made up, as long as real ones; none may be read in a recording. Heads with AT firmware have none.
SERIALS = {
    "cm2600d": "87654321",
    "cm700d": "70918273",
    "cr30": "CM913K7742",
    "open-head": "HEAD-7Q4Z",
    "spectrolino": "54321",
}

SESSION = Session(("black", "white"), 2)
SESSIONS = dict.fromkeys(MODELS, SESSION) | {"spectrolino": Session(("white",), 2)}


def content(readings: tuple[RawReading, ...] | list[RawReading]) -> list[tuple[object, ...]]:
    return [(r.spectrum, r.channels, r.condition, r.trigger, r.warnings) for r in readings]


def hands(host: PtyHost) -> Callable[[str], None]:
    """A person who takes the cap off in good time, which the simulated one needs a pause for."""
    pause = threading.Event()
    return lambda _what: host.path.exists() and pause.wait(0.15) and None


def replay(model: str, text: str, session: Session) -> list[RawReading]:
    link = Tunable(parse(text))
    unit = on_script(model, link)
    readings: list[RawReading] = []
    perform(unit, session, lambda _: None, lambda _: None, readings.append)
    unit.close()
    link.finish()
    return readings


def encodings(serial: str) -> dict[str, bytes]:
    """All ways in which a program could write this number down."""
    plain = serial.encode()
    found = {
        "text": plain,
        "utf-16-le": serial.encode("utf-16-le"),
        "utf-16-be": serial.encode("utf-16-be"),
        "reversed": plain[::-1],
        "hex text": plain.hex().encode(),
        "HEX text": plain.hex().upper().encode(),
        "base64": base64.b64encode(plain)[:-3],
    }
    if serial.isdigit():
        for size in (2, 4) if int(serial) < 65536 else (4,):
            for order in ("little", "big"):
                number = int(serial).to_bytes(size, order)  # type: ignore[arg-type]
                found[f"{order} {size}"] = number
                found[f"{order} {size} as hex text"] = number.hex().upper().encode()
        found["packed decimal"] = bytes.fromhex(serial.rjust(len(serial) + len(serial) % 2, "0"))
    return found


@pytest.mark.parametrize("model", MODELS)
def test_a_replayed_session_gives_the_same_readings_and_not_the_number(
    plug_in: PlugIn, model: str
) -> None:
    serial = SERIALS.get(model)
    host = plug_in(model, seed=3, **({} if serial is None else {"serial": serial}))
    session = SESSIONS[model]
    done = record(find_model(model), str(host.path), session, hands(host))
    assert done.failure is None
    assert len(done.readings) == 2
    assert done.identity is not None
    assert content(replay(model, done.text, session)) == content(done.readings)
    if serial is None:
        assert done.identity.serial == "unnumbered"
        return
    assert done.identity.serial == serial
    turns = parse(done.text)
    for stream in (b"".join(t.received for t in turns), b"".join(t.sent for t in turns)):
        for form, data in encodings(serial).items():
            assert data not in stream, form
    assert serial not in done.text


def test_the_check_for_numbers_would_find_them_unredacted(plug_in: PlugIn) -> None:
    from dataclasses import replace

    for model, serial in SERIALS.items():
        if model == "spectrolino":
            continue  # its number crosses the wire as two bytes, which the check cannot tell
        host = plug_in(model, serial=serial)
        bare = replace(find_model(model), redact=None)
        with pytest.raises(NumberLeft):
            record(bare, str(host.path), Session(readings=0), lambda _: None)


@pytest.mark.parametrize("model", ["cm2600d", "cr30", "open-head", "spectrolino"])
def test_presses_of_the_button_are_recorded_and_replayed(
    plug_in: PlugIn, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    host = plug_in(model, seed=3)
    note = Recorder.note

    def pressing(recorder: Recorder, text: str) -> None:
        note(recorder, text)
        if text.startswith("listen"):
            threading.Timer(0.1, host.control, ("press",)).start()

    monkeypatch.setattr(Recorder, "note", pressing)
    steps = SESSIONS[model].calibrate
    # A listening session ends with the clock, not with a turn: the press is what is compared.
    done = record(find_model(model), str(host.path), Session(steps, 1, 0.8), hands(host))
    assert done.failure is None
    assert [reading.trigger for reading in done.readings] == ["host", "button"]
    link = Tunable(parse(done.text))
    unit = on_script(model, link)
    readings: list[RawReading] = []
    perform(unit, Session(steps, 1), lambda _: None, lambda _: None, readings.append)
    pressed = unit.wait_for_button(60.0)
    assert pressed is not None
    assert content([*readings, pressed]) == content(done.readings)


@pytest.mark.parametrize("fault", ["split", "garbage", "button"])
def test_a_disturbed_line_is_replayed_with_its_disturbances(plug_in: PlugIn, fault: str) -> None:
    host = plug_in("cr30", seed=3, fault=fault, serial=SERIALS["cr30"])
    session = Session(readings=2)
    done = record(find_model("cr30"), str(host.path), session, lambda _: None)
    assert content(replay("cr30", done.text, session)) == content(done.readings)
    assert SERIALS["cr30"].encode().hex() not in done.text


def test_a_session_that_fails_keeps_what_was_said_until_then(plug_in: PlugIn) -> None:
    host = plug_in("cr30", fault="unplug")
    done = record(find_model("cr30"), str(host.path), Session(readings=3), lambda _: None)
    assert isinstance(done.failure, Disconnected)
    assert done.readings == ()
    assert "# failed: disconnected" in done.text
    assert len(parse(done.text)) >= 4


def test_a_port_that_answers_nothing_is_recorded_too(plug_in: PlugIn) -> None:
    host = plug_in("cr30", fault="silence")
    done = record(find_model("cr30"), str(host.path), Session(), lambda _: None)
    assert done.identity is None
    assert done.failure is not None
    assert all(turn.received == b"" for turn in parse(done.text))


def test_what_cannot_be_recorded(plug_in: PlugIn, tmp_path: Path) -> None:
    with pytest.raises(InstrumentError):
        record(find_model("cr30"), str(tmp_path / "none"), Session(), lambda _: None)
    host = plug_in("spectrolino")
    done = record(find_model("spectrolino"), str(host.path), SESSION, lambda _: None)
    assert isinstance(done.failure, Unsupported)


def test_steps_are_remarks_at_their_places(plug_in: PlugIn) -> None:
    host = plug_in("cr30")
    done: Recording = record(
        find_model("cr30"), str(host.path), Session(("black",), 1), hands(host)
    )
    lines = done.text.splitlines()
    black, read, close = (
        lines.index(f"# {step}") for step in ("calibrate black", "read 1", "close")
    )
    assert lines[black + 1].startswith("> bb10")
    assert lines[read + 1].startswith("> bb01")
    assert close == len(lines) - 1


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_number_across_two_turns_is_redacted(cut: int) -> None:
    from tests.drivers import golden

    whole = golden.ID1
    turns = (Turn(b"a", whole[:cut]), Turn(b"b", whole[cut:]))
    model = find_model("cr30")
    clean = redacted(turns, model.redact)
    assert [len(turn.received) for turn in clean] == [cut, 60 - cut]
    assert b"CM000T0001" not in clean[0].received + clean[1].received


def test_a_redaction_that_changes_the_length_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes of 6"):
        redacted([Turn(b"", b"serial")], lambda data: data[:4])


@pytest.mark.parametrize(
    ("serial", "received", "telling"),
    [
        ("CM1234", b"..CM1234..", True),
        ("CM1234", b"..cm1234..", True),
        ("CM1234", "CM1234".encode("utf-16-le"), True),
        ("CM1234", b"434d31323334", True),
        ("CM1234", b"CM1235", False),
        ("A1", b"A1", False),  # too short to tell it from data
        ("unnumbered", b"unnumbered", False),
    ],
)
def test_where_a_number_can_be_read(serial: str, received: bytes, telling: bool) -> None:
    assert tells([Turn(b"", received)], serial) == telling
    assert tells([Turn(received, b"")], serial) == telling
    half = len(received) // 2
    assert tells([Turn(b"x", received[:half]), Turn(b"y", received[half:])], serial) == telling
