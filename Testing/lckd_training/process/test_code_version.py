"""The state of the code that a card names."""

import subprocess
from pathlib import Path

import lckd
from lckd_training.process.code_version import code_version


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    return subprocess.check_output(["git", "-C", str(folder), *identity, *arguments], text=True).strip()  # noqa: S607 - git of the PATH


def test_a_checkout_names_its_commit_and_that_it_was_changed(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text("1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-qm", "Begin")
    commit = git(tmp_path, "rev-parse", "--short=10", "HEAD")
    assert code_version(file) == f"{lckd.__version__}+g{commit}"
    file.write_text("2\n")
    assert code_version(file) == f"{lckd.__version__}+g{commit}.changed"


def test_code_without_a_repository_names_its_version(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text("1\n")
    assert code_version(file) == lckd.__version__
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-qm", "Somebody else's", "--allow-empty")
    assert code_version(file) == lckd.__version__
