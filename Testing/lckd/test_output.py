from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import slicer
import slicer.util
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from lckd.errors import OutputError
from lckd.output import Kind, require_known_ending, write_segmentation
from lckd.region import BRATS, NESTED_VALUES, REGIONS, regions_from_labels
from lckd.segmentation import Segmentation
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS, SegmentStyle

Array = npt.NDArray[Any]
MakeSegmentation = Callable[[str], Segmentation]
SameGrid = Callable[[sitk.Image, sitk.Image], None]

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@pytest.fixture
def a_segmentation(make_segmentation: MakeSegmentation) -> Segmentation:
    return make_segmentation("oblique")


@pytest.fixture
def read_in_slicer() -> Callable[[Path], Any]:
    """Read a file the way Slicer does, into a segmentation node of a scene that lives as long as the test."""
    scene = slicer.vtkMRMLScene()

    def read(path: Path) -> Any:  # noqa: ANN401 - MRML is not typed
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        storage = slicer.vtkMRMLSegmentationStorageNode()
        storage.SetFileName(str(path))
        assert storage.ReadData(node)
        return node

    return read


def affine_ras(image: sitk.Image) -> Array:
    """Voxel indices (i, j, k) to Slicer's RAS mm."""
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return LPS_TO_RAS @ affine


def segment_voxels(node: Any, identifier: str, like: sitk.Image) -> Array:  # noqa: ANN401 - MRML is not typed
    """Voxels of a segment on those of an image, D, H, W; its geometry must be that of the image."""
    image = slicer.vtkOrientedImageData()
    assert node.GetBinaryLabelmapRepresentation(identifier, image)
    matrix = vtk.vtkMatrix4x4()
    image.GetImageToWorldMatrix(matrix)
    assert slicer.util.arrayFromVTKMatrix(matrix) == pytest.approx(affine_ras(like), abs=1e-4)
    voxels = np.zeros(like.GetSize()[::-1], bool)
    i, right, j, anterior, k, superior = image.GetExtent()
    stored = vtk_to_numpy(image.GetPointData().GetScalars())
    shape = (superior - k + 1, anterior - j + 1, right - i + 1)
    voxels[k : superior + 1, j : anterior + 1, i : right + 1] = stored.reshape(shape) > 0
    return voxels


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".seg.nrrd"])
def test_labels_are_read_back_on_the_voxels_of_the_reference(
    every_geometry: str, make_segmentation: MakeSegmentation, tmp_path: Path, ending: str, assert_same_grid: SameGrid
) -> None:
    result = make_segmentation(every_geometry)
    write_segmentation(result, tmp_path / f"labels{ending}")
    again = sitk.ReadImage(str(tmp_path / f"labels{ending}"))
    assert_same_grid(again, result.labels)
    assert again.GetPixelID() == sitk.sitkUInt8
    assert set(np.unique(sitk.GetArrayFromImage(again))) == {0, 1, 2, 4}
    assert np.array_equal(sitk.GetArrayFromImage(again), sitk.GetArrayFromImage(result.labels))


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd"])
def test_label_map_of_regions_holds_the_innermost_region(
    a_segmentation: Segmentation, tmp_path: Path, ending: str, assert_same_grid: SameGrid
) -> None:
    write_segmentation(a_segmentation, tmp_path / f"regions{ending}", kind="regions")
    again = sitk.ReadImage(str(tmp_path / f"regions{ending}"))
    assert_same_grid(again, a_segmentation.labels)
    assert set(np.unique(sitk.GetArrayFromImage(again))) == {0, 1, 2, 3}
    masks = regions_from_labels(sitk.GetArrayFromImage(a_segmentation.labels), BRATS)
    for region, mask in zip(REGIONS, masks, strict=True):
        assert np.array_equal(sitk.GetArrayFromImage(again) >= NESTED_VALUES[region], mask), region


def test_slicer_reads_the_tissues_voxel_by_voxel(
    every_geometry: str, make_segmentation: MakeSegmentation, tmp_path: Path, read_in_slicer: Callable[[Path], Any]
) -> None:
    result = make_segmentation(every_geometry)
    write_segmentation(result, tmp_path / "tumour.seg.nrrd")
    node = read_in_slicer(tmp_path / "tumour.seg.nrrd")
    labels = sitk.GetArrayFromImage(result.labels)
    assert node.GetSegmentation().GetNumberOfSegments() == 3
    for style in TISSUE_SEGMENTS:
        assert np.array_equal(segment_voxels(node, style.name, result.labels), labels == style.label), style.name


def test_slicer_reads_regions_as_segments_that_overlap(
    every_geometry: str, make_segmentation: MakeSegmentation, tmp_path: Path, read_in_slicer: Callable[[Path], Any]
) -> None:
    result = make_segmentation(every_geometry)
    write_segmentation(result, tmp_path / "tumour.seg.nrrd", kind="regions")
    node = read_in_slicer(tmp_path / "tumour.seg.nrrd")
    masks = regions_from_labels(sitk.GetArrayFromImage(result.labels), BRATS)
    assert node.GetSegmentation().GetNumberOfLayers() == 3
    for region, mask in zip(REGIONS, masks, strict=True):
        assert np.array_equal(segment_voxels(node, region, result.labels), mask), region


@pytest.mark.parametrize(("kind", "styles"), [("brats", TISSUE_SEGMENTS), ("regions", REGION_SEGMENTS)])
def test_slicer_reads_names_colours_and_codes(
    a_segmentation: Segmentation,
    tmp_path: Path,
    read_in_slicer: Callable[[Path], Any],
    kind: Kind,
    styles: tuple[SegmentStyle, ...],
) -> None:
    write_segmentation(a_segmentation, tmp_path / "tumour.seg.nrrd", kind=kind)
    segmentation = read_in_slicer(tmp_path / "tumour.seg.nrrd").GetSegmentation()
    assert [segmentation.GetNthSegmentID(index) for index in range(3)] == [style.name for style in styles]
    for style in styles:
        segment = segmentation.GetSegment(style.name)
        assert segment.GetName() == style.name
        assert segment.GetColor() == pytest.approx(style.colour, abs=1e-5)
        assert segment.GetTerminology() == style.terminology


def test_tissue_that_does_not_occur_is_an_empty_segment(
    a_segmentation: Segmentation, tmp_path: Path, read_in_slicer: Callable[[Path], Any]
) -> None:
    labels = sitk.ChangeLabel(a_segmentation.labels, {4: 2.0})
    write_segmentation(replace(a_segmentation, labels=labels), tmp_path / "tumour.seg.nrrd")
    node = read_in_slicer(tmp_path / "tumour.seg.nrrd")
    assert node.GetSegmentation().GetNumberOfSegments() == 3
    assert not segment_voxels(node, "ET", labels).any()


@pytest.mark.parametrize("name", ["labels", "labels.gz", "labels.txt", "labels.nii.zip", "nii.gz"])
def test_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match=r"has an unknown ending: give a file that ends in \.nii\.gz, "):
        require_known_ending(tmp_path / name)


def test_folder_is_refused_as_output(a_segmentation: Segmentation, tmp_path: Path) -> None:
    (tmp_path / "labels.nii.gz").mkdir()
    with pytest.raises(OutputError, match=r"The output '.*labels\.nii\.gz' is a folder: give a file"):
        write_segmentation(a_segmentation, tmp_path / "labels.nii.gz")


@pytest.mark.parametrize("kind", ["brats", "regions"])
@pytest.mark.parametrize("name", ["labels.nii.gz", "labels.seg.nrrd"])
def test_nothing_but_the_result_is_left_behind(
    a_segmentation: Segmentation, tmp_path: Path, name: str, kind: Kind
) -> None:
    (tmp_path / name).write_bytes(b"old")
    write_segmentation(a_segmentation, tmp_path / name, kind=kind)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).stat().st_size > 100


@pytest.mark.parametrize("ending", [".nii.gz", ".seg.nrrd"])
def test_result_that_cannot_be_written_is_refused(a_segmentation: Segmentation, ending: str) -> None:
    with pytest.raises(OutputError, match=r"Cannot write '/proc/self/labels"):
        write_segmentation(a_segmentation, Path(f"/proc/self/labels{ending}"))
