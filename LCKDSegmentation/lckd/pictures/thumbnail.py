"""A small picture of a result: three slices through the tumour, with the outlines of ET, TC and WT."""

from collections.abc import Mapping
from pathlib import Path

import SimpleITK as sitk
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.files import replace_file
from lckd.modality import Modality
from lckd.pictures.planes import COLOURS, QUIET, Cut, backgrounds, cut_head, draw_plane
from lckd.region import REGIONS, Region
from lckd.slices import VIEWS, View

HEIGHT_PIXELS, TILE_PIXELS, DPI = 220, 220, 100
THIN: dict[Region, float] = {"ET": 0.7, "TC": 1.6, "WT": 0.9}


def write_thumbnail(images: Mapping[Modality, sitk.Image], labels: sitk.Image, path: Path) -> None:
    """Draw a result on the image that shows most of it, in axial, coronal and sagittal slices.

    Args:
        images: The images that were used, at least one.
        labels: The result, values of `lckd.region.BRATS`.
        path: PNG to write.

    Raises:
        InputError: There is no image.
        OutputError: The file cannot be written.
    """
    best = backgrounds(images)[0]
    figure = _draw(cut_head([images[best]], [labels], focus=labels))
    plain = {"Software": None}  # without the version of the library the same result is the same file
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png", metadata=plain))


def _draw(cut: Cut) -> Figure:
    size = (len(VIEWS) * TILE_PIXELS / DPI, HEIGHT_PIXELS / DPI)
    figure = Figure(figsize=size, dpi=DPI, facecolor="black")
    for number, view in enumerate(VIEWS):
        axes = figure.add_axes((number / len(VIEWS), 0, 1 / len(VIEWS), 1))
        draw_plane(axes, cut, cut.layers[0], view=view, widths=THIN)
        _mark(axes, view)
    _explain(figure)
    return figure


def _explain(figure: Figure) -> None:
    """Name the outlines, each in its colour, in the lower right corner, which no head reaches."""
    for number, region in enumerate(reversed(REGIONS)):
        place = 0.99 - 0.035 * number
        figure.text(place, 0.02, region, color=COLOURS[region], fontsize=7, weight="bold", ha="right")


def _mark(axes: Axes, view: View) -> None:
    """Say which side is which: one letter is enough to notice a flip."""
    axes.text(0.03, 0.5, view.marks[0], transform=axes.transAxes, color=QUIET, fontsize=6, va="center")
