"""Images: which files are taken for some, and how they are read."""

from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd_app.patient.files import read, stem_of


@pytest.mark.parametrize(("name", "stem"), [("a.nii.gz", "a"), ("a.b.nrrd", "a.b"), ("A.NII", "A"), (".nii", ".nii")])
def test_the_ending_of_a_format_is_no_part_of_the_name(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "flair.nrrd").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"flair\.nrrd"):
        read([tmp_path / "flair.nrrd"])
