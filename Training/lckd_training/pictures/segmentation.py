"""Pictures of a segmentation: three orthogonal slices through the tumour with the outlines of ET, TC and WT."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lckd.errors import InputError
from lckd.files import replace_file
from lckd.grid import same_grid
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.region import BRATS, REGION_NAMES, REGIONS, Region, regions_from_labels
from lckd.segments import REGION_SEGMENTS, Colour
from lckd.slices import VIEWS, Array, Masks, Point, View, head_box, largest_extent, to_lps, windowed

COLOURS: dict[Region, Colour] = {region: style.colour for region, style in zip(REGIONS, REGION_SEGMENTS, strict=True)}
WIDTHS: dict[Region, float] = {"ET": 0.8, "TC": 2.4, "WT": 1.2}
"""TC is drawn wide and ET upon it, so that both are seen where they share their border, as they mostly do."""
GROUND, INK, QUIET = "#000000", "#f2f2f2", "#9a9aa2"
BEST_BACKGROUNDS: tuple[Modality, ...] = ("flair", "t1ce")
"""FLAIR shows the edema, T1ce the enhancing rim: with these two, each region is seen where it is clear."""
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


@dataclass(frozen=True)
class _Layer:
    """A panel on the picture's grid: intensities in [0, 1] and region masks, cropped to the head."""

    panel: Panel
    grey: Array
    regions: Masks


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
    point, layers = _prepare([panel for row in rows for panel in row], focus=labels if truth is None else truth)
    rest = iter(layers)
    grid = [[(layer, view) for layer in islice(rest, len(row)) for view in VIEWS] for row in rows]
    _draw(grid, point, grid=labels, title=title, path=path)


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
    point, layers = _prepare(panels, focus=focus)
    grid = [[(layer, view) for layer in layers] for view in VIEWS]
    _draw(grid, point, grid=panels[0].labels, title=title, path=path)


def backgrounds(images: Mapping[Modality, sitk.Image]) -> list[Modality]:
    """Choose the images to draw on: FLAIR and T1ce where present, else the first modality.

    Raises:
        InputError: There is no image.
    """
    present = [modality for modality in MODALITIES if modality in images]
    if not present:
        message = "There is no image to draw on: give at least one modality."
        raise InputError(message)
    return [modality for modality in BEST_BACKGROUNDS if modality in images] or present[:1]


def _prepare(panels: Sequence[Panel], *, focus: sitk.Image) -> tuple[Point, list[_Layer]]:
    """Bring all panels to one LPS grid, crop them to the head and choose the point that the slices meet in."""
    grid = panels[0].labels
    greys = [windowed(_array(panel.image, grid, sitk.sitkLinear)) for panel in panels]
    masks = [_regions(panel.labels, grid) for panel in panels]
    target = _regions(focus, grid)
    box = head_box(greys, [*masks, target], spacing_mm=to_lps(grid).GetSpacing()[::-1])
    here = (slice(None), *box)
    point = largest_extent(target[here]) or largest_extent(np.stack([grey[box] > 0 for grey in greys]))
    layers = [_Layer(panel, grey[box], mask[here]) for panel, grey, mask in zip(panels, greys, masks, strict=True)]
    return point or (0, 0, 0), layers


def _array(image: sitk.Image, grid: sitk.Image, interpolator: int) -> Array:
    if not same_grid(image, grid):
        image = sitk.Resample(image, grid, sitk.Transform(), interpolator)
    array: Array = sitk.GetArrayFromImage(to_lps(image)).astype(np.float32)
    return array


def _regions(labels: sitk.Image, grid: sitk.Image) -> Masks:
    """Region masks for the eye only: a label map of another grid is shown by its nearest voxels."""
    return regions_from_labels(_array(labels, grid, sitk.sitkNearestNeighbor).astype(np.uint8), BRATS)


def _draw(rows: list[list[tuple[_Layer, View]]], point: Point, *, grid: sitk.Image, title: str, path: Path) -> None:
    spacing_mm = to_lps(grid).GetSpacing()[::-1]
    heights = [max(_extent_mm(layer, view, spacing_mm)[0] for layer, view in row) for row in rows]
    widths = [max(_extent_mm(*row[column], spacing_mm)[1] for row in rows) for column in range(len(rows[0]))]
    figure, axes = _canvas(heights, widths)
    for line, row in zip(axes, rows, strict=True):
        for axis, (layer, view) in zip(line, row, strict=True):
            _draw_view(axis, layer, view, point, spacing_mm)
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


def _extent_mm(layer: _Layer, view: View, spacing_mm: Sequence[float]) -> tuple[float, float]:
    rows, columns = (size for axis, size in enumerate(layer.grey.shape) if axis != view.axis)
    high, wide = view.spacing(spacing_mm)
    return rows * high, columns * wide


def _draw_view(axes: Axes, layer: _Layer, view: View, point: Point, spacing_mm: Sequence[float]) -> None:
    high, wide = view.spacing(spacing_mm)
    axes.imshow(view.cut(layer.grey, point), cmap="gray", vmin=0, vmax=1, aspect=high / wide, interpolation="bilinear")
    for region, mask in reversed(list(zip(REGIONS, layer.regions, strict=True))):
        plane = view.cut(mask, point)
        if plane.any():
            axes.contour(plane.astype(float), levels=[0.5], colors=[COLOURS[region]], linewidths=WIDTHS[region])
    left, right, top, bottom = view.marks
    for text, x, y in ((left, 0.03, 0.5), (right, 0.97, 0.5), (top, 0.5, 0.97), (bottom, 0.5, 0.03)):
        axes.text(x, y, text, transform=axes.transAxes, color=QUIET, fontsize=7, ha="center", va="center")
    if not layer.regions.any():
        axes.text(0.5, 0.1, layer.panel.empty, transform=axes.transAxes, color=INK, fontsize=9, ha="center")
    axes.set_axis_off()


def _draw_headings(axes: npt.NDArray[np.object_], rows: list[list[tuple[_Layer, View]]]) -> None:
    """Name each panel once, above its first slice."""
    named: set[int] = set()
    for line, row in zip(axes, rows, strict=True):
        for axis, (layer, _) in zip(line, row, strict=True):
            if id(layer) not in named:
                named.add(id(layer))
                axis.set_title(layer.panel.heading, color=INK, fontsize=9, loc="left", pad=4)


def _draw_title_and_legend(figure: Figure, title: str) -> None:
    width, height = figure.get_size_inches()
    place = {"x": RIM_INCHES / width, "y": 1 - 0.08 / height}
    figure.suptitle(title, color=INK, fontsize=11, ha="left", va="top", parse_math=False, **place)
    lines = [Line2D([], [], color=COLOURS[region], linewidth=2) for region in REGIONS]
    names = [f"{region} {REGION_NAMES[region].lower()}" for region in REGIONS]
    figure.legend(lines, names, loc="lower center", ncols=3, frameon=False, fontsize=8, labelcolor=INK)
