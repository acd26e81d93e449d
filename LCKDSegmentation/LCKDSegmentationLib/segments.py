"""The three segments of a result: name, colour, label value and codes.

Codes and colours are read from our terminology file, which Slicer reads too: they are written down once.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lckd.region import BRATS

TERMINOLOGY_FILE = Path(__file__).parents[1] / "Resources" / "Terminologies" / "LCKDSegmentation.term.json"
NAMES = {"necrosis": "Necrotic core", "edema": "Edema", "enhancing": "Enhancing tumour"}
"""Names that people see, by tissue: a field of `lckd.region.LabelConvention` and a ``3dSlicerLabel`` of the file."""

BRAIN = "Anatomic codes - DICOM master list~SCT^12738006^Brain~^^"
"""Where the segments lie, as the second half of a terminology entry; the context is one that Slicer ships."""


@dataclass(frozen=True)
class TumourSegment:
    """One segment of a result.

    Attributes:
        tissue: ``necrosis``, ``edema`` or ``enhancing``; also the segment's identifier in its node.
        name: Name that people see.
        label: Value in the label map.
        colour: Red, green and blue in [0, 1].
        terminology: Entry in Slicer's serialised form.
    """

    tissue: str
    name: str
    label: int
    colour: tuple[float, float, float]
    terminology: str


def tumour_segments() -> tuple[TumourSegment, ...]:
    """Read the segments of a result, in the order of the terminology file."""
    content = json.loads(TERMINOLOGY_FILE.read_text(encoding="utf-8"))
    (category,) = content["SegmentationCodes"]["Category"]
    prefix = f"{content['SegmentationCategoryTypeContextName']}~{_code(category)}"
    return tuple(_segment(prefix, entry) for entry in category["Type"])


def _segment(prefix: str, entry: dict[str, Any]) -> TumourSegment:
    tissue = entry["3dSlicerLabel"]
    red, green, blue = (value / 255 for value in entry["recommendedDisplayRGBValue"])
    return TumourSegment(
        tissue=tissue,
        name=NAMES[tissue],
        label=asdict(BRATS)[tissue],
        colour=(red, green, blue),
        terminology=f"{prefix}~{_code(entry)}~^^~{BRAIN}",
    )


def _code(entry: dict[str, Any]) -> str:
    return f"{entry['CodingSchemeDesignator']}^{entry['CodeValue']}^{entry['CodeMeaning']}"
