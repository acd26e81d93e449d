"""Slices that follow each other: a click, or the mouse with the shift key, moves all of them to one place."""

from collections.abc import Sequence
from functools import partial

from slicer import vtkMRMLCrosshairNode, vtkMRMLScene, vtkMRMLSliceNode
from trame_slicer.views import SliceView
from vtkmodules.vtkRenderingCore import vtkRenderWindowInteractor


def link_slices(scene: vtkMRMLScene, views: Sequence[SliceView]) -> None:
    """Let a click in a slice, or the mouse with the shift key, move the other slices to the place that was hit.

    A click with a key belongs to Slicer's own gestures, which keep it to themselves.
    """
    crosshair = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    crosshair.SetCrosshairBehavior(vtkMRMLCrosshairNode.OffsetJumpSlice)
    for view in views:
        view.interactor().AddObserver("LeftButtonPressEvent", partial(_jump, scene, view.get_view_node()))


def _jump(scene: vtkMRMLScene, node: vtkMRMLSliceNode, interactor: vtkRenderWindowInteractor, _event: str) -> None:
    x, y = interactor.GetEventPosition()
    place = node.GetXYToRAS().MultiplyPoint((x, y, 0.0, 1.0))[:3]
    vtkMRMLSliceNode.JumpAllSlices(scene, *place, vtkMRMLSliceNode.OffsetJumpSlice, -1, node)
