"""A batch of DICOM studies keeps in its records where the images come from, as one patient's record does."""

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk

from lckd.batch.page import NAME as PAGE
from lckd.batch.table import NAME as TABLE
from lckd.modality import Modality
from Testing.lckd.dicom.scanner import FLAIR, T2, Scanner


@pytest.fixture
def a_record(
    tmp_path: Path, out: Path, batch: Callable[..., int], a_patient: Mapping[Modality, sitk.Image]
) -> dict[str, Any]:
    """The record of a study with FLAIR, T2, diffusion and a copy of a file, of which only T2 may be used."""
    scanner = Scanner(tmp_path / "disc")
    scanner.series(a_patient["flair"], "AX FLAIR", **FLAIR)
    scanner.series(a_patient["t2"], "AX DWI", **T2)
    (path, *_) = scanner.series(a_patient["t2"], "AX T2", **T2)
    shutil.copy(path, path.with_name("copy"))
    assert batch(scanner.folder, "--modalities", "t2") == 0
    record: dict[str, Any] = json.loads((out / f"{scanner.study_uid}.json").read_text(encoding="utf-8"))
    return {**record, "study": scanner.study_uid}


@pytest.mark.slow
def test_of_two_studies_the_broken_one_is_listed_and_the_other_is_segmented(
    tmp_path: Path,
    out: Path,
    batch: Callable[..., int],
    a_patient: Mapping[Modality, sitk.Image],
    capsys: pytest.CaptureFixture[str],
) -> None:
    good, broken = (Scanner(tmp_path / "disc" / name) for name in ("good", "broken"))
    good.series(a_patient["flair"], "AX FLAIR", **FLAIR)
    for path in (good.series(a_patient["t2"], "AX T2", **T2)[0], *broken.series(a_patient["t2"], "AX T2", **T2)):
        path.write_bytes(path.read_bytes()[:-400])  # its headers are whole
    assert batch(tmp_path / "disc") == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"lckd: 1 of 2 patients could not be segmented:\n{broken.study_uid}: ")
    assert sorted(path.name for path in out.glob("*.nii.gz")) == [f"{good.study_uid}.nii.gz"]
    with (out / TABLE).open(encoding="utf-8", newline="") as stream:
        rows = {row["patient"]: row for row in csv.DictReader(stream)}
    assert (rows[good.study_uid]["modalities"], rows[good.study_uid]["error"]) == ("flair", "")
    assert rows[good.study_uid]["notes"].startswith("T2 is missing, although it was taken")
    assert "AX T2" in rows[broken.study_uid]["error"]
    assert f"<strong>{broken.study_uid}</strong>" in (out / PAGE).read_text(encoding="utf-8")
    assert batch(tmp_path / "disc") == 1
    assert "0 segmented, 1 done before, 1 failed" in capsys.readouterr().out


@pytest.mark.slow
def test_the_record_of_a_study_tells_its_series_those_left_out_and_its_notes(a_record: dict[str, Any]) -> None:
    (source,) = a_record["inputs"].values()
    assert source["name"] == "series 3 'AX T2'"
    assert (source["dicom"]["study_uid"], source["dicom"]["reason"]) == (
        a_record["study"],
        "Series description says 'AX T2'.",
    )
    dwi, flair = a_record["left_out"]
    assert dwi["name"] == "series 2 'AX DWI'"
    assert flair["reason"] == "FLAIR is none of the modalities that may be used."
    assert a_record["notes"][0] == "1 images are copies of others and were left out."
