from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.simulators import Cr30Unit, PtyHost, running
from drivers.simulators.targets import load


@pytest.fixture
def plug_in(tmp_path: Path) -> Iterator[Callable[..., PtyHost]]:
    """Runs simulated CR30s behind pseudo terminals for the length of a test."""
    with ExitStack() as stack:

        def plug_in(name: str = "unit", target: str = "skin-light", **options) -> PtyHost:
            unit = Cr30Unit(target=load(target), **options)
            return stack.enter_context(running(unit, tmp_path / name))

        yield plug_in
