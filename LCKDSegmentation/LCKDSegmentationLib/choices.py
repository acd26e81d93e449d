"""Choices between a few things, for the panel and for whoever else uses the library."""

from enum import Enum

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
