from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import slicer
import slicer.util
import vtk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLSegmentationNode as Segmentation

from lckd.errors import OutputError
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS
from LCKDSegmentationLib.segmentation import put_segmentation
from LCKDSegmentationLib.startup import TERMINOLOGY_FILE

Array: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = Callable[..., Array]

VALUES = {"NCR": 1, "ED": 2, "ET": 4}


def geometry(volume: Volume) -> Array:
    matrix = vtk.vtkMatrix4x4()
    volume.GetIJKToRASMatrix(matrix)
    return np.array(slicer.util.arrayFromVTKMatrix(matrix))


def serialised(code: slicer.vtkCodedEntry) -> str:
    return f"{code.GetCodingSchemeDesignator()}^{code.GetCodeValue()}^{code.GetCodeMeaning()}"


def put(scene: Scene, labels: Array, volume: Volume, output: Segmentation | None = None) -> Segmentation:
    return put_segmentation(scene, sitk.GetImageFromArray(labels), reference=volume, output=output)


def assert_holds(mask_of: Mask, node: Segmentation, labels: Array, volume: Volume) -> None:
    for tissue, value in VALUES.items():
        assert np.array_equal(mask_of(node, tissue, volume), labels == value), tissue


def test_segments_lie_on_the_voxels_of_the_reference(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array, mask_of: Mask
) -> None:
    assert_holds(mask_of, put(a_scene, tumour_labels, an_oblique_volume), tumour_labels, an_oblique_volume)


def test_segments_have_names_colours_and_codes(a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array) -> None:
    segmentation = put(a_scene, tumour_labels, an_oblique_volume).GetSegmentation()
    found = [segmentation.GetNthSegment(index) for index in range(segmentation.GetNumberOfSegments())]
    assert [segment.GetName() for segment in found] == ["ET", "NCR", "ED"]
    assert len({segment.GetColor() for segment in found}) == 3
    codes = [segment.GetTerminology().split("~")[2] for segment in found]
    assert codes == ["NCIt^C113842^Enhancing Lesion", "SCT^6574001^Necrosis", "SCT^79654002^Edema"]
    assert all("~SCT^12738006^Brain~" in segment.GetTerminology() for segment in found)
    assert {segment.GetTag("DICOM.SegmentAlgorithmType", vtk.reference("")) for segment in found} == {True}


def test_slicer_finds_the_codes_of_every_segment_in_our_terminology_file() -> None:
    logic = slicer.vtkSlicerTerminologiesModuleLogic()
    context = logic.LoadTerminologyFromFile(str(TERMINOLOGY_FILE))
    category = slicer.vtkSlicerTerminologyCategory()
    assert logic.GetNthCategoryInTerminology(context, 0, category)
    types = [
        slicer.vtkSlicerTerminologyType() for _ in range(logic.GetNumberOfTypesInTerminologyCategory(context, category))
    ]
    for index, known in enumerate(types):
        assert logic.GetNthTypeInTerminologyCategory(context, category, index, known)
    known_codes = {serialised(known): known.GetRecommendedDisplayRGBValue() for known in types}
    for style in TISSUE_SEGMENTS + REGION_SEGMENTS:
        assert style.terminology.startswith(f"{context}~{serialised(category)}~{style.code}~")
        assert style.code in known_codes
    for style in TISSUE_SEGMENTS:
        assert [value / 255 for value in known_codes[style.code]] == pytest.approx(style.colour)


def test_segmentation_refers_to_its_reference(a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array) -> None:
    node = put(a_scene, tumour_labels, an_oblique_volume)
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    assert node.GetNodeReference(role) is an_oblique_volume
    name = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()
    image = slicer.vtkOrientedImageData()
    slicer.vtkSegmentationConverter.DeserializeImageGeometry(node.GetSegmentation().GetConversionParameter(name), image)
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    assert np.allclose(slicer.util.arrayFromVTKMatrix(matrix), geometry(an_oblique_volume), atol=1e-6)


def test_written_segmentation_is_read_back_voxel_by_voxel(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array, tmp_path: Path, mask_of: Mask
) -> None:
    node = put(a_scene, tumour_labels, an_oblique_volume)
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "tumour.seg.nrrd"))
    assert storage.WriteData(node)
    again = a_scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "again")
    assert storage.ReadData(again)
    assert_holds(mask_of, again, tumour_labels, an_oblique_volume)
    for style in TISSUE_SEGMENTS:
        read = again.GetSegmentation().GetSegment(style.name)
        assert (read.GetName(), read.GetTerminology()) == (style.name, style.terminology)
        assert read.GetColor() == pytest.approx(style.colour, abs=1e-4)


def test_result_shares_the_transform_of_its_reference(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array, mask_of: Mask
) -> None:
    transform = a_scene.AddNewNodeByClass("vtkMRMLTransformNode", "registration")
    an_oblique_volume.SetAndObserveTransformNodeID(transform.GetID())
    node = put(a_scene, tumour_labels, an_oblique_volume)
    assert node.GetParentTransformNode() is transform
    assert_holds(mask_of, node, tumour_labels, an_oblique_volume)


def test_second_result_replaces_the_first_and_keeps_what_others_drew(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array, mask_of: Mask
) -> None:
    node = put(a_scene, tumour_labels, an_oblique_volume)
    node.GetSegmentation().AddEmptySegment("drawn", "Drawn by hand")
    other = np.roll(tumour_labels, 1, axis=2)
    before = a_scene.GetNumberOfNodes()
    assert put(a_scene, other, an_oblique_volume, output=node) is node
    assert a_scene.GetNumberOfNodes() == before
    assert_holds(mask_of, node, other, an_oblique_volume)
    assert node.GetSegmentation().GetSegment("drawn")


def test_surfaces_that_are_shown_are_renewed(a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array) -> None:
    slicer.vtkSlicerSegmentationsModuleLogic().SetMRMLScene(a_scene)  # as the application: registers the conversions
    node = put(a_scene, tumour_labels, an_oblique_volume)
    node.CreateClosedSurfaceRepresentation()
    put(a_scene, np.zeros_like(tumour_labels) + (tumour_labels == 2) * np.uint8(4), an_oblique_volume, output=node)
    assert node.GetClosedSurfaceInternalRepresentation("ET").GetNumberOfPoints() > 0
    assert node.GetClosedSurfaceInternalRepresentation("ED").GetNumberOfPoints() == 0


def test_result_lies_beside_its_reference_in_the_subject_hierarchy(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array
) -> None:
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(a_scene)
    patient = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "patient")
    study = hierarchy.CreateStudyItem(patient, "study")
    hierarchy.CreateItem(study, an_oblique_volume)
    node = put(a_scene, tumour_labels, an_oblique_volume)
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study


def test_labels_of_another_size_leave_the_scene_unchanged(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array, contents: Callable[[Scene], object]
) -> None:
    before = contents(a_scene)
    with pytest.raises(OutputError, match="'oblique' has"):
        put(a_scene, tumour_labels[1:], an_oblique_volume)
    assert contents(a_scene) == before


def test_output_whose_other_segments_would_move_is_refused(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array
) -> None:
    node = put(a_scene, tumour_labels, an_oblique_volume)
    node.GetSegmentation().AddEmptySegment("drawn by hand")
    transform = a_scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    an_oblique_volume.SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(OutputError, match="choose another output"):
        put(a_scene, tumour_labels, an_oblique_volume, node)
    assert node.GetTransformNodeID() is None


def test_edema_is_translucent_in_3d_until_somebody_says_otherwise(
    a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array
) -> None:
    node = put(a_scene, tumour_labels, an_oblique_volume)
    display = node.GetDisplayNode()
    assert display.GetSegmentOpacity3D("ED") == pytest.approx(0.3)
    display.SetSegmentOpacity3D("ED", 0.8)
    put(a_scene, tumour_labels, an_oblique_volume, output=node)
    assert display.GetSegmentOpacity3D("ED") == pytest.approx(0.8)
