"""Pictures: the right slices, the right way round, and something in them."""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from matplotlib.image import imread

from lckd.errors import InputError
from lckd.modality import Modality
from lckd.pictures.planes import backgrounds
from lckd.segments import REGION_SEGMENTS
from lckd.slices import AXIAL, CORONAL, SAGITTAL, View, head_box, largest_extent, to_lps, windowed
from lckd_training.measuring.summary import summarise
from lckd_training.pictures.heatmap import draw_heatmap
from lckd_training.pictures.segmentation import Panel, draw_overview, draw_segmentation

YELLOW, RED, GREEN = (style.colour for style in REGION_SEGMENTS)
SHAPE = (20, 24, 28)
TUMOUR = (slice(12, 16), slice(5, 10), slice(18, 24))
"""High up, in front, on the left: a place that no flip leaves where it was."""


def an_image(array: npt.NDArray[np.generic]) -> sitk.Image:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([2.0, 2.0, 3.0])
    return image


def a_head() -> sitk.Image:
    head = np.zeros(SHAPE, dtype=np.float32)
    head[2:18, 2:22, 2:26] = np.random.default_rng(0).uniform(80, 120, (16, 20, 24))
    head[TUMOUR] = 200
    return an_image(head)


def a_tumour() -> sitk.Image:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[TUMOUR] = 2
    labels[13:15, 6:9, 19:23] = 1
    labels[13:15, 7:8, 20:22] = 4
    return an_image(labels)


def nothing() -> sitk.Image:
    return an_image(np.zeros(SHAPE, dtype=np.uint8))


def colour_count(path: Path, colour: tuple[float, float, float]) -> int:
    picture = imread(path)[..., :3]
    return int((np.abs(picture - np.array(colour)).max(axis=-1) < 0.1).sum())


@pytest.fixture
def an_oblique_tumour() -> sitk.Image:
    """The tumour on voxels of other sizes, in another order of axes, turned by 10 degrees."""
    cosine, sine = math.cos(math.radians(10)), math.sin(math.radians(10))
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    direction = turn @ np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    size, spacing = np.array([60, 70, 40]), np.array([1.0, 1.5, 2.0])
    grid = sitk.Image(size.tolist(), sitk.sitkUInt8)
    grid.SetSpacing(spacing.tolist())
    grid.SetDirection(direction.ravel().tolist())
    grid.SetOrigin((np.array([27.0, 23.0, 28.5]) - direction @ (spacing * (size - 1) / 2)).tolist())
    return sitk.Resample(a_tumour(), grid, sitk.Transform(), sitk.sitkNearestNeighbor)


def test_slices_go_through_the_largest_extent() -> None:
    mask = np.zeros((1, *SHAPE), dtype=bool)
    mask[0, 3:8, 10, 10] = True
    mask[0, 6, 8:13, 10] = True
    assert largest_extent(mask) == (6, 10, 10)


def test_the_core_draws_the_slices_more_than_the_edema() -> None:
    regions = np.zeros((3, *SHAPE), dtype=bool)
    regions[2, 4, 5:9, 5:9] = True
    regions[:, 12, 5:8, 5:8] = True
    point = largest_extent(regions)
    assert point is not None
    assert point[0] == 12


def test_slices_through_nothing_do_not_exist() -> None:
    assert largest_extent(np.zeros((3, *SHAPE), dtype=bool)) is None


def test_the_tumour_of_an_oblique_image_is_found_at_its_place(an_oblique_tumour: sitk.Image) -> None:
    turned = to_lps(an_oblique_tumour)
    point = largest_extent(sitk.GetArrayFromImage(turned)[None] > 0)
    assert point is not None
    place = turned.TransformIndexToPhysicalPoint(point[::-1])
    low, high = np.array([18 * 2.0, 5 * 2.0, 12 * 3.0]), np.array([23 * 2.0, 9 * 2.0, 15 * 3.0])
    assert (np.array(place) > low - 2).all()
    assert (np.array(place) < high + 2).all()


@pytest.mark.parametrize(
    ("view", "row_is_low", "column_is_low"),
    [(AXIAL, True, False), (CORONAL, True, False), (SAGITTAL, True, True)],
    ids=["axial", "coronal", "sagittal"],
)
def test_front_and_top_are_up_and_the_patients_left_is_on_the_right(
    view: View, *, row_is_low: bool, column_is_low: bool
) -> None:
    array = sitk.GetArrayFromImage(a_tumour()) > 0
    rows, columns = np.nonzero(view.cut(array, (14, 7, 20)))
    height, width = view.cut(array, (14, 7, 20)).shape
    assert (rows.mean() < height / 2) == row_is_low
    assert (columns.mean() < width / 2) == column_is_low


def test_a_pixel_keeps_the_shape_of_its_voxel() -> None:
    assert [view.spacing((3.0, 2.0, 1.0)) for view in (AXIAL, CORONAL, SAGITTAL)] == [
        (2.0, 1.0),
        (3.0, 1.0),
        (3.0, 2.0),
    ]


def test_the_picture_is_cropped_to_the_head_and_a_margin() -> None:
    grey = np.zeros((40, 40, 40), dtype=np.float32)
    grey[20:30, 20, 20] = 1
    assert head_box([grey], [], spacing_mm=(2.0, 3.0, 6.0)) == (slice(17, 33), slice(18, 23), slice(19, 22))


def test_contrast_follows_the_head_and_not_its_background() -> None:
    grey = windowed(sitk.GetArrayFromImage(a_head()))
    assert grey[0].max() == 0
    assert grey[TUMOUR].min() > 0.9
    assert grey[3:10, 3:20, 3:15].max() < 0.5


def test_backgrounds_are_flair_and_t1ce_or_else_the_first() -> None:
    images: dict[Modality, sitk.Image] = {"t2": a_head(), "t1": a_head()}
    assert backgrounds(images) == ["t1"]
    assert backgrounds({**images, "t1ce": a_head(), "flair": a_head()}) == ["flair", "t1ce"]
    with pytest.raises(InputError, match="no image"):
        backgrounds({})


def test_a_figure_shows_the_outline_of_each_region(tmp_path: Path) -> None:
    draw_segmentation({"flair": a_head()}, a_tumour(), truth=None, title="a tumour", path=tmp_path / "with.png")
    draw_segmentation({"flair": a_head()}, nothing(), truth=None, title="a tumour", path=tmp_path / "without.png")
    for colour in (RED, YELLOW, GREEN):
        assert colour_count(tmp_path / "with.png", colour) > 3 * colour_count(tmp_path / "without.png", colour)


def test_a_figure_with_a_truth_has_a_row_for_it(tmp_path: Path) -> None:
    draw_segmentation({"t2": a_head()}, nothing(), truth=None, title="$alone^$", path=tmp_path / "alone.png")
    draw_segmentation({"t2": a_head()}, nothing(), truth=a_tumour(), title="both", path=tmp_path / "both.png")
    assert imread(tmp_path / "both.png").shape[0] > 1.5 * imread(tmp_path / "alone.png").shape[0]
    assert colour_count(tmp_path / "both.png", GREEN) > colour_count(tmp_path / "alone.png", GREEN)


def test_an_oblique_result_is_drawn_on_images_of_another_grid(tmp_path: Path, an_oblique_tumour: sitk.Image) -> None:
    path = tmp_path / "oblique.png"
    draw_segmentation({"flair": a_head()}, an_oblique_tumour, truth=a_tumour(), title="oblique", path=path)
    assert colour_count(path, GREEN) > 300


def test_an_overview_has_a_column_for_each_label_map(tmp_path: Path) -> None:
    panels = [Panel(name, a_head(), a_tumour()) for name in ("one", "two", "three")]
    draw_overview(panels[:1], focus=a_tumour(), title="one", path=tmp_path / "one.png")
    draw_overview(panels, focus=a_tumour(), title="three", path=tmp_path / "three.png")
    one, three = (imread(tmp_path / f"{name}.png").shape for name in ("one", "three"))
    assert three[1] / three[0] > 2 * one[1] / one[0]


def test_a_heat_map_is_drawn_even_where_nothing_was_measured(tmp_path: Path) -> None:
    table = summarise([], weights={"name": "none", "tensors_sha256": ""}, cohort_name="nobody", code_version="0")
    draw_heatmap(table, tmp_path / "heatmap.png")
    assert imread(tmp_path / "heatmap.png")[..., :3].std() > 0.05
