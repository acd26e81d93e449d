"""A batch does all that it can, once, and says what it could not do."""

import csv
import json
import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.batch.batch_command import require_extra
from lckd.batch.job import Job
from lckd.batch.page import NAME as PAGE
from lckd.batch.run import run_batch
from lckd.batch.source import find_patients
from lckd.batch.table import NAME as TABLE
from lckd.errors import InputError, OutputError
from lckd.modality import MODALITIES

Batch = Callable[..., int]
ENDINGS = ("json", "nii.gz", "png")


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / TABLE).open(encoding="utf-8", newline="") as stream:
        return {row["patient"]: row for row in csv.DictReader(stream)}


def ages(out: Path) -> dict[str, int]:
    """When the record of each patient was written."""
    return {path.stem: path.stat().st_mtime_ns for path in out.glob("[!.]*.json")}


def changed(before: dict[str, int], out: Path) -> set[str]:
    after = ages(out)
    return {name for name in after if after[name] != before.get(name)}


def test_each_patient_gets_label_map_record_picture_and_row(
    the_cohort: Path, the_results: Path, assert_same_grid: Callable[[sitk.Image, sitk.Image], None]
) -> None:
    out = the_results
    names = ["Anna", "Bert Müller", "Cleo"]
    expected = {f"{name}.{ending}" for name in names for ending in ENDINGS} | {TABLE, PAGE, ".lckd-batch.json"}
    assert {path.name for path in out.iterdir()} == expected
    assert [row["modalities"] for row in rows(out).values()] == ["flair+t1ce", "t2", "flair+t1+t1ce+t2"]
    labels = sitk.ReadImage(str(out / "Bert Müller.nii.gz"))
    assert_same_grid(labels, sitk.ReadImage(str(the_cohort / "Bert Müller" / "Bert Müller_t2.nii.gz")))
    assert set(np.unique(sitk.GetArrayFromImage(labels)).tolist()) <= {0, 1, 2, 4}


def test_the_table_says_what_the_records_say(the_results: Path) -> None:
    record = json.loads((the_results / "Anna.json").read_text(encoding="utf-8"))
    row = rows(the_results)["Anna"]
    assert float(row["WT_volume_cm3"]) == pytest.approx(record["measurements"]["WT"]["volume_cm3"], abs=1e-3)
    assert row["notes"] == " ".join(record["notes"])
    assert row["error"] == ""
    assert (the_results / row["label_map"]).is_file()


def test_a_broken_patient_is_listed_and_stops_no_other(
    batch: Batch, a_cohort: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_cohort / "Anna" / "Anna_flair.nii.gz"
    path.write_bytes(path.read_bytes()[:200])
    assert batch(a_cohort) == 1
    told = capsys.readouterr()
    assert told.err.startswith("lckd: 1 of 3 patients could not be segmented:\nAnna: The file '")
    assert "2 segmented, 0 done before, 1 failed" in told.out
    assert "cut off" in rows(out)["Anna"]["error"]
    assert not list(out.glob("Anna.*"))
    assert (out / "Cleo.nii.gz").is_file()


@pytest.mark.parametrize("end", [KeyboardInterrupt, OutputError("The disk is full: make room.")])
def test_a_batch_that_is_interrupted_leaves_table_and_page_as_they_were(
    a_cohort: Path, results: Path, tiny_weights: Path, make_job: Callable[..., Job], end: BaseException
) -> None:
    before = {name: (results / name).read_bytes() for name in (TABLE, PAGE)}
    shutil.copytree(a_cohort / "Cleo", a_cohort / "Dora")
    patients = find_patients(a_cohort, modalities=MODALITIES)

    def stop(line: str) -> None:
        assert line.startswith("[1/4] Anna")
        raise end

    with pytest.raises((KeyboardInterrupt, OutputError)):
        run_batch(patients, make_job(tiny_weights, results), cluster=None, report=stop)
    assert {name: (results / name).read_bytes() for name in before} == before


def test_what_is_done_is_not_done_again(
    batch: Batch, a_cohort: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ages(results)
    table = (results / TABLE).read_bytes()
    shutil.move(a_cohort, a_cohort.with_name("moved"))
    assert batch(a_cohort.with_name("moved")) == 0
    assert changed(before, results) == set()
    assert (results / TABLE).read_bytes() == table
    assert "0 segmented, 3 done before" in capsys.readouterr().out


def test_a_changed_input_is_noticed_even_with_its_old_date(batch: Batch, a_cohort: Path, results: Path) -> None:
    before = ages(results)
    path = a_cohort / "Anna" / "Anna_flair.nii.gz"
    date = path.stat().st_mtime_ns
    sitk.WriteImage(sitk.ReadImage(str(path)) * 1.5, str(path))
    os.utime(path, ns=(date, date))
    assert batch(a_cohort) == 0
    assert changed(before, results) == {"Anna"}


def test_a_modality_that_came_later_is_noticed(batch: Batch, a_cohort: Path, results: Path) -> None:
    before = ages(results)
    shutil.copy(a_cohort / "Cleo" / "Cleo_t1.nii.gz", a_cohort / "Bert Müller" / "Bert Müller_t1.nii.gz")
    assert batch(a_cohort) == 0
    assert changed(before, results) == {"Bert Müller"}
    assert rows(results)["Bert Müller"]["modalities"] == "t1+t2"


def test_other_options_make_those_anew_whom_they_concern(batch: Batch, a_cohort: Path, results: Path) -> None:
    before = ages(results)
    assert batch(a_cohort, "--skip", "flair", "t1") == 0
    assert changed(before, results) == {"Anna", "Cleo"}
    assert rows(results)["Cleo"]["modalities"] == "t1ce+t2"


@pytest.mark.parametrize("spoilt", ["Anna.nii.gz", "Anna.png", "Anna.json"])
@pytest.mark.parametrize("content", [None, b"", b'{"batch": []}'], ids=["gone", "empty", "something else"])
def test_a_result_that_is_not_whole_is_made_anew(
    batch: Batch, a_cohort: Path, results: Path, spoilt: str, content: bytes | None
) -> None:
    before = ages(results)
    whole = (results / spoilt).read_bytes()
    (results / spoilt).unlink()
    if content is not None:
        (results / spoilt).write_bytes(content)
    assert batch(a_cohort) == 0
    assert changed(before, results) == {"Anna"}
    if not spoilt.endswith(".json"):
        assert (results / spoilt).read_bytes() == whole


def test_what_a_killed_process_left_is_cleared_away(batch: Batch, a_cohort: Path, results: Path) -> None:
    before = ages(results)
    (results / ".partial-1234abcd.nii.gz").write_bytes(b"half")
    assert batch(a_cohort) == 0
    assert changed(before, results) == set()
    assert not list(results.glob(".partial-*"))


def test_a_patient_whose_images_broke_keeps_no_result_of_the_old_ones(
    batch: Batch, a_cohort: Path, results: Path
) -> None:
    before = ages(results)
    (a_cohort / "Anna" / "Anna_flair.nii.gz").write_bytes(b"broken")
    assert batch(a_cohort) == 1
    assert not list(results.glob("Anna.*"))
    assert changed(before, results) == set()


def test_a_derivative_of_bids_describes_itself(batch: Batch, a_cohort: Path, out: Path) -> None:
    assert batch(a_cohort, "--layout", "bids") == 0
    description = json.loads((out / "dataset_description.json").read_text())
    assert description["DatasetType"] == "derivative"
    assert description["GeneratedBy"][0]["Name"] == "lckd"
    lines = (out / "desc-lckd_dseg.tsv").read_text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["index", "0", "1", "2", "4"]
    assert (out / rows(out)["Anna"]["label_map"]).name == "sub-Anna_desc-lckd_dseg.nii.gz"
    assert json.loads((out / "sub-Anna" / "anat" / "sub-Anna_desc-lckd_dseg.json").read_text())["Manual"] is False


@pytest.mark.parametrize("place", ["cohort/out", "cohort", "."], ids=["inside", "the same", "around"])
def test_results_among_the_patients_are_refused(
    batch: Batch, a_cohort: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(a_cohort.parent.rglob("*"))
    assert batch(a_cohort, "-o", a_cohort.parent / place) == 2
    assert "the folder of the results" in capsys.readouterr().err.lower()
    assert sorted(a_cohort.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("place", "words"),
    [("a-file", "cannot be made"), ("/proc/self/out", "cannot be made"), ("full of files", "not of a batch")],
)
def test_a_folder_that_cannot_be_used_is_refused_before_anything_is_computed(
    batch: Batch, a_cohort: Path, tmp_path: Path, place: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-file").write_bytes(b"")
    (tmp_path / "full of files").mkdir()
    (tmp_path / "full of files" / "Anna.nii.gz").write_bytes(b"mine")
    assert batch(a_cohort, "-o", tmp_path / place) == 2
    assert words in capsys.readouterr().err
    assert (tmp_path / "full of files" / "Anna.nii.gz").read_bytes() == b"mine"


def test_results_of_the_other_layout_are_not_mixed(
    batch: Batch, a_cohort: Path, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(a_cohort, "-o", results, "--layout", "bids") == 2
    assert "results in the layout flat" in capsys.readouterr().err


def test_patients_of_one_name_are_all_listed_and_the_others_done(
    batch: Batch, a_cohort: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(a_cohort / "Anna", a_cohort / "again" / "Anna")
    shutil.copytree(a_cohort / "Anna", a_cohort / "more" / "ANNA")
    assert batch(a_cohort) == 1
    told = capsys.readouterr().err
    assert told.count("3 patients would have results of one name") == 3
    assert str(a_cohort / "again" / "Anna") in told
    assert [path.name for path in sorted(out.glob("*.nii.gz"))] == ["Bert Müller.nii.gz", "Cleo.nii.gz"]


def test_a_name_that_leads_out_is_listed_and_writes_nothing(batch: Batch, the_cohort: Path, tmp_path: Path) -> None:
    image, manifest = the_cohort / "Cleo" / "Cleo_t2.nii.gz", tmp_path / "list.csv"
    manifest.write_text(f"case,t2\n../up,{image}\nCleo,{image}\n")
    assert batch(manifest) == 1
    assert not list(tmp_path.glob("up*"))
    assert (tmp_path / "out" / "Cleo.nii.gz").is_file()


def test_a_result_that_is_a_link_is_replaced_and_not_followed(
    batch: Batch, a_cohort: Path, results: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_bytes(b"mine")
    (results / "Anna.nii.gz").unlink()
    (results / "Anna.nii.gz").symlink_to(tmp_path / "mine")
    assert batch(a_cohort) == 0
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert not (results / "Anna.nii.gz").is_symlink()


def test_a_reference_that_a_patient_lacks_is_told_for_this_patient(
    batch: Batch, a_cohort: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(a_cohort, "--reference", "t1ce") == 1
    assert "Bert Müller: The reference T1ce is not among the images" in capsys.readouterr().err
    assert rows(out)["Cleo"]["reference"] == "t1ce"


def test_a_full_disk_ends_the_batch_in_a_sentence_and_leaves_nothing_half_written(
    batch: Batch, a_cohort: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(a_cohort, "--modalities", "t2") == 1  # Anna has none; the others are done
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
    try:
        assert batch(a_cohort) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert capsys.readouterr().err.endswith("that its folder may be written and that the disk has room.\n")
    assert not list(out.glob(".partial-*"))


@pytest.mark.parametrize(
    "words", [["--weights", "nowhere"], ["--reference", "x"], ["--workers", "0"], ["--reference", "t1", "--skip", "t1"]]
)
def test_options_that_make_no_sense_are_refused_before_anything_is_made(
    batch: Batch, a_cohort: Path, out: Path, words: list[str]
) -> None:
    assert batch(a_cohort, *words) == 2
    assert not out.exists()


def test_a_missing_package_of_the_extra_is_told_in_a_sentence() -> None:
    with pytest.raises(InputError, match=r"needs the Python packages no_such_package: .* with its extra 'batch'"):
        require_extra("json", "no_such_package")
