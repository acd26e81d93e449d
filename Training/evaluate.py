"""Measure weights on a cohort, with plain Python: `python Training/evaluate.py --data DIR --out DIR`.

The same as `lckd evaluate`, for a place where the package is not installed: a checkout, or an installed module.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def add_import_paths() -> None:
    """Let Python find `lckd_training` beside this file, and `lckd` in a checkout or beside an installed module."""
    homes = [HERE.parent / "LCKDSegmentation", HERE.parent]
    home = next((folder for folder in homes if (folder / "lckd" / "__init__.py").is_file()), homes[0])
    sys.path[:0] = [str(home), str(HERE)]


if __name__ == "__main__":
    add_import_paths()
    from lckd.cli import run_command
    from lckd_training.evaluate_command import build_parser

    sys.exit(run_command(build_parser(), sys.argv[1:]))
