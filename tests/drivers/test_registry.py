from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers import Unsupported
from drivers.cr30 import MODEL
from drivers.registry import find_model, model_names, models

PLUGIN = """
from drivers import Capabilities, InstrumentModel
from drivers.cr30 import MODEL
BROKEN = "not a model"
MODEL = InstrumentModel("acme9", "Acme 9", "none", MODEL.capabilities, MODEL.open)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Installs a third party's package that declares these entry points."""

    def install(entries: dict[str, str]) -> None:
        (tmp_path / "acme_plugin.py").write_text(PLUGIN)
        (tmp_path / "acme_raises.py").write_text("1 / 0")
        info = tmp_path / "acme-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        lines = [f"{name} = {value}" for name, value in entries.items()]
        (info / "entry_points.txt").write_text(
            "\n".join(["[smp_kiosk.colorimeters]", *lines]) + "\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))

    return install


@pytest.mark.parametrize("name", ["cr30", "CR30", "Cr30"])
def test_a_model_is_found_in_any_spelling(name: str) -> None:
    assert find_model(name) is MODEL


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(Unsupported, match="cm-700d") as caught:
        find_model("cm-700d")
    assert "cr30" in caught.value.hint


def test_a_third_partys_model_is_found_by_its_entry_point(install) -> None:
    install({"Acme9": "acme_plugin:MODEL"})
    assert "acme9" in model_names()
    assert find_model("ACME9").title == "Acme 9"
    assert {"cr30", "acme9"} <= {model.name for model in models()}


def test_a_third_party_cannot_take_the_place_of_a_model_of_ours(install) -> None:
    install({"CR30": "acme_plugin:MODEL"})
    assert find_model("cr30") is MODEL
    assert [model.name for model in models()].count("cr30") == 1


@pytest.mark.parametrize(
    "value",
    ["acme_missing:MODEL", "acme_raises:MODEL", "acme_plugin:NOTHING", "acme_plugin:BROKEN"],
)
def test_a_broken_package_is_unsupported_and_stops_nobody_else(install, value: str) -> None:
    install({"broken": value})
    with pytest.raises(Unsupported, match="broken") as caught:
        find_model("broken")
    assert caught.value.hint
    assert MODEL in models()


def test_names_are_known_without_importing_a_driver_or_pyserial() -> None:
    program = (
        "import sys\nfrom drivers.registry import find_model, model_names\nmodel_names()\n"
        "assert 'drivers.cr30' not in sys.modules\nfind_model('cr30')\n"
        "assert 'serial' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
