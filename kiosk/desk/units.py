"""Which units a person can choose from, and which one this kiosk works with."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.discovery import PortReport
from drivers.registry import models
from kiosk.desk import known_units
from kiosk.desk.finding import THIS_SYSTEM, System, confirm_port


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be chosen, and how far its protocol is confirmed."""

    name: str
    title: str
    evidence: str


def look_for_units(system: System = THIS_SYSTEM) -> tuple[PortReport, ...]:
    """Every port and what answers on it, the likely ones first; asks each port at most once.

    Raises:
        UnitsUnreadable: what this machine remembers cannot be read.
    """
    return system.look(known_units.load())


def known_models() -> tuple[Model, ...]:
    """Every model with a driver, by name."""
    return tuple(Model(m.name, m.title, m.evidence) for m in models())


def confirm_unit(model: str, port: str, system: System = THIS_SYSTEM) -> PortReport:
    """A person's word that a unit of this model is on a port; it is asked once and remembered.

    Raises:
        AmbiguousLabel: two units could not be told apart.
        InstrumentError: what is remembered cannot be read or written.
    """
    return confirm_port(model, port, system=system)
