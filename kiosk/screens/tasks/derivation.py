"""The way from the readings to the ratio, with the client's own numbers."""

from __future__ import annotations

from kiosk.desk.recommending import Advice
from kiosk.desk.tones import KeptTone
from kiosk.screens.numbers import tenths


def _lab(lab: tuple[float, float, float]) -> str:
    return "  ".join(
        f"{name} {tenths(value)}" for name, value in zip(("L*", "a*", "b*"), lab, strict=True)
    )


def _counted(tone: KeptTone) -> str:
    return f"[$faint]{tone.readings} readings, spread {tone.mcdm:.1f}[/]"


def derivation(advice: Advice) -> str:
    """Markup for the page behind F4."""
    result, skin, hair = advice.recommendation, advice.skin, advice.hair
    c = result.constants
    lines = [
        f"[$strong b]Measured[/]  skin {_lab(skin.lab)}  {_counted(skin)}",
        f"          hair {_lab(hair.lab)}  {_counted(hair)}",
        "",
        f"[$strong b]Wanted[/]    {_lab(result.target_lab)}",
        f"          [$faint]a shaved follicle looks {c.follicle_opacity:.0%} hair and "
        f"{1 - c.follicle_opacity:.0%} skin (assumption)[/]",
    ]
    if result.q is not None:
        lines += [
            f"[$strong b]Contrast[/]  q = ln(skin / wanted) = {result.q:.3f}  "
            f"[$faint]in luminance; visible from {c.visible_contrast:.2f}[/]",
        ]
    if result.fraction is not None and result.ratio is not None:
        lines += [
            "[$strong b]Best[/]      c = q / (2 · A0 · S · G · ρ) = "
            f"{result.q:.3f} / (2 · {c.A0:g} · {c.strength:g} · {c.gain:g} · {c.retention:g})",
            f"          c = {result.fraction:.4f}, that is 1:{result.ratio:.1f}",
        ]
    if (
        result.sigma_ln is not None
        and result.interval is not None
        and result.safe_ratio is not None
    ):
        lines += [
            f"[$strong b]Not sure[/]  σ(ln c) = {result.sigma_ln:.2f}: readings, follicle, lot, "
            "retention, studio gain, mixing",
            f"          90 % between 1:{result.interval[0]:.0f} and 1:{result.interval[1]:.0f}",
            f"[$strong b]Light[/]     the 20 % quantile is 1:{result.safe_ratio:.1f}; "
            "too dark costs more than too light",
        ]
    if result.advised_ratio is not None:
        lines.append(
            f"          the next lighter rung of the ladder: [$strong b]1:{result.advised_ratio}[/]"
        )
    else:
        lines.append(f"          {result.reason}")
    lines += ["", "[$strong b]Learned[/]   what moved the constants, step by step"]
    for lesson in advice.known.lessons:
        lines.append(
            f"          {lesson.subject}: {lesson.prior.mean:.2f} ± {lesson.prior.sd:.2f} → "
            f"{lesson.posterior.mean:.2f} ± {lesson.posterior.sd:.2f}"
        )
        lines.append(f"          [$faint]{lesson.sentence}[/]")
    lines += [
        "",
        f"[$strong b]{result.label}[/]  constants {c.version}: A0 {c.A0:g} (neat ink, from "
        f"practitioners' usual shades), ρ {c.retention:g} kept after healing",
        "[$faint]Every constant and its evidence: kiosk/matching/data/.[/]",
    ]
    return "\n".join(lines)
