"""Slices that follow each other: a click, or the mouse with the shift key, moves all of them to one place."""

from collections.abc import Sequence
from functools import partial

from slicer import vtkMRMLInteractionNode, vtkMRMLScene, vtkMRMLSliceNode
from trame_slicer.views import SliceView
from vtkmodules.vtkRenderingCore import vtkRenderWindowInteractor

from lckd_app.views.crosshair import Crosshair


def link_slices(scene: vtkMRMLScene, views: Sequence[SliceView], crosshair: Crosshair) -> None:
    """Let a click in a slice move the other slices, and the crosshair, to the place that was hit.

    A click with a key belongs to Slicer's own gestures, which keep it to themselves, and one that measures to a ruler.
    """
    for view in views:
        view.interactor().AddObserver("LeftButtonPressEvent", partial(_jump, scene, view.get_view_node(), crosshair))


def is_placing(scene: vtkMRMLScene) -> bool:
    """Tell whether a click puts something into the scene."""
    mode = scene.GetFirstNodeByClass("vtkMRMLInteractionNode").GetCurrentInteractionMode()
    return bool(mode == vtkMRMLInteractionNode.Place)


def _jump(
    scene: vtkMRMLScene,
    node: vtkMRMLSliceNode,
    crosshair: Crosshair,
    interactor: vtkRenderWindowInteractor,
    _event: str,
) -> None:
    if is_placing(scene):
        return
    x, y = interactor.GetEventPosition()
    place = node.GetXYToRAS().MultiplyPoint((x, y, 0.0, 1.0))[:3]
    crosshair.put(place)
    vtkMRMLSliceNode.JumpAllSlices(scene, *place, vtkMRMLSliceNode.OffsetJumpSlice, -1, node)
