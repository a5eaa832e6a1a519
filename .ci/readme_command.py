"""Print one of the README's commands exactly as it stands there: `demo` or `test`.

The README marks each with an HTML comment before its code block, so that what CI runs and what a
newcomer copies can never differ.
"""

import re
import sys
from pathlib import Path

readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
name = sys.argv[1]
found = re.search(rf"<!-- command: {name} -->\s*```sh\n(.*?)```", readme, re.DOTALL)
if found is None:
    sys.exit(f"the README has no command marked '{name}'")
sys.stdout.write(found.group(1))
