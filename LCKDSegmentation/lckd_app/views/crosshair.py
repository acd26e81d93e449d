"""The place that all slices go through, marked once there is one."""

from slicer import vtkMRMLCrosshairNode, vtkMRMLScene

Place = tuple[float, float, float]
"""In RAS, mm."""


class Crosshair:
    """Slicer's crosshair, which a click sets, and the mouse with the shift key.

    Args:
        scene: Holds its node.
    """

    def __init__(self, scene: vtkMRMLScene) -> None:
        self._node = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
        self._node.SetCrosshairBehavior(vtkMRMLCrosshairNode.OffsetJumpSlice)
        self.clear()
        self._node.AddObserver("ModifiedEvent", self._on_change)

    def clear(self) -> None:
        """Forget the place, and show the next one."""
        self.is_wished, self._is_placed = True, False
        self._former = self._node.GetCrosshairRAS()
        self._apply()

    def show(self, *, is_wished: bool) -> None:
        """Show it wherever it is set, or never."""
        self.is_wished = is_wished
        self._apply()

    def put(self, place: Place) -> None:
        """Set it."""
        self._node.SetCrosshairRAS(place)
        self._is_placed = True  # there may be the place of before
        self._apply()

    def _on_change(self, *_: object) -> None:
        """Notice that Slicer's own gesture, the mouse with the shift key, has set it."""
        if not self._is_placed and self._node.GetCrosshairRAS() != self._former:
            self._is_placed = True
            self._apply()

    def _apply(self) -> None:
        """Lines with a gap around the place, so that what is there can be seen."""
        is_shown = self.is_wished and self._is_placed
        self._node.SetCrosshairMode(
            vtkMRMLCrosshairNode.ShowIntersection if is_shown else vtkMRMLCrosshairNode.NoCrosshair
        )
