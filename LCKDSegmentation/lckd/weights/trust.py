"""How far one result can be trusted: the Dice that it probably reaches, region by region.

The network's own estimate (`lckd.segmentation.Segmentation.own_dice`) is corrected, by a straight line for each region,
for what results of that kind reached on patients that the weights were not trained on. The card holds the lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lckd.modality import Subset, in_order, subset_name
from lckd.region import REGIONS, Region

FACTORS = (-100.0, 100.0)
"""Numbers of a line beyond these come from no calibration."""
DOUBTFUL = 0.5
"""Below this probable Dice, a region is not to be relied on, and the user is told."""


@dataclass(frozen=True)
class Line:
    """How the Dice of a region follows from what is known without the truth.

    Attributes:
        offset: Dice where the others are 0.
        own: Weight of the network's own estimate.
        usual: Weight of the mean Dice of the same modalities on the held-out patients.
        half_width: Half the width of the interval that `Trust.coverage` of the held-out results lay in.
    """

    offset: float
    own: float
    usual: float
    half_width: float


@dataclass(frozen=True)
class Trust:
    """What the card knows of its results' quality.

    Attributes:
        cohort: Name of the held-out patients.
        patients: How many there were.
        coverage: Share of their results that lay within the interval.
        lines: One for each region.
        usual: Mean Dice of each region for each subset, by `lckd.modality.subset_name`.
    """

    cohort: str
    patients: int
    coverage: float
    lines: dict[Region, Line]
    usual: dict[str, dict[Region, float]] = field(repr=False)


@dataclass(frozen=True)
class ProbableDice:
    """The Dice that one region of one result probably reaches, in [0, 1].

    Attributes:
        mean: Estimate.
        low: Lower end of its interval.
        high: Upper end.
    """

    mean: float
    low: float
    high: float


def trust_from_dict(content: Mapping[str, Any]) -> Trust:
    """Read what `lckd calibrate` wrote into a card.

    Raises:
        KeyError: Something is missing.
        TypeError: Something is of a wrong type, or unknown.
        ValueError: A number is none, or beyond what it can be.
    """
    trust = Trust(**{**content, "lines": {region: Line(**content["lines"][region]) for region in REGIONS}})
    shares = [trust.coverage, *(line.half_width for line in trust.lines.values())]
    shares += [dice[region] for dice in trust.usual.values() for region in REGIONS]
    factors = [value for line in trust.lines.values() for value in (line.offset, line.own, line.usual)]
    if not (all(_is_within(share, 0.0, 1.0) for share in shares) and all(_is_within(f, *FACTORS) for f in factors)):
        message = "a figure of its trust is no number, or beyond what it can be"
        raise ValueError(message)
    if not (isinstance(trust.cohort, str) and type(trust.patients) is int and trust.usual):
        message = "its trust does not say on whom it was learnt"
        raise ValueError(message)
    return trust


def _is_within(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def probable_dice(trust: Trust | None, subset: Subset, own: Mapping[Region, float]) -> dict[Region, ProbableDice]:
    """Estimate the Dice of one result.

    Args:
        trust: Of the card; None where the weights were not calibrated.
        subset: Modalities that were used, in any order.
        own: The network's own estimate for each region, in [0, 1].

    Returns:
        An estimate for each region; none where nothing is known of the subset.
    """
    usual = trust.usual.get(subset_name(in_order(subset))) if trust else None
    if trust is None or usual is None:
        return {}
    return {region: _on_line(trust.lines[region], own=own[region], usual=usual[region]) for region in REGIONS}


def doubts(probable: Mapping[Region, ProbableDice]) -> tuple[str, ...]:
    """Say of which regions little is to be expected."""
    poor = {region: dice.mean for region, dice in probable.items() if dice.mean < DOUBTFUL}
    if not poor:
        return ()
    *others, last = poor
    if not others:
        return (f"Do not rely on {last}: its probable Dice is {poor[last]:.2f}.",)
    named = f"{', '.join(others)} and {last}"
    figures = ", ".join(f"{region} {mean:.2f}" for region, mean in poor.items())
    return (f"Do not rely on {named}: the probable Dice is {figures}.",)


def _on_line(line: Line, *, own: float, usual: float) -> ProbableDice:
    mean = line.offset + line.own * own + line.usual * usual
    bounds = (min(1.0, max(0.0, value)) for value in (mean, mean - line.half_width, mean + line.half_width))
    return ProbableDice(*(round(value, 4) for value in bounds))
