import pytest

from calibration import colorimetry


@pytest.fixture(scope="session", autouse=True)
def _colour_science() -> None:
    colorimetry.load()
