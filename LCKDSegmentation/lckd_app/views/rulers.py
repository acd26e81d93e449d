"""Distances that a person measures, each between two clicks."""

from collections.abc import Callable

from slicer import vtkMRMLInteractionNode, vtkMRMLMarkupsLineNode, vtkMRMLScene
from trame_slicer.core import SlicerApp

from lckd_app.views.link import is_placing

KIND = "vtkMRMLMarkupsLineNode"
ENDS = 2
COLOUR = (0.45, 0.85, 1.0)
"""No segment has it."""


class Rulers:
    """Slicer's lines with their lengths; they leave the scene with the patient.

    Args:
        app: Slicer's scene and logic.
        changed: Called when measuring begins, and when a ruler was drawn or given up.
    """

    def __init__(self, app: SlicerApp, changed: Callable[[], None]) -> None:
        self._logic, self._scene, self._changed = app.markups_logic, app.scene, changed
        self._interaction = self._scene.GetFirstNodeByClass("vtkMRMLInteractionNode")
        self._tag = self._interaction.AddObserver(vtkMRMLInteractionNode.InteractionModeChangedEvent, self._on_mode)

    @property
    def is_measuring(self) -> bool:
        """Whether the next click is an end of a ruler."""
        return is_placing(self._scene)

    @property
    def lengths_mm(self) -> list[float]:
        """What was measured."""
        return [node.GetLineLengthWorld() for node in rulers_of(self._scene) if _is_whole(node)]

    def measure(self) -> None:
        """Let the next two clicks be the ends of a ruler, whose ends can be moved later."""
        node = self._scene.AddNewNodeByClass(KIND)
        node.SetName("")  # else it stands before the length, over what is measured
        node.GetMeasurement("length").SetPrintFormat("%.1f %s")
        display = node.GetDisplayNode()
        display.SetPropertiesLabelVisibility(True)
        display.SetPointLabelsVisibility(False)
        display.SetSelectedColor(COLOUR)
        display.SetActiveColor(COLOUR)
        self._logic.place_node(node)

    def stop(self) -> None:
        """Measure no more; a ruler with one end is given up."""
        self._logic.disable_place_mode()

    def clear(self) -> None:
        """Remove all rulers."""
        self.stop()
        for node in rulers_of(self._scene):
            self._scene.RemoveNode(node)

    def close(self) -> None:
        """Hear no more of the scene, which may live longer."""
        self._interaction.RemoveObserver(self._tag)

    def _on_mode(self, *_: object) -> None:
        halves = [node for node in rulers_of(self._scene) if not _is_whole(node) or node.GetLineLengthWorld() == 0]
        for node in halves if not self.is_measuring else []:
            self._scene.RemoveNode(node)
        self._changed()


def rulers_of(scene: vtkMRMLScene) -> list[vtkMRMLMarkupsLineNode]:
    """List the rulers in a scene."""
    return [scene.GetNthNodeByClass(index, KIND) for index in range(scene.GetNumberOfNodesByClass(KIND))]


def _is_whole(node: vtkMRMLMarkupsLineNode) -> bool:
    return bool(node.GetNumberOfDefinedControlPoints() == ENDS)
