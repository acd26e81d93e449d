"""The tumour in three dimensions: a shell around its core, whatever kind of segments the slices show."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.region import BRATS
from lckd_app.views.model import NAME, Model, enlarged
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.segmentation import own_segments
from LCKDSegmentationLib.volumes import volume_from_image

CORE = (slice(5, 9),) * 3
EDEMA = (slice(3, 11),) * 3


def a_reply(scene: vtkMRMLScene, *, spacing_mm: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Reply:
    voxels = np.zeros((14, 14, 14), np.uint8)
    voxels[EDEMA], voxels[CORE] = BRATS.edema, BRATS.enhancing
    labels = sitk.GetImageFromArray(voxels)
    labels.SetSpacing(spacing_mm)
    volume = volume_from_image(scene, sitk.Cast(labels, sitk.sitkFloat32), "flair")
    return Reply(Job({"flair": volume}, Path("base"), "", "cpu"), labels, {}, {})


def the_node(scene: vtkMRMLScene) -> vtkMRMLSegmentationNode:
    assert scene.GetNumberOfNodesByClass("vtkMRMLSegmentationNode") == 1
    return scene.GetFirstNodeByName(NAME)


def extent_mm(node: vtkMRMLSegmentationNode, name: str) -> npt.NDArray[np.float64]:
    bounds: npt.NDArray[np.float64] = np.array(
        node.GetClosedSurfaceInternalRepresentation(own_segments(node)[name]).GetBounds()
    )
    return bounds[1::2] - bounds[::2]


def shown(node: vtkMRMLSegmentationNode) -> set[str]:
    display = node.GetDisplayNode()
    return {name for name, key in own_segments(node).items() if display.GetSegmentVisibility(key)}


def test_the_shell_surrounds_the_whole_tumour_and_touches_no_other_surface(a_scene: vtkMRMLScene) -> None:
    Model(a_scene).show(a_reply(a_scene), without=())
    node = the_node(a_scene)
    assert (extent_mm(node, "ED") > 8).all()
    assert (extent_mm(node, "ET") < 5).all()
    assert node.GetDisplayNode().GetSegmentOpacity3D(own_segments(node)["ED"]) < 0.5
    assert not node.GetDisplayNode().GetVisibility2D()
    assert node.GetHideFromEditors()


def test_across_thick_slices_it_is_not_enlarged(a_scene: vtkMRMLScene) -> None:
    Model(a_scene).show(a_reply(a_scene, spacing_mm=(1.0, 1.0, 5.0)), without=())
    wide, _, high = extent_mm(the_node(a_scene), "ED")
    assert (wide > 8, high < 9 * 5) == (True, True)


@pytest.mark.parametrize(
    ("without", "left"), [(["ED"], {"ET", "NCR"}), (["WT"], {"ET", "NCR"}), (["TC"], {"ET", "ED"})]
)
def test_parts_go_with_their_tissue_or_region(a_scene: vtkMRMLScene, without: list[str], left: set[str]) -> None:
    Model(a_scene).show(a_reply(a_scene), without=without)
    assert shown(the_node(a_scene)) == left


def test_another_result_takes_the_place_and_the_same_is_not_made_again(a_scene: vtkMRMLScene) -> None:
    model, first = Model(a_scene), a_reply(a_scene)
    model.show(first, without=())
    surface = the_node(a_scene).GetClosedSurfaceInternalRepresentation("ET")
    model.show(first, without=["ED"])
    assert the_node(a_scene).GetClosedSurfaceInternalRepresentation("ET") is surface
    model.show(a_reply(a_scene), without=())
    assert the_node(a_scene).GetClosedSurfaceInternalRepresentation("ET") is not surface
    model.hide()
    assert not the_node(a_scene).GetDisplayNode().GetVisibility()


def test_a_mask_at_the_edge_does_not_come_out_on_the_other_side() -> None:
    mask = np.zeros((4, 4, 4), bool)
    mask[0, 1, 3] = True
    grown = enlarged(mask, (0, 1, 2))
    assert sorted(map(tuple, np.argwhere(grown).tolist())) == [(0, 0, 3), (0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 1, 3)]
