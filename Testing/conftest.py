"""Fixtures for every suite: things, not actions. A suite keeps what only it needs in its own conftest.py."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

WriteVolume = Callable[[Path, list[int]], Path]


@pytest.fixture(scope="session", autouse=True)
def a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or fills the cache of whoever runs it."""
    os.environ["LCKD_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module", autouse=True)
def a_heap_without_leftovers() -> Iterator[None]:
    """What the tests of a file have freed goes back to the system: glibc would keep gigabytes of volumes in pieces."""
    yield
    if sys.platform == "linux" and hasattr(glibc := ctypes.CDLL(None), "malloc_trim"):
        glibc.malloc_trim(0)


@pytest.fixture(scope="session")
def the_repository() -> Path:
    """Root folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def repository_files(the_repository: Path) -> list[Path]:
    """Files that git holds, or would hold, below the root."""
    git = shutil.which("git")
    if git is None or not (the_repository / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=the_repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [the_repository / name for name in listed if name and (the_repository / name).is_file()]


@pytest.fixture
def write_volume() -> WriteVolume:
    """Write a small volume, 4 x 4 x 4 voxels that repeat some values; missing folders are made."""
    import numpy as np  # noqa: PLC0415 - the tests of the house need neither
    import SimpleITK as sitk  # noqa: PLC0415 - see above

    def write(path: Path, values: list[int]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        sitk.WriteImage(sitk.GetImageFromArray(np.resize(np.array(values, dtype=np.int16), (4, 4, 4))), str(path))
        return path

    return write


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many hostile inputs were tried; with several workers, only this process can."""
    reports = terminalreporter.stats.get("passed", [])
    told = [value for report in reports for name, value in report.user_properties if name == "fuzz"]
    if told:
        tried, processes, grown_mib = zip(*told, strict=True)
        terminalreporter.write_line(
            f"Fuzz: {sum(tried)} hostile inputs, {sum(processes)} of them to processes of their own; all ended as they "
            f"must, with at most {max(grown_mib):.0f} MiB of memory."
        )
