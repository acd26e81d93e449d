from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import slicer.util
import vtk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLTransformableNode, vtkMRMLTransformNode, vtkMRMLVolumeArchetypeStorageNode

from lckd.errors import InputError
from LCKDSegmentationLib.volumes import chosen_volumes, image_from_volume, volume_from_image

Array: TypeAlias = npt.NDArray[Any]
Maker: TypeAlias = Callable[..., Volume]

LPS_FROM_RAS = np.array([-1.0, -1.0, 1.0])
MIRRORED = np.diag([1.0, 1.0, 1.0])[[1, 0, 2]]  # determinant -1: a left-handed volume
OBLIQUE_LEFT_HANDED = np.array([[0.8, 0.6, 0.0], [0.48, -0.64, -0.6], [0.36, -0.48, 0.8]])
ROTATED = np.array([[0.0, -1.0, 0.0, 12.5], [1.0, 0.0, 0.0, -30.0], [0.0, 0.0, 1.0, 7.25], [0.0, 0.0, 0.0, 1.0]])


def assert_corners_agree(image: sitk.Image, volume: Volume) -> None:
    """Every corner voxel lies at the same point of the world in the image (LPS) and in the scene (RAS)."""
    size = volume.GetImageData().GetDimensions()
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    for corner in product(*((0, length - 1) for length in size)):
        ras, local = np.zeros(3), matrix.MultiplyPoint((*map(float, corner), 1.0))[:3]
        volume.TransformPointToWorld(local, ras)
        point = np.array(image.TransformIndexToPhysicalPoint(corner))
        assert np.abs(point - ras * LPS_FROM_RAS).max() < 1e-4


def put_under(node: vtkMRMLTransformableNode, matrix: Array) -> vtkMRMLTransformNode:
    transform = node.GetScene().AddNewNodeByClass("vtkMRMLTransformNode", "registration")
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(matrix))
    node.SetAndObserveTransformNodeID(transform.GetID())
    return transform


def test_oblique_volume_keeps_every_voxel_and_every_corner(an_oblique_volume: Volume) -> None:
    image = image_from_volume(an_oblique_volume)
    assert_corners_agree(image, an_oblique_volume)
    voxels = slicer.util.arrayFromVolume(an_oblique_volume)
    for index in product(*map(range, image.GetSize())):
        assert image[index] == voxels[index[::-1]]


def test_an_image_becomes_the_volume_that_it_came_from(a_scene: Scene, an_oblique_volume: Volume) -> None:
    image = image_from_volume(an_oblique_volume)
    volume = volume_from_image(a_scene, image, "oblique")
    assert volume.GetName() == "oblique_1"
    assert_corners_agree(image, volume)
    assert np.array_equal(slicer.util.arrayFromVolume(volume), slicer.util.arrayFromVolume(an_oblique_volume))


def test_right_and_anterior_become_left_and_posterior(make_volume: Maker) -> None:
    image = image_from_volume(make_volume("straight", directions=np.eye(3)))
    assert image.GetOrigin() == pytest.approx((91.5, -126.25, -71.125))
    assert image.GetDirection() == pytest.approx((-1, 0, 0, 0, -1, 0, 0, 0, 1))
    assert image.GetSpacing() == pytest.approx((0.9, 1.3, 2.7))


def test_left_handed_volume_keeps_its_corners(make_volume: Maker) -> None:
    volume = make_volume("mirrored", directions=MIRRORED)
    image = image_from_volume(volume)
    assert_corners_agree(image, volume)
    assert np.linalg.det(np.reshape(image.GetDirection(), (3, 3))) == pytest.approx(-1)


@pytest.mark.parametrize("ending", [".nrrd", ".nii.gz"])
@pytest.mark.parametrize("directions", [OBLIQUE_LEFT_HANDED, np.eye(3)], ids=["oblique and mirrored", "straight"])
def test_image_is_what_a_reader_finds_in_the_file_that_slicer_writes(
    make_volume: Maker, tmp_path: Path, directions: Array, ending: str
) -> None:
    volume = make_volume("written", directions=directions)
    storage = vtkMRMLVolumeArchetypeStorageNode()
    storage.SetFileName(str(tmp_path / f"volume{ending}"))
    assert storage.WriteData(volume)
    image, read = image_from_volume(volume), sitk.ReadImage(str(tmp_path / f"volume{ending}"))
    assert np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(read))
    for corner in product(*((0, length - 1) for length in image.GetSize())):
        expected = read.TransformIndexToPhysicalPoint(corner)
        assert image.TransformIndexToPhysicalPoint(corner) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_voxels_keep_their_type_and_value(make_volume: Maker, kind: str) -> None:
    values = np.arange(5 * 7 * 9).reshape(5, 7, 9).astype(kind)
    image = image_from_volume(make_volume("typed", values=values))
    assert image[8, 6, 4] == values[4, 6, 8]


def test_image_is_a_copy(an_oblique_volume: Volume) -> None:
    image = image_from_volume(an_oblique_volume)
    slicer.util.arrayFromVolume(an_oblique_volume)[:] = -1
    assert image[1, 0, 0] == 1


def test_volume_under_a_rigid_transform_lies_where_it_is_shown(an_oblique_volume: Volume) -> None:
    put_under(an_oblique_volume, ROTATED)
    assert_corners_agree(image_from_volume(an_oblique_volume), an_oblique_volume)


def test_volume_under_two_transforms_lies_where_it_is_shown(an_oblique_volume: Volume) -> None:
    inner = put_under(an_oblique_volume, ROTATED)
    put_under(inner, np.diag([2.0, 2.0, 2.0, 1.0]))
    image = image_from_volume(an_oblique_volume)
    assert_corners_agree(image, an_oblique_volume)
    assert image.GetSpacing() == pytest.approx((1.8, 2.6, 5.4))


def test_volume_under_a_shearing_transform_is_refused(an_oblique_volume: Volume) -> None:
    shear = np.eye(4)
    shear[0, 1] = 0.1
    put_under(an_oblique_volume, shear)
    with pytest.raises(InputError, match=r"'oblique' are not perpendicular .* resample"):
        image_from_volume(an_oblique_volume)


def test_volume_under_a_bending_transform_is_refused(a_scene: Scene, an_oblique_volume: Volume) -> None:
    spline = vtk.vtkThinPlateSplineTransform()
    transform = a_scene.AddNewNodeByClass("vtkMRMLTransformNode", "warp")
    transform.SetAndObserveTransformToParent(spline)
    an_oblique_volume.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(InputError, match=r"'oblique' lies under the transform 'warp'.* harden"):
        image_from_volume(an_oblique_volume)


def test_volume_without_an_image_is_refused(a_scene: Scene) -> None:
    with pytest.raises(InputError, match="'empty' holds no image"):
        image_from_volume(a_scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty"))


def test_volume_with_colours_is_refused(a_scene: Scene) -> None:
    volume = a_scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "photo")
    slicer.util.updateVolumeFromArray(volume, np.zeros((2, 3, 4, 3), np.uint8))
    with pytest.raises(InputError, match="'photo' has 3 values per voxel"):
        image_from_volume(volume)


def test_chosen_volumes_come_in_the_one_order(make_volume: Maker) -> None:
    first, second = make_volume("a"), make_volume("b")
    chosen = chosen_volumes({"t2": first, "t1": None, "flair": second})
    assert list(chosen.items()) == [("flair", second), ("t2", first)]


def test_no_volume_is_refused() -> None:
    with pytest.raises(InputError, match="choose at least one"):
        chosen_volumes({"flair": None, "t1": None})


def test_the_same_volume_twice_is_refused(an_oblique_volume: Volume) -> None:
    with pytest.raises(InputError, match="'oblique' was chosen as FLAIR and as T2"):
        chosen_volumes({"flair": an_oblique_volume, "t2": an_oblique_volume})
