"""Which modality the times of an MR sequence are those of, when no name says it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lckd.series.series_name import Sequence

Range = tuple[float, float]
NO_INVERSION: Range = (0.0, 0.0)

SHORTEST_FLAIR_INVERSION_MS = 1000.0
"""Below it, fluid is bright and fat is dark: STIR, whatever the name says."""


@dataclass(frozen=True)
class Times:
    """The times of a series, in ms; 0 where one is not given.

    Attributes:
        repetition_ms: Repetition time, or 0.
        echo_ms: Echo time, or 0.
        inversion_ms: Inversion time, or 0.
    """

    repetition_ms: float
    echo_ms: float
    inversion_ms: float

    def __str__(self) -> str:
        inversion = f", inversion time {self.inversion_ms:g} ms" if self.inversion_ms else ""
        return f"Repetition time {self.repetition_ms:g} ms{inversion} and echo time {self.echo_ms:g} ms"


@dataclass(frozen=True)
class Weighting:
    """Times in ms, limits included, that make an image look in one way.

    Attributes:
        name: What people call it.
        sequence: The sequence it is, or None when it is none of ours.
        repetition_ms: Repetition times.
        echo_ms: Echo times.
        inversion_ms: Inversion times.
        scanning: DICOM's `ScanningSequence` that it needs where one is given, or empty for any.
        is_3d: Whether it needs a 3-D acquisition: in 2-D, localizers have the same times.
    """

    name: str
    sequence: Sequence | None
    repetition_ms: Range
    echo_ms: Range
    inversion_ms: Range = NO_INVERSION
    scanning: str = ""
    is_3d: bool = False


WEIGHTINGS = (
    Weighting("FLAIR", "flair", (4000, 20000), (60, 700), (1500, 3500)),
    Weighting("STIR", None, (1500, 20000), (0, 150), (50, 300)),
    Weighting("T1", "t1", (4, 3500), (0, 40), (300, 1300)),  # MPRAGE, IR-FSPGR, T1 FLAIR
    Weighting("T1", "t1", (200, 1200), (0, 35), scanning="SE"),
    Weighting("T1", "t1", (5, 15), (2, 6), scanning="GR", is_3d=True),  # FSPGR, TFE, VIBE
    Weighting("T2", "t2", (2000, 20000), (70, 700), scanning="SE"),
    Weighting("proton density", None, (1500, 20000), (0, 40), scanning="SE"),
)
"""Ranges at 1.5 and 3 T, wide enough for all makes and far enough apart that what lies between is not guessed."""


def read_times(tags: Mapping[str, str]) -> Times:
    """Read the times of a series.

    Args:
        tags: Values by DICOM keyword.

    Returns:
        The times; 0 where one is not given.
    """
    keywords = ("RepetitionTime", "EchoTime", "InversionTime")
    return Times(*(read_number(tags.get(keyword, "")) for keyword in keywords))


def read_number(text: str) -> float:
    """Read the first of DICOM's numbers; what is none reads as 0."""
    try:
        number = float(text.split("\\", maxsplit=1)[0])
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def weighting_of(times: Times, tags: Mapping[str, str]) -> Weighting | None:
    """Find the weighting that fits.

    Args:
        times: The times of the series.
        tags: Values by DICOM keyword; `ScanningSequence` and `MRAcquisitionType` are looked at.

    Returns:
        The weighting, or None where none fits, where a time is missing and for echo-planar images, whose times mean
        something else.
    """
    scanning = set(tags.get("ScanningSequence", "").upper().replace("\\", " ").split())
    if "EP" in scanning or not (times.repetition_ms and times.echo_ms):
        return None
    is_3d = tags.get("MRAcquisitionType", "").strip().upper() == "3D"
    return next((one for one in WEIGHTINGS if _fits(one, times, scanning=scanning, is_3d=is_3d)), None)


def _fits(weighting: Weighting, times: Times, *, scanning: set[str], is_3d: bool) -> bool:
    if (weighting.is_3d and not is_3d) or (weighting.scanning and scanning and weighting.scanning not in scanning):
        return False
    pairs = (
        (times.repetition_ms, weighting.repetition_ms),
        (times.echo_ms, weighting.echo_ms),
        (times.inversion_ms, weighting.inversion_ms),
    )
    return all(low <= value <= high for value, (low, high) in pairs)
