from typing import Any

import pytest
from hypothesis import settings

from calibration.swatch_card.report import ink_test_report

# The first conversion imports colour-science; later ones are far below any deadline.
settings.register_profile("swatch_card", deadline=None)
settings.load_profile("swatch_card")


@pytest.fixture(scope="session")
def report() -> dict[str, Any]:
    """The examination of the ink test, run once."""
    return ink_test_report()
