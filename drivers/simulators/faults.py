"""What can be made to go wrong with a simulated unit.

All last until `fault none`, except `unplug`, which ends with itself.

* `unplug`: the cable is pulled in the middle of the next measurement;
* `silence`: the port is there, takes bytes and answers nothing (a unit idle for too long);
* `split`: every answer comes in three pieces with pauses;
* `short`: every answer lacks its last 20 bytes;
* `garbage`: junk comes before every answer;
* `checksum`: every answer has a wrong checksum;
* `echo`: the unit knows who it is, and no other command: it sends requests back;
* `button`: its button is pressed just before every measurement the host asks for;
* `cap-on`: a magnet is near while the aperture looks at the target;
* `calibration`: the unit refuses to calibrate;
* `wrong-model`: another model of the same family answers;
* `nan`: one band is not a number;
* `overrange`: one band is far above 130 %.
"""

from __future__ import annotations

from typing import Final

FAULTS: Final = (
    "unplug",
    "silence",
    "split",
    "short",
    "garbage",
    "checksum",
    "echo",
    "button",
    "cap-on",
    "calibration",
    "wrong-model",
    "nan",
    "overrange",
)
