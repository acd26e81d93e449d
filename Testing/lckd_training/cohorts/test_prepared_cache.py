"""The cache of prepared patients: the same patients as without it, whatever happens to its files."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from lckd.errors import InputError, OutputError
from lckd.patients.find import find_cases
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case, prepare_cohort
from lckd_training.cohorts.prepared_cache import PreparedCache

COARSE_MM = 4.0
A_CASE = SyntheticCase(1, spacing_mm=COARSE_MM)
FILL_A_CACHE = """
import sys
from pathlib import Path
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared_cache import PreparedCache
cache = PreparedCache(Path(sys.argv[1]))
print("begun", flush=True)
for seed in range(1000):
    cache.prepare(SyntheticCase(seed, spacing_mm=4.0), spacing_mm=4.0)
"""


def assert_same_patient(one: PreparedCase, other: PreparedCase) -> None:
    assert one.name == other.name
    for name in ("volumes", "present", "occupancy"):
        assert torch.equal(getattr(one, name), getattr(other, name)), name
    assert all(torch.equal(a, b) for a, b in zip(one.tumour, other.tumour, strict=True))


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.safetensors") if not path.name.startswith("."))


@pytest.fixture
def a_full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that takes no file of more than 10 kB."""
    resource = pytest.importorskip("resource", reason="the system has no limits")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    yield tmp_path
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_patient_from_the_cache_is_the_patient_without_it(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    cache = PreparedCache(tmp_path)
    for _ in range(2):
        (stored,) = prepare_cohort([A_CASE], spacing_mm=COARSE_MM, prepare_one=cache.prepare)
        assert_same_patient(stored, a_prepared_case)
    assert len(entries(tmp_path)) == 1


def test_a_cached_patient_is_not_made_again(tmp_path: Path) -> None:
    PreparedCache(tmp_path).prepare(A_CASE, spacing_mm=COARSE_MM)
    written = entries(tmp_path)[0].stat()
    PreparedCache(tmp_path).prepare(A_CASE, spacing_mm=COARSE_MM)
    assert entries(tmp_path)[0].stat().st_mtime_ns == written.st_mtime_ns


def test_another_spacing_is_another_entry(tmp_path: Path) -> None:
    for spacing_mm in (COARSE_MM, 5.0):
        PreparedCache(tmp_path).prepare(A_CASE, spacing_mm=spacing_mm)
    assert len(entries(tmp_path)) == 2


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "foreign"])
def test_a_damaged_entry_is_made_again(tmp_path: Path, a_prepared_case: PreparedCase, damage: str) -> None:
    cache = PreparedCache(tmp_path)
    cache.prepare(A_CASE, spacing_mm=COARSE_MM)
    (path,) = entries(tmp_path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "cut": whole[:middle],
            "empty": b"",
            "foreign": b"PK\x03\x04" * 1000,
        }[damage]
    )
    assert_same_patient(cache.prepare(A_CASE, spacing_mm=COARSE_MM), a_prepared_case)
    assert path.read_bytes() == whole


def test_a_patient_whose_file_has_changed_is_prepared_anew(tmp_path: Path, a_cohort: Path) -> None:
    cohort = shutil.copytree(a_cohort, tmp_path / "cohort")
    one, other = find_cases(cohort)[:2]
    cache = PreparedCache(tmp_path / "cache")
    cache.prepare(one, spacing_mm=COARSE_MM)
    for modality, path in one.image_paths.items():
        shutil.copy(other.image_paths[modality], path)
    shutil.copy(str(other.label_path), str(one.label_path))
    changed = cache.prepare(one, spacing_mm=COARSE_MM)
    assert torch.equal(changed.volumes, prepare_case(other, spacing_mm=COARSE_MM).volumes)


def test_a_missing_file_is_named_with_a_cache_too(tmp_path: Path, a_cohort: Path) -> None:
    case = find_cases(shutil.copytree(a_cohort, tmp_path / "cohort"))[0]
    case.image_paths["flair"].unlink()
    with pytest.raises(InputError, match=case.image_paths["flair"].name):
        PreparedCache(tmp_path / "cache").prepare(case, spacing_mm=COARSE_MM)


def test_a_cache_that_cannot_be_made_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        PreparedCache(tmp_path / "file")


def test_a_full_disk_is_told_in_one_sentence_and_leaves_no_entry(a_full_disk: Path) -> None:
    with pytest.raises(OutputError, match=r"Cannot write '.*\.safetensors'"):
        PreparedCache(a_full_disk).prepare(A_CASE, spacing_mm=COARSE_MM)
    assert list(a_full_disk.iterdir()) == []


@pytest.mark.slow
def test_a_killed_process_leaves_only_whole_entries(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", FILL_A_CACHE, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while len(entries(tmp_path)) < 3:
            time.sleep(0.05)
        process.kill()
    count = len(entries(tmp_path))
    kept = {path: path.stat().st_mtime_ns for path in entries(tmp_path)}
    cache = PreparedCache(tmp_path)
    for seed in range(count):
        cache.prepare(SyntheticCase(seed, spacing_mm=COARSE_MM), spacing_mm=COARSE_MM)
    assert {path: path.stat().st_mtime_ns for path in entries(tmp_path)} == kept
