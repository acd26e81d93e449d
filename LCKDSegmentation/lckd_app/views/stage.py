"""Slicer's scene and its four views, drawn on the server without a screen."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from slicer import vtkMRMLScene, vtkMRMLSubjectHierarchyNode
from trame_server import Server
from trame_slicer import module as trame_slicer_module
from trame_slicer.core import SlicerApp
from trame_slicer.rca_view.rca_view_factory import RemoteViewFactory
from trame_slicer.views import (
    AbstractView,
    NoScheduleRendering,
    SliceView,
    ThreeDView,
    ViewLayoutDefinition,
    ViewType,
)
from vtkmodules.vtkCommonCore import vtkObject

from lckd_app.views.colours import add_colours
from lckd_app.views.crosshair import Crosshair
from lckd_app.views.link import link_slices

WINDOW_VARIABLE, WINDOW_CLASS = "VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow"
"""Has VTK make windows without a screen; else it looks for an X server first, and complains that there is none."""

AZIMUTH, ELEVATION, ZOOM = 32.0, 22.0, 1.25
"""Of the camera, in degrees, and how much nearer it comes than everything needs."""

SPEED = {"target_fps": 30.0, "blur_fps": 15.0, "interactive_quality": 60}
"""Images a second of the view under the mouse and of the others, and the JPEG quality while it moves."""

SPACE_COLOURS = ("#10151c", "#2a3442")


Decorate: TypeAlias = Callable[[Server, str, AbstractView], None]
"""Puts widgets over a view, whose ID it gets."""


@dataclass(frozen=True)
class Stage:
    """The scene and what shows it.

    Attributes:
        app: Slicer's scene and logic.
        slices: Axial, coronal and sagittal view.
        space: The view in three dimensions.
        crosshair: Marks the place that was clicked.
    """

    app: SlicerApp
    slices: tuple[SliceView, ...]
    space: ThreeDView
    crosshair: Crosshair

    @property
    def scene(self) -> vtkMRMLScene:
        """The scene."""
        return self.app.scene

    @property
    def views(self) -> tuple[AbstractView, ...]:
        """All four views."""
        return (*self.slices, self.space)


def make_stage(server: Server, *, over_slices: Decorate, over_space: Decorate) -> Stage:
    """Make an empty scene and its views; needs a running event loop.

    Args:
        server: Sends the views to the page.
        over_slices: Puts widgets over a slice.
        over_space: Puts widgets over the view in three dimensions.
    """
    os.environ.setdefault(WINDOW_VARIABLE, WINDOW_CLASS)
    server.enable_module(trame_slicer_module)
    app = SlicerApp()
    add_colours(app.scene)
    vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(app.scene)
    with _without_warnings():
        app.view_manager.register_factory(_factory(server, SliceView, ViewType.SLICE_VIEW, over_slices))
        app.view_manager.register_factory(_factory(server, ThreeDView, ViewType.THREE_D_VIEW, over_space))
        stage = _make_views(app)
    app.view_manager.set_current_view_ids([view.get_singleton_tag() for view in stage.views])
    for view in stage.views:
        view.render_window().SetMultiSamples(0)  # else depth peeling loses translucent surfaces
    link_slices(stage.scene, stage.slices, stage.crosshair)
    return stage


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep VTK quiet while views are made: it warns of each that trame-slicer observes an event of former versions."""
    vtkObject.GlobalWarningDisplayOff()
    try:
        yield
    finally:
        vtkObject.GlobalWarningDisplayOn()


def _make_views(app: SlicerApp) -> Stage:
    planes = (
        ViewLayoutDefinition.axial_view(), ViewLayoutDefinition.coronal_view(), ViewLayoutDefinition.sagittal_view(),
    )  # fmt: skip
    slices = tuple(app.view_manager.create_view(plane) for plane in planes)
    space = ViewLayoutDefinition.threed_view(background_color=SPACE_COLOURS)
    return Stage(app, slices, app.view_manager.create_view(space), Crosshair(app.scene))


def _factory(server: Server, kind: type[AbstractView], view_type: ViewType, decorate: Decorate) -> RemoteViewFactory:
    """Make what makes views of one kind; they draw nothing while they are made, which would be most of the start."""

    def make(**options: object) -> AbstractView:
        return kind(scheduled_render_strategy=NoScheduleRendering(), **options)

    return RemoteViewFactory(server, make, view_type, populate_view_ui_f=decorate, **SPEED)


def show_all_of(view: SliceView) -> None:
    """Fit a slice into its view and stay on it: Slicer would go to the middle of the volume."""
    place = view.get_slice_value()
    view.reset_view()
    view.set_slice_value(place)


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
