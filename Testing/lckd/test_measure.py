"""Measurements of a label map."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.measure import RegionMeasures, describe_volumes, measure_regions, volumes_cm3
from lckd.region import BRATS

Array = npt.NDArray[Any]
CENTRE_MM = np.array([4.3, -112.7, 123.1])
"""Where the shared geometries have their middle."""


def an_image(mask: Array, spacing_mm: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> sitk.Image:
    """Label a mask ``(D, H, W)`` enhancing, far from the edges of the image."""
    image = sitk.GetImageFromArray(np.pad(mask, 2).astype(np.uint8) * BRATS.enhancing)
    image.SetSpacing(spacing_mm)
    return image


def an_ellipsoid(axes_mm: tuple[float, float, float], turned_by: float = 0.0) -> Array:
    """Voxels of 1 mm inside an ellipsoid with these semi-axes along x, y, z, turned about z."""
    z, y, x = np.indices((51, 51, 51)) - 25.0
    along, across = x * np.cos(turned_by) + y * np.sin(turned_by), y * np.cos(turned_by) - x * np.sin(turned_by)
    inside: Array = (along / axes_mm[0]) ** 2 + (across / axes_mm[1]) ** 2 + (z / axes_mm[2]) ** 2 <= 1
    return inside


def a_label_map() -> sitk.Image:
    labels = np.zeros((10, 10, 10), dtype=np.uint8)
    labels[0, 0, :4] = [1, 2, 2, 4]
    image = sitk.GetImageFromArray(labels)
    image.SetSpacing([10.0, 10.0, 5.0])
    return image


def enhancing(image: sitk.Image) -> RegionMeasures:
    return measure_regions(image)["ET"]


def test_volumes_are_those_of_the_nested_regions_in_cm3() -> None:
    assert volumes_cm3(a_label_map()) == pytest.approx({"ET": 0.5, "TC": 1.0, "WT": 2.0})
    measured = measure_regions(a_label_map())
    assert {region: measures.volume_cm3 for region, measures in measured.items()} == volumes_cm3(a_label_map())


def test_what_was_found_is_said_in_a_sentence() -> None:
    assert describe_volumes(volumes_cm3(a_label_map())) == "Found: ET 0.5 cm³, TC 1.0 cm³, WT 2.0 cm³."
    assert describe_volumes({"ET": 0.0, "TC": 0.0, "WT": 0.0}) == "No tumour was found."


def test_a_region_that_is_not_there_has_no_diameter() -> None:
    nothing = sitk.Image([5, 5, 5], sitk.sitkUInt8)
    assert set(measure_regions(nothing).values()) == {RegionMeasures(0.0, None, None)}
    assert enhancing(nothing).bidimensional_mm2 is None
    assert json.loads(json.dumps(enhancing(nothing).as_dict()))["axial_diameters_mm"] is None


@pytest.mark.parametrize(
    ("shape", "spacing_mm", "diameter_mm", "axial_mm"),
    [
        ((1, 1, 1), (1.0, 2.0, 5.0), 5.0, (2.0, 1.0)),
        ((1, 1, 7), (2.0, 3.0, 4.0), 14.0, (14.0, 3.0)),
        ((7, 1, 1), (2.0, 3.0, 4.0), 28.0, (3.0, 2.0)),
        ((1, 9, 9), (1.0, 1.0, 1.0), np.hypot(9, 8), (np.hypot(9, 8), None)),
        ((4, 5, 31), (0.5, 1.0, 1.5), np.sqrt(15**2 + 4**2 + 6**2), (np.hypot(15.5, 4), None)),
        ((11, 5, 3), (1.0, 1.0, 5.0), np.sqrt(55**2 + 4**2 + 2**2), (np.hypot(5, 2), None)),
    ],
    ids=["voxel", "line in a slice", "line through slices", "square", "beam", "column of thick slices"],
)
def test_a_box_is_measured_between_the_middles_of_its_outer_faces(
    shape: tuple[int, int, int],
    spacing_mm: tuple[float, float, float],
    diameter_mm: float,
    axial_mm: tuple[float, float | None],
) -> None:
    measures = enhancing(an_image(np.ones(shape), spacing_mm))
    assert measures.diameter_mm == pytest.approx(diameter_mm)
    assert measures.axial_diameters_mm is not None
    assert measures.axial_diameters_mm[0] == pytest.approx(axial_mm[0])
    if axial_mm[1] is not None:
        assert measures.axial_diameters_mm[1] == pytest.approx(axial_mm[1])
        assert measures.bidimensional_mm2 == pytest.approx(axial_mm[0] * axial_mm[1])


@pytest.mark.parametrize("turned_by", [0.0, 0.3, np.pi / 4, np.pi / 2])
@pytest.mark.parametrize(
    ("axes_mm", "diameter_mm", "axial_mm"),
    [((20, 20, 20), 40, (40, 40)), ((24, 12, 8), 48, (48, 24)), ((14, 10, 24), 48, (28, 20))],
    ids=["sphere", "lying", "standing"],
)
def test_an_ellipsoid_has_its_diameters_however_it_is_turned(
    axes_mm: tuple[float, float, float], diameter_mm: float, axial_mm: tuple[float, float], turned_by: float
) -> None:
    measures = enhancing(an_image(an_ellipsoid(axes_mm, turned_by)))
    assert measures.diameter_mm == pytest.approx(diameter_mm, abs=1.0)
    assert measures.axial_diameters_mm == pytest.approx(axial_mm, abs=1.2)


@pytest.fixture
def measure_lesion(make_image: Callable[..., sitk.Image]) -> Callable[..., tuple[RegionMeasures, float]]:
    """A measurer of an ellipsoid on a named geometry, who also tells the longest edge of its voxels."""

    def measure(geometry: str, axes_mm: tuple[float, float, float]) -> tuple[RegionMeasures, float]:
        def scene(points: Array) -> Array:
            inside: Array = (((points - CENTRE_MM) / axes_mm) ** 2).sum(axis=-1) <= 1
            return inside * BRATS.enhancing

        image = sitk.Cast(make_image(geometry, scene), sitk.sitkUInt8)
        return enhancing(image), max(image.GetSpacing())

    return measure


def test_a_sphere_is_as_wide_however_the_voxels_lie(
    every_geometry: str, measure_lesion: Callable[..., tuple[RegionMeasures, float]]
) -> None:
    measures, voxel_mm = measure_lesion(every_geometry, (16.0, 16.0, 16.0))
    assert measures.diameter_mm == pytest.approx(32.0, abs=voxel_mm)
    assert measures.axial_diameters_mm == pytest.approx((32.0, 32.0), abs=voxel_mm)


@pytest.mark.parametrize("geometry", ["axis-aligned", "anisotropic", "sagittal"])
def test_axial_slices_lie_across_the_body_however_the_image_is_stored(
    geometry: str, measure_lesion: Callable[..., tuple[RegionMeasures, float]]
) -> None:
    measures, voxel_mm = measure_lesion(geometry, (9.0, 9.0, 25.0))
    assert measures.diameter_mm == pytest.approx(50.0, abs=voxel_mm)
    assert measures.axial_diameters_mm == pytest.approx((18.0, 18.0), abs=voxel_mm)


def test_only_the_largest_part_has_diameters_and_all_have_volume() -> None:
    mask = np.zeros((9, 9, 40))
    mask[2:7, 2:7, 2:7] = 1
    mask[4, 4, 20:38] = 1
    assert enhancing(an_image(mask)).diameter_mm == pytest.approx(np.sqrt(5**2 + 4**2 + 4**2))
    assert enhancing(an_image(mask)).volume_cm3 == pytest.approx((125 + 18) / 1000)


def test_voxels_that_touch_at_a_corner_are_one_part() -> None:
    mask = np.zeros((4, 4, 4))
    mask[range(4), range(4), range(4)] = 1
    assert enhancing(an_image(mask)).diameter_mm == pytest.approx(np.sqrt(4**2 + 3**2 + 3**2))


def test_parts_that_meet_in_another_slice_are_not_measured_as_one() -> None:
    horseshoe = np.zeros((6, 3, 21))
    horseshoe[:, :, :5] = horseshoe[:, :, -4:] = 1
    horseshoe[0, 1, :] = 1
    without_bridge = enhancing(an_image(horseshoe[1:])).axial_diameters_mm
    assert without_bridge == pytest.approx((np.hypot(5, 2), 3 * np.hypot(5, 2) / 5))
    assert enhancing(an_image(horseshoe)).axial_diameters_mm == pytest.approx((np.hypot(21, 2), 3), abs=0.5)


def test_a_hollow_lesion_is_measured_across_its_hollow() -> None:
    shell = an_ellipsoid((20, 15, 20)) & ~an_ellipsoid((15, 10, 15))
    assert enhancing(an_image(shell)) == RegionMeasures(
        volumes_cm3(an_image(shell))["ET"],
        enhancing(an_image(an_ellipsoid((20, 15, 20)))).diameter_mm,
        enhancing(an_image(an_ellipsoid((20, 15, 20)))).axial_diameters_mm,
    )


def faces(mask: Array, spacing_mm: Array) -> Array:
    """Middles of all faces of all voxels, mm."""
    centres = np.argwhere(mask) * spacing_mm
    steps = np.concatenate([np.diag(spacing_mm), -np.diag(spacing_mm)]) / 2
    found: Array = (centres[:, None] + steps).reshape(-1, mask.ndim)
    return found


def largest_distance(points: Array) -> float:
    return float(np.linalg.norm(points[:, None] - points, axis=-1).max())


@pytest.mark.parametrize("seed", range(8))
def test_diameters_are_those_of_all_pairs_of_faces(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((5, 6, 7)) < 0.8  # so dense that it is one part, in each slice too
    spacing_mm = rng.uniform(0.5, 3.0, 3)
    measures = enhancing(an_image(mask, tuple(spacing_mm[::-1])))
    assert measures.diameter_mm == pytest.approx(largest_distance(faces(mask, spacing_mm)))
    expected = max(largest_distance(faces(plane, spacing_mm[1:])) for plane in mask)
    assert measures.axial_diameters_mm is not None
    assert measures.axial_diameters_mm[0] == pytest.approx(expected)


def test_measurements_are_plain_values() -> None:
    measures = enhancing(an_image(np.ones((1, 1, 7)), (2.0, 3.0, 4.0)))
    assert json.loads(json.dumps(measures.as_dict())) == {
        "volume_cm3": pytest.approx(0.168),
        "diameter_mm": pytest.approx(14.0),
        "axial_diameters_mm": pytest.approx([14.0, 3.0]),
        "bidimensional_mm2": pytest.approx(42.0),
    }
