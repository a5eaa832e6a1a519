"""Konica Minolta CM-700d/CM-600d and CM-2600d/CM-2500d: portable d:8 spectrophotometers.

Importing this costs nothing; the drivers and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.contract import (
    CalibrationStep,
    Capabilities,
    Colorimeter,
    InstrumentModel,
    Link,
)
from drivers.readings import Identity

_CALIBRATION = (
    CalibrationStep(
        kind="black",
        arrange=(
            "Fit the mask you will measure with and set the slider to it. Put the zero "
            "calibration box on, or aim into the open, a metre from any surface."
        ),
        button="Calibrate zero",
    ),
    CalibrationStep(
        kind="white",
        arrange="Stand the unit on its white calibration plate; mask and slider as before.",
        button="Calibrate white",
    ),
)

CM700D_CAPABILITIES = Capabilities(
    spectral=True, button=False, gated_cap=False, calibration=_CALIBRATION, unit_time_s=1.0
)
#: 0.7 s of its time is the quiet that ends its lines; the flash is about a second on both.
CM2600D_CAPABILITIES = Capabilities(
    spectral=True, button=True, gated_cap=False, calibration=_CALIBRATION, unit_time_s=2.0
)


def _open_700(port: str) -> Colorimeter:
    from drivers.konica_minolta.cm700d import Cm700d
    from drivers.konica_minolta.driver import open_port
    from drivers.konica_minolta.protocol import CM700D

    return open_port(port, CM700D, Cm700d)


def _probe_700(port: str, timeout_s: float) -> Identity:
    from drivers.konica_minolta.driver import probe
    from drivers.konica_minolta.protocol import CM700D

    return probe(port, timeout_s, CM700D)


def _attach_700(link: Link) -> Colorimeter:
    from drivers.konica_minolta.cm700d import Cm700d

    return Cm700d(link)


def _open_2600(port: str) -> Colorimeter:
    from drivers.konica_minolta.cm2600d import Cm2600d
    from drivers.konica_minolta.driver import open_port
    from drivers.konica_minolta.protocol import CM2600D

    return open_port(port, CM2600D, Cm2600d)


def _probe_2600(port: str, timeout_s: float) -> Identity:
    from drivers.konica_minolta.driver import probe
    from drivers.konica_minolta.protocol import CM2600D

    return probe(port, timeout_s, CM2600D)


def _attach_2600(link: Link) -> Colorimeter:
    from drivers.konica_minolta.cm2600d import Cm2600d

    return Cm2600d(link)


def _redact(data: bytes) -> bytes:
    from drivers.konica_minolta.codec import redact

    return redact(data)


CM700D_MODEL = InstrumentModel(
    name="cm700d",
    title="Konica Minolta CM-700d / CM-600d",
    evidence=(
        "From one published program that follows the maker's unpublished specification; dialogues "
        "constructed, never tried on hardware. The CM-600d's product code is not known."
    ),
    capabilities=CM700D_CAPABILITIES,
    open=_open_700,
    # The maker's USB id is unverified, so no port is ever asked before a person names it.
    usb=(),
    probe=_probe_700,
    attach=_attach_700,
    redact=_redact,
)

CM2600D_MODEL = InstrumentModel(
    name="cm2600d",
    title="Konica Minolta CM-2600d / CM-2500d",
    evidence=(
        "From one published program (color4j); dialogues constructed, never tried on hardware. "
        "How many lines a measurement sends is not known."
    ),
    capabilities=CM2600D_CAPABILITIES,
    open=_open_2600,
    # The unit has RS-232 only: a USB id would be that of a cable.
    usb=(),
    probe=_probe_2600,
    attach=_attach_2600,
    redact=_redact,
)
