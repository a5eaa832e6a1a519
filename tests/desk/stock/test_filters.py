"""Filters that people keep, in a file that may be damaged, foreign or not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock import filters
from kiosk.desk.stock.filters import (
    Filter,
    Order,
    Show,
    delete_filter,
    preferences_file,
    save_filter,
    saved_filters,
)
from kiosk.inventory.model import Kind

WEEK = Filter("halden", Kind.PIGMENT, Show.EXPIRING, 7, Order.PRODUCT, descending=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deeper" / "preferences.json"


def test_a_filter_is_kept_replaced_and_forgotten(file: Path) -> None:
    assert saved_filters(file) == {}
    save_filter(file, " this week ", WEEK)
    save_filter(file, "all", Filter())
    assert saved_filters(file) == {"all": Filter(), "this week": WEEK}
    assert list(saved_filters(file)) == ["all", "this week"]
    save_filter(file, "all", WEEK)
    assert saved_filters(file)["all"] == WEEK
    delete_filter(file, "all")
    assert saved_filters(file) == {"this week": WEEK}
    with pytest.raises(NotFound, match="'all'"):
        delete_filter(file, "all")


FILTERS = st.builds(
    Filter,
    text=st.text(max_size=20).filter(lambda text: text.isprintable()),
    kind=st.sampled_from([None, *Kind]),
    show=st.sampled_from(Show),
    within_days=st.integers(0, 400),
    order=st.sampled_from(Order),
    descending=st.booleans(),
)


@given(st.dictionaries(st.text("abcü ß-7", min_size=1).map(str.strip).filter(bool), FILTERS))
def test_what_was_saved_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, Filter]
) -> None:
    file = tmp_path_factory.mktemp("kiosk") / "preferences.json"
    for name, wanted in kept.items():
        save_filter(file, name, wanted)
    assert saved_filters(file) == kept


def test_other_preferences_in_the_file_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "night", "filters": {}}))
    save_filter(file, "x", WEEK)
    assert json.loads(file.read_text("utf-8"))["theme"] == "night"


@pytest.mark.parametrize(
    "content",
    ["", "not json", "[]", '{"filters": 7}', '{"filters": {"x": {"show": "everything"}}}',
     '{"filters": {"x": {"within_days": "7"}}}', "\ud800"],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_named_and_left_alone(file: Path, content: str) -> None:
    file.parent.mkdir()
    data = content.encode("utf-8", "surrogatepass")
    file.write_bytes(data)
    for act in (
        lambda: saved_filters(file),
        lambda: save_filter(file, "x", WEEK),
        lambda: delete_filter(file, "x"),
    ):
        with pytest.raises(DeskError, match="cannot be understood") as error:
            act()
        assert str(file) in error.value.message
        assert error.value.hint
    assert file.read_bytes() == data


def test_a_file_that_cannot_be_read_or_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="cannot be read"):
        saved_filters(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeskError, match="cannot be"):
        save_filter(tmp_path / "file" / "preferences.json", "x", WEEK)


def test_writing_that_breaks_off_leaves_the_file_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_filter(file, "x", WEEK)
    before = file.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(filters.os, "fsync", full)
    with pytest.raises(DeskError, match="No space left"):
        save_filter(file, "y", Filter())
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_filter_has_a_name_that_fits(file: Path, name: str) -> None:
    with pytest.raises(DeskError, match="name: "):
        save_filter(file, name, WEEK)
    assert not file.exists()


def test_preferences_lie_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert preferences_file() == tmp_path / "smp-kiosk" / "preferences.json"
