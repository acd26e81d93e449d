"""Fixtures for every suite: things, not actions. A suite keeps what only it needs in its own conftest.py."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


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
