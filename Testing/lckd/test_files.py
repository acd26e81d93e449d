from pathlib import Path

import pytest

from lckd.errors import InputError, OutputError
from lckd.files import folder_for_results, require_place


def fail_in(folder: Path, *names: str) -> None:
    """Make a folder for results, leave files in it, and fail.

    Raises:
        InputError: Always.
    """
    with folder_for_results(folder):
        for name in names:
            (folder / name).touch()
        message = "bad"
        raise InputError(message)


def test_folders_for_results_that_stayed_empty_are_removed_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bad"):
        fail_in(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_for_results_that_holds_some_stays_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bad"):
        fail_in(tmp_path / "a" / "b", "half")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["half"]


def test_a_folder_that_was_there_before_stays_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bad"):
        fail_in(tmp_path)
    assert tmp_path.is_dir()


@pytest.mark.parametrize("name", ["file/labels.nii.gz", "file/new/labels.nii.gz", f"{'long' * 100}/labels.nii.gz"])
def test_a_place_that_cannot_hold_a_file_is_refused_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^Cannot write '.*labels\.nii\.gz': check its name"):
        require_place(tmp_path / name)


def test_a_place_that_can_hold_a_file_is_left_as_it_is(tmp_path: Path) -> None:
    require_place(tmp_path / "new" / "folder" / "labels.nii.gz")
    require_place(Path("labels.nii.gz"))
    assert list(tmp_path.iterdir()) == []
