"""What a simulated head counts on patches, without its serial line: the same each time."""

from __future__ import annotations

from collections.abc import Sequence

from calibration.charts import Chart, ChartPatch, colorchecker
from drivers.channel_heads import LEAST_WHITE, Baseline
from drivers.readings import Channels, Condition, Identity
from drivers.simulators import heads
from drivers.simulators.heads import Filter, Optics
from drivers.simulators.targets import BANDS, BLACK, START_NM, STEP_NM, TILE, Target, load
from kiosk.desk.patches import MeasuredChart, MeasuredPatch

HEAD = Identity("AS7262", "HEAD-1", "1.1.0")
CONDITION = Condition("open head", "D65", "10")
SETTINGS = "gain 16, 168 ms, lamp current 0x0"


def target_of(patch: ChartPatch) -> Target:
    assert patch.spectrum is not None
    values = dict(zip(patch.spectrum.wavelengths_nm, patch.spectrum.values, strict=True))
    axis = [START_NM + STEP_NM * band for band in range(BANDS)]
    return Target(patch.id, tuple(float(values[nm]) for nm in axis))


class SimulatedBench:
    """A head with its baseline."""

    def __init__(self, filters: tuple[Filter, ...] = heads.AS7262, *, seed: int = 1) -> None:
        self._optics = Optics(filters, seed)
        self.baseline = Baseline(
            tuple(one.name for one in filters),
            SETTINGS,
            self._net(load(BLACK)),
            self._net(load(TILE)),
            25.0,
        )

    def _net(self, surface: Target) -> tuple[int, ...]:
        lit = self._optics.counts(surface, lit=True, sensitivity=1.0)
        dark = self._optics.counts(surface, lit=False, sensitivity=1.0)
        return tuple(a - b for a, b in zip(lit, dark, strict=True))

    def read(self, surface: Target) -> Channels:
        """The ratio to the tile, as the driver gives it."""
        assert self.baseline.black is not None
        assert self.baseline.white is not None
        self._optics.lift()
        lit = [
            (name, net - black, white - black)
            for name, net, black, white in zip(
                self.baseline.names,
                self._net(surface),
                self.baseline.black,
                self.baseline.white,
                strict=True,
            )
            # The driver leaves out what the lamp hardly lights.
            if white - black >= LEAST_WHITE
        ]
        return Channels(
            tuple(name for name, _, _ in lit), tuple(net / span for _, net, span in lit), 2.0
        )

    def chart(self, patches: Sequence[ChartPatch], identity: Identity = HEAD) -> MeasuredChart:
        return MeasuredChart(
            identity,
            CONDITION,
            tuple(MeasuredPatch(one.id, self.read(target_of(one)), None) for one in patches),
        )


def checker() -> Chart:
    return colorchecker()
