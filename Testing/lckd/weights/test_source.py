import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lckd.errors import WeightsError
from lckd.weights.card import CARD_NAME, LARGEST_BYTES, TENSORS_NAME
from lckd.weights.load import load_model
from lckd.weights.store import install

OneSentence = Callable[[str], None]
LIGHTLY_FOUND = ["no-card", "no-tensors", "broken-card", "deep-card", "later-format", "other-architecture"]
LIGHTLY_FOUND += ["flipped-byte", "cut-off"]


@pytest.fixture
def a_zip(tmp_path: Path, tiny_weights: Path) -> Callable[..., Path]:
    """A maker of zip files: each entry has its name, and the content of the tiny weights' file that it ends like."""

    def make(*names: str, **others: bytes) -> Path:
        path = tmp_path / "sent.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, (tiny_weights / name.replace("\\", "/").rpartition("/")[2]).read_bytes())
            for name, content in others.items():
                archive.writestr(name, content)
        return path

    return make


@pytest.fixture
def assert_refused(own: Path, assert_one_sentence: OneSentence) -> Callable[..., None]:
    """An installation ends in one sentence that names the source, and leaves nothing."""

    def check(source: Path, says: str) -> None:
        with pytest.raises(WeightsError, match=says) as refusal:
            install(source)
        assert str(source) in str(refusal.value)
        assert_one_sentence(str(refusal.value))
        assert not own.exists() or list(own.iterdir()) == []

    return check


def test_only_the_two_files_of_a_folder_are_taken(own: Path, a_weights_folder: Path) -> None:
    (a_weights_folder / "patient.txt").write_text("private")
    assert {path.name for path in install(a_weights_folder).directory.iterdir()} == {CARD_NAME, TENSORS_NAME}
    assert {path.name for path in own.iterdir()} == {"untrained"}


@pytest.mark.parametrize("folder", ["", "weights/", "Gewichte für Ödeme/重み/", "a\\b\\"])
def test_weights_are_installed_from_a_zip_file(own: Path, a_zip: Callable[..., Path], folder: str) -> None:
    source = a_zip(f"{folder}{CARD_NAME}", f"{folder}{TENSORS_NAME}", **{"README.txt": b"read", "__MACOSX/x": b""})
    weights = install(source.rename(source.with_name("für Ödeme 重み.zip")))
    assert {path.name for path in weights.directory.iterdir()} == {CARD_NAME, TENSORS_NAME}
    assert {path.name for path in own.iterdir()} == {"untrained"}
    load_model(weights.directory)


def test_linked_files_are_installed_as_files(own: Path, tiny_weights: Path, tmp_path: Path) -> None:
    source = tmp_path / "links"
    source.mkdir()
    for name in (CARD_NAME, TENSORS_NAME):
        (source / name).symlink_to(tiny_weights / name)
    weights = install(source)
    assert own == weights.directory.parent
    assert not any(path.is_symlink() for path in weights.directory.iterdir())


@pytest.mark.parametrize("bad_weights", ["no-folder", *LIGHTLY_FOUND], indirect=True)
def test_bad_weights_are_not_installed_from_a_folder(
    bad_weights: tuple[Path, str], assert_refused: Callable[..., None]
) -> None:
    folder, says = bad_weights
    assert_refused(folder, says if folder.exists() else "neither a folder nor a file")


@pytest.mark.parametrize("bad_weights", LIGHTLY_FOUND, indirect=True)
def test_bad_weights_are_not_installed_from_a_zip_file(
    bad_weights: tuple[Path, str], tmp_path: Path, assert_refused: Callable[..., None]
) -> None:
    folder, says = bad_weights
    archive = shutil.make_archive(str(tmp_path / "sent"), "zip", folder)
    assert_refused(Path(archive), says if (folder / CARD_NAME).exists() and "No weights" not in says else "0 files")


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.999])
def test_a_zip_file_that_was_cut_off_is_refused(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], keep: float
) -> None:
    source = a_zip(CARD_NAME, TENSORS_NAME)
    content = source.read_bytes()
    source.write_bytes(content[: keep if isinstance(keep, int) else round(keep * len(content))])
    assert_refused(source, "cannot be read .*: give a weights folder, or a whole zip file")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.1, 0.5, 0.8])
def test_a_zip_file_with_changed_bytes_is_refused(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], part: float
) -> None:
    source = a_zip(TENSORS_NAME, CARD_NAME)
    content = bytearray(source.read_bytes())
    begin = round(part * len(content))
    content[begin : begin + 16] = bytes(byte ^ 0xFF for byte in content[begin : begin + 16])
    source.write_bytes(content)
    assert_refused(source, "cannot be read")


@pytest.mark.parametrize("name", ["../evil.txt", "weights/../../evil.txt", "/evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_a_zip_file_that_leads_out_of_itself_is_refused(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], tmp_path: Path, name: str
) -> None:
    source = a_zip(CARD_NAME, TENSORS_NAME, **{name: b"evil"})
    assert_refused(source, "names a file outside of itself .*evil")
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a/" + CARD_NAME, "a/" + TENSORS_NAME, "b/" + CARD_NAME, "b/" + TENSORS_NAME], r"2 files model\.json"),
        ([CARD_NAME, "a/" + TENSORS_NAME, "b/" + TENSORS_NAME], r"2 files model\.safetensors"),
        ([], r"0 files model\.json"),
    ],
    ids=["two models", "one card, two tensors", "empty"],
)
def test_a_zip_file_must_hold_one_model(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], names: list[str], says: str
) -> None:
    assert_refused(a_zip(*names), says)


def test_a_zip_file_whose_tensors_are_a_link_is_not_followed(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], tiny_weights: Path
) -> None:
    source = a_zip(CARD_NAME)
    link = zipfile.ZipInfo(TENSORS_NAME)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(link, str(tiny_weights / TENSORS_NAME))
    assert_refused(source, "not those of their card")


def test_a_zip_file_that_unpacks_to_far_more_than_weights_is_refused(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sum(LARGEST_BYTES.values()) == 500_000_000
    monkeypatch.setitem(LARGEST_BYTES, TENSORS_NAME, 3_000_000)
    source = a_zip(CARD_NAME, **{TENSORS_NAME: bytes(20_000_000)})
    assert source.stat().st_size < 100_000
    assert_refused(source, "far more than the weights")


def test_a_card_of_many_megabytes_is_not_even_read(
    a_zip: Callable[..., Path], assert_refused: Callable[..., None]
) -> None:
    assert_refused(a_zip(TENSORS_NAME, **{CARD_NAME: b"[" * 10_000_001}), "far more than the weights")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_file_of_a_rare_kind_is_refused(
    tmp_path: Path, tiny_weights: Path, assert_refused: Callable[..., None], method: int
) -> None:
    with zipfile.ZipFile(tmp_path / "rare.zip", "w", method) as archive:
        for name in (CARD_NAME, TENSORS_NAME):
            archive.write(tiny_weights / name, name)
    assert_refused(tmp_path / "rare.zip", "in an unusual way")


def test_an_encrypted_zip_file_is_refused(a_zip: Callable[..., Path], assert_refused: Callable[..., None]) -> None:
    source = a_zip(CARD_NAME, TENSORS_NAME)
    content = bytearray(source.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # what the directory says of the first file
    content[6] |= 1  # and its own header
    source.write_bytes(content)
    assert_refused(source, "cannot be read .*encrypted")


def test_something_else_than_a_file_is_not_waited_for(tmp_path: Path, assert_refused: Callable[..., None]) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    assert_refused(tmp_path / "pipe.zip", "neither a folder nor a file")
    assert_refused(tmp_path / "nothing.zip", "neither a folder nor a file")
