"""Repeatability and reproducibility of an instrument and its users, as a study with a report.

Several people read the same patches several times, lifting the probe in between. The study says
how much of what one sees comes from the instrument, how much from who holds it, and how much from
the patches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from calibration.anova import Components, components
from calibration.colorimetry import Floats, channels_to_lab, delta_e_2000
from calibration.sampling import Triplet, mcdm

_AXES: Final = ("L*", "a*", "b*")


class IncompleteStudy(Exception):
    """Not everybody has read every patch equally often; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class StudyReading:
    """One reading of a study; `xyz` white-normalised, as in `sampling.Sample`."""

    operator: str
    patch: str
    xyz: Triplet


@dataclass(frozen=True, slots=True)
class StudyReport:
    """What a study found.

    `axes` holds the variance components of L*, a*, b*. `repeatability_mcdm` is the mean CIEDE2000
    of readings from the mean of their own operator and patch, `reproducibility_mcdm` that of the
    operators' means from the mean of their patch. `worst` names the operator and patch whose
    readings scatter most, with their MCDM.
    """

    serial: str
    at: datetime
    operators: tuple[str, ...]
    patches: tuple[str, ...]
    repeats: int
    axes: tuple[Components, Components, Components]
    repeatability_mcdm: float
    reproducibility_mcdm: float
    worst: tuple[str, str, float]

    @property
    def sentence(self) -> str:
        """What to work on first."""
        if self.reproducibility_mcdm > self.repeatability_mcdm:
            return (
                "Who reads matters more than reading again: let everybody set the probe down the "
                "same way."
            )
        return "Readings of one person scatter as much as those of different people."

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON data."""
        return {
            "serial": self.serial,
            "at": self.at.isoformat(),
            "operators": list(self.operators),
            "patches": list(self.patches),
            "repeats": self.repeats,
            "axes": {
                name: {
                    "repeatability": axis.repeatability,
                    "operators": axis.operators,
                    "interaction": axis.interaction,
                    "interaction_pooled": axis.pooled,
                    "reproducibility": axis.reproducibility,
                    "gauge": axis.gauge,
                    "patches": axis.parts,
                    "total": axis.total,
                    "gauge_share": axis.gauge_share,
                    "categories": axis.categories if np.isfinite(axis.categories) else None,
                }
                for name, axis in zip(_AXES, self.axes, strict=True)
            },
            "repeatability_mcdm": self.repeatability_mcdm,
            "reproducibility_mcdm": self.reproducibility_mcdm,
            "worst": {
                "operator": self.worst[0],
                "patch": self.worst[1],
                "mcdm": self.worst[2],
            },
            "sentence": self.sentence,
        }

    def as_markdown(self) -> str:
        """The report as a page to print."""
        rows = [
            f"| {name} | {axis.repeatability:.3f} | {axis.reproducibility:.3f} | "
            f"{axis.gauge:.3f} | {axis.parts:.3f} | {axis.gauge_share:.0%} |"
            for name, axis in zip(_AXES, self.axes, strict=True)
        ]
        operator, patch, scatter = self.worst
        return "\n".join(
            [
                f"# Repeatability and reproducibility of {self.serial}",
                "",
                f"{self.at:%Y-%m-%d}: {len(self.operators)} operators, {len(self.patches)} "
                f"patches, {self.repeats} readings each with lift and replace.",
                "",
                "| SD of | repeatability | reproducibility | both | patches | both of total |",
                "|---|---|---|---|---|---|",
                *rows,
                "",
                f"Mean CIEDE2000 from the mean: {self.repeatability_mcdm:.2f} within one operator, "
                f"{self.reproducibility_mcdm:.2f} between operators.",
                f"Widest scatter: {operator} on {patch}, {scatter:.2f}.",
                "",
                self.sentence,
                "",
            ]
        )


def analyse(serial: str, readings: Sequence[StudyReading], *, at: datetime) -> StudyReport:
    """The report of a study.

    Args:
        serial: serial number of the unit all readings come from.
        readings: in any order between people and patches.
        at: the present instant, UTC.

    Raises:
        IncompleteStudy: fewer than two people, patches or repeats, or somebody read less.
    """
    operators, patches, xyz = _cube(readings)
    labs = channels_to_lab(xyz)
    cell_means = channels_to_lab(xyz.mean(axis=2))
    patch_means = channels_to_lab(xyz.mean(axis=(0, 2)))
    scatter = np.array(
        [
            [mcdm(labs[o, p].tolist(), tuple(cell_means[o, p])) for p in range(len(patches))]
            for o in range(len(operators))
        ]
    )
    between = delta_e_2000(cell_means, np.broadcast_to(patch_means, cell_means.shape))
    operator, patch = np.unravel_index(int(scatter.argmax()), scatter.shape)
    return StudyReport(
        serial=serial,
        at=at,
        operators=operators,
        patches=patches,
        repeats=xyz.shape[2],
        axes=(components(labs[..., 0]), components(labs[..., 1]), components(labs[..., 2])),
        repeatability_mcdm=float(scatter.mean()),
        reproducibility_mcdm=float(between.mean()),
        worst=(operators[operator], patches[patch], float(scatter.max())),
    )


def _cube(readings: Sequence[StudyReading]) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
    operators = tuple(dict.fromkeys(reading.operator for reading in readings))
    patches = tuple(dict.fromkeys(reading.patch for reading in readings))
    cells: dict[tuple[str, str], list[Triplet]] = {}
    for reading in readings:
        cells.setdefault((reading.operator, reading.patch), []).append(reading.xyz)
    repeats = max((len(cell) for cell in cells.values()), default=0)
    if min(len(operators), len(patches), repeats) < 2:
        raise IncompleteStudy("a study needs at least two people, two patches and two repeats")
    for operator in operators:
        for patch in patches:
            done = len(cells.get((operator, patch), ()))
            if done < repeats:
                raise IncompleteStudy(
                    f"{operator} has read {patch} {done} times and others {repeats} times"
                )
    return (
        operators,
        patches,
        np.array([[cells[operator, patch] for patch in patches] for operator in operators]),
    )
