"""A folder that is sent as one file: read like a folder, or refused in a sentence before it can fill the disk."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from threading import Event

import pytest

from lckd.errors import InputError, StoppedError
from lckd_app.doors.arrived import read_uploads
from lckd_app.doors.packed import unpack
from lckd_app.doors.received import Limits, Upload
from lckd_app.patient.folder import Contents
from Testing.conftest import WriteVolume

LIMITS = Limits(total_bytes=1_000_000)


def packed(folder: Path, content: Mapping[str, bytes], *, name: str = "Some One.zip") -> Upload:
    path = folder / "0.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in content.items():
            archive.writestr(inner, data)
    return Upload(path, name)


def read(upload: Upload) -> Contents:
    return read_uploads([upload], limits=LIMITS)


@pytest.fixture
def an_image(tmp_path: Path, write_volume: WriteVolume) -> bytes:
    return write_volume(tmp_path / "elsewhere" / "any.nii.gz", list(range(60))).read_bytes()


def test_images_are_found_within(tmp_path: Path, an_image: bytes) -> None:
    contents = read(packed(tmp_path, {"flair.nii.gz": an_image, "t1.nii.gz": an_image, "notes.txt": b"-"}))
    assert [one.name for one in contents.found] == ["flair", "t1"]
    assert contents.name == "Some One"


def test_the_one_folder_in_it_gives_its_name(tmp_path: Path, an_image: bytes) -> None:
    of_a_mac = {"__MACOSX/Patient 7/._flair.nii.gz": b"-", "Patient 7/.DS_Store": b"-"}
    contents = read(packed(tmp_path, {"Patient 7/flair.nii.gz": an_image, **of_a_mac}))
    assert ([one.name for one in contents.found], contents.name) == (["flair"], "Patient 7")


def test_images_that_name_their_patient_do_so_in_an_archive_too(tmp_path: Path, an_image: bytes) -> None:
    contents = read(packed(tmp_path, {"Patient7_flair.nii.gz": an_image, "Patient7_t1.nii.gz": an_image}))
    assert contents.name == "Patient7"


def test_a_study_is_read_with_its_reasons(tmp_path: Path, a_dicom_folder: Path) -> None:
    files = [path for path in a_dicom_folder.rglob("*") if path.is_file()]
    upload = packed(tmp_path, {str(path.relative_to(a_dicom_folder)): path.read_bytes() for path in files})
    contents = read_uploads([upload], limits=Limits())
    assert {one.modality for one in contents.found} == {"flair", "t1ce"}
    assert contents.name == "study of 2024-03-05"
    assert contents.whose.number == "MRN4711"
    assert "MRN4711" not in repr(contents)


def test_a_damaged_series_of_a_study_is_left_out_by_the_names_that_its_owner_knows(
    tmp_path: Path, a_dicom_folder: Path
) -> None:
    names = {path: str(path.relative_to(a_dicom_folder)) for path in sorted(a_dicom_folder.rglob("IM*"))}
    damaged = next(name for name in names.values() if "PA002" in name)
    files = {name: path.read_bytes()[: -900 if name == damaged else None] for path, name in names.items()}
    contents = read_uploads([packed(tmp_path, files)], limits=Limits())
    assert [one.modality for one in contents.found] == ["flair"]
    assert contents.left_out[0].startswith("T1ce is missing")
    where = f"in the file 'Some One.zip/{damaged.partition('/')[2]}'"
    assert contents.left_out[1].startswith("Left out: series 2 'AX T1 +C'")
    assert where in contents.left_out[1]
    assert where in contents.origin.left_out[0]["reason"]  # in the record, too


def test_names_that_lead_elsewhere_stay_within(tmp_path: Path, an_image: bytes) -> None:
    folder = tmp_path / "private"
    folder.mkdir()
    place = unpack(
        packed(folder, {"../../flair.nii.gz": an_image, "/etc/t1.nii.gz": an_image}), limits=LIMITS, stop=Event()
    )
    assert [str(path.relative_to(place)) for path in place.rglob("*.gz")] == ["etc/t1.nii.gz"]
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".gz")] == []


def test_what_is_unpacked_takes_the_place_of_the_archive(tmp_path: Path, an_image: bytes) -> None:
    upload = packed(tmp_path, {"flair.nii.gz": an_image})
    unpack(upload, limits=LIMITS, stop=Event())
    assert not upload.path.exists()


def test_more_than_fits_is_refused_before_it_is_written(tmp_path: Path) -> None:
    upload = packed(tmp_path, {"flair.nii": bytes(1_000_001)})
    assert upload.path.stat().st_size < 10_000
    with pytest.raises(InputError, match=r"'Some One\.zip' holds more than .* GB"):
        unpack(upload, limits=LIMITS, stop=Event())
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name == "0"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no archive", "cannot be unpacked"),
        (b"", "cannot be unpacked"),
        ({}, "is empty"),
        ({"flair.nii.gz": b"no image"}, r"'Some One\.zip/flair\.nii\.gz'"),
        ({"notes.txt": b"no image"}, "no image in 'Some One.zip'"),
        ({"x" * 300 + ".nii": b"-"}, "names that cannot be files here"),
    ],
    ids=["text", "nothing", "empty", "no image", "no images", "long name"],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, content: bytes | dict[str, bytes], says: str) -> None:
    upload = packed(tmp_path, content if isinstance(content, dict) else {})
    if isinstance(content, bytes):
        upload.path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        read(upload)
    assert str(tmp_path) not in str(caught.value)


def test_a_damaged_or_locked_archive_is_refused(tmp_path: Path, an_image: bytes) -> None:
    upload = packed(tmp_path, {"flair.nii.gz": an_image * 20})
    whole = upload.path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:60] + bytes(30) + whole[90:], locked(whole)):
        upload.path.write_bytes(damaged)
        with pytest.raises(InputError, match="Some One"):
            read(upload)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_is_told_whatever_packed_the_archive(tmp_path: Path, an_image: bytes, method: int) -> None:
    upload = Upload(tmp_path / "0.zip", "Some One.zip")
    with zipfile.ZipFile(upload.path, "w", method) as archive:
        archive.writestr("flair.nii.gz", an_image)
    whole = upload.path.read_bytes()
    upload.path.write_bytes(whole[:60] + bytes(30) + whole[90:])
    with pytest.raises(InputError, match=r"'Some One\.zip' cannot be unpacked"):
        read(upload)


def test_an_entry_without_a_name_is_passed_over(tmp_path: Path, an_image: bytes) -> None:
    upload = packed(tmp_path, {"flair.nii.gz": an_image, "?": b"nothing"})
    upload.path.write_bytes(without_name(upload.path.read_bytes(), b"?"))
    assert [one.name for one in read(upload).found] == ["flair"]


def test_folders_in_folders_are_refused_where_they_could_not_be_removed(tmp_path: Path, an_image: bytes) -> None:
    contents = read(packed(tmp_path, {"a/" * 60 + "flair.nii.gz": an_image}))
    assert [one.name for one in contents.found] == ["flair"]
    with pytest.raises(InputError, match=r"'Some One\.zip' holds more than 64 folders in each other"):
        read(packed(tmp_path, {"a/" * 900 + "flair.nii.gz": an_image}))


def test_unpacking_ends_between_two_pieces_of_one_file(tmp_path: Path) -> None:
    class AfterLooks(Event):
        left = 10

        def is_set(self) -> bool:
            self.left -= 1
            return self.left < 0

    upload = packed(tmp_path, {"flair.nii": os.urandom(900_000)})
    with pytest.raises(StoppedError):
        unpack(upload, limits=LIMITS, stop=AfterLooks())
    assert 0 < (tmp_path / "0" / "flair.nii").stat().st_size < 900_000


def test_two_packed_folders_are_not_mixed(tmp_path: Path, an_image: bytes) -> None:
    uploads = [packed(tmp_path, {"flair.nii.gz": an_image}, name=name) for name in ("Roe.zip", "Doe.zip")]
    with pytest.raises(InputError, match=r"'Roe\.zip' and 'Doe\.zip' may be of two patients"):
        read_uploads(uploads, limits=LIMITS)


def without_name(archive: bytes, name: bytes) -> bytes:
    """Take the name of the last entry, one character, out of both of its headers."""
    local, central, end = (archive.rindex(mark) for mark in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
    assert archive[local + 30 : local + 31] == archive[central + 46 : central + 47] == name
    first, empty = archive.index(b"PK\x01\x02"), bytes(2)
    heads = archive[first : central + 28] + empty + archive[central + 30 : central + 46] + archive[central + 47 : end]
    files = archive[: local + 26] + empty + archive[local + 28 : local + 30] + archive[local + 31 : first]
    place = len(heads).to_bytes(4, "little") + len(files).to_bytes(4, "little")
    return files + heads + archive[end : end + 12] + place + archive[end + 20 :]


def locked(archive: bytes) -> bytes:
    """Set the mark of an encrypted file in both of its headers."""
    content = bytearray(archive)
    content[6] |= 1
    content[io.BytesIO(archive).getvalue().rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)
