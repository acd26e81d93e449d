"""Slicer's scene and its four views, drawn on the server without a screen."""

import os
from dataclasses import dataclass

WINDOW_VARIABLE, WINDOW_CLASS = "VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow"
os.environ.setdefault(WINDOW_VARIABLE, WINDOW_CLASS)  # before VTK is imported: else it looks for an X server first

from slicer import vtkMRMLCrosshairNode, vtkMRMLScene, vtkMRMLSubjectHierarchyNode  # noqa: E402 - see above
from trame_server import Server  # noqa: E402
from trame_slicer import module as trame_slicer_module  # noqa: E402
from trame_slicer.core import SlicerApp  # noqa: E402
from trame_slicer.rca_view import register_rca_factories  # noqa: E402
from trame_slicer.views import AbstractView, SliceView, ThreeDView, ViewLayoutDefinition  # noqa: E402

from lckd_app.colours import add_colours  # noqa: E402
from lckd_app.sliceview import decorate_slices, decorate_space, follow_clicks  # noqa: E402

AZIMUTH, ELEVATION, ZOOM = 32.0, 22.0, 1.25
"""Of the camera, in degrees, and how much nearer it comes than everything needs."""

SPACE_COLOURS = ("#10151c", "#2a3442")


@dataclass(frozen=True)
class Stage:
    """The scene and what shows it.

    Attributes:
        app: Slicer's scene and logic.
        slices: Axial, coronal and sagittal view.
        space: The view in three dimensions.
    """

    app: SlicerApp
    slices: tuple[SliceView, ...]
    space: ThreeDView

    @property
    def scene(self) -> vtkMRMLScene:
        """The scene."""
        return self.app.scene

    @property
    def views(self) -> tuple[AbstractView, ...]:
        """All four views."""
        return (*self.slices, self.space)


def make_stage(server: Server) -> Stage:
    """Make an empty scene and its views; needs a running event loop."""
    server.enable_module(trame_slicer_module)
    app = SlicerApp()
    add_colours(app.scene)
    vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(app.scene)
    register_rca_factories(app.view_manager, server, slice_view_ui_f=decorate_slices, three_d_view_ui_f=decorate_space)
    planes = (
        ViewLayoutDefinition.axial_view(), ViewLayoutDefinition.coronal_view(), ViewLayoutDefinition.sagittal_view(),
    )  # fmt: skip
    slices = tuple(app.view_manager.create_view(plane) for plane in planes)
    space = app.view_manager.create_view(ViewLayoutDefinition.threed_view(background_color=SPACE_COLOURS))
    stage = Stage(app, slices, space)
    app.view_manager.set_current_view_ids([view.get_singleton_tag() for view in stage.views])
    for view in stage.views:
        view.render_window().SetMultiSamples(0)  # else depth peeling loses translucent surfaces
    _link(stage)
    return stage


def look_from_the_side(view: ThreeDView) -> None:
    """Show everything in three dimensions, from in front, a little from the left and from above."""
    view.reset_view()
    camera = view.get_camera_node().GetCamera()
    camera.Azimuth(AZIMUTH)
    camera.Elevation(ELEVATION)
    camera.OrthogonalizeViewUp()
    view.reset_camera()
    camera.Zoom(ZOOM)
    view.schedule_render()


def _link(stage: Stage) -> None:
    """Let a click, or the mouse with the shift key, move all slices to one place."""
    crosshair = stage.scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    crosshair.SetCrosshairBehavior(vtkMRMLCrosshairNode.OffsetJumpSlice)
    follow_clicks(stage.scene, stage.slices)
