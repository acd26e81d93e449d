"""Contact sheets: many patients, synthetic or real, at one glance, in one style and at one scale.

A block is one patient: axial, coronal and sagittal slices where the tumour is largest, from top to bottom; the four
modalities and the labels, from left to right.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from lckd.files import replace_file
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.patients.case import Case
from lckd.pictures.planes import QUIET
from lckd.region import BRATS, REGIONS, regions_from_labels
from lckd.segments import TISSUE_SEGMENTS
from lckd.slices import VIEWS, Array, Masks, Point, View, head_box, largest_extent, to_lps, windowed
from lckd_training.pictures.segmentation import GROUND, INK

TILE_MM = 184
"""Edge of a tile, which shows 1 mm as one pixel: the longest heads just fit."""
MM = (1.0, 1.0, 1.0)
BLOCKS_A_ROW = 2
OPACITY = 0.55
DPI = 100
TITLE_PIXELS, HEADING_PIXELS, GAP_PIXELS = 40, 26, 14

Labels = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.float32]
"""Red, green and blue in [0, 1], shape ``(rows, columns, 3)``."""


def draw_sheet(cases: Sequence[Case], *, title: str, path: Path) -> None:
    """Draw patients, two a row.

    Args:
        cases: Patients, at least one; modalities and label maps may be missing.
        title: One line above them.
        path: PNG to write.

    Raises:
        InputError: A patient cannot be read; the sentence names the file.
        OutputError: The file cannot be written.
    """
    blocks = [_block(case) for case in cases]
    columns = min(BLOCKS_A_ROW, len(blocks))
    rows = -(-len(blocks) // columns)
    wide, high = len(MODALITIES) * TILE_MM + TILE_MM, len(VIEWS) * TILE_MM
    width = columns * (wide + GAP_PIXELS) + GAP_PIXELS
    height = rows * (high + HEADING_PIXELS) + TITLE_PIXELS
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=GROUND)
    for index, (heading, picture) in enumerate(blocks):
        left = GAP_PIXELS + (index % columns) * (wide + GAP_PIXELS)
        bottom = height - TITLE_PIXELS - (index // columns + 1) * (high + HEADING_PIXELS) + GAP_PIXELS // 2
        axes = figure.add_axes((left / width, bottom / height, wide / width, high / height))
        axes.imshow(picture, interpolation="nearest")
        axes.set_title(heading, color=INK, fontsize=8, loc="left", pad=3, parse_math=False)
        axes.set_axis_off()
    names = [*(DISPLAY_NAMES[modality] for modality in MODALITIES), "labels"]
    figure.text(GAP_PIXELS / width, 1 - 12 / height, title, color=INK, fontsize=11, va="top", parse_math=False)
    right = 1 - GAP_PIXELS / width
    figure.text(right, 1 - 6 / height, " | ".join(names), color=QUIET, fontsize=8, va="top", ha="right")
    _draw_legend(figure, right, 1 - 18 / height)
    replace_file(path, lambda temporary: figure.savefig(temporary, format="png"))


def _draw_legend(figure: Figure, right: float, top: float) -> None:
    """Say which colour is which tissue, and what the numbers above each patient are."""
    tissues = [Patch(color=style.colour, label=f"{style.name} ({style.label})") for style in TISSUE_SEGMENTS]
    figure.legend(
        handles=tissues, loc="upper right", bbox_to_anchor=(right, top), ncols=len(tissues), frameon=False, fontsize=7,
        labelcolor=QUIET, borderaxespad=0, borderpad=0, handlelength=1.0, columnspacing=1.0,
    )  # fmt: skip


def _block(case: Case) -> tuple[str, Picture]:
    """Draw one patient, with its name and volumes."""
    images, labels = case.load()
    frame = to_lps(next(iter(images.values())))
    greys = {modality: windowed(_on_mm_grid(image, frame, sitk.sitkLinear)) for modality, image in images.items()}
    first = next(iter(greys.values()))
    values = np.zeros(first.shape, dtype=np.uint8)
    if labels is not None:
        values = _on_mm_grid(labels, frame, sitk.sitkNearestNeighbor).astype(np.uint8)
    regions = regions_from_labels(values, BRATS)
    box = head_box(list(greys.values()), [regions], spacing_mm=MM)
    point = _meeting_point(regions[(slice(None), *box)], first[box])
    cropped = {modality: grey[box] for modality, grey in greys.items()}
    rows = [_row(view, point, cropped, values[box]) for view in VIEWS]
    return f"{case.name}   {_volumes(regions) if labels is not None else 'no labels'}", np.vstack(rows)


def _on_mm_grid(image: sitk.Image, frame: sitk.Image, interpolator: int) -> Array:
    """Resample to cubes of 1 mm that fill the frame, ``(D, H, W)``."""
    spacing = frame.GetSpacing()
    resampler = sitk.ResampleImageFilter()
    resampler.SetInterpolator(interpolator)
    resampler.SetOutputSpacing(MM)
    resampler.SetOutputDirection(frame.GetDirection())
    resampler.SetOutputOrigin(frame.TransformContinuousIndexToPhysicalPoint([0.5 / edge - 0.5 for edge in spacing]))
    resampler.SetSize([round(count * edge) for count, edge in zip(frame.GetSize(), spacing, strict=True)])
    array: Array = sitk.GetArrayFromImage(resampler.Execute(image)).astype(np.float32)
    return array


def _meeting_point(regions: Masks, grey: Array) -> Point:
    return largest_extent(regions) or largest_extent((grey > 0)[None]) or (0, 0, 0)


def _row(view: View, point: Point, greys: Mapping[Modality, Array], labels: Labels) -> Picture:
    """Draw one plane of volumes ``(D, H, W)``: the modalities, absent ones empty, and the tissues on the first."""
    planes = {modality: _grey(view.cut(grey, point)) for modality, grey in greys.items()}
    tissues = _coloured(next(iter(planes.values())), view.cut(labels, point))
    return np.hstack([_tile(picture) for picture in [*map(planes.get, MODALITIES), tissues]])


def _grey(plane: Array) -> Picture:
    return np.repeat(plane[..., None], 3, axis=-1)


def _coloured(plane: Picture, labels: Labels) -> Picture:
    coloured = plane.copy()
    for style in TISSUE_SEGMENTS:
        here = labels == style.label
        coloured[here] = (1.0 - OPACITY) * coloured[here] + OPACITY * np.array(style.colour, dtype=np.float32)
    return coloured


def _tile(picture: Picture | None) -> Picture:
    """Centre a picture on a tile, which is empty without one."""
    tile = np.zeros((TILE_MM, TILE_MM, 3), dtype=np.float32)
    if picture is None:
        return tile
    plane = picture[:TILE_MM, :TILE_MM]
    top, left = ((TILE_MM - size) // 2 for size in plane.shape[:2])
    tile[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
    return tile


def _volumes(regions: Masks) -> str:
    sizes = (f"{region} {np.count_nonzero(mask) / 1000:.1f}" for region, mask in zip(REGIONS, regions, strict=True))
    return ", ".join(sizes) + " cm³"
