from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.errors import InputError, OutputError
from lckd.files import replace_file
from lckd.images.read_write import read_channels, read_header, read_image, write_atomically, write_plainly
from lckd.images.soundness import check_image

MakeImage = Callable[..., sitk.Image]
SameGrid = Callable[[sitk.Image, sitk.Image], None]


@pytest.fixture
def an_image(make_image: MakeImage, a_head: Callable[[str], Any]) -> sitk.Image:
    return make_image("oblique", a_head("t1"))


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".mha"])
def test_image_is_read_as_it_was_written(
    an_image: sitk.Image, tmp_path: Path, ending: str, assert_same_grid: SameGrid
) -> None:
    write_atomically(an_image, tmp_path / f"scan{ending}")
    again = read_image(tmp_path / f"scan{ending}")
    assert_same_grid(again, an_image)
    assert np.array_equal(sitk.GetArrayFromImage(again), sitk.GetArrayFromImage(an_image))


@pytest.mark.parametrize(
    "kind", [sitk.sitkUInt8, sitk.sitkInt16, sitk.sitkUInt16, sitk.sitkFloat64], ids=sitk.GetPixelIDValueAsString
)
def test_numbers_of_any_kind_become_single_precision(an_image: sitk.Image, tmp_path: Path, kind: int) -> None:
    write_atomically(sitk.Cast(an_image, kind), tmp_path / "scan.nrrd")
    image = read_image(tmp_path / "scan.nrrd")
    assert image.GetPixelID() == sitk.sitkFloat32
    assert np.allclose(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(an_image), atol=1.0)


def test_bad_image_is_refused_in_one_sentence_that_names_the_file(
    a_bad_image: tuple[Path, str], assert_one_sentence: Callable[[str], None]
) -> None:
    path, says = a_bad_image
    with pytest.raises(InputError, match=says) as refusal:
        read_image(path)
    assert f"file '{path}'" in str(refusal.value)
    assert_one_sentence(str(refusal.value))


def test_libraries_print_nothing_about_a_bad_image(
    a_bad_image: tuple[Path, str], capfd: pytest.CaptureFixture[str]
) -> None:
    path, says = a_bad_image
    with pytest.raises(InputError, match=says):
        read_image(path)
    assert capfd.readouterr() == ("", "")


def test_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="xxx"):
        read_image(tmp_path / ("x" * 300 + ".nii.gz"))


def test_label_map_without_any_label_can_be_read(an_image: sitk.Image, tmp_path: Path) -> None:
    write_atomically(sitk.Cast(an_image * 0, sitk.sitkUInt8), tmp_path / "labels.nii.gz")
    assert not sitk.GetArrayFromImage(read_image(tmp_path / "labels.nii.gz", may_be_empty=True)).any()


def test_image_in_memory_is_called_by_its_name(an_image: sitk.Image) -> None:
    with pytest.raises(InputError, match="The FLAIR image shows nothing, all its voxels are 0"):
        check_image(an_image * 0, "FLAIR image")


def test_failing_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    def fail(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        message = "no space left"
        raise OSError(message)

    path = tmp_path / "labels.nii.gz"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"Cannot write '.*labels\.nii\.gz': check"):
        replace_file(path, fail)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    def interrupt(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt

    path = tmp_path / "labels.nii.gz"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, interrupt)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_replaces_the_old_file_and_makes_missing_folders(an_image: sitk.Image, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "scan.nii.gz"
    write_atomically(an_image, path)
    write_atomically(an_image + 1.0, path)
    assert sitk.GetArrayFromImage(read_image(path)).min() == 1.0
    assert list(path.parent.iterdir()) == [path]


def test_who_reads_the_old_file_meanwhile_never_sees_half_of_the_new(tmp_path: Path) -> None:
    path = tmp_path / "labels.nii.gz"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        replace_file(path, lambda temporary: temporary.write_bytes(b"new"))
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"


def test_folder_in_the_place_of_the_file_is_kept(an_image: sitk.Image, tmp_path: Path) -> None:
    path = tmp_path / "scan.nii.gz"
    path.mkdir()
    with pytest.raises(OutputError, match=r"Cannot write '.*scan\.nii\.gz'"):
        write_atomically(an_image, path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.is_dir()


def test_file_in_the_place_of_the_folder_is_kept(an_image: sitk.Image, tmp_path: Path) -> None:
    (tmp_path / "results").write_bytes(b"a file")
    with pytest.raises(OutputError, match=r"Cannot write '.*scan\.nii\.gz'"):
        write_atomically(an_image, tmp_path / "results" / "scan.nii.gz")
    assert (tmp_path / "results").read_bytes() == b"a file"


def test_folder_that_nobody_may_write_to_is_refused(an_image: sitk.Image) -> None:
    with pytest.raises(OutputError, match=r"Cannot write '/proc/self/scan\.nii\.gz'"):
        write_atomically(an_image, Path("/proc/self/scan.nii.gz"))


def test_unknown_ending_is_refused(an_image: sitk.Image, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"Cannot write '.*scan\.docx'"):
        write_atomically(an_image, tmp_path / "scan.docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".nii.gz", ".nrrd"])
def test_a_header_says_where_the_voxels_lie_without_reading_them(
    an_image: sitk.Image, tmp_path: Path, ending: str, assert_same_grid: SameGrid
) -> None:
    write_atomically(an_image, tmp_path / f"scan{ending}")
    assert_same_grid(read_header(tmp_path / f"scan{ending}"), an_image)


def test_a_header_of_what_is_no_volume_is_refused(tmp_path: Path) -> None:
    sitk.WriteImage(sitk.Image([4, 4], sitk.sitkUInt8), str(tmp_path / "flat.nrrd"))
    (tmp_path / "text.nii.gz").write_text("not an image")
    with pytest.raises(InputError, match="not a 3-D volume"):
        read_header(tmp_path / "flat.nrrd")
    with pytest.raises(InputError, match=r"text\.nii\.gz"):
        read_header(tmp_path / "text.nii.gz")


def test_volumes_of_a_4d_file_keep_their_order_and_place(
    an_image: sitk.Image, tmp_path: Path, assert_same_grid: SameGrid
) -> None:
    sitk.WriteImage(sitk.JoinSeries([an_image, an_image + 1.0]), str(tmp_path / "both.nii.gz"))
    first, second = read_channels(tmp_path / "both.nii.gz", 2)
    assert np.allclose(sitk.GetArrayFromImage(second) - sitk.GetArrayFromImage(first), 1.0, atol=1e-3)
    assert_same_grid(first, an_image)
    assert_same_grid(read_header(tmp_path / "both.nii.gz", channels=2), an_image)
    with pytest.raises(InputError, match="does not hold 4 volumes"):
        read_channels(tmp_path / "both.nii.gz", 4)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_on_a_full_disk_nothing_is_left_of_an_image_for_another_process(an_image: sitk.Image, tmp_path: Path) -> None:
    (tmp_path / "scan.nrrd").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="make room on the disk"):
        write_plainly(an_image, tmp_path / "scan.nrrd")
    assert list(tmp_path.iterdir()) == []
