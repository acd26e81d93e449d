"""A small picture of a result: three slices through the tumour, with the outlines of ET, TC and WT."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.files import replace_file
from lckd.grid import same_grid
from lckd.modality import MODALITIES, Modality
from lckd.region import BRATS, REGIONS, regions_from_labels
from lckd.segments import REGION_SEGMENTS
from lckd.slices import VIEWS, Array, Masks, View, head_box, largest_extent, to_lps, windowed

BEST_BACKGROUNDS: tuple[Modality, ...] = ("flair", "t1ce")
HEIGHT_PIXELS, TILE_PIXELS, DPI = 220, 220, 100
WIDTHS = {"ET": 0.7, "TC": 1.6, "WT": 0.9}
"""TC is drawn wide and ET upon it, so that both are seen where they share their border."""
COLOURS = {region: style.colour for region, style in zip(REGIONS, REGION_SEGMENTS, strict=True)}


def write_thumbnail(images: Mapping[Modality, sitk.Image], labels: sitk.Image, path: Path) -> None:
    """Draw a result on the image that shows most of it, in axial, coronal and sagittal slices.

    Args:
        images: The images that were used, at least one.
        labels: The result, values of `lckd.region.BRATS`.
        path: PNG to write.

    Raises:
        OutputError: The file cannot be written.
    """
    grey = windowed(_array(_on_grid(images[background_of(images)], labels)))
    regions = regions_from_labels(_array(labels).astype(np.uint8), BRATS)
    spacing_mm = to_lps(labels).GetSpacing()[::-1]
    box = head_box([grey], [regions], spacing_mm=spacing_mm)
    figure = _draw(grey[box], regions[(slice(None), *box)], spacing_mm)
    plain = {"Software": None}  # without the version of the library the same result is the same file
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png", metadata=plain))


def background_of(images: Mapping[Modality, sitk.Image]) -> Modality:
    """Choose what to draw on: FLAIR, else T1ce, else the first."""
    return next(modality for modality in (*BEST_BACKGROUNDS, *MODALITIES) if modality in images)


def _on_grid(image: sitk.Image, grid: sitk.Image) -> sitk.Image:
    return image if same_grid(image, grid) else sitk.Resample(image, grid)


def _array(image: sitk.Image) -> Array:
    array: Array = sitk.GetArrayFromImage(to_lps(image)).astype(np.float32)
    return array


def _draw(grey: Array, regions: Masks, spacing_mm: Sequence[float]) -> Figure:
    depth, height, width = grey.shape
    point = largest_extent(regions) or largest_extent(grey[None] > 0) or (depth // 2, height // 2, width // 2)
    size = (len(VIEWS) * TILE_PIXELS / DPI, HEIGHT_PIXELS / DPI)
    figure = Figure(figsize=size, dpi=DPI, facecolor="black")
    for number, view in enumerate(VIEWS):
        axes = figure.add_axes((number / len(VIEWS), 0, 1 / len(VIEWS), 1))
        high, wide = view.spacing(spacing_mm)
        axes.imshow(view.cut(grey, point), cmap="gray", vmin=0, vmax=1, aspect=high / wide, interpolation="bilinear")
        _outline(axes, [view.cut(mask, point) for mask in regions])
        _mark(axes, view)
        axes.set_axis_off()
    _explain(figure)
    return figure


def _outline(axes: Axes, planes: "Sequence[np.ndarray[tuple[int, ...], np.dtype[np.generic]]]") -> None:
    for region, plane in reversed(list(zip(REGIONS, planes, strict=True))):
        if plane.any() and not plane.all():
            axes.contour(plane.astype(float), levels=[0.5], colors=[COLOURS[region]], linewidths=WIDTHS[region])


def _explain(figure: Figure) -> None:
    """Name the outlines, each in its colour, in the lower right corner, which no head reaches."""
    for number, region in enumerate(reversed(REGIONS)):
        place = 0.99 - 0.035 * number
        figure.text(place, 0.02, region, color=COLOURS[region], fontsize=7, weight="bold", ha="right")


def _mark(axes: Axes, view: View) -> None:
    """Say which side is which: one letter is enough to notice a flip."""
    axes.text(0.03, 0.5, view.marks[0], transform=axes.transAxes, color="#9a9aa2", fontsize=6, va="center")
