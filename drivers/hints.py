"""What stands between a person and their instrument on Linux, as sentences with the mend.

Everything is looked up when somebody must be told, never before; what the system does not show
(another user's processes, a group without a name) only makes the sentence more general.
"""

from __future__ import annotations

import contextlib
import grp
import os
from pathlib import Path
from typing import Final

from drivers.usb_ids import UsbId

_PROC: Final = Path("/proc")
RULES: Final = "'smp-kiosk instruments rules' prints rules that settle this for good."

_SCREENS: Final = "for screens"


def permission(port: str) -> str:
    """How this user may get at a port they are not allowed to open."""
    try:
        group = grp.getgrgid(os.stat(port).st_gid).gr_name
    except (OSError, KeyError):
        group = "dialout"
    if group == "root":
        return f"No group may use this port. {RULES}"
    with contextlib.suppress(KeyError, OSError):
        entry = grp.getgrnam(group)
        name = _login()
        if name in entry.gr_mem and entry.gr_gid not in os.getgroups():
            return f"You are in the group '{group}' since this session began: sign in again."
    return (
        f"Add this user to the group '{group}' (sudo usermod -aG {group} $USER) and sign in again. "
        f"{RULES}"
    )


def busy(port: str, proc: Path = _PROC) -> str:
    """Who holds a port, as far as the system shows it, and how to be rid of them."""
    holders = _holders(port, proc)
    if "ModemManager" in holders or (not holders and "ModemManager" in _programs(proc)):
        return (
            "ModemManager asks new ports whether they are modems: wait half a minute. "
            f"{RULES} Or close the other program that uses the port."
        )
    if holders:
        return f"Close {' and '.join(holders)}, which uses this port."
    return "Close the other program that uses this port (a second kiosk, perhaps)."


def no_port(what: str) -> str:
    """About a serial device that is on the bus and has no port."""
    return (
        f"{what}: it is plugged in and its port was taken away, most often by the braille service "
        "brltty. Remove that package (sudo apt remove brltty) or mask its rules, then plug the "
        "instrument in again."
    )


def not_serial(row: UsbId) -> str:
    """About an instrument that no serial driver reaches."""
    if _SCREENS in row.what:
        return f"{row.what}: spotread knows it, but it cannot measure surfaces."
    return (
        f"{row.what} is no serial port: install ArgyllCMS and use the spotread bridge "
        "(--model spotread --port spotread)."
    )


def unconfirmed(port: str, what: str, model: str | None) -> str:
    """About a port that may be anything and was not asked."""
    return (
        f"{what}; anything may be on it, so it was not asked. If a colorimeter is: "
        f"smp-kiosk instruments confirm {port} --model {model or 'MODEL'}"
    )


def _holders(port: str, proc: Path) -> list[str]:
    """Names of the programs that have the port open, of this user's own or, for root, of all."""
    target = os.path.realpath(port)
    found: set[str] = set()
    for process in proc.glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        with contextlib.suppress(OSError):
            if any(os.path.realpath(fd) == target for fd in (process / "fd").iterdir()):
                found.add(_comm(process))
    return sorted(found)


def _programs(proc: Path) -> set[str]:
    return {_comm(process) for process in proc.glob("[0-9]*")}


def _comm(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8", errors="replace").strip()
    except OSError:
        return ""


def _login() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
