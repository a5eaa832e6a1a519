from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drivers.rack import Rack, hasten, rack


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rack]:
    """Simulated units of all models, with short waits."""
    hasten(monkeypatch)
    with rack(tmp_path) as found:
        yield found
