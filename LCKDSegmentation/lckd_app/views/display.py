"""What the four views show: the volume behind, the segments over it, surfaces, and the overlay of the uncertainty."""

import asyncio
from typing import Literal, TypeAlias, TypedDict

from slicer import (
    vtkMRMLScalarVolumeNode,
    vtkMRMLScene,
    vtkMRMLSegmentationDisplayNode,
    vtkMRMLSegmentationNode,
    vtkMRMLSliceNode,
)
from trame_slicer.core.volume_window_level import VolumeWindowLevel

from lckd.maps import UNCERTAINTY
from lckd_app.views.crosshair import Crosshair
from lckd_app.views.model import Model
from lckd_app.views.stage import Stage, look_from_the_side
from LCKDSegmentationLib.comparison import IN_BOTH
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.maps import maps_of
from LCKDSegmentationLib.segmentation import own_segments

Style: TypeAlias = Literal["both", "outline", "fill"]
OVERLAY_OPACITY = 0.6
LEAST_SHOWN = 0.05
"""Uncertainty below this lets the volume behind through."""

OUTLINE_PIXELS = 2

NESTED_FILL = {"TC": 0.5, "WT": 0.3}
"""What is left of the fill of a region that holds others: what lies in it would be seen through all of them."""

SURFACES_DELAY_S = 0.25
"""So much later than outlines come the surfaces, which take as long as all the rest."""


class SegmentRow(TypedDict):
    """What the page shows of one segment."""

    name: str
    colour: str
    visible: bool


class Display:
    """What is shown of a patient.

    Args:
        stage: The views.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage, self._model = stage, Model(stage.scene)
        self.clear()

    def clear(self) -> None:
        """Forget the patient, whose nodes leave the scene, and how results were shown."""
        self.background = ""
        self.style: Style = "both"
        self.opacity, self.has_surfaces, self.has_overlay = 0.5, True, False
        self.shows_slices_in_space = True
        self.is_compared = False
        self._hidden: set[str] = set()
        self._node: vtkMRMLSegmentationNode | None = None
        self._reply: Reply | None = None
        self._model.clear()
        self.crosshair.clear()

    @property
    def crosshair(self) -> Crosshair:
        """Marks the place that was clicked."""
        return self._stage.crosshair

    @property
    def _scene(self) -> vtkMRMLScene:
        return self._stage.scene

    def show_patient(self, background: str) -> None:
        """Show a volume for the first time, all of it in every view."""
        self.show_behind(background)
        self.show_slices_in_space(is_shown=True)
        self._stage.app.display_manager.reset_views()
        look_from_the_side(self._stage.space)

    def show_behind(self, volume: str) -> None:
        """Show a volume in all slices, behind the segments."""
        node = self._scene.GetNodeByID(volume) if volume else None
        self.background = volume if node is not None else ""
        if node is not None and node.GetDisplayNode().GetAutoWindowLevel():
            self.set_window(*VolumeWindowLevel.get_volume_auto_min_max_range(node))
        self._stage.app.display_manager.show_volume_in_slice_background(node)

    @property
    def _volume(self) -> vtkMRMLScalarVolumeNode | None:
        return self._scene.GetNodeByID(self.background) if self.background else None

    @property
    def window(self) -> tuple[float, float]:
        """Values that are shown black and white."""
        return VolumeWindowLevel.get_volume_display_range(self._volume) if self._volume is not None else (0.0, 1.0)

    @property
    def window_limits(self) -> tuple[float, float]:
        """The smallest and the largest value of the volume behind."""
        return VolumeWindowLevel.get_volume_scalar_range(self._volume) if self._volume is not None else (0.0, 1.0)

    def set_window(self, low: float, high: float) -> None:
        """Show these values black and white."""
        if self._volume is not None:
            VolumeWindowLevel.set_volume_node_display_min_max_range(self._volume, low, high)

    def reset_window(self) -> None:
        """Show the usual range of values."""
        if self._volume is not None:
            self.set_window(*VolumeWindowLevel.get_volume_auto_min_max_range(self._volume))

    def show_slices_in_space(self, *, is_shown: bool) -> None:
        """Show the slices in the view in three dimensions, too."""
        self.shows_slices_in_space = is_shown
        for view in self._stage.slices:
            view.set_visible_in_3d(is_shown)

    def show_segments(self, node: vtkMRMLSegmentationNode, reply: Reply) -> None:
        """Show a result; the first one of a patient turns the view in three dimensions to it."""
        is_first, self._node, self._reply = self._node is not node, node, reply
        self._stage.space.set_render_blocked(True)
        node.GetDisplayNode().SetVisibility3D(False)
        node.GetDisplayNode().SetSliceIntersectionThickness(OUTLINE_PIXELS)
        self._apply_to_slices(node)
        if is_first:
            self.show_slices_in_space(is_shown=False)
            self._jump_to(node)
        asyncio.get_running_loop().call_later(SURFACES_DELAY_S, self._show_in_space, is_first)

    def _show_in_space(self, is_first: bool) -> None:  # noqa: FBT001 - the loop hands on no names
        self._apply_to_space()
        self._stage.space.set_render_blocked(False)
        if is_first and self._node is not None:
            look_from_the_side(self._stage.space)

    def _jump_to(self, node: vtkMRMLSegmentationNode) -> None:
        """Move the slices to the tumour, if there is one."""
        for identifier in own_segments(node).values():
            centre = node.GetSegmentCenterRAS(identifier)
            if centre is not None and any(centre):
                vtkMRMLSliceNode.JumpAllSlices(self._scene, *centre, vtkMRMLSliceNode.OffsetJumpSlice)
                return

    def apply(self) -> None:
        """Show the result as it was chosen."""
        if self._node is not None:
            self._apply_to_space()
            self._apply_to_slices(self._node)

    def _apply_to_space(self) -> None:
        if self._reply is not None and self.has_surfaces:
            self._model.show(self._reply, without=self._hidden)
        else:
            self._model.hide()

    def _apply_to_slices(self, node: vtkMRMLSegmentationNode) -> None:
        display = node.GetDisplayNode()
        _style(display, "outline" if self.has_overlay else self.style, self.opacity)  # else it hides what it lies over
        display.SetVisibility2D(not self.is_compared)
        for name, identifier in own_segments(node).items():
            display.SetSegmentVisibility(identifier, name not in self._hidden)
            display.SetSegmentOpacity2DFill(identifier, NESTED_FILL.get(name, 1.0))
        self._show_overlay()

    def compare(self, *, is_compared: bool) -> None:
        """Take the result off the slices while it is compared, so that the differences are seen."""
        if self.is_compared != is_compared:
            self.is_compared = is_compared
            if self._node is not None:
                self._apply_to_slices(self._node)

    def show_segment(self, name: str, *, is_shown: bool) -> None:
        """Show or hide one segment, in results to come, too."""
        (self._hidden.discard if is_shown else self._hidden.add)(name)
        self.apply()

    def segments(self) -> list[SegmentRow]:
        """Describe the segments of the result."""
        if self._node is None:
            return []
        segmentation = self._node.GetSegmentation()
        colours = {name: segmentation.GetSegment(key).GetColor() for name, key in own_segments(self._node).items()}
        return [
            SegmentRow(name=name, colour=hex_of(colour), visible=name not in self._hidden)
            for name, colour in colours.items()
        ]

    @property
    def has_map(self) -> bool:
        """Whether the uncertainty of this result is there."""
        return self._reply is not None and UNCERTAINTY in self._reply.maps

    def _show_overlay(self) -> None:
        maps = maps_of(self._scene, UNCERTAINTY) if self.has_overlay and self.has_map else []
        for node in maps:
            node.GetDisplayNode().SetThreshold(LEAST_SHOWN, 1.0)
            node.GetDisplayNode().SetApplyThreshold(True)
        self._stage.app.display_manager.show_volume_in_slice_foreground(maps[0] if maps else None)
        for view in self._stage.slices:
            view.set_foreground_opacity(OVERLAY_OPACITY if maps else 0.0)


def show_difference(node: vtkMRMLSegmentationNode, *, is_shown: bool) -> None:
    """Show what two results do not share, and outline what they do; in slices only, where it can be read."""
    display = node.GetDisplayNode()
    display.SetVisibility(is_shown)
    display.SetVisibility3D(False)
    display.SetSliceIntersectionThickness(OUTLINE_PIXELS)
    _style(display, "both", 0.35)
    for name, identifier in own_segments(node).items():
        if name.endswith(IN_BOTH):
            display.SetSegmentOpacity2DFill(identifier, 0.0)


def _style(display: vtkMRMLSegmentationDisplayNode, style: Style, opacity: float) -> None:
    display.SetVisibility2DFill(style != "outline")
    display.SetVisibility2DOutline(style != "fill")
    display.SetOpacity2DFill(opacity)
    display.SetOpacity2DOutline(1.0)


def hex_of(colour: tuple[float, float, float]) -> str:
    """Give a colour, whose parts lie in [0, 1], as style sheets have it."""
    return "#" + "".join(f"{round(255 * value):02x}" for value in colour)
