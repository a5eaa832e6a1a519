"""Konica Minolta CM-700d/CM-600d and CM-2600d/CM-2500d: portable d:8 spectrophotometers.

Importing this costs nothing; the drivers and pyserial are imported when a port is opened.
"""

from __future__ import annotations

from drivers.contract import CalibrationStep, Capabilities, InstrumentModel
from drivers.lazily import lazily

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


CM700D_MODEL = InstrumentModel(
    name="cm700d",
    title="Konica Minolta CM-700d / CM-600d",
    evidence=(
        "From one published program that follows the maker's unpublished specification; dialogues "
        "constructed, never tried on hardware. The CM-600d's product code is not known."
    ),
    capabilities=CM700D_CAPABILITIES,
    open=lazily("drivers.konica_minolta.cm700d:open_port"),
    # The maker's USB id is unverified, so no port is ever asked before a person names it.
    usb=(),
    probe=lazily("drivers.konica_minolta.cm700d:probe"),
    attach=lazily("drivers.konica_minolta.cm700d:Cm700d"),
    redact=lazily("drivers.konica_minolta.codec:redact"),
)

CM2600D_MODEL = InstrumentModel(
    name="cm2600d",
    title="Konica Minolta CM-2600d / CM-2500d",
    evidence=(
        "From one published program (color4j); dialogues constructed, never tried on hardware. "
        "How many lines a measurement sends is not known."
    ),
    capabilities=CM2600D_CAPABILITIES,
    open=lazily("drivers.konica_minolta.cm2600d:open_port"),
    # The unit has RS-232 only: a USB id would be that of a cable.
    usb=(),
    probe=lazily("drivers.konica_minolta.cm2600d:probe"),
    attach=lazily("drivers.konica_minolta.cm2600d:Cm2600d"),
    redact=lazily("drivers.konica_minolta.codec:redact"),
)
