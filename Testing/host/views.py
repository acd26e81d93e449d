"""Slice views and a 3-D view of the scene, drawn off screen by Slicer's own logics and displayable managers.

What the application adds around them, the bars and the annotations in the corners, is not here.
"""

from typing import Any

import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from Testing.host.pythonqt import qt

IN_SLICES = ("vtkMRMLSegmentationsDisplayableManager2D",)
IN_3D = (
    "vtkMRMLCameraDisplayableManager",
    "vtkMRMLViewDisplayableManager",
    "vtkMRMLModelDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager3D",
)
BLACK_TO_WHITE = (255.0, 127.5)  # window and level of the slice logic's picture, which is finished


class View:
    """A renderer with the displayable managers of its kind.

    Args:
        factory: The factory of that kind.
        managers: Names of the displayable managers.
        size: Width and height in pixels.
    """

    def __init__(self, factory: Any, managers: tuple[str, ...], size: tuple[int, int]) -> None:
        self.logic: Any = None
        self.node: Any = None
        self.renderer, self.window = vtk.vtkRenderer(), vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(True)
        self.window.SetMultiSamples(0)
        self.window.SetSize(*size)
        self.window.AddRenderer(self.renderer)
        self._interactor = vtk.vtkRenderWindowInteractor()
        self._interactor.SetRenderWindow(self.window)
        self._interactor.Initialize()
        factory.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        for name in managers:
            if not factory.IsDisplayableManagerRegistered(name):
                factory.RegisterDisplayableManager(name)
        self.group = slicer.vtkMRMLDisplayableManagerGroup()
        self.group.SetRenderer(self.renderer)
        self.group.Initialize(factory, self.renderer)

    def start(self, logic: Any, logics: Any) -> None:
        """Give the view its logic, beside the others of its kind, and the logic the scene."""
        self.logic = logic
        logic.SetMRMLApplicationLogic(slicer.app.applicationLogic())
        logics.AddItem(logic)
        logic.SetMRMLScene(slicer.mrmlScene)

    def close(self) -> None:
        """End the view, and take out of the scene what closing the scene leaves there."""
        kept = self.nodes()
        self.group.SetMRMLDisplayableNode(None)
        self.logic.SetMRMLScene(None)
        for node in kept:
            slicer.mrmlScene.RemoveNode(node)

    def nodes(self) -> list[Any]:
        """Give the nodes that tell how the view looks."""
        return [self.node]

    def picture(self) -> Any:
        """Draw the view; returns a QImage."""
        self._interactor.Render()
        grabber = vtk.vtkWindowToImageFilter()
        grabber.SetInput(self.window)
        grabber.ReadFrontBufferOff()
        grabber.Update()
        width, height, _depth = grabber.GetOutput().GetDimensions()
        pixels = vtk_to_numpy(grabber.GetOutput().GetPointData().GetScalars()).reshape(height, width, 3)[::-1]
        return qt.QImage(pixels.tobytes(), width, height, 3 * width, qt.QImage.Format_RGB888).copy()


class SliceView(View):
    """A slice of a volume with the segmentations that are shown.

    Args:
        name: Name of the slice node: Red, Green or Yellow.
        orientation: Axial, Coronal or Sagittal.
        volume: The volume.
        size: Width and height in pixels.
    """

    def __init__(self, name: str, orientation: str, volume: Any, size: tuple[int, int]) -> None:
        super().__init__(slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance(), IN_SLICES, size)
        self.renderer.GetActiveCamera().ParallelProjectionOn()
        _ensure_grey()
        self.start(slicer.vtkMRMLSliceLogic(), _logics("Slice"))
        self.node = self.logic.AddSliceNode(name)
        self.group.SetMRMLDisplayableNode(self.node)
        self.node.SetOrientation(orientation)
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        self.logic.ResizeSliceNode(*size)
        self.logic.FitSliceToBackground()
        self.logic.SnapSliceOffsetToIJK()
        self._show_image()

    def _show_image(self) -> None:
        """Put the slice behind all else: in the application, ctk's widget does it."""
        mapper, actor = vtk.vtkImageMapper(), vtk.vtkActor2D()
        mapper.SetColorWindow(BLACK_TO_WHITE[0])
        mapper.SetColorLevel(BLACK_TO_WHITE[1])
        mapper.SetInputConnection(self.logic.GetImageDataConnection())
        actor.SetMapper(mapper)
        actor.GetProperty().SetDisplayLocationToBackground()
        self.renderer.AddViewProp(actor)

    def nodes(self) -> list[Any]:
        return [self.node, self.logic.GetSliceCompositeNode()]

    def go_to(self, place: tuple[float, float, float]) -> None:
        """Show the slice through a place, in RAS and mm."""
        self.node.JumpSliceByOffsetting(*place)
        self.logic.SnapSliceOffsetToIJK()


class ThreeDView(View):
    """The surfaces of the scene, and the slices that are shown among them.

    Args:
        size: Width and height in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(slicer.vtkMRMLThreeDViewDisplayableManagerFactory.GetInstance(), IN_3D, size)
        self.renderer.UseDepthPeelingOn()  # as in the application: surfaces lie in each other
        self.start(slicer.vtkMRMLViewLogic(), _logics("View"))
        self.node = self.logic.AddViewNode("1")
        self.node.SetBoxVisible(False)
        self.node.SetAxisLabelsVisible(False)
        self.group.SetMRMLDisplayableNode(self.node)

    def nodes(self) -> list[Any]:
        cameras = self.group.GetDisplayableManagerByClassName("vtkMRMLCameraDisplayableManager")
        return [self.node, cameras.GetCameraNode()]

    def look_from(self, direction: tuple[float, float, float], zoom: float = 1.0) -> None:
        """Look at all that is shown, from a direction in RAS."""
        camera = self.renderer.GetActiveCamera()
        camera.SetFocalPoint(0.0, 0.0, 0.0)
        camera.SetPosition(*direction)
        camera.SetViewUp(0.0, 0.0, 1.0)
        self.renderer.ResetCamera()
        camera.Zoom(zoom)
        self.renderer.ResetCameraClippingRange()


def _logics(kind: str) -> Any:
    """Give the application's list of the logics of one kind of view; its layout manager makes them."""
    application = slicer.app.applicationLogic()
    if getattr(application, f"Get{kind}Logics")() is None:
        getattr(application, f"Set{kind}Logics")(vtk.vtkCollection())
    return getattr(application, f"Get{kind}Logics")()


def _ensure_grey() -> None:
    """Add the colours that volumes are shown in; the application has them from its module Colors."""
    grey = slicer.vtkMRMLColorTableNode()
    grey.SetTypeToGrey()
    grey.SetSingletonTag(grey.GetTypeAsString())
    grey.SaveWithSceneOff()
    slicer.mrmlScene.AddNode(grey)  # a singleton: where there is one, nothing is added
