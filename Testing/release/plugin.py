"""Plugin of pytest that puts Slicer's own Python in place, for as long as the tests run."""

import os
from pathlib import Path

from Testing.release import slicer_python

VARIABLE = "SLICER_SOURCE"
"""Names the source tree of Slicer."""

slicer_python.use(Path(os.environ[VARIABLE]))
