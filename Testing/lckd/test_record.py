"""The record of a segmentation."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.cli import build_parser, run_command
from lckd.errors import OutputError
from lckd.fingerprint import image_sha256
from lckd.measure import measure_regions
from lckd.modality import DISPLAY_NAMES, Modality
from lckd.origin import Origin, origin_of
from lckd.record import Record, record_of, require_record_path, write_record
from lckd.segment import segment
from lckd.weights.load import Model

Images = Mapping[Modality, sitk.Image]
CHOSEN: tuple[Modality, ...] = ("flair", "t1ce")
FIGURES = {"n": 6, "dice": {"ET": 0.7, "TC": 0.8, "WT": 0.9}, "dice_ci": {"WT": [0.8, 1]}}
TABLE = {"cohort": {"name": "site A"}, "subsets": [{"subset": list(CHOSEN), **FIGURES}]}


def described(images: Images) -> Origin:
    return origin_of(images, DISPLAY_NAMES)


@pytest.fixture(scope="module")
def a_model(tiny_model: Model) -> Model:
    return replace(tiny_model, card=replace(tiny_model.card, validation=TABLE))


@pytest.fixture(scope="module")
def run(a_patient: Images, a_model: Model) -> Callable[[], Record]:
    def record() -> Record:
        images = {modality: a_patient[modality] for modality in CHOSEN}
        result = segment(images, a_model, device="cpu")
        return record_of(result, described(a_patient), a_model.card, application="3D Slicer 5.12.3")

    return record


@pytest.fixture(scope="module")
def a_record(run: Callable[[], Record]) -> Record:
    return run()


def test_a_record_is_what_json_gives_back(a_record: Record, tmp_path: Path) -> None:
    write_record(a_record, tmp_path / "new" / "record.json")
    assert json.loads((tmp_path / "new" / "record.json").read_text(encoding="utf-8")) == a_record.as_dict()


def test_two_runs_differ_in_time_only(a_record: Record, run: Callable[[], Record]) -> None:
    again = run()
    assert replace(again, seconds=a_record.seconds, created=a_record.created) == a_record


def test_a_record_tells_what_went_in(a_record: Record, a_patient: Images) -> None:
    assert list(a_record.inputs) == a_record.subset == list(CHOSEN)
    assert a_record.reference == "flair"
    assert a_record.inputs["t1ce"] == {
        "name": "T1ce",
        "sha256": image_sha256(a_patient["t1ce"]),
        "size": list(a_patient["t1ce"].GetSize()),
        "spacing_mm": list(a_patient["t1ce"].GetSpacing()),
    }


def test_a_record_tells_what_computed_it_and_when(a_record: Record, a_model: Model) -> None:
    assert a_record.weights == {
        "name": "untrained",
        "tensors_sha256": a_model.card.tensors_sha256,
        "spacing_mm": a_model.card.spacing_mm,
    }
    assert set(a_record.software) == {"lckd", "torch", "monai", "SimpleITK", "numpy", "python", "application"}
    assert a_record.software["numpy"] == np.__version__
    assert a_record.software["application"] == "3D Slicer 5.12.3"
    assert a_record.device == "cpu"
    assert datetime.now(timezone.utc) - datetime.fromisoformat(a_record.created) < timedelta(minutes=10)
    assert "research use only" in a_record.statement


def test_a_record_tells_what_came_out_and_what_was_expected(
    a_record: Record, a_patient: Images, a_model: Model
) -> None:
    labels = segment({modality: a_patient[modality] for modality in CHOSEN}, a_model, device="cpu").labels
    assert a_record.measurements == {region: found.as_dict() for region, found in measure_regions(labels).items()}
    assert a_record.thresholds == {"ET": 0.5, "TC": 0.5, "WT": 0.5}
    assert a_record.expected_dice["regions"]["WT"] == {"mean": 0.9, "spread": None, "interval": [0.8, 1]}
    assert (a_record.expected_dice["cohort"], a_record.expected_dice["is_synthetic"]) == ("site A", False)


def test_weights_without_a_table_promise_nothing(a_patient: Images, tiny_model: Model) -> None:
    result = segment({"t2": a_patient["t2"]}, tiny_model, device="cpu")
    record = record_of(result, described(a_patient), tiny_model.card)
    assert record.expected_dice == {"holds": True, "cohort": "", "is_synthetic": False, "patients": 0, "regions": {}}
    assert record.software["application"] is None


@pytest.mark.parametrize("geometry", ["axis-aligned", "oblique", "left-handed", "sagittal", "anisotropic"])
@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha"])
def test_an_image_has_one_hash_in_every_format(
    make_image: Callable[..., sitk.Image], a_head: Callable[[str], Any], tmp_path: Path, geometry: str, ending: str
) -> None:
    image = make_image(geometry, a_head("t1"))
    sitk.WriteImage(image, str(tmp_path / f"scan{ending}"))
    assert image_sha256(sitk.ReadImage(str(tmp_path / f"scan{ending}"))) == image_sha256(image)


def test_a_hash_does_not_depend_on_the_pixel_type_or_a_sign_of_nothing() -> None:
    image = sitk.Image([4, 5, 6], sitk.sitkInt16) + 7
    assert image_sha256(sitk.Cast(image, sitk.sitkFloat64)) == image_sha256(image)
    image.SetOrigin([-0.0, 0.0, -0.0])
    assert image_sha256(image) == image_sha256(sitk.Image([4, 5, 6], sitk.sitkInt16) + 7)


@pytest.mark.parametrize("change", ["voxel", "origin", "spacing", "direction", "size"])
def test_a_hash_notices_every_change(a_patient: Images, change: str) -> None:
    image = sitk.Image(a_patient["t1"])
    if change == "voxel":
        image[3, 4, 5] += 1
    elif change == "origin":
        image.SetOrigin([0.1, *image.GetOrigin()[1:]])
    elif change == "spacing":
        image.SetSpacing([*image.GetSpacing()[:2], 4.61])
    elif change == "direction":
        image.SetDirection(np.eye(3).ravel().tolist())
    else:
        image = image[:-1]
    assert image_sha256(image) != image_sha256(a_patient["t1"])
    assert re.fullmatch("[0-9a-f]{64}", image_sha256(image))


@pytest.fixture
def command(a_patient: Images, tiny_weights: Path, tmp_path: Path) -> Callable[..., int]:
    """`lckd segment` of one image, with more words."""
    sitk.WriteImage(a_patient["t2"], str(tmp_path / "t2.nii.gz"))
    words = ["segment", "--t2", tmp_path / "t2.nii.gz", "--weights", tiny_weights, "--device", "cpu"]
    return lambda *more: run_command(build_parser(), [str(word) for word in (*words, *more)])


def test_the_command_writes_a_record_on_demand(command: Callable[..., int], tmp_path: Path) -> None:
    assert command("-o", tmp_path / "labels.nii.gz", "--record", tmp_path / "run.json") == 0
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"]["t2"]["name"] == str(tmp_path / "t2.nii.gz")
    assert record["inputs"]["t2"]["sha256"] == image_sha256(sitk.ReadImage(str(tmp_path / "t2.nii.gz")))
    measures = measure_regions(sitk.ReadImage(str(tmp_path / "labels.nii.gz")))["WT"]
    assert record["measurements"]["WT"]["diameter_mm"] == pytest.approx(measures.diameter_mm)


def test_the_command_writes_no_record_by_itself(command: Callable[..., int], tmp_path: Path) -> None:
    assert command("-o", tmp_path / "labels.nii.gz") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.nii.gz", "t2.nii.gz"]


@pytest.mark.parametrize("name", ["run.txt", "run", "folder.json"])
def test_a_record_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, name: str, command: Callable[..., int], assert_one_sentence: Callable[[str], None]
) -> None:
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(OutputError, match=re.escape(f"The record '{tmp_path / name}'")) as refusal:
        require_record_path(tmp_path / name)
    assert_one_sentence(str(refusal.value))
    assert command("-o", tmp_path / "labels.nii.gz", "--record", tmp_path / name) == 2
    assert not (tmp_path / "labels.nii.gz").exists()


def test_a_record_never_takes_the_place_of_an_image(
    command: Callable[..., int], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").symlink_to(tmp_path / "t2.nii.gz")
    assert command("-o", tmp_path / "labels.nii.gz", "--record", tmp_path / "run.json") == 2
    assert f"The output '{tmp_path / 'run.json'}' is one of the images" in capfd.readouterr().err
    assert (tmp_path / "run.json").is_symlink()


def test_a_damaged_table_is_recorded_and_the_result_is_not_lost(a_patient: Images, tiny_model: Model) -> None:
    result = segment({"t2": a_patient["t2"]}, tiny_model, device="cpu")
    damaged = replace(tiny_model.card, validation={"subsets": [{}]})
    assert "damaged" in record_of(result, described(a_patient), damaged).expected_dice["problem"]
