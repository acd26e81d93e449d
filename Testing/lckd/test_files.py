from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd.files import folder_for_results


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
