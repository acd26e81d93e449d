"""Which of several series is taken, and why."""

import itertools
from pathlib import Path

import pytest

from lckd.dicom.choice import Candidate, choose
from lckd.dicom.slices import TEXT_KEYWORDS, Place, Slice
from lckd.dicom.stack import Geometry, Stack, Volume
from lckd.modality import Modality
from lckd.series.clues import Strength
from lckd.series.identify import Identification
from lckd.series.patient_tags import PatientTags

AXIAL = (1.0, 0, 0, 0, 1, 0, 0, 0, 1)
SAGITTAL = (0.0, 0, -1, 1, 0, 0, 0, -1, 0)


def candidate(
    number: int,
    *,
    kind: str = "2D",
    image_type: str = r"ORIGINAL\PRIMARY",
    spacing_mm: tuple[float, float, float] = (0.9, 0.9, 5.0),
    direction: tuple[float, ...] = AXIAL,
    strength: Strength = Strength.NAME,
    slices: int = 30,
    modality: Modality = "flair",
) -> Candidate:
    texts = {"SeriesNumber": str(number), "MRAcquisitionType": kind, "ImageType": image_type}
    place = Place((0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1))
    one = Slice(
        path=Path("IM0"),
        frame=None,
        study_uid="1",
        series_uid=f"1.{number}",
        sop_uid="1.1.1",
        sop_class="",
        size=(200, 200),
        place=place,
        rescale=(1, 0),
        texts={**dict.fromkeys(TEXT_KEYWORDS, ""), **texts},
        patient=PatientTags(),
    )
    geometry = Geometry((200, 200, slices), (0, 0, 0), spacing_mm, direction)
    return Candidate(
        Volume(Stack(f"series {number}", (one,)), geometry),
        Identification("", modality, "Name says 'FLAIR'.", strength),
    )


ORDINARY = candidate(7)
BETTER = {
    "its images are as they were taken, not cut anew or derived": (
        candidate(3),
        candidate(9, image_type=r"DERIVED\SECONDARY\MPR", kind="3D", spacing_mm=(1, 1, 1)),
    ),
    "it was taken in 3-D": (candidate(3, kind="3D", direction=SAGITTAL), ORDINARY),
    "its voxels are finer (3 mm at most)": (candidate(3, spacing_mm=(0.9, 0.9, 3), direction=SAGITTAL), ORDINARY),
    "it is axial": (candidate(3), candidate(9, direction=SAGITTAL, spacing_mm=(0.4, 0.4, 5))),
    "its pixels are finer": (candidate(3, spacing_mm=(0.5, 0.5, 5)), ORDINARY),
    "its name says what it is": (candidate(3), candidate(9, strength=Strength.TAGS)),
    "it has more slices": (candidate(3, slices=32), ORDINARY),
    "it was taken later, as a repetition is": (ORDINARY, candidate(3)),
}


@pytest.mark.parametrize("reason", BETTER)
def test_the_better_of_two_is_taken_with_the_reason(reason: str) -> None:
    best, other = BETTER[reason]
    for order in ([best, other], [other, best]):
        chosen, ((loser, why),) = choose(order)
        assert chosen["flair"].volume is best.volume
        assert chosen["flair"].reason == f"Name says 'FLAIR'. Preferred to {other.name}: {reason}."
        assert (loser, why) == (other, f"FLAIR is {best.name}: {reason}.")


def test_the_order_of_files_does_not_matter() -> None:
    candidates = [candidate(number, slices=30 + number % 2) for number in range(1, 6)]
    taken = {choose(order)[0]["flair"].volume.stack.name for order in itertools.permutations(candidates)}
    assert taken == {"series 5"}


def test_of_two_t1_alike_the_first_is_taken_since_the_second_may_be_enhanced() -> None:
    first, second = candidate(4, modality="t1"), candidate(11, modality="t1")
    chosen, _ = choose([second, first])
    assert chosen["t1"].volume is first.volume
    assert chosen["t1"].reason.endswith("it was taken first, before a contrast agent that nobody named could be given.")


def test_a_reformatted_series_is_taken_where_there_is_no_other() -> None:
    only = candidate(9, image_type=r"DERIVED\SECONDARY\MPR")
    assert choose([only])[0]["flair"].volume is only.volume
