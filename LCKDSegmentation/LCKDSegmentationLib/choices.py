"""Choices between a few things, for the panel and for whoever else uses the library."""

from enum import Enum

from lckd.preprocess.options import AS_NEEDED, NOTHING, PreprocessOptions
from LCKDSegmentationLib.translation import tr as _


class Device(Enum):
    """Where to compute; the values are those of `lckd.segment.segment`."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"

    def label(self) -> str:
        """Give the text in the panel's list."""
        labels: dict[str, str] = {"auto": _("Automatic"), "cpu": _("CPU"), "cuda": _("GPU (CUDA)")}
        return labels[self.value]


class SegmentKind(Enum):
    """Which segments a result has."""

    TISSUES = "tissues"
    REGIONS = "regions"

    def label(self) -> str:
        """Give the text in the panel's list."""
        labels: dict[str, str] = {
            "tissues": _("Tissues: ET, NCR, ED"),
            "regions": _("Regions: ET inside TC inside WT"),
        }
        return labels[self.value]


class Scans(Enum):
    """What the volumes are like, and so what is done to them before."""

    AUTO = "auto"
    PREPARED = "prepared"
    CLINICAL = "clinical"

    def label(self) -> str:
        """Give the text in the panel's list."""
        labels: dict[str, str] = {
            "auto": _("Automatic: make ready what is not"),
            "prepared": _("Prepared: take them as they are"),
            "clinical": _("Clinical: register, remove skulls"),
        }
        return labels[self.value]


PREPARATIONS = {
    Scans.AUTO: AS_NEEDED,
    Scans.PREPARED: NOTHING,
    Scans.CLINICAL: PreprocessOptions(register="yes", skull_stripped="no"),
}
