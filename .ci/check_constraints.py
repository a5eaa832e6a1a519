"""constraints.txt pins every requirement of the project with hashes, and names no host."""

import re
import sys
import tomllib
from pathlib import Path

root = Path(__file__).parents[1]
text = (root / "constraints.txt").read_text("utf-8")
project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def plain(name: str) -> str:
    """A package name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


problems = []
if re.search(r"https?://|file:|--index-url|--find-links|--extra-index-url", text):
    problems.append("it names a host or an index")
pinned = {
    plain(m[1]): m[2] for m in re.finditer(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
}
blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
problems += [
    f"{block.splitlines()[0]} has no hash"
    for block in blocks
    if re.match(r"[A-Za-z0-9._-]+==", block) and "--hash=sha256:" not in block
]
wanted = list(project["dependencies"])
for extra in ("postgresql", "test"):
    wanted += project["optional-dependencies"][extra]
for requirement in wanted:
    name = plain(re.match(r"[A-Za-z0-9._-]+", requirement)[0])
    if name not in pinned:
        problems.append(f"{name} is not pinned")
if problems:
    sys.exit("constraints.txt: " + "; ".join(problems))
sys.stdout.write(f"{len(pinned)} packages pinned with hashes\n")
