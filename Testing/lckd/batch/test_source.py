"""Patients of a batch are found in every layout; one who cannot be used is among them and says why."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.batch.source import find_patients
from lckd.errors import InputError
from lckd.modality import MODALITIES, Modality
from Testing.lckd.dicom.scanner import T2, Scanner

WriteVolume = Callable[[Path, list[int]], Path]


def a_folder(folder: Path, write_volume: WriteVolume) -> Path:
    for value, modality in enumerate(MODALITIES, start=10):
        write_volume(folder / f"{folder.name}_{modality}.nii.gz", [0, value, value])
    return folder


def test_folders_and_manifests_are_found_by_name(tmp_path: Path, write_volume: WriteVolume) -> None:
    a_folder(tmp_path / "cohort" / "Bert", write_volume)
    write_volume(tmp_path / "cohort" / "sub-1" / "anat" / "sub-1_T2w.nii.gz", [0, 1])
    (tmp_path / "list.csv").write_text("case,t2\nAnna,cohort/Bert/Bert_t2.nii.gz")
    assert [patient.name for patient in find_patients(tmp_path / "cohort", modalities=MODALITIES)] == ["Bert", "sub-1"]
    assert [patient.name for patient in find_patients(tmp_path / "list.csv", modalities=MODALITIES)] == ["Anna"]


def test_label_maps_are_not_looked_at(tmp_path: Path, write_volume: WriteVolume) -> None:
    folder = a_folder(tmp_path / "Anna", write_volume)
    for name in ("one_seg.nii.gz", "other_seg.nii.gz"):
        (folder / name).write_bytes(b"no image")
    (patient,) = find_patients(tmp_path, modalities=MODALITIES)
    assert patient.case.load().labels is None


def test_who_cannot_be_used_is_found_and_says_why(tmp_path: Path, write_volume: WriteVolume) -> None:
    a_folder(tmp_path / "Anna", write_volume)
    write_volume(a_folder(tmp_path / "Bert", write_volume) / "copy_t1.nii.gz", [0, 1])
    (tmp_path / "Anna" / "back").symlink_to(tmp_path)
    anna, bert, link = find_patients(tmp_path, modalities=MODALITIES)
    assert set(anna.case.load().images) == set(MODALITIES)
    with pytest.raises(InputError, match="Two files claim t1"):
        bert.case.load()
    with pytest.raises(InputError, match="leads back"):
        link.case.load()


def test_a_row_of_a_manifest_that_cannot_be_used_stops_no_other(tmp_path: Path, write_volume: WriteVolume) -> None:
    write_volume(tmp_path / "t2.nii.gz", [0, 1])
    (tmp_path / "list.csv").write_text("case,t2,label\nAnna,gone.nii.gz,\nBert,t2.nii.gz,lost.nii.gz")
    anna, bert = find_patients(tmp_path / "list.csv", modalities=MODALITIES)
    assert list(bert.files) == ["t2"]
    with pytest.raises(InputError, match=r"case 1 \('Anna'\).*gone"):
        anna.case.load()


def test_only_allowed_modalities_are_read(tmp_path: Path, write_volume: WriteVolume) -> None:
    folder = a_folder(tmp_path / "Anna", write_volume)
    (folder / "Anna_flair.nii.gz").write_bytes(b"broken")
    (patient,) = find_patients(tmp_path, modalities=("t1ce", "t2"))
    assert list(patient.case.load().images) == list(patient.files) == ["t1ce", "t2"]


def test_who_has_none_of_the_allowed_modalities_says_so(tmp_path: Path, write_volume: WriteVolume) -> None:
    write_volume(tmp_path / "Anna" / "Anna_t2.nii.gz", [0, 1])
    (patient,) = find_patients(tmp_path, modalities=("flair", "t1"))
    with pytest.raises(InputError, match="only T2, and FLAIR, T1 may be used"):
        patient.case.load()


def test_a_folder_of_dicom_files_is_taken_as_studies(tmp_path: Path, a_patient: Mapping[Modality, sitk.Image]) -> None:
    Scanner(tmp_path / "disc").series(a_patient["t2"], "AX T2 FSE", **T2)
    (study,) = find_patients(tmp_path / "disc", modalities=("t2",))
    assert list(study.files) == ["t2"]
    assert len(study.files["t2"]) == a_patient["t2"].GetSize()[2]
    assert "T2" in study.names["t2"]
    assert study.case.load().images["t2"].GetSize() == a_patient["t2"].GetSize()


def test_a_study_is_recorded_as_it_was_read(tmp_path: Path, a_patient: Mapping[Modality, sitk.Image]) -> None:
    scanner = Scanner(tmp_path / "disc")
    damaged = scanner.series(a_patient["t2"], "3D T2", **T2)[0]
    damaged.write_bytes(damaged.read_bytes()[:-900])
    scanner.series(a_patient["t2"][:, :, 1:], "AX T2", **T2)
    (found,) = find_patients(tmp_path / "disc", modalities=("t2",))
    patient, images = found.read()
    assert found.names == {"t2": "series 1 '3D T2'"}
    assert len(found.files["t2"]) == 2 * a_patient["t2"].GetSize()[2] - 1  # a change of either makes it stale
    assert patient.names == {"t2": "series 2 'AX T2'"}
    assert str(damaged) in patient.origin(images).left_out[0]["reason"]


@pytest.mark.parametrize("name", ["nowhere", "empty", "nowhere.csv"])
def test_a_place_without_patients_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=name):
        find_patients(tmp_path / name, modalities=MODALITIES)
