"""For authors of drivers, of ours and of third parties: conversations, and what is promised.

`expected_dialogue` runs a driver against bytes written down; `check_driver`, or one by one the
`CHECKS`, hold a driver to `drivers.contract` with a unit, real or simulated. Needs the standard
library only; see `drivers.testing.checks` for how to use it with pytest.
"""

from drivers.testing.checks import CHECKS, Check, NotTried, check_driver
from drivers.testing.evidence import BrokenPromise
from drivers.testing.script import ScriptedLink, expected_dialogue
from drivers.testing.stand import Situation, Stand

__all__ = [
    "CHECKS",
    "BrokenPromise",
    "Check",
    "NotTried",
    "ScriptedLink",
    "Situation",
    "Stand",
    "check_driver",
    "expected_dialogue",
]
