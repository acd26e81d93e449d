"""What the module tells the application once it has started."""

import slicer

from LCKDSegmentationLib.segments import TERMINOLOGY_FILE


def register_terminology() -> None:
    """Make the codes of our segments known, so that Slicer's editors show and offer them."""
    slicer.modules.terminologies.logic().LoadTerminologyFromFile(str(TERMINOLOGY_FILE))
