"""What all pictures of a segmentation share: which slices, on which image, with which outlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from matplotlib.axes import Axes

from lckd.errors import InputError
from lckd.grid import same_grid
from lckd.modality import MODALITIES, Modality
from lckd.region import BRATS, REGIONS, Region, regions_from_labels
from lckd.segments import REGION_SEGMENTS, Colour
from lckd.slices import Array, Masks, Point, View, head_box, largest_extent, to_lps, windowed

COLOURS: dict[Region, Colour] = {region: style.colour for region, style in zip(REGIONS, REGION_SEGMENTS, strict=True)}
WIDTHS: dict[Region, float] = {"ET": 0.8, "TC": 2.4, "WT": 1.2}
"""TC is drawn wide and ET upon it, so that both are seen where they share their border, as they mostly do."""

QUIET = "#9a9aa2"
BEST_BACKGROUNDS: tuple[Modality, ...] = ("flair", "t1ce")
"""FLAIR shows the edema, T1ce the enhancing rim: with these two, each region is seen where it is clear."""


@dataclass(frozen=True)
class Layer:
    """What one slice shows, cropped to the head, in LPS order.

    Attributes:
        grey: Intensities in [0, 1], shape ``(D, H, W)``.
        regions: Region masks, shape ``(region, D, H, W)``.
    """

    grey: Array
    regions: Masks


@dataclass(frozen=True)
class Cut:
    """Layers of one head and the slices through them.

    Attributes:
        layers: All on one grid.
        point: Index along ``D, H, W`` in which the slices meet.
        spacing_mm: Edges of a voxel in the order ``D, H, W``.
    """

    layers: list[Layer]
    point: Point
    spacing_mm: tuple[float, ...]


def cut_head(images: Sequence[sitk.Image], label_maps: Sequence[sitk.Image], *, focus: sitk.Image) -> Cut:
    """Bring images and label maps to the grid of the first label map, crop them to the head and choose the slices.

    Args:
        images: Backgrounds on any grid.
        label_maps: One for each background, values of `lckd.region.BRATS`; those on another grid are shown by their
            nearest voxels.
        focus: Label map that the slices are laid through, where it is largest.
    """
    grid = label_maps[0]
    greys = [windowed(_array(image, grid, sitk.sitkLinear)) for image in images]
    masks = [_regions(labels, grid) for labels in label_maps]
    target = _regions(focus, grid)
    spacing_mm = to_lps(grid).GetSpacing()[::-1]
    box = head_box(greys, [*masks, target], spacing_mm=spacing_mm)
    here = (slice(None), *box)
    layers = [Layer(grey[box], mask[here]) for grey, mask in zip(greys, masks, strict=True)]
    return Cut(layers, _meeting_point(target[here], layers), spacing_mm)


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


def draw_plane(axes: Axes, cut: Cut, layer: Layer, *, view: View, widths: Mapping[Region, float] = WIDTHS) -> None:
    """Draw one slice of a layer with the outlines of its regions.

    Args:
        axes: Where.
        cut: What the layer belongs to.
        layer: What is shown.
        view: Which of the three planes.
        widths: Width of each outline in points.
    """
    high, wide = view.spacing(cut.spacing_mm)
    grey = view.cut(layer.grey, cut.point)
    axes.imshow(grey, cmap="gray", vmin=0, vmax=1, aspect=high / wide, interpolation="bilinear")
    for region, mask in reversed(list(zip(REGIONS, layer.regions, strict=True))):
        plane = view.cut(mask, cut.point)
        if plane.any() and not plane.all():
            axes.contour(plane.astype(float), levels=[0.5], colors=[COLOURS[region]], linewidths=widths[region])
    axes.set_axis_off()


def draw_marks(axes: Axes, view: View) -> None:
    """Say which side is which."""
    left, right, top, bottom = view.marks
    for text, x, y in ((left, 0.03, 0.5), (right, 0.97, 0.5), (top, 0.5, 0.97), (bottom, 0.5, 0.03)):
        axes.text(x, y, text, transform=axes.transAxes, color=QUIET, fontsize=7, ha="center", va="center")


def extent_mm(cut: Cut, layer: Layer, view: View) -> tuple[float, float]:
    """Give height and width of a slice in mm."""
    rows, columns = (size for axis, size in enumerate(layer.grey.shape) if axis != view.axis)
    high, wide = view.spacing(cut.spacing_mm)
    return rows * high, columns * wide


def _meeting_point(target: Masks, layers: Sequence[Layer]) -> Point:
    heads = np.stack([layer.grey > 0 for layer in layers])
    depth, height, width = target.shape[1:]
    return largest_extent(target) or largest_extent(heads) or (depth // 2, height // 2, width // 2)


def _array(image: sitk.Image, grid: sitk.Image, interpolator: int) -> Array:
    if not same_grid(image, grid):
        image = sitk.Resample(image, grid, sitk.Transform(), interpolator)
    array: Array = sitk.GetArrayFromImage(to_lps(image)).astype(np.float32)
    return array


def _regions(labels: sitk.Image, grid: sitk.Image) -> Masks:
    return regions_from_labels(_array(labels, grid, sitk.sitkNearestNeighbor).astype(np.uint8), BRATS)
