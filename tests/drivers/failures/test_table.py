"""Every failure is shown by a test, or says why it cannot be."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

from tests.drivers.failures.table import FAILURES


def shown() -> Counter[str]:
    """How many tests show each failure."""
    names = [f"tests.drivers.failures.{path.stem}" for path in Path(__file__).parent.glob("test_*")]
    modules = [import_module(name) for name in (*names, "tests.drivers.test_bounded_exit")]
    return Counter(
        number
        for module in modules
        for name, test in vars(module).items()
        if name.startswith("test_")
        for number in getattr(test, "failures", ())
    )


def test_the_table_is_f1_to_f45() -> None:
    assert list(FAILURES) == [f"F{number}" for number in range(1, 46)]
    assert all(failure.what and failure.expected for failure in FAILURES.values())


def test_each_is_shown_or_says_why_not() -> None:
    found = shown()
    assert set(found) <= set(FAILURES)
    silent = {
        number
        for number, failure in FAILURES.items()
        if not found[number] and not failure.not_shown.strip()
    }
    assert not silent
    # Two have no test at all; of the other reasons each limits what its test can show.
    assert set(FAILURES) - set(found) == {"F25", "F40"}
