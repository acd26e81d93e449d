"""`lckd synth --sheet`: patients, synthetic or real, drawn in one style."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from lckd.cli import build_parser, run_command
from lckd.patients.find import find_cases
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.pictures.contact_sheet import GAP_PIXELS, HEADING_PIXELS, TILE_MM, TITLE_PIXELS, draw_sheet

COARSE_MM = 4.0


def synth(*arguments: str | Path) -> int:
    return run_command(build_parser(), ["synth", *map(str, arguments)])


def tile(sheet: Path, *, row: int, column: int) -> np.ndarray:
    """Cut a tile of the first patient out of a sheet, give or take the rounding of its place."""
    top, left = TITLE_PIXELS + HEADING_PIXELS + row * TILE_MM, GAP_PIXELS + column * TILE_MM
    return np.asarray(imread(sheet)[top : top + TILE_MM - GAP_PIXELS, left : left + TILE_MM, :3])


def coloured(picture: np.ndarray) -> bool:
    return bool((np.ptp(picture, axis=-1) > 0.2).any())


@pytest.mark.slow
def test_every_view_of_every_modality_is_drawn_and_only_labels_have_colour(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    draw_sheet([SyntheticCase(1, spacing_mm=COARSE_MM)], title="$One^$", path=sheet)
    for row in range(3):
        assert all(tile(sheet, row=row, column=column).max() > 0.5 for column in range(5))
        assert coloured(tile(sheet, row=row, column=4))
        assert not coloured(tile(sheet, row=row, column=1))


@pytest.mark.slow
def test_a_patient_on_disk_without_label_map_and_t2_is_drawn(tmp_path: Path, a_cohort: Path) -> None:
    case = find_cases(a_cohort)[0]
    folder = tmp_path / "$a^$"  # a dollar in a name begins no formula
    folder.mkdir()
    for modality in ("flair", "t1"):
        path = case.image_paths[modality]
        (folder / path.name).write_bytes(path.read_bytes())
    sheet = tmp_path / "sheet.png"
    draw_sheet(find_cases(folder), title="Two modalities", path=sheet)
    assert tile(sheet, row=0, column=0).max() > 0.5
    assert tile(sheet, row=0, column=3).max() == 0.0
    assert not coloured(tile(sheet, row=0, column=4))


@pytest.mark.slow
def test_the_command_draws_a_cohort(tmp_path: Path, a_cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.png"
    assert synth("--data", a_cohort, "--count", "3", "--sheet", sheet) == 0
    assert str(sheet) in capsys.readouterr().out
    assert imread(sheet).shape[0] > imread(sheet).shape[1] / 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "nothing to do"),
        (["--data", "cohort", "--out", "out"], "--data goes with --sheet"),
        (["--sheet", "a.png", "--count", "101"], "at most 100"),
        (["--out", "out", "--count", "0"], "--count"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert synth(*arguments) == 2
    assert reason in capsys.readouterr().err


def test_a_sheet_never_takes_the_place_of_a_label_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    precious = tmp_path / "patient_seg.nii.gz"
    precious.write_bytes(b"an expert's work")
    assert synth("--out", tmp_path / "out", "--sheet", precious) == 2
    assert "patient_seg.nii.gz' does not end in '.png'" in capsys.readouterr().err
    assert precious.read_bytes() == b"an expert's work"
    assert not (tmp_path / "out").exists()
