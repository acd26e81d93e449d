"""What leaves the scene: files that other programs read, with the voxels where they were."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import vtk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLSegmentationNode as Segmentation

from lckd.errors import OutputError
from lckd.modality import Modality
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS
from LCKDSegmentationLib.measurements import put_measurements, rows_of
from LCKDSegmentationLib.segmentation import put_segmentation
from LCKDSegmentationLib.volumes import image_from_volume
from Testing.host import Host

Array = npt.NDArray[Any]


@pytest.fixture
def write(host: Host) -> dict[str, Callable[[Segmentation, Path], None]]:
    from LCKDSegmentationLib.export import FORMATS  # noqa: PLC0415 - it needs the application

    assert host
    return {one.ending: one.write for one in FORMATS}


@pytest.fixture
def put(a_scene: Scene, an_oblique_volume: Volume, tumour_labels: Array) -> Callable[..., Segmentation]:
    def make(styles: Any = TISSUE_SEGMENTS) -> Segmentation:  # noqa: ANN401 - a sequence of styles
        labels = sitk.GetImageFromArray(tumour_labels)
        labels.CopyInformation(image_from_volume(an_oblique_volume))
        return put_segmentation(a_scene, labels, reference=an_oblique_volume, styles=styles)

    return make


def test_label_map_of_tissues_lies_on_the_reference_to_the_voxel(
    write: dict[str, Any],
    put: Callable[..., Segmentation],
    tumour_labels: Array,
    an_oblique_volume: Volume,
    tmp_path: Path,
) -> None:
    write[".nii.gz"](put(), tmp_path / "tumour.nii.gz")
    image, reference = sitk.ReadImage(str(tmp_path / "tumour.nii.gz")), image_from_volume(an_oblique_volume)
    assert np.array_equal(sitk.GetArrayFromImage(image), tumour_labels)
    assert np.allclose(image.GetOrigin(), reference.GetOrigin(), atol=1e-3)
    assert np.allclose(image.GetDirection(), reference.GetDirection(), atol=1e-5)


def test_label_map_of_regions_holds_the_innermost(
    write: dict[str, Any], put: Callable[..., Segmentation], tumour_labels: Array, tmp_path: Path
) -> None:
    write[".nii.gz"](put(REGION_SEGMENTS), tmp_path / "tumour.nii.gz")
    expected = np.select([tumour_labels == 4, tumour_labels == 1, tumour_labels == 2], [3, 2, 1])
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "tumour.nii.gz"))), expected)


def test_label_map_holds_what_was_changed_by_hand(
    write: dict[str, Any], put: Callable[..., Segmentation], tumour_labels: Array, tmp_path: Path
) -> None:
    node = put()
    node.GetSegmentation().RemoveSegment("ED")
    write[".nii.gz"](node, tmp_path / "tumour.nii.gz")
    found = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "tumour.nii.gz")))
    assert np.array_equal(found, np.where(tumour_labels == 2, 0, tumour_labels))


def test_segmentation_file_keeps_names_and_codes(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path
) -> None:
    write[".seg.nrrd"](put(), tmp_path / "tumour.seg.nrrd")
    header = (tmp_path / "tumour.seg.nrrd").read_bytes()[:8000].decode(errors="replace")
    assert "Segment0_Name:=ET" in header
    assert "C113842" in header


def test_segment_without_a_voxel_has_no_surface_and_the_others_have(
    write: dict[str, Any], put: Callable[..., Segmentation], tumour_labels: Array, tmp_path: Path
) -> None:
    tumour_labels[tumour_labels == 4] = 2
    write[".stl"](put(), tmp_path / "tumour.stl")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["tumour_ED.stl", "tumour_NCR.stl"]


def test_surfaces_are_written_one_for_each_segment(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path
) -> None:
    write[".stl"](put(), tmp_path / "tumour.stl")
    surfaces = sorted(tmp_path.glob("*.stl"))
    assert [surface.name for surface in surfaces] == ["tumour_ED.stl", "tumour_ET.stl", "tumour_NCR.stl"]
    reader = vtk.vtkSTLReader()
    reader.SetFileName(str(surfaces[0]))
    reader.Update()
    assert reader.GetOutput().GetNumberOfPoints() > 0


def test_renamed_segment_is_written_under_its_new_name(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path
) -> None:
    node = put()
    node.GetSegmentation().GetSegment("ED").SetName("edema left")
    write[".stl"](node, tmp_path / "tumour.stl")
    assert sorted(file.stem for file in tmp_path.iterdir()) == ["tumour_ET", "tumour_NCR", "tumour_edema left"]


def test_enhancing_tumour_alone_keeps_its_value(
    write: dict[str, Any], put: Callable[..., Segmentation], tumour_labels: Array, tmp_path: Path
) -> None:
    node = put()
    for name in ("NCR", "ED"):
        node.GetSegmentation().RemoveSegment(name)
    write[".nii.gz"](node, tmp_path / "tumour.nii.gz")
    found = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "tumour.nii.gz")))
    assert np.array_equal(found, np.where(tumour_labels == 4, 4, 0))


def test_label_map_lies_where_the_file_of_its_volume_does_even_under_a_transform(
    write: dict[str, Any],
    put: Callable[..., Segmentation],
    a_scene: Scene,
    an_oblique_volume: Volume,
    tumour_labels: Array,
    tmp_path: Path,
) -> None:
    untouched = image_from_volume(an_oblique_volume)
    transform = a_scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 3, 50.0)
    transform.SetMatrixTransformToParent(matrix)
    an_oblique_volume.SetAndObserveTransformNodeID(transform.GetID())
    write[".nii.gz"](put(), tmp_path / "tumour.nii.gz")
    image = sitk.ReadImage(str(tmp_path / "tumour.nii.gz"))
    assert np.allclose(image.GetOrigin(), untouched.GetOrigin(), atol=1e-3)
    assert np.array_equal(sitk.GetArrayFromImage(image), tumour_labels)


def test_voxels_of_a_segment_have_the_name_by_which_exporters_find_them(put: Callable[..., Segmentation]) -> None:
    image = put().GetBinaryLabelmapInternalRepresentation("ET")
    assert image.GetPointData().GetArray("ImageScalars") is not None


def test_segmentation_without_a_record_says_so(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path
) -> None:
    node = put()
    with pytest.raises(OutputError, match="no record of its run"):
        write[".json"](node, tmp_path / "run.json")
    node.SetAttribute("LCKDSegmentation.record", json.dumps({"subset": ["t1"]}))
    write[".json"](node, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == {"subset": ["t1"]}


def test_dicom_without_its_extension_says_what_to_install(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="QuantitativeReporting"):
        write[".dcm"](put(), tmp_path / "tumour.dcm")


@pytest.mark.parametrize("ending", [".nii.gz", ".seg.nrrd", ".stl", ".json"])
def test_file_that_cannot_be_written_is_named(
    write: dict[str, Any], put: Callable[..., Segmentation], tmp_path: Path, ending: str
) -> None:
    node = put()
    node.SetAttribute("LCKDSegmentation.record", "{}")
    (tmp_path / "in the way").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(OutputError, match="in the way"):
        write[ending](node, tmp_path / "in the way" / f"tumour{ending}")


def test_measurements_of_one_patient_share_a_table_and_of_another_do_not(
    a_scene: Scene, make_volume: Callable[..., Volume]
) -> None:
    measured = {"volume_cm3": 1.25, "diameter_mm": None, "bidimensional_mm2": 40.0}
    probable = {"TC": {"mean": 0.905, "low": 0.8, "high": 1.0}}
    record = {"measurements": dict.fromkeys(("ET", "TC", "WT"), measured), "probable_dice": probable}
    first, second = make_volume("first"), make_volume("second")
    wet = make_volume("wet")
    table = put_measurements(a_scene, record, {"t1": first}, title="T1", table=None)
    for _ in range(2):
        assert put_measurements(a_scene, record, {"t1": first, "t2": wet}, title="T1 + T2", table=table) is table
    assert put_measurements(a_scene, record, {"t2": wet}, title="T2", table=table) is table
    heads, rows = rows_of(table)
    assert heads[:4] == ["Modalities", "ET cm³", "ET Ø mm", "ET RANO mm²"]
    assert heads[-3:] == ["ET probable Dice", "TC probable Dice", "WT probable Dice"]
    assert [row[:4] for row in rows] == [[title, "1.2", "", "40"] for title in ("T1", "T1 + T2", "T2")]
    assert [row[-3:] for row in rows] == [["", "0.91", ""]] * 3
    assert put_measurements(a_scene, record, {"t1": second}, title="T1", table=table) is not table


def test_a_table_of_an_earlier_version_is_left_alone_and_one_of_this_is_found_again_in_a_saved_scene(
    a_scene: Scene, make_volume: Callable[..., Volume], tmp_path: Path
) -> None:
    measured = {"volume_cm3": 1.25, "diameter_mm": None, "bidimensional_mm2": 40.0}
    record = {"measurements": dict.fromkeys(("ET", "TC", "WT"), measured), "probable_dice": {}}
    volumes: dict[Modality, Volume] = {"t1": make_volume("first")}
    earlier = put_measurements(a_scene, record, volumes, title="T1", table=None)
    earlier.RemoveColumn(earlier.GetNumberOfColumns() - 1)
    before = rows_of(earlier)
    table = put_measurements(a_scene, record, volumes, title="T1", table=earlier)
    assert (table is not earlier, rows_of(earlier)) == (True, before)
    table.AddDefaultStorageNode()
    storage, told = table.GetStorageNode(), rows_of(table)
    storage.SetFileName(str(tmp_path / "table.tsv"))
    assert storage.WriteData(table)
    assert storage.ReadData(table)
    assert rows_of(table) == told
    assert put_measurements(a_scene, record, volumes, title="T1", table=table) is table
