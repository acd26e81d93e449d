from pathlib import Path

import pytest

from lckd.errors import InputError
from lckd.images.text_headers import file_of_voxels

NRRD = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nencoding: raw\n"
META = "NDims = 3\nDimSize = 4 4 4\nElementType = MET_UCHAR\n"


@pytest.mark.parametrize(
    ("name", "header"),
    [("scan.nhdr", f"{NRRD}data file: scan.raw\n"), ("scan.mhd", f"{META}ElementDataFile = scan.raw\n")],
)
def test_voxels_in_a_file_beside_the_header_are_found(tmp_path: Path, name: str, header: str) -> None:
    (tmp_path / name).write_text(header)
    (tmp_path / "scan.raw").write_bytes(bytes(64))
    assert file_of_voxels(tmp_path / name) == tmp_path / "scan.raw"


@pytest.mark.parametrize("elsewhere", ["../scan.raw", "/etc/passwd", "LIST", "scan%d.raw 1 4 1", "", "/dev/zero"])
def test_voxels_that_lie_elsewhere_are_refused(tmp_path: Path, elsewhere: str) -> None:
    (tmp_path / "scan.nhdr").write_text(f"{NRRD}data file: {elsewhere}\n")
    (tmp_path / "scan.mhd").write_text(f"{META}ElementDataFile = {elsewhere}\n")
    for name in ("scan.nhdr", "scan.mhd"):
        with pytest.raises(InputError, match="takes its voxels from"):
            file_of_voxels(tmp_path / name)


def test_long_texts_that_nrrd_allows_are_borne(tmp_path: Path) -> None:
    (tmp_path / "scan.nrrd").write_text(f"{NRRD}content: {'x' * 2000}\nSegment0_Tags:={'x' * 2000}\n\n\0\0")
    assert file_of_voxels(tmp_path / "scan.nrrd") is None


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scan.nrrd").write_text(NRRD + "# a line\n" * 200_000)
    with pytest.raises(InputError, match="header that is damaged"):
        file_of_voxels(tmp_path / "scan.nrrd")


@pytest.mark.parametrize(
    ("name", "header", "line"),
    [
        ("scan.nrrd", f"{NRRD}labels: {'x' * 440}\n\n", "labels"),
        ("scan.nrrd", f"{NRRD}sample units: {'ü' * 220}\r\n\n", "sample units"),
        ("scan.mha", f"{META}Comment = {'x' * 240}\nElementDataFile = LOCAL\n", "Comment"),
    ],
)
def test_a_sound_line_that_is_too_long_is_named_and_no_copy_asked_for(
    tmp_path: Path, name: str, header: str, line: str
) -> None:
    (tmp_path / name).write_text(header, encoding="utf-8")
    with pytest.raises(InputError, match=rf"line '{line}' takes \d+ bytes, too long .* to \.nii\.gz") as refusal:
        file_of_voxels(tmp_path / name)
    assert "copy it again" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("scan.nrrd", f"{NRRD}labels: {'x' * 300}\0{'x' * 300}\n\n"),
        ("scan.nrrd", f"NRRD0004{'x' * 500}\n\n"),
        ("scan.mha", f"NDims = {'3' * 300}\nElementDataFile = LOCAL\n"),
    ],
    ids=["voxels in a line", "no name", "dimensions"],
)
def test_a_line_that_no_program_writes_is_called_damaged(tmp_path: Path, name: str, header: str) -> None:
    (tmp_path / name).write_text(header, encoding="utf-8")
    with pytest.raises(InputError, match="header that is damaged: copy it again"):
        file_of_voxels(tmp_path / name)
