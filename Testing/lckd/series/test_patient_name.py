import pytest

from lckd.series.patient_name import is_modality_folder, patient_in_name


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("BraTS2021_00006_flair", "brats2021 00006"),
        ("BraTS-GLI-00005-000-t1c", "brats gli 00005 000"),
        ("Brats18_CBICA_ALU_1_flair", "brats18 cbica alu 1"),
        ("UCSF-PDGM-0004_T1_bias", "ucsf pdgm 0004"),
        ("sub-01_ses-2_acq-3D_FLAIR", "01 ses 2"),
        ("patient1_AX_T2_FLAIR_20200101", "patient1"),
        ("patient7 T2", "patient7"),
        ("0031_t1ce", "0031"),
    ],
)
def test_words_and_numbers_before_the_modality_tell_patients_apart(name: str, patient: str) -> None:
    assert patient_in_name(name) == patient


@pytest.mark.parametrize(
    "name",
    ["", "T2 FLAIR", "5: ax T2 FLAIR 3mm", "301_Sag_3D_T1", "WIP 1.5T T1", "1 mm T2", "T1_1", "MRHead", "Series 12"],
)
def test_names_of_series_speak_of_no_patient(name: str) -> None:
    assert patient_in_name(name) == ""


@pytest.mark.parametrize(("name", "is_one"), [("FLAIR", True), ("5_AX_T1", True), ("anat", False), ("patient1", False)])
def test_folder_of_a_modality_is_known(name: str, *, is_one: bool) -> None:
    assert is_modality_folder(name) is is_one
