"""What a folder of DICOM files is taken for."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk
from pydicom.uid import SecondaryCaptureImageStorage, generate_uid

from lckd.dicom import find_studies
from lckd.dicom.study import Study, choose_study
from lckd.errors import InputError
from Testing.lckd.dicom.scanner import Scanner

Scan = Callable[..., sitk.Image]


ROOT = Path(__file__).resolve().parents[3]


def _hostile_files() -> dict[str, Callable[[Path], None]]:
    spec = importlib.util.spec_from_file_location("hostile_dicom", ROOT / "Testing" / "hostile" / "dicom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    makers: dict[str, Callable[[Path], None]] = module.HOSTILE_FILES
    return makers


HOSTILE_FILES = _hostile_files()


def chosen_names(study: Study) -> dict[str, str]:
    return {modality: choice.volume.stack.name for modality, choice in study.choices.items()}


def reasons(study: Study) -> dict[str, str]:
    return {refusal.name: refusal.reason for refusal in study.refused}


@pytest.fixture(scope="module")
def the_study(a_disc: Path) -> Study:
    (study,) = find_studies(a_disc)
    return study


def test_an_ordinary_study_gives_its_four_modalities(the_study: Study) -> None:
    assert chosen_names(the_study) == {
        "flair": "series 2 'AX T2 FLAIR'", "t1": "series 3 'AX T1'",
        "t1ce": "series 7 'AX T1 +C'", "t2": "series 4 'AX T2 FSE'",
    }  # fmt: skip
    assert the_study.choices["t1ce"].reason == "Series description says 'AX T1 +C'."


def test_all_other_series_are_left_out_with_a_reason(the_study: Study) -> None:
    told = reasons(the_study)
    assert [name.split("'")[1] for name in told] == ["3 PLANE LOC", "AX DWI ASSET", "ADC (10^-6 mm²/s)", "AX T1 SUB"]
    assert told["series 5 'AX DWI ASSET'"].endswith("diffusion, none of FLAIR, T1, T1ce and T2.")


def test_what_was_found_is_told_in_a_line_each(the_study: Study) -> None:
    lines = the_study.describe()
    assert lines[0] == "FLAIR: series 2 'AX T2 FLAIR', 20 slices. Series description says 'AX T2 FLAIR'."
    assert lines[4].startswith("Left out: series 1 '3 PLANE LOC': Series description says")
    assert not [line for line in lines if "\n" in line]


def test_a_study_is_named_by_its_identifier(the_study: Study) -> None:
    assert the_study.name == the_study.uid
    assert Study("../../ä", "", (), ()).name.startswith("study-")


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"SeriesDescription": "ep2d_perf_p2"}, "perfusion or a dynamic series"),
        ({"SeriesDescription": "SWI_Images"}, "susceptibility"),
        ({"SeriesDescription": "ep2d_bold_moco"}, "functional MRI"),
        ({"SeriesDescription": "FA"}, "diffusion"),
        ({"SeriesDescription": "mIP_Images(SW)"}, "a projection"),
        ({"SeriesDescription": "SAG T1 C-SPINE"}, "the spine"),
        ({"SeriesDescription": "Q: T1"}, "a quantitative map"),
        ({"Modality": "CT"}, "DICOM modality is CT, not MR."),
        ({"BodyPartExamined": "LSPINE"}, "The examined part of the body is LSPINE, not the head."),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}, "Image type says that it is a phase image"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]}, "several slices in one picture"),
        ({"PhotometricInterpretation": "RGB"}, "Its pixels are no plain grey values (RGB)"),
        ({"SOPClassUID": SecondaryCaptureImageStorage}, "It is no MR image but of the kind 'Secondary Capture"),
        ({"ImagePositionPatient": None}, "Its header does not say where its slices lie"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "Its header does not say where its slices lie"),
        ({"PixelSpacing": None}, "Its header does not say where its slices lie"),
        ({"SeriesDescription": None, "EchoTime": None}, "Neither a name nor the times of the sequence say"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    a_scanner: Scanner,
    scan: Scan,
    tags: dict[str, Any],
    reason: str,
) -> None:
    description = tags.pop("SeriesDescription", "AX T1")
    a_scanner.series(scan("t1", slices=5), description, **{"RepetitionTime": 500, "EchoTime": 12, **tags})
    (study,) = find_studies(a_scanner.folder)
    assert not study.choices
    assert reason in study.refused[0].reason
    assert study.refused[0].reason.endswith(".")
    with pytest.raises(InputError, match=r"holds no series of FLAIR, T1, T1ce or T2 that can be used"):
        study.load()


def test_times_decide_where_nothing_is_named(a_scanner: Scanner, scan: Scan) -> None:
    nameless = {"RepetitionTime": 9000, "EchoTime": 81, "InversionTime": 2500, "SeriesNumber": None}
    a_scanner.series(scan("flair"), None, **nameless)
    (study,) = find_studies(a_scanner.folder)
    (choice,) = study.choices.values()
    assert "are those of FLAIR" in choice.reason
    assert choice.volume.stack.name == f"series {choice.volume.stack.head.series_uid}"


def test_the_names_of_files_and_folders_mean_nothing(a_scanner: Scanner, scan: Scan) -> None:
    paths = a_scanner.series(scan("t2"), "Tête T2 — çà", StudyDescription="頭部")
    for number, path in enumerate(paths):
        folder = a_scanner.folder / f"ÄÖ {number % 3}" / "T1 post" / "..." / "flair"
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / f"t1ce {number * 7919 % 101}.нии")
    (a_scanner.folder / "README.txt").write_text("T1")
    (study,) = find_studies(a_scanner.folder)
    assert chosen_names(study) == {"t2": "series 1 'Tête T2 — çà'"}
    assert study.load().images["t2"].GetSize() == scan("t2").GetSize()


def test_a_name_that_is_no_utf8_is_told(a_scanner: Scanner, scan: Scan) -> None:
    (path, *_) = a_scanner.series(scan("t2"), "T2")
    path.rename(os.fsdecode(os.fsencode(path) + b"\xff"))
    (study,) = find_studies(a_scanner.folder)
    assert study.notes[0].endswith("?' is no UTF-8: rename it.")


def test_files_without_preamble_are_read(a_scanner: Scanner, scan: Scan) -> None:
    for path in a_scanner.series(scan("t2"), "T2"):
        path.write_bytes(path.read_bytes()[132:])
    (study,) = find_studies(a_scanner.folder)
    assert list(study.choices) == ["t2"]


def test_copies_of_files_count_once(a_scanner: Scanner, scan: Scan) -> None:
    for path in a_scanner.series(scan("t2"), "T2"):
        shutil.copy(path, path.with_name(f"{path.name} (copy)"))
    (study,) = find_studies(a_scanner.folder)
    assert len(study.choices["t2"].volume.stack.slices) == 20
    assert study.notes == ("20 images are copies of others and were left out.",)


@pytest.mark.parametrize("kind", HOSTILE_FILES)
def test_a_hostile_file_is_skipped_and_the_rest_is_used(
    a_scanner: Scanner,
    scan: Scan,
    kind: str,
) -> None:
    (good, *_) = a_scanner.series(scan("t2"), "T2")
    (bad,) = (path.rename(good.with_name("bad")) for path in a_scanner.series(scan("t1", slices=1), "T1"))
    HOSTILE_FILES[kind](bad)
    (study,) = find_studies(a_scanner.folder)
    assert list(study.choices) == ["t2"]
    assert kind in {"pipe", "noise"} or str(bad) in study.notes[0]


def test_a_folder_of_damaged_files_only_says_so(a_scanner: Scanner, scan: Scan) -> None:
    for path in a_scanner.series(scan("t2", slices=5), "T2"):
        HOSTILE_FILES["cut off"](path)
    with pytest.raises(InputError, match=r"holds no DICOM images \(The header of the file '.*' names no series"):
        find_studies(a_scanner.folder)


@pytest.mark.parametrize("place", ["nowhere", "a-file", "empty"])
def test_a_folder_without_dicom_is_refused(
    tmp_path: Path, place: str, assert_one_sentence: Callable[[str], None]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_bytes(b"x")
    with pytest.raises(InputError, match=place) as refusal:
        find_studies(tmp_path / place)
    assert_one_sentence(str(refusal.value))


def test_of_several_studies_one_must_be_named(
    make_scanner: Callable[..., Scanner], scan: Scan, assert_one_sentence: Callable[[str], None]
) -> None:
    first = make_scanner("first", StudyDate="20200101")
    first.series(scan("t2"), "T2")
    second = make_scanner("second", PatientID="MRN9", PatientName="Someone^Else")
    second.series(scan("flair"), "FLAIR")
    studies = find_studies(first.folder.parent)
    with pytest.raises(InputError, match=r"holds 2 studies of 2 patients: give --study with one of ") as refusal:
        choose_study(studies, None)
    assert_one_sentence(str(refusal.value))
    assert f"{first.study_uid} (2020-01-01, T2)" in str(refusal.value)
    assert f"{second.study_uid} (2021-03-04, FLAIR)" in str(refusal.value)
    assert "Else" not in str(refusal.value)
    assert choose_study(studies, second.study_uid).uid == second.study_uid
    with pytest.raises(InputError, match=r"There is no study '1\.2\.3' in the folder"):
        choose_study(studies, "1.2.3")


def test_a_study_of_something_else_is_no_reason_to_ask(make_scanner: Callable[..., Scanner], scan: Scan) -> None:
    good = make_scanner("mr")
    good.series(scan("t2"), "T2")
    make_scanner("ct", Modality="CT").series(scan("t1"), "Head")
    assert choose_study(find_studies(good.folder.parent), None).uid == good.study_uid


def test_the_name_of_the_patient_is_told_nowhere(a_scanner: Scanner, scan: Scan) -> None:
    a_scanner.series(scan("t2"), "T2 Grünwald MRN4711")
    a_scanner.series(scan("t1"), "ADC of ŽOFIE")
    (study,) = find_studies(a_scanner.folder)
    told = " ".join(study.describe()) + repr(study.choices["t2"].as_dict()) + repr(study.refused)
    assert "series 1 'T2 … …'" in told
    for name in ("grünwald", "žofie", "mrn4711"):
        assert name not in told.lower()


def test_series_that_were_positioned_anew_are_noted(make_scanner: Callable[..., Scanner], scan: Scan) -> None:
    scanner = make_scanner()
    scanner.series(scan("t2"), "T2")
    scanner.series(scan("flair"), "FLAIR", FrameOfReferenceUID=generate_uid())
    (study,) = find_studies(scanner.folder)
    assert study.notes[0].startswith("The series were positioned anew in between (FLAIR | T2)")


@pytest.mark.parametrize("package", ["pydicom", "highdicom"])
def test_without_the_extra_one_sentence_says_what_to_install(package: str, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.modules['{package}'] = None; sys.path.insert(0, 'LCKDSegmentation'); import lckd.cli as c; "
        f"sys.exit(c.run_command(c.build_parser(), ['segment', '--dicom', {str(tmp_path)!r}, '-o', 'x.nii.gz']))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    sentence = f"lckd: DICOM needs the Python package '{package}': install this software with its extra 'dicom'.\n"
    assert done.stderr == sentence
