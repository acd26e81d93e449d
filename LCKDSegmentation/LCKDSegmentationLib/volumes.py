"""MRML volumes become SimpleITK images. This is the only place where RAS becomes LPS."""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import slicer.util
import vtk
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLTransformNode

from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, Modality, in_order

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import SimpleITK as sitk

Volumes: TypeAlias = Mapping[Modality, vtkMRMLScalarVolumeNode | None]
"""A choice of the user: the volume node of each modality, or None."""

Identity: TypeAlias = tuple[object, ...]
"""Equal as long as nothing changed."""

SEQUENCE_BROWSER = "vtkMRMLSequenceBrowserNode"

RAS_TO_LPS = (-1.0, -1.0, 1.0)
"""Signs of the three world axes: MRML points right and anterior, SimpleITK left and posterior."""

MAX_AXIS_COSINE = 1e-4
"""Two axes are perpendicular up to this cosine: 0.02 mm at 200 mm, well below a voxel."""


def chosen_volumes(volumes: Volumes) -> dict[Modality, vtkMRMLScalarVolumeNode]:
    """Leave out the modalities that have no volume, and refuse a choice that cannot be segmented.

    Args:
        volumes: Volume node or None for each modality.

    Returns:
        The chosen volume nodes, in the order of `lckd.modality.MODALITIES`.

    Raises:
        InputError: No volume was chosen, one was chosen for two modalities, or one is no grey-scale volume.
    """
    chosen = {modality: node for modality, node in volumes.items() if node is not None}
    for node in chosen.values():
        _check_kind(node)
        _check_voxels(node)
    if not chosen:
        message = "No volume was chosen: choose at least one of FLAIR, T1, T1ce and T2."
        raise InputError(message)
    for (first, node), (second, other) in combinations(chosen.items(), 2):
        if node is other:
            names = f"{DISPLAY_NAMES[first]} and as {DISPLAY_NAMES[second]}"
            message = f"'{node.GetName()}' was chosen as {names}: choose another volume for one of them, or none."
            raise InputError(message)
    return {modality: chosen[modality] for modality in in_order(chosen)}


def image_from_volume(volume: vtkMRMLScalarVolumeNode) -> "sitk.Image":
    """Copy a volume node, where it lies in the world, into an image.

    A linear transform above the volume counts, so that volumes registered to each other with it lie on each other.

    Args:
        volume: The volume node, which is not changed.

    Returns:
        The voxels unchanged and in their own type; origin, spacing and direction in LPS and mm.

    Raises:
        InputError: The volume is empty, has several values per voxel, lies under a transform that bends it, or has
            axes that are not perpendicular.
    """
    import SimpleITK as sitk

    _check_voxels(volume)
    axes = _ijk_to_lps(volume)
    _check_perpendicular(volume, axes[:3, :3] / (axes[:3, :3] ** 2).sum(axis=0) ** 0.5)
    return _place(sitk.GetImageFromArray(slicer.util.arrayFromVolume(volume)), axes)


def volume_from_image(scene: vtkMRMLScene, image: "sitk.Image", name: str) -> vtkMRMLScalarVolumeNode:
    """Put an image into a scene as a volume node: the way back of `image_from_volume`.

    Args:
        scene: Scene that gets the volume.
        image: Scalar 3-D image; LPS, mm.
        name: What the node is to be called, with a number where the name is taken.
    """
    import SimpleITK as sitk

    free = name if scene.GetFirstNodeByName(name) is None else scene.GenerateUniqueName(name)
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", free)
    slicer.util.updateVolumeFromArray(node, sitk.GetArrayViewFromImage(image))
    node.SetIJKToRASMatrix(slicer.util.vtkMatrixFromArray(_ijk_to_ras(image)))
    node.CreateDefaultDisplayNodes()
    return node


def _ijk_to_ras(image: "sitk.Image") -> "npt.NDArray[np.float64]":
    """Give the 4 x 4 matrix from voxel indices (i, j, k) to RAS, mm."""
    import numpy as np

    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    matrix[:3] *= [[sign] for sign in RAS_TO_LPS]
    return matrix


def voxel_grid(volume: vtkMRMLScalarVolumeNode) -> Identity:
    """Tell where the voxels of a volume lie: its dimensions, and its matrix to the world."""
    data = volume.GetImageData()
    size = data.GetDimensions() if data is not None else ()
    return (*size, *_ijk_to_lps(volume).ravel().tolist())


def identity(volume: vtkMRMLScalarVolumeNode) -> Identity:
    """Tell a volume, its voxels and their place from all others and from what they were before."""
    data = volume.GetImageData()
    return (volume.GetID(), volume.GetName(), data.GetMTime() if data is not None else 0, *voxel_grid(volume))


def on_own_voxels(image: "sitk.Image", volume: vtkMRMLScalarVolumeNode) -> "sitk.Image":
    """Lay an image of the same size onto the voxels of a volume, as if no transform were above it; LPS, mm."""
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return _place(image, _as_lps(matrix))


def _as_lps(matrix: vtk.vtkMatrix4x4) -> "npt.NDArray[np.float64]":
    array: npt.NDArray[np.float64] = slicer.util.arrayFromVTKMatrix(matrix)
    array[:3] *= [[sign] for sign in RAS_TO_LPS]
    return array


def _place(image: "sitk.Image", axes: "npt.NDArray[np.float64]") -> "sitk.Image":
    """Give an image the geometry of a 4 x 4 matrix from voxel indices (i, j, k) to LPS, mm."""
    spacing = (axes[:3, :3] ** 2).sum(axis=0) ** 0.5
    image.SetSpacing(spacing.tolist())
    image.SetDirection((axes[:3, :3] / spacing).ravel().tolist())
    image.SetOrigin(axes[:3, 3].tolist())
    return image


def _check_kind(volume: vtkMRMLScalarVolumeNode) -> None:
    if volume.IsA("vtkMRMLLabelMapVolumeNode"):
        message = f"'{volume.GetName()}' is a label map: choose the scan that it was drawn on."
        raise InputError(message)
    scene = volume.GetScene()
    count = scene.GetNumberOfNodesByClass(SEQUENCE_BROWSER) if scene else 0
    browsers = [scene.GetNthNodeByClass(index, SEQUENCE_BROWSER) for index in range(count)]
    if any(browser.IsProxyNodeID(volume.GetID()) for browser in browsers):
        message = f"'{volume.GetName()}' is one moment of a 4-D sequence: choose a single volume."
        raise InputError(message)


def _check_voxels(volume: vtkMRMLScalarVolumeNode) -> None:
    data = volume.GetImageData()
    if data is None or data.GetNumberOfPoints() == 0:
        message = f"The volume '{volume.GetName()}' holds no image: load it again or choose another one."
        raise InputError(message)
    if data.GetNumberOfScalarComponents() != 1:
        count = data.GetNumberOfScalarComponents()
        message = f"The volume '{volume.GetName()}' has {count} values per voxel: choose a grey-scale volume."
        raise InputError(message)


def _ijk_to_lps(volume: vtkMRMLScalarVolumeNode) -> "npt.NDArray[np.float64]":
    """Give the 4 x 4 matrix from voxel indices (i, j, k) to the world in LPS, mm."""
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    transform = volume.GetParentTransformNode()
    if transform is not None:
        vtk.vtkMatrix4x4.Multiply4x4(_to_world(volume, transform), matrix, matrix)
    return _as_lps(matrix)


def _to_world(volume: vtkMRMLScalarVolumeNode, transform: vtkMRMLTransformNode) -> vtk.vtkMatrix4x4:
    if not transform.IsTransformToWorldLinear():
        message = (
            f"The volume '{volume.GetName()}' lies under the transform '{transform.GetName()}', which bends it: "
            "harden the transform on the volume first (Data module, right click on the transform)."
        )
        raise InputError(message)
    matrix = vtk.vtkMatrix4x4()
    transform.GetMatrixTransformToWorld(matrix)
    return matrix


def _check_perpendicular(volume: vtkMRMLScalarVolumeNode, directions: "npt.NDArray[np.float64]") -> None:
    cosines = [abs(float(directions[:, a] @ directions[:, b])) for a, b in combinations(range(3), 2)]
    if max(cosines) > MAX_AXIS_COSINE:
        message = (
            f"The axes of the volume '{volume.GetName()}' are not perpendicular (cosine {max(cosines):.4f}): "
            "resample it onto a straight grid first (Resample Scalar/Vector/DWI Volume module)."
        )
        raise InputError(message)
