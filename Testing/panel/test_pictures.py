"""The pictures of the README, and the views that they are drawn with."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
import slicer.util

from Testing.host import Host
from Testing.host.pythonqt import qt
from Testing.host.views import SliceView, ThreeDView

SHAPE = (20, 24, 28)  # D, H, W
SIZE = (120, 100)
RED = (1.0, 0.0, 0.0)

Node: TypeAlias = Any
"""A node of the scene."""

PICTURES = {
    "Resources/screenshots/panel.png": (1400, 600_000),
    "Resources/screenshots/panel-dark.png": (1400, 600_000),
    "LCKDSegmentation/Resources/SampleData/LCKDSyntheticPatient.png": (128, 40_000),
}
"""Width in pixels and largest size in bytes; `python -m Testing.host.pictures` makes them."""


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_have_the_size_that_a_page_wants(the_repository: Path, name: str) -> None:
    width, largest = PICTURES[name]
    path = the_repository / name
    assert qt.QImage(str(path)).width() == width
    assert path.stat().st_size < largest


@pytest.fixture
def a_head(host: Host) -> Node:
    """A volume with one bright half, and a red segment in a corner of it."""
    volume = host.scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "head")
    voxels = np.zeros(SHAPE, np.int16)
    voxels[:, :, SHAPE[2] // 2 :] = 100
    slicer.util.updateVolumeFromArray(volume, voxels)
    volume.CreateDefaultDisplayNodes()
    segmentation = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    segmentation.CreateDefaultDisplayNodes()
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    segment = segmentation.GetSegmentation().AddEmptySegment("ET", "ET", RED)
    mask = np.zeros(SHAPE, np.uint8)
    mask[5:15, 5:15, 3:11] = 1
    slicer.util.updateSegmentBinaryLabelmapFromArray(mask, segmentation, segment, volume)
    segmentation.CreateClosedSurfaceRepresentation()
    return volume


@pytest.fixture
def colours_in() -> Callable[[Any], set[str]]:
    """Name the colours that a picture shows."""

    def look(picture: Any) -> set[str]:  # noqa: ANN401 - a QImage
        places = [(x, y) for x in range(0, SIZE[0], 4) for y in range(0, SIZE[1], 4)]
        channels = [picture.pixelColor(x, y).getRgb()[:3] for x, y in places]
        return {"red" if r > g + 40 else "white" if min(r, g, b) > 200 else "other" for r, g, b in channels}

    return look


@pytest.fixture
def the_slice(a_head: Node) -> Iterator[SliceView]:
    view = SliceView("Red", "Axial", a_head, SIZE)
    yield view
    view.close()


@pytest.fixture
def the_space(a_head: Node) -> Iterator[ThreeDView]:
    assert a_head
    view = ThreeDView(SIZE)
    yield view
    view.close()


def test_slice_view_shows_the_volume_and_the_segment(
    the_slice: SliceView, colours_in: Callable[[Any], set[str]]
) -> None:
    the_slice.go_to((14.0, 12.0, 10.0))
    assert colours_in(the_slice.picture()) == {"red", "white", "other"}
    the_slice.go_to((14.0, 12.0, 18.0))
    assert colours_in(the_slice.picture()) == {"white", "other"}


def test_3d_view_shows_the_surface(the_space: ThreeDView, colours_in: Callable[[Any], set[str]]) -> None:
    the_space.look_from((0.0, 1.0, 0.0))
    assert "red" in colours_in(the_space.picture())


def test_closed_views_leave_nothing_behind(host: Host, the_slice: SliceView, the_space: ThreeDView) -> None:
    the_slice.close()
    the_space.close()
    host.close_scene()
    nodes = [host.scene.GetNthNode(index).GetID() for index in range(host.scene.GetNumberOfNodes())]
    assert not [name for name in nodes if any(word in name for word in ("Slice", "View", "Camera"))]
