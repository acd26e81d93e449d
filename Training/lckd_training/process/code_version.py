"""Which state of this software is running."""

import subprocess
from pathlib import Path

import lckd

THIS_FILE = Path(__file__).resolve()
TIMEOUT_S = 10.0


def code_version(file: Path = THIS_FILE) -> str:
    """Return the version, with the commit where the code is a git checkout: ``0.1.0+g1e97cbe``.

    ``.changed`` follows where files that git knows differ from that commit.

    Args:
        file: A file of the code; a repository that does not know it, only lies around it, is not named.
    """
    is_known = _ask_git(file.parent, "ls-files", file.name)
    commit = is_known and _ask_git(
        file.parent, "describe", "--always", "--dirty=.changed", "--exclude=*", "--abbrev=10"
    )
    return f"{lckd.__version__}+g{commit}" if commit else lckd.__version__


def _ask_git(folder: Path, *question: str) -> str:
    """Return git's answer, or nothing where there is no git or no checkout, as in an installed extension."""
    try:
        answer = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(folder), *question],  # noqa: S607 - git is where the user's PATH says
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
