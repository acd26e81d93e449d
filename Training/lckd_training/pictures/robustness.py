"""The picture of what disturbances cost."""

import math
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.files import replace_file
from lckd.region import REGIONS, Region
from lckd.segments import REGION_SEGMENTS

COLOURS = {segment.name: segment.colour for segment in REGION_SEGMENTS}
"""The same as in files, panel and pictures of patients."""
INK = "#222222"
COLUMNS = 4


def draw_robustness(table: Mapping[str, Any], path: Path) -> None:
    """Draw mean Dice against strength, one panel per disturbance; the dotted lines are the undisturbed.

    Args:
        table: A table of `lckd_training.robustness.measure.measure_robustness`.
        path: PNG to write.

    Raises:
        OutputError: The file cannot be written.
    """
    clean, *rows = table["rows"]
    groups = [(name, list(group)) for name, group in groupby(rows, key=lambda row: row["name"])]
    lines = max(1, math.ceil(len(groups) / COLUMNS))
    figure = Figure(figsize=(12, 2.6 * lines + 0.8), dpi=120, facecolor="white", layout="constrained")
    panels = figure.subplots(lines, COLUMNS, sharey=True, squeeze=False).ravel()
    for panel, (name, group) in zip(panels, groups, strict=False):
        _draw_panel(panel, name, group, clean["mean"])
    for panel in panels[len(groups) :]:
        panel.set_visible(False)
    panels[0].legend(frameon=False, fontsize=8, loc="lower left")
    title = f"What disturbances cost · weights {table['weights']['name']} · {_who(table)}"
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, color=INK, parse_math=False)
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png"))


def _who(table: Mapping[str, Any]) -> str:
    return f"{table['cohort']['name']} · n = {table['cohort']['n']}"


def _draw_panel(panel: Axes, name: str, rows: list[dict[str, Any]], clean: Mapping[Region, float]) -> None:
    """Draw one disturbance: strength 0 is the undisturbed."""
    labels = ["none", *(row["label"] if len(rows) > 1 else "yes" for row in rows)]
    for region in REGIONS:
        values = [clean[region], *(row["mean"][region] for row in rows)]
        panel.axhline(clean[region], color=COLOURS[region], linewidth=0.8, linestyle=":")
        panel.plot(range(len(values)), values, color=COLOURS[region], marker="o", markersize=3, label=region)
    panel.set_title(name, fontsize=9, color=INK, loc="left")
    panel.set_xticks(range(len(labels)), labels)
    panel.set_ylim(0.0, 1.0)
    panel.tick_params(labelsize=8, labelcolor=INK)
    panel.grid(axis="y", linewidth=0.3)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)
