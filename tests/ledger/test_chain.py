"""The hash and the envelope, against values computed outside this program."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.ledger import chain
from kiosk.ledger.canonical import LedgerValueError

# Computed with another implementation of RFC 6962 for the entries {"n":0}, {"n":1}, {"n":2}.
LEAVES = [
    "f94070abfd2da0bf72902eb13a808e794f954d9e2745c682a158f6ed0d4ac036",
    "fb5d93e6cf90bc9470cd9ea9d9e12348993db3e854ab2b7660e3594767045f6c",
    "3d1de776df086c1ae9f7049d2bb0c0475ad14185f987e064e8d10dcb2db4a322",
]


@pytest.mark.parametrize(("n", "leaf"), list(enumerate(LEAVES)))
def test_the_leaf_hash_is_that_of_rfc_6962(n: int, leaf: str) -> None:
    assert chain.leaf_hash(f'{{"n":{n}}}'.encode()).hex() == leaf


def test_the_leaf_of_empty_data_and_the_empty_tree_are_the_published_ones() -> None:
    assert base64.b64encode(chain.leaf_hash(b"")) == b"bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
    assert chain.EMPTY == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_envelope_is_a_text_that_anybody_can_write_down_and_hash() -> None:
    text = chain.envelope(
        kiosk="kiosk-1",
        kiosk_seq=7,
        at="2026-01-31T09:05:00.250Z",
        actor="anna",
        kind="visit.opened",
        entity="V1",
        prev="00ff",
        body={"client": "C1"},
    )
    assert text == (
        b'{"actor":"anna","at":"2026-01-31T09:05:00.250Z","body":{"client":"C1"},"entity":"V1",'
        b'"kind":"visit.opened","kiosk":"kiosk-1","kiosk_seq":7,"prev":"00ff","v":1}'
    )
    assert json.loads(text)["v"] == 1
    assert chain.leaf_hash(text) == hashlib.sha256(b"\0" + text).digest()


def test_a_bad_value_is_named_by_its_path_in_the_event() -> None:
    with pytest.raises(LedgerValueError) as caught:
        chain.envelope(
            kiosk="k", kiosk_seq=1, at="", actor="a", kind="x", entity="e", prev="",
            body={"parts": [{"qty_ul": 2**60}]},
        )  # fmt: skip
    assert caught.value.field == "body.parts[0].qty_ul"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 1, 31, 9, 5, tzinfo=UTC), "2026-01-31T09:05:00.000Z"),
        # Cut, not rounded, up to the last microsecond of the year.
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, UTC), "2026-12-31T23:59:59.999Z"),
        (
            datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
            "2025-12-31T23:30:00.000Z",
        ),
    ],
)
def test_instants_are_utc_text_in_milliseconds(at: datetime, text: str) -> None:
    assert chain.instant_text(at) == text
    assert chain.instant(text) == at.astimezone(UTC).replace(
        microsecond=at.microsecond // 1000 * 1000
    )


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(LedgerValueError, match=r"^at: "):
        chain.instant_text(datetime(2026, 1, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    ["2026-01-31", "2026-01-31T09:05:00Z", "2026-01-31T09:05:00.000+00:00", "now", "2026-01-31T0"],
)
def test_another_way_of_writing_an_instant_is_not_one_of_the_ledger(text: str) -> None:
    with pytest.raises(ValueError, match=r"instant|Invalid|isoformat"):
        chain.instant(text)
