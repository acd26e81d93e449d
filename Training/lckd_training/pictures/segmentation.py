"""Pictures of a segmentation: three orthogonal slices through the tumour with the outlines of ET, TC and WT."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lckd.files import replace_file
from lckd.modality import DISPLAY_NAMES, Modality
from lckd.pictures.planes import COLOURS, Cut, Layer, backgrounds, cut_head, draw_marks, draw_plane, extent_mm
from lckd.region import REGION_NAMES, REGIONS
from lckd.slices import VIEWS, View

GROUND, INK = "#000000", "#f2f2f2"
INCHES_PER_MM = 0.0145
SMALLEST_WIDTH_INCHES = 6.0
"""A picture of a small image is enlarged to this, so that title and legend fit."""
RIM_INCHES, HEADING_INCHES, TITLE_INCHES, LEGEND_INCHES = 0.1, 0.3, 0.35, 0.4


@dataclass(frozen=True)
class Panel:
    """One image with one label map, shown in three slices.

    Attributes:
        heading: What stands above the slices.
        image: Background on any grid; it is resampled to the grid of the picture where it differs.
        labels: Label map with the values of `lckd.region.BRATS`.
        empty: What is written where the label map holds nothing.
    """

    heading: str
    image: sitk.Image
    labels: sitk.Image
    empty: str = "nothing found"


_Cell: TypeAlias = tuple[Panel, Layer, View]


def draw_segmentation(
    images: Mapping[Modality, sitk.Image], labels: sitk.Image, *, truth: sitk.Image | None, title: str, path: Path
) -> None:
    """Draw a result, and the truth below it when there is one, in three slices on FLAIR and on T1ce.

    Args:
        images: The images that were used; without FLAIR and T1ce the first of them is the background.
        labels: The result, values of `lckd.region.BRATS`.
        truth: An expert's label map with the same values.
        title: One line above the picture.
        path: PNG to write.

    Raises:
        InputError: There is no image.
        OutputError: The file cannot be written.
    """
    shown = backgrounds(images)
    results = [Panel(f"Result on {DISPLAY_NAMES[name]}", images[name], labels) for name in shown]
    rows = [[panel] for panel in results]
    if truth is not None:
        rows = [results, [Panel(f"Truth on {DISPLAY_NAMES[name]}", images[name], truth, "no tumour") for name in shown]]
    cut = _cut([panel for row in rows for panel in row], focus=labels if truth is None else truth)
    rest = iter(cut.layers)
    cells = [[(panel, next(rest)) for panel in row] for row in rows]
    grid = [[(*cell, view) for cell in row for view in VIEWS] for row in cells]
    _draw(grid, cut, title=title, path=path)


def draw_overview(panels: Sequence[Panel], *, focus: sitk.Image, title: str, path: Path) -> None:
    """Draw several label maps of one patient side by side on the same slices, one column each.

    Args:
        panels: What to show, from left to right; the first label map gives the grid of the picture.
        focus: Label map that the slices are laid through.
        title: One line above the picture.
        path: PNG to write.

    Raises:
        OutputError: The file cannot be written.
    """
    cut = _cut(panels, focus=focus)
    grid = [[(panel, layer, view) for panel, layer in zip(panels, cut.layers, strict=True)] for view in VIEWS]
    _draw(grid, cut, title=title, path=path)


def _cut(panels: Sequence[Panel], *, focus: sitk.Image) -> Cut:
    return cut_head([panel.image for panel in panels], [panel.labels for panel in panels], focus=focus)


def _draw(rows: list[list[_Cell]], cut: Cut, *, title: str, path: Path) -> None:
    heights = [max(extent_mm(cut, layer, view)[0] for _, layer, view in row) for row in rows]
    widths = [max(extent_mm(cut, *row[column][1:])[1] for row in rows) for column in range(len(rows[0]))]
    figure, axes = _canvas(heights, widths)
    for line, row in zip(axes, rows, strict=True):
        for axis, (panel, layer, view) in zip(line, row, strict=True):
            draw_plane(axis, cut, layer, view=view)
            draw_marks(axis, view)
            if not layer.regions.any():
                axis.text(0.5, 0.1, panel.empty, transform=axis.transAxes, color=INK, fontsize=9, ha="center")
    _draw_headings(axes, rows)
    _draw_title_and_legend(figure, title)
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png"))


def _canvas(heights_mm: Sequence[float], widths_mm: Sequence[float]) -> tuple[Figure, npt.NDArray[np.object_]]:
    """Make axes of these sizes, all at one scale, with room for headings, title and legend."""
    scale = max(INCHES_PER_MM, SMALLEST_WIDTH_INCHES / sum(widths_mm))
    width = sum(widths_mm) * scale + 2 * RIM_INCHES
    height = sum(heights_mm) * scale + len(heights_mm) * HEADING_INCHES + TITLE_INCHES + LEGEND_INCHES
    figure = Figure(figsize=(width, height), dpi=130, facecolor=GROUND)
    axes = figure.subplots(
        len(heights_mm), len(widths_mm), squeeze=False, width_ratios=widths_mm, height_ratios=heights_mm
    )
    figure.subplots_adjust(
        left=RIM_INCHES / width,
        right=1 - RIM_INCHES / width,
        bottom=LEGEND_INCHES / height,
        top=1 - (TITLE_INCHES + HEADING_INCHES) / height,
        wspace=0.02,
        hspace=HEADING_INCHES * len(heights_mm) / (sum(heights_mm) * scale),
    )
    return figure, axes


def _draw_headings(axes: npt.NDArray[np.object_], rows: list[list[_Cell]]) -> None:
    """Name each panel once, above its first slice."""
    named: set[int] = set()
    for line, row in zip(axes, rows, strict=True):
        for axis, (panel, layer, _) in zip(line, row, strict=True):
            if id(layer) not in named:
                named.add(id(layer))
                axis.set_title(panel.heading, color=INK, fontsize=9, loc="left", pad=4)


def _draw_title_and_legend(figure: Figure, title: str) -> None:
    width, height = figure.get_size_inches()
    place = {"x": RIM_INCHES / width, "y": 1 - 0.08 / height}
    figure.suptitle(title, color=INK, fontsize=11, ha="left", va="top", parse_math=False, **place)
    lines = [Line2D([], [], color=COLOURS[region], linewidth=2) for region in REGIONS]
    names = [f"{region} {REGION_NAMES[region].lower()}" for region in REGIONS]
    figure.legend(lines, names, loc="lower center", ncols=3, frameon=False, fontsize=8, labelcolor=INK)
