"""Run the panel's tests with Slicer's own Python: ``python -m Testing.release FOLDER [ARGUMENTS]``."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ABOUT_STAND_INS = ("test_host.py", "test_pictures.py", "test_install.py")
"""Tests of the stand-ins themselves, and of what happens where they lack something."""


def main() -> int:
    """Run pytest and return its exit code."""
    tree, *arguments = sys.argv[1:]
    panel = ROOT / "Testing" / "panel"
    left_out = [f"--ignore={panel / name}" for name in ABOUT_STAND_INS]
    command = [sys.executable, "-m", "pytest", "-p", "Testing.release.plugin", *left_out, *(arguments or [str(panel)])]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "SLICER_SOURCE": str(Path(tree).resolve())}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
