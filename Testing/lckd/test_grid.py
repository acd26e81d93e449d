from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import WorkingGrid, crop_to_content, prepare, resample_to, same_grid, working_grid
from lckd.modality import Modality

Array = npt.NDArray[Any]
MakeImage = Callable[..., sitk.Image]
MakeScene = Callable[[str], Any]
Points = Callable[[sitk.Image], Array]
SameGrid = Callable[[sitk.Image, sitk.Image], None]

MIDDLE_MM = np.array([7.1, -115.4, 124.9])
"""Middle of the blob, LPS, off the middle of the images."""

RADIUS_MM = 38.0

SFORM_CODE = 254
"""Byte of a NIfTI-1 header that tells whether there is a matrix."""


def blob(points: Array) -> Array:
    """A smooth hill that ends at `RADIUS_MM`."""
    distance = np.linalg.norm(points - MIDDLE_MM, axis=-1)
    hill: Array = np.where(distance < RADIUS_MM, (0.5 + 0.5 * np.cos(np.pi * distance / RADIUS_MM)) ** 3, 0.0)
    return hill


def ramp(points: Array) -> Array:
    """A slope, which linear interpolation gives back exactly."""
    slope: Array = 2000.0 + points @ [3.0, -1.0, 2.0]
    return slope


def centre_of_mass_mm(image: sitk.Image, points_mm: Points) -> Array:
    weights = sitk.GetArrayFromImage(image)[..., None]
    centre: Array = (points_mm(image) * weights).sum(axis=(0, 1, 2)) / weights.sum()
    return centre


def grid_of(image: sitk.Image, spacing_mm: float = 2.0) -> WorkingGrid:
    return working_grid({"flair": image}, reference="flair", spacing_mm=spacing_mm)


def test_blob_keeps_its_place_on_the_working_grid(
    every_geometry: str, make_image: MakeImage, points_mm: Points
) -> None:
    image = make_image(every_geometry, blob)
    grid = grid_of(image)
    there = grid.image(grid.sample(image))
    assert centre_of_mass_mm(there, points_mm) == pytest.approx(MIDDLE_MM, abs=1e-2)


def test_blob_comes_back_to_its_place_on_the_voxels_of_the_reference(
    every_geometry: str, make_image: MakeImage, points_mm: Points, assert_same_grid: SameGrid
) -> None:
    image = make_image(every_geometry, blob)
    grid = grid_of(image)
    back = resample_to(grid.image(blob(points_mm(grid.image(grid.sample(image)))).astype(np.float32)), image)
    assert_same_grid(back, image)
    assert centre_of_mass_mm(back, points_mm) == pytest.approx(MIDDLE_MM, abs=2e-2)
    assert np.abs(sitk.GetArrayFromImage(back - image)).max() < 0.02


def test_linear_intensities_are_exact_at_every_working_voxel(
    every_geometry: str, make_image: MakeImage, points_mm: Points
) -> None:
    image = make_image(every_geometry, ramp)
    grid = grid_of(image, spacing_mm=3.0)
    there = grid.image(grid.sample(image))
    inside = np.linalg.norm(points_mm(there) - MIDDLE_MM, axis=-1) < 30.0
    assert inside.sum() > 3000
    assert sitk.GetArrayFromImage(there)[inside] == pytest.approx(ramp(points_mm(there))[inside], abs=1e-2)


def test_working_grid_is_axis_aligned_whatever_the_image(every_geometry: str, make_image: MakeImage) -> None:
    grid = grid_of(make_image(every_geometry, blob), spacing_mm=1.5)
    image = grid.image(np.zeros(grid.size[::-1], np.float32))
    assert image.GetDirection() == (1, 0, 0, 0, 1, 0, 0, 0, 1)
    assert image.GetSpacing() == (1.5, 1.5, 1.5)
    assert image.GetSize() == grid.size
    assert np.array(grid.origin_mm) / 1.5 % 1.0 == pytest.approx(0.5)


def test_lattice_does_not_depend_on_the_reference(make_image: MakeImage, a_head: MakeScene) -> None:
    images: dict[Modality, sitk.Image] = {
        "flair": make_image("oblique", a_head("flair")),
        "t2": make_image("axis-aligned", blob),
    }
    grids = [working_grid(images, reference=reference, spacing_mm=3.0) for reference in images]
    first = np.max([grid.first for grid in grids], axis=0)
    last = np.min([np.add(grid.first, grid.size) for grid in grids], axis=0)
    shared = []
    for grid in grids:
        (i, j, k), (right, anterior, inferior) = first - grid.first, last - grid.first
        shared.append(grid.sample(images["t2"])[k:inferior, j:anterior, i:right])
    assert shared[0].size > 10_000
    assert shared[0] == pytest.approx(shared[1], abs=1e-5)


def test_working_grid_encloses_the_head_and_little_more(
    every_geometry: str, make_image: MakeImage, a_head: MakeScene, points_mm: Points
) -> None:
    image = make_image(every_geometry, a_head("t1"))
    head = points_mm(image)[sitk.GetArrayFromImage(image) > 0]
    grid = grid_of(image)
    lower, upper = np.array(grid.first) * 2.0, np.add(grid.first, grid.size) * 2.0
    assert (lower <= head.min(axis=0)).all()
    assert (upper >= head.max(axis=0)).all()
    diagonal = np.array([64.0, 72.0, 60.0]).sum()  # a turned box around the head is longer than the head
    assert ((upper - lower) <= (diagonal if every_geometry in {"oblique", "left-handed"} else 80.0)).all()


def test_working_grid_encloses_what_any_modality_shows(make_image: MakeImage, a_head: MakeScene) -> None:
    small = make_image("axis-aligned", lambda points: a_head("t1")(points) * (points[..., 2] < 120.0))
    large = make_image("axis-aligned", a_head("t2"))
    together = working_grid({"t1": small, "t2": large}, reference="t1", spacing_mm=2.0)
    assert together == grid_of(large)
    assert together != grid_of(small)


def test_outside_of_the_image_is_background(make_image: MakeImage, a_head: MakeScene) -> None:
    image = make_image("axis-aligned", lambda points: np.where(a_head("t1")(points) > 0, 5.0, -3.0))
    wide = WorkingGrid(4.0, (-20, -50, 10), (42, 42, 42))
    voxels = wide.sample(image)
    assert voxels[0].max() == voxels[:, :, -1].max() == -3.0
    assert not prepare(image, wide)[0].any()


@pytest.mark.parametrize("reference", ["flair", "t1"])
def test_images_that_do_not_overlap_are_refused_with_both_names(
    make_image: MakeImage, a_head: MakeScene, reference: Modality
) -> None:
    head = make_image("axis-aligned", a_head("flair"))
    elsewhere = make_image("elsewhere", lambda points: a_head("t1")(points - (300.0, 0.0, 0.0)))
    with pytest.raises(InputError, match="does not overlap") as refusal:
        working_grid({"flair": head, "t1": elsewhere}, reference=reference, spacing_mm=2.0)
    assert "FLAIR" in str(refusal.value)
    assert "T1" in str(refusal.value)


@pytest.mark.parametrize(("share", "same"), [(0.0, True), (0.04, True), (0.06, False), (-1.0, False)], ids=str)
def test_grids_are_the_same_up_to_a_twentieth_of_a_voxel(make_image: MakeImage, *, share: float, same: bool) -> None:
    image = make_image("oblique", blob)
    moved = sitk.Image(image)
    left, posterior, superior = image.GetOrigin()
    moved.SetOrigin((left, posterior + share * min(image.GetSpacing()), superior))
    assert same_grid(moved, image) is same
    assert same_grid(image, moved) is same


def test_a_tilt_that_was_kept_as_a_quaternion_of_32_bits_is_the_same_grid(tmp_path: Path) -> None:
    image = sitk.Image((240, 240, 155), sitk.sitkUInt8)
    tilt = sitk.Euler3DTransform((0.0, 0.0, 0.0), 0.03, -0.02, 0.01)
    image.SetDirection(tilt.GetMatrix())
    image.SetOrigin((-120.3, -201.7, 63.1))
    path = tmp_path / "tilted.nii"
    sitk.WriteImage(image, str(path))
    content = bytearray(path.read_bytes())
    content[SFORM_CODE : SFORM_CODE + 2] = b"\0\0"  # readers then take the quaternion instead of the matrix
    path.write_bytes(content)
    again = sitk.ReadImage(str(path))
    last = [size - 1 for size in image.GetSize()]
    off = np.subtract(image.TransformIndexToPhysicalPoint(last), again.TransformIndexToPhysicalPoint(last))
    assert np.abs(off).max() > 1e-3
    assert same_grid(image, again)


def test_images_of_other_size_or_direction_lie_on_other_grids(make_image: MakeImage) -> None:
    image = make_image("oblique", blob)
    assert not same_grid(image[:-1], image)
    assert not same_grid(sitk.Flip(image, [True, False, False]), image)


def test_empty_surroundings_are_cut_away_with_their_place_kept() -> None:
    grid = WorkingGrid(2.0, first=(-3, 4, 10), size=(9, 8, 7))
    volume = np.zeros((7, 8, 9), dtype=np.float32)
    volume[2:5, 1:7, 4:6] = 1.0
    cropped_grid, cropped = crop_to_content(grid, {"t1": volume, "t2": np.zeros_like(volume)})
    assert cropped_grid == WorkingGrid(2.0, first=(1, 5, 12), size=(2, 6, 3))
    assert cropped["t1"].shape == cropped["t2"].shape == (3, 6, 2)
    assert cropped["t1"].min() == 1.0


def test_how_an_image_is_stored_hardly_changes_how_much_the_network_sees(
    make_image: MakeImage, a_head: MakeScene
) -> None:
    straight, oblique = (_seen_mm(make_image(geometry, a_head("t1"))) for geometry in ("axis-aligned", "oblique"))
    assert (
        np.abs(straight - oblique).max() <= 16.0
    )  # the border of an image is as blurred as its voxels of 4 mm are wide


def _seen_mm(image: sitk.Image) -> npt.NDArray[np.float64]:
    images: dict[Modality, sitk.Image] = {"t1": image}
    grid = working_grid(images, reference="t1", spacing_mm=4.0)
    return np.array(crop_to_content(grid, {"t1": prepare(image, grid)})[0].size) * 4.0


@pytest.mark.parametrize("error", [1e-16, -1e-16, 1e-13, -1e-13])
def test_errors_of_reckoning_in_the_geometry_change_neither_grid_nor_voxels(error: float) -> None:
    image = sitk.GetImageFromArray(np.pad(np.random.default_rng(1).uniform(1, 2, (36, 36, 36)), 2))
    image.SetOrigin((0.5, -39.5, 0.5))  # its box ends on the borders of working voxels
    odd = sitk.Image(image)
    odd.SetOrigin([value + error for value in image.GetOrigin()])
    odd.SetDirection((np.eye(3) + error * (1 - np.eye(3))).ravel().tolist())
    grid = grid_of(image)
    assert grid_of(odd) == grid
    assert np.array_equal(prepare(odd, grid), prepare(image, grid))
