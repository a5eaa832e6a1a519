"""Makes the sample package visible as installed: by metadata, which is all an installer writes."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "sample_plugin"


def install_sample(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install tests/drivers/sample_plugin into `folder`, as `pip install --editable` would."""
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [
        line
        for group, entries in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(SAMPLE / "src"))
    monkeypatch.syspath_prepend(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "brightbox"]:
        monkeypatch.delitem(sys.modules, name)
