"""`lckd segment --dicom`, from a folder of files to files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk
from pydicom import dcmread

from lckd.cli import build_parser, run_command
from Testing.lckd.dicom.scanner import Scanner

OneSentence = Callable[[str], None]


@pytest.fixture
def segment(a_disc: Path, tiny_weights: Path) -> Callable[..., int]:
    """`lckd segment` of the ordinary study, with more words."""
    words = ["segment", "--dicom", a_disc, "--weights", tiny_weights, "--device", "cpu"]
    return lambda *more: run_command(build_parser(), [str(word) for word in (*words, *more)])


@pytest.mark.slow
def test_a_folder_of_dicom_becomes_a_label_map_and_a_record(
    segment: Callable[..., int],
    a_disc: Path,
    tmp_path: Path,
    scan: Callable[..., sitk.Image],
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert segment("-o", tmp_path / "labels.nii.gz", "--record", tmp_path / "run.json") == 0
    told = capfd.readouterr()
    assert told.err == ""
    assert told.out.startswith("FLAIR: series 2 'AX T2 FLAIR', 20 slices. Series description says 'AX T2 FLAIR'.\n")
    assert "Left out: series 5 'AX DWI ASSET': " in told.out
    assert sitk.ReadImage(str(tmp_path / "labels.nii.gz")).GetSize() == scan("flair").GetSize()
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)
    source = record["inputs"]["t1ce"]
    assert source["name"] == "series 7 'AX T1 +C'"
    assert (source["dicom"]["slices"], source["dicom"]["reason"]) == (20, "Series description says 'AX T1 +C'.")
    assert source["dicom"]["series_uid"] == dcmread(next((a_disc / "DICOM/PA007/ST000").iterdir())).SeriesInstanceUID
    assert record["left_out"][0]["name"] == "series 1 '3 PLANE LOC'"
    assert not [name for name in ("Grünwald", "Žofie", "MRN4711") if name in text]


@pytest.mark.slow
def test_the_notes_about_a_study_are_told_once_and_recorded(
    a_scanner: Scanner,
    scan: Callable[..., sitk.Image],
    tiny_weights: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    paths = a_scanner.series(scan("t2"), "T2")
    shutil.copy(paths[0], paths[0].with_name("copy"))
    words = ["segment", "--dicom", a_scanner.folder, "--weights", tiny_weights, "-o", tmp_path / "labels.nii.gz"]
    assert run_command(build_parser(), [str(word) for word in (*words, "--record", tmp_path / "run.json")]) == 0
    note = "1 images are copies of others and were left out."
    assert capfd.readouterr().out.count(note) == 1
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["notes"][0] == note


@pytest.mark.slow
def test_a_damaged_series_is_left_out_with_a_note_that_is_recorded(
    a_disc: Path, tiny_weights: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    disc = shutil.copytree(a_disc, tmp_path / "disc")
    damaged = next((disc / "DICOM" / "PA007" / "ST000").iterdir())
    damaged.write_bytes(damaged.read_bytes()[:-900])
    words = ["segment", "--dicom", disc, "--weights", tiny_weights, "-o", tmp_path / "seg.dcm"]
    assert run_command(build_parser(), [str(word) for word in (*words, "--record", tmp_path / "run.json")]) == 0
    told = capfd.readouterr().out
    assert "Note: T1ce is missing, although it was taken" in told
    assert "Segmented from FLAIR, T1, T2 in " in told
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["notes"][0].startswith("T1ce is missing")
    assert (record["left_out"][0]["name"], str(damaged) in record["left_out"][0]["reason"]) == (
        "series 7 'AX T1 +C'",
        True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["brats", "regions"])
def test_a_folder_of_dicom_becomes_a_segmentation_object_and_a_report(
    segment: Callable[..., int], tmp_path: Path, kind: str
) -> None:
    output, report = tmp_path / "new" / "seg.dcm", tmp_path / "new" / "report.dcm"
    assert segment("-o", output, "--report", report, "--reference", "t1ce", "--labels", kind) == 0
    assert segment("-o", tmp_path / "labels.nii.gz", "--reference", "t1ce") == 0
    assert sorted(path.name for path in output.parent.iterdir()) == ["report.dcm", "seg.dcm"]
    written = dcmread(output)
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "labels.nii.gz")))
    count = {"brats": (labels > 0).sum(), "regions": (labels == 4).sum() * 2 + (labels == 1).sum() + (labels > 0).sum()}
    assert written.pixel_array.sum() == count[kind]
    (evidence,) = dcmread(report).CurrentRequestedProcedureEvidenceSequence
    assert written.SeriesInstanceUID in {series.SeriesInstanceUID for series in evidence.ReferencedSeriesSequence}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "a.dcm", "--t1", "t1.nii.gz"], "The output 'a.dcm' would refer to DICOM images"),
        (["-o", "a.nii.gz", "--t1", "t1.nii.gz", "--dicom", "."], "Images come from --dicom or from files, not both"),
        (["-o", "a.nii.gz", "--t1", "t1.nii.gz", "--study", "1.2"], "The study '1.2' is one in a folder of DICOM"),
        (["-o", "a.nii.gz", "--dicom", ".", "--report", "b.dcm"], "The report 'b.dcm' refers to a DICOM segmentation"),
        (["-o", "a.dcm", "--dicom", ".", "--report", "b.txt"], "The output 'b.txt' cannot be a DICOM file"),
        (["-o", "a.dcm", "--dicom", ".", "--report", "a.dcm"], "The output 'a.dcm' cannot hold the report, too"),
        (["-o", ".dcm", "--dicom", "."], "The output '.dcm' cannot be a DICOM file"),
        (["-o", "a.nii.gz", "--dicom", "nowhere"], "The folder 'nowhere' does not exist"),
        (["-o", "a.nii.gz"], "No modality was given"),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    words: list[str], sentence: str, capfd: pytest.CaptureFixture[str], assert_one_sentence: OneSentence
) -> None:
    assert run_command(build_parser(), ["segment", *words]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"lckd: {sentence}")
    assert_one_sentence(told.err.removesuffix("\n"))


def test_a_study_that_is_not_there_is_refused(segment: Callable[..., int], capfd: pytest.CaptureFixture[str]) -> None:
    assert segment("-o", "x.nii.gz", "--study", "1.2.3") == 2
    assert "There is no study '1.2.3' in the folder: give one of " in capfd.readouterr().err


def test_an_image_is_never_overwritten(
    segment: Callable[..., int], a_disc: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    image = next((a_disc / "DICOM" / "PA002" / "ST000").iterdir())
    before = image.read_bytes()
    (tmp_path / "link.dcm").symlink_to(image)
    assert segment("-o", tmp_path / "link.dcm") == 2
    assert f"The output '{tmp_path / 'link.dcm'}' is one of the images" in capfd.readouterr().err
    assert image.read_bytes() == before
