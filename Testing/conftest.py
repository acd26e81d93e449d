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
