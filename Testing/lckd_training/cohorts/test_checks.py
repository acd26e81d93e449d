"""What is wrong with a cohort is said before a training, of all cases at once."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import SimpleITK as sitk

from lckd.cli import build_parser, run_command
from lckd.errors import InputError
from lckd.patients.find import find_cases
from lckd_training.cohorts.checks import check_cases
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.samples.sampling import TrainingSamples
from lckd_training.settings.recipes import RECIPES

WriteVolume = Callable[[Path, list[int]], Path]


@pytest.fixture
def three_cases(tmp_path: Path, write_volume: WriteVolume) -> Path:
    """Three sound patients, called BraTS20_1 to BraTS20_3."""
    for number in range(1, 4):
        folder = tmp_path / "cohort" / f"BraTS20_{number}"
        for value, name in enumerate(("flair", "t1", "t1ce", "t2"), start=10):
            write_volume(folder / f"{folder.name}_{name}.nii.gz", [0, value, value])
        write_volume(folder / f"{folder.name}_seg.nii.gz", [0, 1, 2, 4][: number + 1])
    return tmp_path / "cohort"


def a_file(cohort: Path, number: int, name: str) -> Path:
    return cohort / f"BraTS20_{number}" / f"BraTS20_{number}_{name}.nii.gz"


def move(path: Path, origin: float) -> None:
    image = sitk.ReadImage(str(path))
    image.SetOrigin([origin, 0.0, 0.0])
    sitk.WriteImage(image, str(path))


def test_sound_cases_pass_with_a_fingerprint_each(three_cases: Path) -> None:
    prints = check_cases(find_cases(three_cases))
    assert list(prints) == ["BraTS20_1", "BraTS20_2", "BraTS20_3"]
    assert len(set(prints.values())) == 3


def test_every_case_with_a_bad_geometry_is_named_with_its_own_sentence(three_cases: Path) -> None:
    move(a_file(three_cases, 1, "t2"), 500.0)
    move(a_file(three_cases, 2, "seg"), 1.0)
    a_file(three_cases, 3, "seg").unlink()
    with pytest.raises(InputError) as refusal:
        check_cases(find_cases(three_cases))
    head, *lines = str(refusal.value).splitlines()
    assert head == "3 patients cannot be used:"
    assert [line.partition(":")[0] for line in lines] == ["BraTS20_1", "BraTS20_2", "BraTS20_3"]
    for line, words in zip(lines, ("does not overlap", "another grid", "no label map"), strict=True):
        assert words in line


def test_every_case_with_unknown_labels_is_named(three_cases: Path, write_volume: WriteVolume) -> None:
    write_volume(a_file(three_cases, 1, "seg"), [0, 1, 2, 3])
    write_volume(a_file(three_cases, 3, "seg"), [0, 7])
    with pytest.raises(InputError, match=r"(?s)2 patients.*BraTS20_1_seg.*\[3.*BraTS20_3_seg.*\[7"):
        check_cases(find_cases(three_cases))


def test_one_image_under_two_names_is_refused(three_cases: Path, write_volume: WriteVolume) -> None:
    write_volume(a_file(three_cases, 1, "t2"), [0, 11, 11])
    with pytest.raises(InputError, match="T1 and T2 of 'BraTS20_1' are the same image"):
        find_cases(three_cases)[0].load()


@pytest.mark.parametrize("values", [[0, 1, 2, 4], [0, 1], [2, 5, 7, 9]], ids=["labels", "mask", "other labels"])
def test_a_label_map_in_the_place_of_an_image_is_refused(
    three_cases: Path, write_volume: WriteVolume, values: list[int]
) -> None:
    write_volume(a_file(three_cases, 1, "t1"), values)
    with pytest.raises(InputError, match=r"BraTS20_1_t1\.nii\.gz', given as T1 of 'BraTS20_1', is no scan"):
        find_cases(three_cases)[0].load()


def test_a_label_map_of_other_images_is_refused(three_cases: Path, write_volume: WriteVolume) -> None:
    write_volume(a_file(three_cases, 1, "seg"), [2, 0, 0])
    with pytest.raises(InputError, match=r"BraTS20_1_seg.*marks background as tumour \(100%"):
        find_cases(three_cases)[0].load()


@pytest.mark.parametrize("fault", ["label", "header", "intensity"])
def test_a_training_names_all_cases_that_cannot_be_used_and_begins_nothing(
    tmp_path: Path, three_cases: Path, write_volume: WriteVolume, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    for number in (1, 2):
        if fault == "label":
            write_volume(a_file(three_cases, number, "seg"), [0, 9])
        elif fault == "header":
            move(a_file(three_cases, number, "flair"), 900.0)
        else:
            write_volume(a_file(three_cases, number, "flair"), [5])
    options = ["--recipe", "tiny", "--data", f"{three_cases}", "--elect", f"{a_file(three_cases, 3, 'seg').parent}"]
    split = tmp_path / "split.json"
    split.write_text('{"train": ["BraTS20_1", "BraTS20_2"]}')
    out = tmp_path / "out"
    assert run_command(build_parser(), ["train", *options, "--split", str(split), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "BraTS20_1" in error
    assert "BraTS20_2" in error
    assert not (out / "log.csv").exists()


def test_a_patient_of_weight_3_is_drawn_three_times_as_often(a_prepared_case: PreparedCase) -> None:
    empty = dataclasses.replace(a_prepared_case, occupancy=a_prepared_case.occupancy * 0, weight=3.0)
    config = dataclasses.replace(RECIPES["tiny"], crop=(8, 8, 8), tumour_share=1.0, transplant_share=0.0)
    samples = TrainingSamples([a_prepared_case, empty], [], config)
    drawn = sum(float(samples[number].occupancy.sum()) == 0 for number in range(80))
    assert 46 <= drawn <= 74
