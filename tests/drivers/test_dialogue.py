from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cr30 import MODEL
from drivers.cr30.driver import Cr30
from drivers.dialogue import RecordingLink, Turn, dump, parse
from drivers.link import open_link
from drivers.simulators import PtyHost
from drivers.testing import ScriptedLink, expected_dialogue
from tests.drivers import golden

turns = st.lists(
    st.builds(Turn, st.binary(min_size=1, max_size=70), st.binary(max_size=70)), max_size=8
)


@given(turns)
def test_what_is_written_is_read_back(turns: list[Turn]) -> None:
    assert parse(dump(turns, title="any", redact=None)) == tuple(turns)


@pytest.mark.parametrize("line", ["> ", "> zz", "* aa", "aa0a00", "<"])
def test_a_line_that_is_no_turn_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse(f"# title\n{line}\n")


def test_a_session_with_a_unit_is_recorded_and_replayed_without_its_serial_number(
    plug_in: Callable[..., PtyHost],
) -> None:
    host = plug_in(serial="CM000T0042")
    assert MODEL.attach is not None
    recorder = RecordingLink(open_link(str(host.path)))
    unit = MODEL.attach(recorder)
    reading = unit.read()
    unit.close()
    text = dump(recorder.turns, title="cr30", redact=MODEL.redact)
    assert b"CM000T0042".hex() not in text
    assert b"CM000T0042".hex() in dump(recorder.turns, title="cr30", redact=None)
    with expected_dialogue(parse(text)) as link:
        replayed = Cr30(link, link.clock)
        assert replayed.read().spectrum == reading.spectrum
    assert replayed.identity.model == "CR30"


def test_what_comes_unasked_belongs_to_the_turn_before() -> None:
    script = ScriptedLink([(b"a", b"1")])
    recorder = RecordingLink(script)
    assert recorder.name == script.name
    recorder.write(b"a")
    assert recorder.read(10, 1.0) == b"1"
    script.deliver(b"2")
    recorder.cancel()
    assert recorder.drain() == b"2"
    assert recorder.turns == (Turn(b"a", b"12"),)


def test_an_expected_dialogue_fails_on_other_bytes() -> None:
    with (
        pytest.raises(AssertionError, match="expected"),
        expected_dialogue([(golden.ASK0, golden.ID0)]) as link,
    ):
        link.write(golden.ASK1)


def test_an_expected_dialogue_fails_on_bytes_beyond_its_end() -> None:
    with pytest.raises(AssertionError, match="beyond"), expected_dialogue([]) as link:
        link.write(golden.ASK0)


def test_an_expected_dialogue_fails_when_a_turn_is_left_over() -> None:
    with (
        pytest.raises(AssertionError, match="never came"),
        expected_dialogue([(golden.ASK0, golden.ID0)]),
    ):
        pass


def test_an_expected_dialogue_fails_when_bytes_are_left_unread() -> None:
    link = ScriptedLink([(golden.ASK0, golden.ID0)])
    link.write(golden.ASK0)
    link.read(59, 1.0)
    with pytest.raises(AssertionError, match="never read"):
        link.finish()
