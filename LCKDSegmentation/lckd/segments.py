"""How tissues and regions are shown: name, colour and codes, the same in files, panel and figures."""

from dataclasses import dataclass

from lckd.region import BRATS, NESTED_VALUES

_CONTEXT = "Segmentation category and type - LCKDSegmentation"
CATEGORY = "SCT^49755003^Morphologically Altered Structure"
SITE = "SCT^12738006^Brain"
"""Codes of what all segments are, and where: scheme, value and meaning, joined by ``^``."""

Colour = tuple[float, float, float]
"""Red, green and blue in [0, 1]."""


@dataclass(frozen=True)
class SegmentStyle:
    """How one segment is shown.

    Attributes:
        name: Its name and stable identifier: the abbreviation that everybody in the field uses.
        label: Value in a label map.
        colour: Red, green and blue in [0, 1].
        code: Coding scheme, value and meaning of its type, joined by ``^``.
    """

    name: str
    label: int
    colour: Colour
    code: str

    @property
    def html_colour(self) -> str:
        """The colour as ``#rrggbb``."""
        return "#" + "".join(f"{round(channel * 255):02x}" for channel in self.colour)

    @property
    def terminology(self) -> str:
        """Terminology entry in Slicer's serialised form."""
        return f"{_CONTEXT}~{CATEGORY}~{self.code}~^^~Anatomic codes - DICOM master list~{SITE}~^^"


def _colour(red: int, green: int, blue: int) -> Colour:
    return red / 255, green / 255, blue / 255


_RED, _GREEN, _YELLOW = _colour(214, 69, 80), _colour(84, 176, 120), _colour(247, 201, 72)
_ENHANCING = "NCIt^C113842^Enhancing Lesion"
_NEOPLASM = "SCT^108369006^Neoplasm"

TISSUE_SEGMENTS = (
    SegmentStyle("ET", BRATS.enhancing, _YELLOW, _ENHANCING),
    SegmentStyle("NCR", BRATS.necrosis, _RED, "SCT^6574001^Necrosis"),
    SegmentStyle("ED", BRATS.edema, _GREEN, "SCT^79654002^Edema"),
)
"""Tissues of a label map; they do not overlap."""

REGION_SEGMENTS = (
    SegmentStyle("ET", NESTED_VALUES["ET"], _YELLOW, _ENHANCING),
    SegmentStyle("TC", NESTED_VALUES["TC"], _RED, _NEOPLASM),
    SegmentStyle("WT", NESTED_VALUES["WT"], _GREEN, _NEOPLASM),
)
"""Regions, in the order of `lckd.region.REGIONS`; each lies inside the next."""
