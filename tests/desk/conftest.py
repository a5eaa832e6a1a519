from collections.abc import Iterator

import pytest

from calibration import colorimetry
from tests.desk.clinic import Clinic, found


@pytest.fixture(scope="session", autouse=True)
def _colour_science() -> None:
    colorimetry.load()


@pytest.fixture(autouse=True)
def _data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the documents of a database on a server lie; never the folder of who runs the tests.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def clinic(database_url: str) -> Iterator[Clinic]:
    """A founded clinic, once on each back end."""
    made = found(database_url)
    yield made
    made.desk.close()


@pytest.fixture
def sqlite_clinic(sqlite_url: str) -> Iterator[Clinic]:
    """A founded clinic where the back end makes no difference to what is tested."""
    made = found(sqlite_url)
    yield made
    made.desk.close()
