"""The picture of a table over all 15 subsets."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.files import replace_file
from lckd.modality import DISPLAY_NAMES, MODALITIES
from lckd.region import REGIONS
from lckd_training.measuring.summary import Table

COLOURS = "viridis"
"""Reads the same to people who see red and green alike, and in grey."""
LIGHT_FROM = 0.6
"""Dice from which a cell is so light that its number is written in black."""
INK = "#222222"


def draw_heatmap(table: Table, path: Path) -> None:
    """Draw mean Dice by subset and region: filled dots for the modalities given, a number in each cell.

    Args:
        table: A table of `lckd_training.measuring.summary.summarise`.
        path: PNG to write.

    Raises:
        OutputError: The file cannot be written.
    """
    rows = [*table["subsets"], {"subset": None, "dice": table["mean"]["dice"]}]
    figure = Figure(figsize=(6.4, 7.4), dpi=150, facecolor="white")
    dots, cells = figure.subplots(1, 2, width_ratios=(4, 5), gridspec_kw={"wspace": 0.03})
    figure.subplots_adjust(left=0.03, right=0.97, top=0.885, bottom=0.03)
    _draw_dots(dots, rows)
    _draw_cells(cells, rows)
    figure.text(0.03, 0.965, "Mean Dice by the modalities that are given", fontsize=13, weight="bold", color=INK)
    figure.text(0.03, 0.935, _subtitle(table), fontsize=9, color=INK, parse_math=False)
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png"))


def _subtitle(table: Table) -> str:
    """Say what was measured on whom, in names that people gave: a dollar in one begins no formula."""
    cohort = table["cohort"]
    return f"weights {table['weights']['name']} · {cohort['name']} · n = {cohort['n']}"


def _draw_dots(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Draw one dot per subset and modality: filled where it is given."""
    for line, row in enumerate(rows):
        if row["subset"] is None:
            axes.text(len(MODALITIES) - 0.6, line, "mean", ha="right", va="center", weight="bold", color=INK)
            continue
        given = [modality in row["subset"] for modality in MODALITIES]
        faces = [INK if is_given else "white" for is_given in given]
        axes.scatter(range(len(MODALITIES)), [line] * len(given), s=70, c=faces, edgecolors=INK, linewidths=0.8)
    axes.set_xlim(-0.6, len(MODALITIES) - 0.4)
    axes.set_xticks(range(len(MODALITIES)), [DISPLAY_NAMES[modality] for modality in MODALITIES])
    _clean(axes, rows)


def _draw_cells(axes: Axes, rows: list[dict[str, Any]]) -> None:
    values = _dice_array(rows)
    axes.imshow(values, cmap=COLOURS, vmin=0.0, vmax=1.0, aspect="auto")
    for (line, column), value in np.ndenumerate(values):
        text = "–" if np.isnan(value) else f"{value:.2f}"
        weight = "bold" if rows[line]["subset"] is None else "normal"
        colour = "white" if value < LIGHT_FROM else "black"
        axes.text(column, line, text, ha="center", va="center", color=colour, weight=weight)
    axes.set_xticks(range(len(REGIONS)), REGIONS)
    _clean(axes, rows)


def _clean(axes: Axes, rows: list[dict[str, Any]]) -> None:
    """Keep only the names above the columns, and a gap above the row of means."""
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axhline(len(rows) - 1.5, color="white", linewidth=4)
    axes.set_yticks([])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=10, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _dice_array(rows: list[dict[str, Any]]) -> npt.NDArray[np.float64]:
    """Mean Dice of shape ``(row, region)``; NaN where nothing was measured."""
    values = [[row["dice"][region] for region in REGIONS] for row in rows]
    return np.array([[np.nan if value is None else value for value in line] for line in values])
