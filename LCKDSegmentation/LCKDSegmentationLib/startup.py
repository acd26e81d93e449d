"""What the module tells the application once it has started."""

from pathlib import Path

import slicer

TERMINOLOGY_FILE = Path(__file__).parents[1] / "Resources" / "Terminologies" / "LCKDSegmentation.term.json"
"""The codes of `lckd.segments`, for Slicer's own editors; a test holds the two together."""


def register_terminology() -> None:
    """Make the codes of our segments known, so that Slicer's editors show and offer them."""
    slicer.modules.terminologies.logic().LoadTerminologyFromFile(str(TERMINOLOGY_FILE))
