"""The tumour in three dimensions: opaque parts in a translucent shell.

The surfaces of segments that touch lie in one place, where they flicker. Drawn is therefore the whole tumour, a little
enlarged, around its core; edema is what lies between.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.segments import TISSUE_SEGMENTS, SegmentStyle
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.segmentation import OPACITY_OF_EDEMA, own_segments, put_masks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAME = "Tumour in three dimensions"
THICKEST_MM = 2.0
"""Along an axis with larger steps the shell is not enlarged: one voxel would be too much."""

ALSO: Mapping[str, str] = {"WT": "ED", "TC": "NCR"}
"""Which part is shown and hidden with a region, where regions are shown in slices."""


class Model:
    """Surfaces of one result; nothing but a picture: what is downloaded are those of the segments themselves.

    Args:
        scene: Scene that gets them.
    """

    def __init__(self, scene: vtkMRMLScene) -> None:
        self._scene = scene
        self.clear()

    def clear(self) -> None:
        """Forget all; the node goes with its patient."""
        self._node: vtkMRMLSegmentationNode | None = None
        self._of: Reply | None = None

    def hide(self) -> None:
        """Show nothing."""
        if self._node is not None:
            self._node.GetDisplayNode().SetVisibility(False)

    def show(self, reply: Reply, *, without: Collection[str]) -> None:
        """Show the surfaces of a result, which are made if that was not done.

        Args:
            reply: The result.
            without: Names of segments that are hidden.
        """
        node = self._node if self._node is not None and self._of is reply else self._make(reply)
        display, hidden = node.GetDisplayNode(), {ALSO.get(name, name) for name in without}
        for name, identifier in own_segments(node).items():
            display.SetSegmentVisibility(identifier, name not in hidden)
        display.SetVisibility(True)

    def _make(self, reply: Reply) -> vtkMRMLSegmentationNode:
        if self._node is not None:
            self._node.RemoveClosedSurfaceRepresentation()  # or it is made anew for each segment that is replaced
        node = put_masks(self._scene, _masks(reply), reference=reply.reference, output=self._node, name=NAME)
        node.SetHideFromEditors(True)
        display = node.GetDisplayNode()
        display.SetVisibility2D(False)
        display.SetSegmentOpacity3D(own_segments(node)["ED"], OPACITY_OF_EDEMA)
        node.CreateClosedSurfaceRepresentation()
        self._node, self._of = node, reply
        return node


def _masks(reply: Reply) -> "dict[SegmentStyle, npt.NDArray[np.bool_]]":
    """Give the voxels ``(D, H, W)`` of each part, the shell in the place of the edema."""
    import SimpleITK as sitk

    labels = sitk.GetArrayViewFromImage(reply.labels)
    spacing_mm = reply.labels.GetSpacing()[::-1]
    axes = [axis for axis, step_mm in enumerate(spacing_mm) if step_mm <= THICKEST_MM]
    return {
        replace(style, label=1): enlarged(labels != 0, axes) if style.name == "ED" else labels == style.label
        for style in TISSUE_SEGMENTS
    }


def enlarged(mask: "npt.NDArray[np.bool_]", axes: Collection[int]) -> "npt.NDArray[np.bool_]":
    """Enlarge a mask by one voxel on both sides along some axes."""
    grown = mask.copy()
    for axis in axes:
        inner = [slice(None)] * mask.ndim
        outer = [slice(None)] * mask.ndim
        inner[axis], outer[axis] = slice(1, None), slice(None, -1)
        grown[tuple(inner)] |= mask[tuple(outer)]
        grown[tuple(outer)] |= mask[tuple(inner)]
    return grown
