"""Costly steps are kept by what went into them."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.preprocess import cache
from lckd.preprocess.cache import kept_image, kept_values, key_of, user_cache


class Counted:
    """Something that counts how often it is computed."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return {"times": self.times}


def test_what_was_computed_once_is_recalled(tmp_path: Path) -> None:
    compute = Counted()
    assert [kept_values(tmp_path / "new", "step-1", compute) for _ in range(2)] == [{"times": 1}] * 2
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["step-1.json"]


def test_without_a_folder_nothing_is_kept() -> None:
    compute = Counted()
    assert [kept_values(None, "step-1", compute)["times"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe"], ids=["empty", "cut off", "no text"])
def test_what_is_damaged_is_computed_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "step-1.json").write_bytes(content)
    compute = Counted()
    assert [kept_values(tmp_path, "step-1", compute)["times"] for _ in range(2)] == [1, 1]


def test_a_damaged_image_is_computed_again(tmp_path: Path, a_frame: sitk.Image) -> None:
    (tmp_path / "mask.nrrd").write_bytes(b"NRRD0004\n")
    made = [kept_image(tmp_path, "mask", lambda: sitk.Cast(a_frame + 3, sitk.sitkUInt8)) for _ in range(2)]
    assert all(np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(made[0])) for image in made)


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert kept_values(tmp_path / "file" / "cache", "step-1", Counted()) == {"times": 1}


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST_BYTES", 40)
    (tmp_path / "notes.txt").write_text("of somebody else, and left alone whatever its size may be", encoding="utf-8")
    for number in range(5):
        kept_values(tmp_path, f"step-{number}", Counted())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "notes.txt",
        "step-2.json",
        "step-3.json",
        "step-4.json",
    ]


def test_a_key_depends_on_the_step_its_images_and_the_version(tmp_path: Path, a_frame: sitk.Image) -> None:
    keys = {
        key_of(tmp_path, step, images, version=version)
        for step in ("brain", "bias")
        for images in ([a_frame], [a_frame + 1])
        for version in ("1", "2")
    }
    assert len(keys) == 8
    assert key_of(tmp_path, "brain", [a_frame + 1], version="1") in keys


def test_nothing_is_hashed_where_nothing_is_kept(a_frame: sitk.Image) -> None:
    assert key_of(None, "brain", [a_frame], version="1") == ""


def test_the_cache_of_the_user_lies_where_a_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LCKD_CACHE_DIR", str(tmp_path))
    assert user_cache() == tmp_path
    monkeypatch.delenv("LCKD_CACHE_DIR")
    found = user_cache()
    assert found is None or found.name == "lckd"
