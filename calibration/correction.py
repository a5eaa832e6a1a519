"""A fitted correction from a head's channels to colour, as a sealed and dated artefact.

It belongs to one unit, names the patches it rests on and says how wrong it expects to be. Its
digest covers all of that: a matrix that was edited, or carried to another unit, is noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from calibration.baseline import Baseline
from calibration.colorimetry import Floats, root_polynomial_terms
from calibration.uncertainty import Covariance, as_covariance
from drivers.errors import NeedsCalibration
from drivers.readings import Channels

Method = Literal["linear", "root-polynomial", "ridge"]

#: Changes with the meaning of a member of the document.
FORMAT: Final = 1
#: The light every correction is fitted for; colours of another one are not comparable.
CONDITION: Final = "D65/10"


class AlteredCorrection(Exception):
    """The document is not the one that was sealed, or was sealed with another key."""


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """CIEDE2000 of patches that were left out of the fit in turn."""

    mean: float
    median: float
    percentile_95: float
    worst: float
    worst_patch: str


@dataclass(frozen=True, slots=True)
class FittedCorrection:
    """Channels of one unit to white-normalised XYZ, D65/10 degrees.

    `matrix` is (3, terms): for "ridge" and "linear" the terms are the channels, for
    "root-polynomial" their expansion to `degree`. `penalty` is that of the ridge, 0 for the other
    two. `lab_covariance` is the mean square of the left-out patches' errors in CIELAB, so it holds
    their bias too.
    """

    serial: str
    channels: tuple[str, ...]
    method: Method
    degree: int
    penalty: float
    matrix: tuple[tuple[float, ...], ...]
    patches: tuple[str, ...]
    fitted_at: datetime
    expected: ExpectedError
    lab_covariance: Covariance
    digest: str = ""
    keyed: bool = False

    def __call__(self, channels: Channels) -> tuple[float, float, float]:
        """White-normalised XYZ of one reading; channels that were not fitted are left aside.

        Raises:
            NeedsCalibration: a channel the fit needs was not measured.
        """
        measured = dict(zip(channels.names, channels.values, strict=True))
        if missing := [name for name in self.channels if name not in measured]:
            raise NeedsCalibration(
                f"the reading lacks channel {', '.join(missing)}, which the correction needs",
                "Calibrate black and white again; if it stays, measure the reference patches anew.",
            )
        x, y, z = self.to_xyz([measured[name] for name in self.channels]).tolist()
        return x, y, z

    def to_xyz(self, values: ArrayLike) -> Floats:
        """Channel values (..., channels) in the order of `channels` to XYZ (..., 3)."""
        terms = np.asarray(values, dtype=np.float64)
        if self.method == "root-polynomial":
            terms = root_polynomial_terms(terms, self.degree)
        return np.asarray(terms @ np.asarray(self.matrix).T)

    def document(self) -> dict[str, Any]:
        """Everything as plain JSON data, with the digest."""
        return {**self._content(), "digest": self.digest, "keyed": self.keyed}

    def sealed(self, key: bytes | None = None) -> FittedCorrection:
        """This correction with the digest over its content; with a key nobody else can make it."""
        return replace(self, digest=_digest(self._content(), key), keyed=key is not None)

    def _content(self) -> dict[str, Any]:
        content = asdict(self)
        del content["digest"], content["keyed"]
        content["fitted_at"] = self.fitted_at.isoformat()
        content["format"] = FORMAT
        content["condition"] = CONDITION
        plain: dict[str, Any] = json.loads(json.dumps(content))
        return plain


def _digest(content: Mapping[str, Any], key: bytes | None) -> str:
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")
    if key is None:
        return hashlib.sha256(canonical).hexdigest()
    return hmac.new(key, canonical, hashlib.sha256).hexdigest()


def from_document(document: Mapping[str, Any], key: bytes | None = None) -> FittedCorrection:
    """Read a kept correction and make sure that it is the one that was sealed.

    Args:
        document: what `FittedCorrection.document` gave.
        key: the key it was sealed with; with None a keyed document is not accepted either.

    Raises:
        AlteredCorrection: the digest does not fit, or the format is another.
    """
    content = {name: value for name, value in document.items() if name not in {"digest", "keyed"}}
    digest = document.get("digest")
    if not isinstance(digest, str) or not hmac.compare_digest(
        digest.encode(), _digest(content, key).encode()
    ):
        raise AlteredCorrection(
            "the correction is not the one that was sealed: measure the reference patches again"
        )
    if content.pop("format") != FORMAT or content.pop("condition") != CONDITION:
        raise AlteredCorrection("the correction was written by another version of this program")
    return FittedCorrection(
        serial=content["serial"],
        channels=tuple(content["channels"]),
        method=content["method"],
        degree=content["degree"],
        penalty=content["penalty"],
        matrix=tuple(tuple(row) for row in content["matrix"]),
        patches=tuple(content["patches"]),
        fitted_at=datetime.fromisoformat(content["fitted_at"]),
        expected=ExpectedError(**content["expected"]),
        lab_covariance=as_covariance(content["lab_covariance"]),
        digest=digest,
        keyed=key is not None,
    )


@dataclass(frozen=True, slots=True)
class CalibratedHead:
    """A baseline and the correction that was fitted for the same unit: signal to colour.

    Raises:
        NeedsCalibration: they belong to two units.
    """

    baseline: Baseline
    fit: FittedCorrection

    def __post_init__(self) -> None:
        if self.baseline.key.serial != self.fit.serial:
            raise NeedsCalibration(
                f"the baseline is of {self.baseline.key.serial}, and the correction was fitted "
                f"for {self.fit.serial}"
            )

    @property
    def serial(self) -> str:
        """Serial number of the unit."""
        return self.fit.serial

    @property
    def lab_covariance(self) -> Covariance:
        """Expected error of the fit in CIELAB."""
        return self.fit.lab_covariance

    def __call__(self, channels: Channels) -> tuple[float, float, float]:
        """White-normalised XYZ of what the head counted on a surface."""
        return self.fit(self.baseline.reflectance(channels))
