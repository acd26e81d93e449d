"""Folders in the layouts of the Decathlon, UCSF-PDGM, UPenn-GBM and BIDS."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.patients.find import find_cases
from lckd.patients.folder_case import FolderCase
from lckd.region import BRATS_2023, CONVENTIONS

WriteVolume = Callable[[Path, list[int]], Path]

BRIGHTNESS = {"flair": 10, "t1": 11, "t1ce": 12, "t2": 13}
"""Brightest voxel of each modality, so that a mix-up shows."""


def brightness(case: FolderCase) -> dict[str, float]:
    return {modality: float(sitk.GetArrayFromImage(image).max()) for modality, image in case.load().images.items()}


def label_values(case: FolderCase) -> list[int]:
    """Label values of the first voxels, which the tests write as background, core, edema, enhancing."""
    return list(sitk.GetArrayFromImage(case.read_labels()).ravel()[:4])


@pytest.fixture
def a_decathlon(tmp_path: Path) -> Path:
    """Task01 with one case: one 4-D file, label 1 is edema."""
    (tmp_path / "imagesTr").mkdir()
    (tmp_path / "labelsTr").mkdir()
    channels = [np.resize(np.array([0, value, value], np.float32), (4, 4, 4)) for value in (10, 11, 12, 13)]
    volumes = sitk.JoinSeries([sitk.GetImageFromArray(channel) for channel in channels])
    sitk.WriteImage(volumes, str(tmp_path / "imagesTr" / "BRATS_001.nii.gz"))
    labels = sitk.GetImageFromArray(np.resize(np.array([0, 2, 1, 3], np.uint8), (4, 4, 4)))
    sitk.WriteImage(labels, str(tmp_path / "labelsTr" / "BRATS_001.nii.gz"))
    content = {
        "modality": {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"},
        "labels": {"0": "background", "1": "edema", "2": "non-enhancing tumor", "3": "enhancing tumour"},
        "training": [{"image": "./imagesTr/BRATS_001.nii.gz", "label": "./labelsTr/BRATS_001.nii.gz"}],
        "test": ["./imagesTs/BRATS_485.nii.gz"],
    }
    (tmp_path / "dataset.json").write_text(json.dumps(content))
    return tmp_path


def test_the_decathlon_has_all_modalities_in_one_file_and_label_1_is_edema(a_decathlon: Path) -> None:
    (case,) = find_cases(a_decathlon)
    assert case.name == "BRATS_001"
    assert brightness(case) == BRIGHTNESS
    assert label_values(case) == [0, 1, 2, 4]


def test_channels_of_the_decathlon_follow_its_list(a_decathlon: Path) -> None:
    path = a_decathlon / "dataset.json"
    path.write_text(path.read_text().replace('"t1gd"', '"X"').replace('"T2w"', '"t1gd"').replace('"X"', '"T2w"'))
    assert brightness(find_cases(a_decathlon)[0]) == {**BRIGHTNESS, "t1ce": 13, "t2": 12}


def test_a_list_with_other_labels_is_not_taken_for_task01(a_decathlon: Path) -> None:
    path = a_decathlon / "dataset.json"
    path.write_text(path.read_text().replace("edema", "liver"))
    with pytest.raises(InputError, match=r"dataset\.json.*other labels"):
        find_cases(a_decathlon)


def test_all_files_that_a_decathlon_lacks_are_named(a_decathlon: Path) -> None:
    (a_decathlon / "imagesTr" / "BRATS_001.nii.gz").unlink()
    (a_decathlon / "labelsTr" / "BRATS_001.nii.gz").unlink()
    with pytest.raises(InputError, match=r"labelsTr/BRATS_001.*imagesTr/BRATS_001"):
        find_cases(a_decathlon)


def test_ucsf_pdgm_is_read_from_its_bias_corrected_images(tmp_path: Path, write_volume: WriteVolume) -> None:
    folder = tmp_path / "UCSF-PDGM-0004_nifti"
    for name, value in {"FLAIR": 10, "T1": 11, "T1c": 12, "T2": 13}.items():
        write_volume(folder / f"UCSF-PDGM-0004_{name}.nii.gz", [0, value + 50])
        write_volume(folder / f"UCSF-PDGM-0004_{name}_bias.nii.gz", [0, value, value])
    write_volume(folder / "UCSF-PDGM-0004_brain_segmentation.nii.gz", [0, 1])
    write_volume(folder / "UCSF-PDGM-0004_ADC.nii.gz", [0, 1])
    write_volume(folder / "UCSF-PDGM-0004_tumor_segmentation.nii.gz", [0, 1, 2, 4])
    (case,) = find_cases(tmp_path)
    assert case.name == "UCSF-PDGM-0004"
    assert brightness(case) == BRIGHTNESS
    assert label_values(case) == [0, 1, 2, 4]
    assert case.ignored == ("UCSF-PDGM-0004_ADC.nii.gz", "UCSF-PDGM-0004_brain_segmentation.nii.gz")


def test_upenn_gbm_has_its_labels_in_a_folder_of_their_own(tmp_path: Path, write_volume: WriteVolume) -> None:
    for scan in ("UPENN-GBM-00002_11", "UPENN-GBM-00002_21"):
        for name, value in {"FLAIR": 10, "T1": 11, "T1GD": 12, "T2": 13}.items():
            write_volume(tmp_path / "images_structural" / scan / f"{scan}_{name}.nii.gz", [0, value, value])
    write_volume(tmp_path / "images_segm" / "UPENN-GBM-00002_11_segm.nii.gz", [0, 1, 2, 4])
    first, later = find_cases(tmp_path)
    assert brightness(first) == BRIGHTNESS
    assert label_values(first) == [0, 1, 2, 4]
    assert later.label_path is None
    assert first.patient == later.patient == "UPENN-GBM-00002"


@pytest.fixture
def a_bids(tmp_path: Path, write_volume: WriteVolume) -> Path:
    """Two subjects, one without sessions and T2, one with; label maps in a derivative."""
    names = {"FLAIR": 10, "T1w": 11, "ce-gadolinium_T1w": 12, "T2w": 13}
    for where, stem in (("sub-01", "sub-01"), ("sub-02/ses-1", "sub-02_ses-1")):
        for name, value in names.items():
            if (where, name) != ("sub-01", "T2w"):
                write_volume(tmp_path / where / "anat" / f"{stem}_{name}.nii.gz", [0, value, value])
        write_volume(tmp_path / "derivatives" / "experts" / where / "anat" / f"{stem}_dseg.nii.gz", [0, 1, 2, 3])
    write_volume(tmp_path / "derivatives" / "prep" / "sub-01" / "anat" / "sub-01_T1w.nii.gz", [0, 99])
    return tmp_path


def test_bids_is_read_with_and_without_sessions_and_tells_t1ce_by_its_entity(a_bids: Path) -> None:
    first, second = find_cases(a_bids, labels=BRATS_2023)
    assert [first.name, second.name] == ["sub-01", "sub-02_ses-1"]
    assert brightness(first) == {"flair": 10, "t1": 11, "t1ce": 12}
    assert brightness(second) == BRIGHTNESS
    assert label_values(second) == [0, 1, 2, 4]
    assert second.patient == "sub-02"


def test_labels_that_nothing_declares_are_not_guessed(a_bids: Path) -> None:
    first, _ = find_cases(a_bids)
    with pytest.raises(InputError, match=r"sub-01_dseg.*--labels with one of brats, brats2023"):
        first.load()


def test_what_the_layout_declares_no_option_overrules(tmp_path: Path, write_volume: WriteVolume) -> None:
    write_volume(tmp_path / "BraTS20_1" / "BraTS20_1_flair.nii.gz", [0, 1, 1])
    write_volume(tmp_path / "BraTS20_1" / "BraTS20_1_seg.nii.gz", [0, 1, 2, 4])
    (case,) = find_cases(tmp_path, labels=CONVENTIONS["msd"])
    assert label_values(case) == [0, 1, 2, 4]


def test_two_runs_of_one_contrast_are_asked_about(a_bids: Path, write_volume: WriteVolume) -> None:
    write_volume(a_bids / "sub-01" / "anat" / "sub-01_run-2_T1w.nii.gz", [0, 1])
    write_volume(a_bids / "sub-02" / "ses-1" / "anat" / "sub-02_ses-1_run-2_T2w.nii.gz", [0, 1])
    with pytest.raises(InputError, match=r"(?s)2 patients.*sub-01_T1w.*sub-02_ses-1_T2w"):
        find_cases(a_bids)


def test_several_layouts_below_one_folder_are_all_read(a_bids: Path, a_decathlon: Path, tmp_path: Path) -> None:
    assert a_bids == a_decathlon == tmp_path
    assert [case.name for case in find_cases(tmp_path)] == ["BRATS_001", "sub-01", "sub-02_ses-1"]
