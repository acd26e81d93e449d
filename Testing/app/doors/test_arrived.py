"""Files that were sent become images of one patient, under the name that theirs tell."""

from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd_app.doors.arrived import TITLE, read_uploads
from lckd_app.doors.received import Limits, Upload
from lckd_app.patient.folder import Contents
from Testing.conftest import WriteVolume


def sent(folder: Path, write_volume: WriteVolume, *names: str) -> Contents:
    """Send small images under names of their owner's."""
    paths = [write_volume(folder / f"{number}.nii.gz", list(range(60))) for number, _ in enumerate(names)]
    return read_uploads([Upload(path, name) for path, name in zip(paths, names, strict=True)], limits=Limits())


@pytest.mark.parametrize(
    ("names", "patient"),
    [
        (["BraTS2021_00006_flair.nii.gz", "BraTS2021_00006_t1ce.nii.gz"], "BraTS2021_00006"),
        (["Jörg-7_t1.nii.gz"], "Jörg-7"),
        (["p1_flair.nii.gz", "p2_t1.nii.gz"], TITLE),
        (["flair.nii.gz", "t1.nii.gz"], TITLE),
    ],
)
def test_the_patient_is_called_as_all_names_do(
    tmp_path: Path, write_volume: WriteVolume, names: list[str], patient: str
) -> None:
    assert sent(tmp_path, write_volume, *names).name == patient


def test_a_label_map_is_left_out_with_a_word(tmp_path: Path, write_volume: WriteVolume) -> None:
    contents = sent(tmp_path, write_volume, "p1_flair.nii.gz", "p1_seg.nii.gz")
    assert [one.name for one in contents.found] == ["p1_flair"]
    assert contents.left_out == ("Left out: 'p1_seg.nii.gz', a label map by its name.",)


def test_what_cannot_be_read_is_called_as_its_owner_does(tmp_path: Path) -> None:
    (tmp_path / "0.nii").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"'mine\.nii'"):
        read_uploads([Upload(tmp_path / "0.nii", "mine.nii")], limits=Limits())
