"""Which port a unit is on: the one that was named, or the one where it answers."""

from __future__ import annotations

from drivers.discovery import list_ports
from drivers.errors import NoInstrument

#: Instead of a port: look for the unit wherever it is plugged in.
AUTO = "auto"


def find_port(model: str, port: str) -> str:
    """The port itself, or for `AUTO` the one on which a unit of this model answered.

    Raises:
        NoInstrument: none answers, or several do and a person must choose.
    """
    if port != AUTO:
        return port
    reports = [r for r in list_ports() if r.model == model.casefold() and r.state != "other"]
    ready = [r for r in reports if r.state == "ready"]
    if len(ready) == 1:
        return ready[0].port
    if ready:
        units = ", ".join(f"{r.serial} on {r.port}" for r in ready)
        raise NoInstrument(
            f"several instruments are plugged in: {units}", "Unplug one, or name its --port."
        )
    if reports:
        raise NoInstrument(
            f"{reports[0].port or 'an instrument'}: {reports[0].state}", reports[0].hint
        )
    raise NoInstrument("no colorimeter answers on any serial port")
