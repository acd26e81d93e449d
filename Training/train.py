"""Train LCKD weights: with plain Python, or headless in 3D Slicer.

    python Training/train.py ARGUMENTS
    Slicer --no-main-window --python-script Training/train.py -- ARGUMENTS

The arguments are those of `lckd train`; `--help` lists them.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for place in (HERE, HERE.parent / "LCKDSegmentation", HERE.parent):  # a checkout, or the folder of an installed module
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

from lckd_training.commands.entry import run_script  # noqa: E402 - the path is set above

if __name__ == "__main__":
    run_script("lckd_training.commands.train")
