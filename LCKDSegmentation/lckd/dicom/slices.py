"""One slice as its header describes it, whether it has a file of its own or is one frame of many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from lckd.series.identify import KEYWORDS
from lckd.series.patient_tags import PatientTags

Triple: TypeAlias = tuple[float, float, float]

SERIES_KEYWORDS = (
    "SeriesNumber", "FrameOfReferenceUID", "StudyDate", "SeriesTime", "SamplesPerPixel",
    "PhotometricInterpretation", "ImageOrientationPatient", "EchoNumbers",
)  # fmt: skip
TEXT_KEYWORDS = (*KEYWORDS, *SERIES_KEYWORDS)
"""Tags that are kept as texts: what `lckd.series.identify` looks at, and what tells series and volumes apart."""


@dataclass(frozen=True)
class Place:
    """Where a slice lies: LPS, mm.

    Attributes:
        position: Middle of its first pixel.
        row: Unit vector along a row, to the next column.
        column: Unit vector down a column, to the next row.
        spacing_mm: Distance of pixels along a row and down a column.
    """

    position: Triple
    row: Triple
    column: Triple
    spacing_mm: tuple[float, float]


@dataclass(frozen=True)
class Slice:
    """One slice.

    Attributes:
        path: Its file.
        frame: Its number in a file of many frames, from 0; None when the file is its own.
        study_uid: Study that it belongs to.
        series_uid: Series that it belongs to.
        sop_uid: Identifier of its file's content.
        sop_class: What kind of DICOM object it is.
        size: Columns and rows.
        place: Where it lies, or None when its header does not say.
        rescale: Slope and intercept of its values.
        texts: Values by DICOM keyword, several joined by a backslash, empty when missing; see `TEXT_KEYWORDS`.
        patient: Whose it is; never shown or kept.
    """

    path: Path
    frame: int | None
    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    size: tuple[int, int]
    place: Place | None
    rescale: tuple[float, float]
    texts: Mapping[str, str]
    patient: PatientTags = field(repr=False)
