"""The picture of how well the Dice of a result is estimated without the truth."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.files import replace_file
from lckd.region import REGIONS, Region
from lckd.weights.trust import Trust, probable_dice
from lckd_training.measuring.score import CaseScore, score_from_dict

INK = "#222222"
MANY, FEW = "#2166ac", "#e08214"
"""Colours of results from three or four modalities, and from one or two."""
FEW_MODALITIES = 2


def draw_trust(table: Mapping[str, Any], trust: Trust, path: Path) -> None:
    """Draw reached against estimated Dice, one panel per region and one dot per result.

    Args:
        table: A table of `lckd_training.measuring.evaluation.evaluate` with its ``trust``.
        trust: Of the card.
        path: PNG to write.

    Raises:
        OutputError: The file cannot be written.
    """
    scores = [score for row in table["cases"] if (score := score_from_dict(row)).own_dice]
    figure = Figure(figsize=(10.5, 4.2), dpi=120, facecolor="white", layout="constrained")
    for panel, region in zip(figure.subplots(1, len(REGIONS), sharey=True), REGIONS, strict=True):
        _draw_region(panel, region, scores, trust)
        panel.set_title(_heading(region, table["trust"][region]), fontsize=9, color=INK, loc="left")
    who = f"{table['weights']['name']} · {table['cohort']['name']} · n = {table['cohort']['n']}, all subsets"
    figure.suptitle(f"Estimated and reached Dice · {who}", x=0.01, ha="left", fontsize=11, color=INK, parse_math=False)
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png"))


def _draw_region(panel: Axes, region: Region, scores: list[CaseScore], trust: Trust) -> None:
    """Draw the results of one region; dots on the diagonal are estimated rightly, the band is the interval."""
    half = trust.lines[region].half_width
    panel.plot([0, 1], [0, 1], color=INK, linewidth=0.8)
    panel.fill_between([0, 1], [-half, 1 - half], [half, 1 + half], color="#dddddd", linewidth=0, zorder=0)
    for colour, label, is_few in ((MANY, "3 or 4 modalities", False), (FEW, "1 or 2 modalities", True)):
        chosen = [score for score in scores if (len(score.subset) <= FEW_MODALITIES) is is_few]
        pairs = [(probable_dice(trust, score.subset, score.own_dice), score.dice[region]) for score in chosen]
        points = [(probable[region].mean, dice) for probable, dice in pairs if probable]
        estimated, reached = zip(*points, strict=True) if points else ((), ())
        panel.scatter(estimated, reached, s=14, color=colour, alpha=0.7, label=label)
    panel.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="estimated Dice")
    panel.tick_params(labelsize=8, labelcolor=INK)
    if region == REGIONS[0]:
        panel.set_ylabel("reached Dice")
        panel.legend(frameon=False, fontsize=8, loc="upper left")


def _heading(region: Region, judged: Mapping[str, Any]) -> str:
    if judged["correlation"] is None:
        return region
    return f"{region}: r = {judged['correlation']:.2f}, off by {judged['mean_error']:.2f} on average"
