from collections.abc import Callable
from typing import TypeAlias

import pytest
import slicer
import vtk
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene
from slicer import vtkMRMLSubjectHierarchyNode as Hierarchy

from lckd.series.identify import KEYWORDS
from LCKDSegmentationLib.recognition import DICOM_TAGS, grey_volumes, recognise_volumes

Maker: TypeAlias = Callable[..., Volume]


class Database:
    """Stands in for the application's DICOM database."""

    def __init__(self, values: dict[str, dict[str, str]], *, is_open: bool = True) -> None:
        self.isOpen = is_open
        self._values = values

    def instanceValue(self, uid: str, tag: str) -> str:  # noqa: N802 - Slicer's name
        return self._values.get(uid, {}).get(tag, "")


@pytest.fixture
def a_dicom_volume(make_volume: Maker) -> Volume:
    volume = make_volume("5: unnamed")
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")
    return volume


@pytest.fixture
def make_study(a_scene: Scene) -> Callable[..., None]:
    """A maker of studies in the subject hierarchy, with their volumes, each in a folder if wanted."""

    def make(name: str, *volumes: Volume, folder: bool = False) -> None:
        hierarchy = Hierarchy.GetSubjectHierarchyNode(a_scene)
        patient = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), name)
        study = hierarchy.CreateStudyItem(patient, name)
        for volume in volumes:
            parent = hierarchy.CreateFolderItem(study, volume.GetName()) if folder else study
            hierarchy.CreateItem(parent, volume)

    return make


def test_volumes_are_proposed_by_their_names(a_scene: Scene, make_volume: Maker) -> None:
    flair, after, other = make_volume("T2 FLAIR"), make_volume("T1 post"), make_volume("ADC")
    result = recognise_volumes(a_scene, {"t1": None})
    assert result.chosen == {"flair": flair.GetID(), "t1ce": after.GetID()}
    assert result.reasons["flair"] == "Name says 'T2 FLAIR'."
    assert result.left_out == {other.GetID(): "Name says 'ADC': diffusion, none of FLAIR, T1, T1ce and T2."}


def test_the_choice_of_the_user_stands(a_scene: Scene, make_volume: Maker) -> None:
    flair, other = make_volume("FLAIR"), make_volume("T2")
    result = recognise_volumes(a_scene, {"t1": flair, "t2": None})
    assert result.chosen == {"t2": other.GetID()}


def test_two_volumes_of_one_modality_are_asked_about(a_scene: Scene, make_volume: Maker) -> None:
    make_volume("FLAIR")
    make_volume("FLAIR")
    result = recognise_volumes(a_scene, {})
    assert not result.chosen
    assert "'FLAIR' and 'FLAIR'" in result.questions["flair"]


def test_what_is_no_grey_volume_or_is_hidden_is_no_candidate(a_scene: Scene, make_volume: Maker) -> None:
    shown, hidden, colours = make_volume("T1"), make_volume("T2"), make_volume("T1 colours")
    hidden.SetHideFromEditors(1)
    colours.GetImageData().AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    for kind in ("LabelMapVolume", "VectorVolume", "DiffusionWeightedVolume", "ScalarVolume"):
        a_scene.AddNewNodeByClass(f"vtkMRML{kind}Node", "FLAIR")  # the last one is empty
    assert grey_volumes(a_scene) == [shown]
    assert recognise_volumes(a_scene, {}).chosen == {"t1": shown.GetID()}


def test_the_dicom_database_tells_what_the_name_does_not(
    a_scene: Scene, a_dicom_volume: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = {"0018,0080": "500", "0018,0081": "12", "0018,0010": "Gadovist"}
    monkeypatch.setattr(slicer, "dicomDatabase", Database({"1.2.3": tags}), raising=False)
    result = recognise_volumes(a_scene, {})
    assert result.chosen == {"t1ce": a_dicom_volume.GetID()}
    assert "500 ms" in result.reasons["t1ce"]


@pytest.mark.parametrize(
    "database",
    [None, Database({}), Database({"1.2.3": {"0008,103E": "T2"}}, is_open=False)],
    ids=["none", "unknown instance", "not open"],
)
def test_without_the_dicom_database_names_are_enough(
    a_scene: Scene,
    a_dicom_volume: Volume,
    make_volume: Maker,
    monkeypatch: pytest.MonkeyPatch,
    database: Database | None,
) -> None:
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
    named = make_volume("T1")
    result = recognise_volumes(a_scene, {})
    assert result.chosen == {"t1": named.GetID()}
    assert a_dicom_volume.GetID() in result.left_out


def test_every_tag_that_is_looked_at_has_its_number() -> None:
    assert set(DICOM_TAGS) == set(KEYWORDS)


@pytest.mark.parametrize("folder", [False, True], ids=["in the study", "in folders of it"])
def test_proposals_lie_in_the_study_of_the_choice(
    a_scene: Scene, make_volume: Maker, make_study: Callable[..., None], *, folder: bool
) -> None:
    flair, before, after, stranger = (make_volume(name) for name in ("FLAIR", "T1", "T1", "T2"))
    make_study("first", flair, before, folder=folder)
    make_study("second", after, stranger, folder=folder)
    result = recognise_volumes(a_scene, {"flair": flair})
    assert result.chosen == {"t1": before.GetID()}
    assert "another patient" in result.left_out[stranger.GetID()]


def test_volumes_of_two_studies_are_never_mixed(
    a_scene: Scene, make_volume: Maker, make_study: Callable[..., None]
) -> None:
    flair, other = make_volume("FLAIR"), make_volume("T2")
    make_study("first", flair)
    make_study("second", other)
    result = recognise_volumes(a_scene, {})
    assert not result.chosen
    assert list(result.questions) == ["flair", "t2"]
    assert "choose one volume of the patient" in result.questions["flair"]


def test_volumes_whose_names_tell_of_two_patients_are_never_mixed(a_scene: Scene, make_volume: Maker) -> None:
    flair = make_volume("BraTS2021_00006_flair")
    for name in ("BraTS2021_00031_t1", "BraTS2021_00006_t2"):
        make_volume(name)
    result = recognise_volumes(a_scene, {})
    assert not result.chosen
    assert list(result.questions) == ["flair", "t1", "t2"]
    again = recognise_volumes(a_scene, {"flair": flair})
    assert list(again.chosen) == ["t2"]
    assert [name for name in again.left_out.values() if "another patient" in name]


@pytest.mark.parametrize(
    ("first", "second", "is_one_patient"),
    [
        ("/data/smith/flair.nii.gz", "/data/jones/t1.nii.gz", False),
        ("/data/smith/flair.nii.gz", "/data/smith/t1.nii.gz", True),
        ("/data/smith/FLAIR/1.nii.gz", "/data/smith/5_T1/1.nii.gz", True),
        ("/data/smith/flair.nii.gz", None, True),
    ],
)
def test_files_in_folders_of_two_patients_are_never_mixed(
    a_scene: Scene, make_volume: Maker, first: str, second: str | None, *, is_one_patient: bool
) -> None:
    for name, file in (("FLAIR", first), ("T1", second)):
        volume = make_volume(name)
        if file:
            volume.AddDefaultStorageNode()
            volume.GetStorageNode().SetFileName(file)
    result = recognise_volumes(a_scene, {})
    assert bool(result.chosen) is is_one_patient
    assert bool(result.questions) is not is_one_patient


def test_files_of_one_patient_may_lie_in_several_folders(a_scene: Scene, make_volume: Maker) -> None:
    for name, folder in (("p7_FLAIR", "raw"), ("p7_T1", "registered")):
        volume = make_volume(name)
        volume.AddDefaultStorageNode()
        volume.GetStorageNode().SetFileName(f"/data/{folder}/{name}.nii.gz")
    assert list(recognise_volumes(a_scene, {}).chosen) == ["flair", "t1"]


def test_recognition_leaves_the_scene_as_it_was(
    a_scene: Scene, make_volume: Maker, contents: Callable[[Scene], list[tuple[str, int]]]
) -> None:
    make_volume("FLAIR")
    before = contents(a_scene)
    recognise_volumes(a_scene, {})
    assert contents(a_scene) == before
