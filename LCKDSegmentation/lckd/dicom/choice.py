"""Which of several volumes is taken for a modality, and why the others are not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lckd.dicom.stack import Volume
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.series.identify import Identification

REFORMATTED = {"MPR", "REFORMATTED", "RESAMPLED", "CSA MPR", "CSAPARALLEL", "CSA RESAMPLED", "RFMT"}
"""Words of the image type for slices that were cut anew from a volume."""


@dataclass(frozen=True)
class Candidate:
    """A volume that is taken for a modality.

    Attributes:
        volume: The volume.
        identification: What it is taken for, and why.
    """

    volume: Volume
    identification: Identification

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return self.volume.stack.name


@dataclass(frozen=True)
class Choice:
    """The volume that was chosen for a modality.

    Attributes:
        volume: The volume.
        reason: Sentences for the user: what it is taken for, and why it was preferred.
    """

    volume: Volume
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Give what a record keeps: identifiers, never a name."""
        head = self.volume.stack.head
        return {
            "study_uid": head.study_uid,
            "series_uid": head.series_uid,
            "slices": len(self.volume.stack.slices),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class _Criterion:
    """One way to prefer a volume; the smaller value wins."""

    value: Callable[[Candidate], Any]
    because: str


def _texts(one: Candidate) -> Mapping[str, str]:
    return one.volume.stack.head.texts


def _derivation(one: Candidate) -> int:
    values = set(_texts(one)["ImageType"].upper().split("\\"))
    return 2 if values & REFORMATTED else int("DERIVED" in values)


def _is_flat(one: Candidate) -> bool:
    return _texts(one)["MRAcquisitionType"].upper() != "3D"


def _longest_edge(one: Candidate) -> float:
    return round(max(one.volume.geometry.spacing_mm), 1)


def _number(one: Candidate) -> int:
    number = _texts(one)["SeriesNumber"]
    return int(number) if number.isdigit() else 0


def _earliness(one: Candidate) -> int:
    return _number(one) if one.identification.modality == "t1" else 0


def _in_plane(one: Candidate) -> float:
    return round(one.volume.geometry.spacing_mm[0] * one.volume.geometry.spacing_mm[1], 2)


CRITERIA = (
    _Criterion(_derivation, "its images are as they were taken, not cut anew or derived"),
    _Criterion(_is_flat, "it was taken in 3-D"),
    _Criterion(_longest_edge, "its voxels are finer ({edge:g} mm at most)"),
    _Criterion(lambda one: one.volume.geometry.plane != "axial", "it is axial"),
    _Criterion(_in_plane, "its pixels are finer"),
    _Criterion(lambda one: -one.identification.strength, "its name says what it is"),
    _Criterion(lambda one: -one.volume.geometry.size[2], "it has more slices"),
    _Criterion(_earliness, "it was taken first, before a contrast agent that nobody named could be given"),
    _Criterion(lambda one: -_number(one), "it was taken later, as a repetition is"),
    _Criterion(lambda one: (one.volume.stack.head.series_uid, one.name), "its identifier comes first"),
)
"""From the weightiest on; the last one only makes the choice certain."""


def choose(candidates: Sequence[Candidate]) -> tuple[dict[Modality, Choice], list[tuple[Candidate, str]]]:
    """Choose a volume for each modality.

    Args:
        candidates: Volumes that are taken for a modality each, in any order.

    Returns:
        The choice for each modality, and a sentence for each other volume.
    """
    chosen: dict[Modality, Choice] = {}
    passed_over: list[tuple[Candidate, str]] = []
    for modality in MODALITIES:
        rivals = [one for one in candidates if one.identification.modality == modality]
        rivals.sort(key=lambda one: tuple(criterion.value(one) for criterion in CRITERIA))
        if rivals:
            best, others = rivals[0], rivals[1:]
            chosen[modality] = Choice(best.volume, " ".join([best.identification.reason, *_preference(best, others)]))
            why = f"{DISPLAY_NAMES[modality]} is {best.name}"
            passed_over += [(other, f"{why}: {_advantage(best, other)}.") for other in others]
    return chosen, passed_over


def is_later_twin(one: Candidate, other: Candidate) -> bool:
    """Tell whether only its time makes a T1 worse than another: it may show a contrast agent that nobody named."""
    are_t1 = one.identification.modality == other.identification.modality == "t1"
    return are_t1 and one is not other and _won(other, one).value is _earliness


def _preference(best: Candidate, others: Sequence[Candidate]) -> list[str]:
    return [f"Preferred to {other.name}: {_advantage(best, other)}." for other in others]


def _advantage(best: Candidate, other: Candidate) -> str:
    return _won(best, other).because.format(edge=_longest_edge(best))


def _won(best: Candidate, other: Candidate) -> _Criterion:
    return next(criterion for criterion in CRITERIA if criterion.value(best) != criterion.value(other))
