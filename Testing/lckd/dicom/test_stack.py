"""Slices that make up a volume, and those that do not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lckd.dicom.series import stacks_of
from lckd.dicom.slices import TEXT_KEYWORDS, Place, Slice
from lckd.dicom.stack import Stack, volume_of
from lckd.errors import InputError
from lckd.series.patient_tags import PatientTags

AXIAL = Place((-100.0, -120.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.9, 1.0))


def a_slice(height_mm: float, number: int = 0, **texts: str) -> Slice:
    """One slice of an axial series of 200 x 220 pixels."""
    return Slice(
        path=Path(f"IM{number}"),
        frame=None,
        study_uid="1.2",
        series_uid="1.2.3",
        sop_uid=f"1.2.3.{number}",
        sop_class="1.2.840.10008.5.1.4.1.1.4",
        size=(200, 220),
        place=replace(AXIAL, position=(-100.0, -120.0, height_mm)),
        rescale=(1.0, 0.0),
        texts={**dict.fromkeys(TEXT_KEYWORDS, ""), "SeriesNumber": "4", **texts},
        patient=PatientTags(),
    )


@pytest.fixture
def slices() -> list[Slice]:
    """Twenty slices, 5 mm apart, in disorder."""
    return [a_slice(5.0 * (number * 7 % 20), number) for number in range(20)]


def moved(one: Slice, x: float = 0.0, z: float = 0.0) -> Slice:
    assert one.place is not None
    left, anterior, height = one.place.position
    return replace(one, place=replace(one.place, position=(left + x, anterior, height + z)))


def test_slices_are_put_into_the_order_of_their_places(slices: list[Slice]) -> None:
    volume = volume_of(Stack("it", tuple(slices)))
    assert volume.geometry.size == (200, 220, 20)
    assert volume.geometry.spacing_mm == (0.9, 1.0, 5.0)
    assert volume.geometry.origin == (-100.0, -120.0, 0.0)
    assert volume.geometry.plane == "axial"
    assert [one.place and one.place.position[2] for one in volume.stack.slices] == list(np.arange(20) * 5.0)


def test_positions_of_few_digits_are_even_enough(slices: list[Slice]) -> None:
    third = [moved(one, z=round(index % 3 / 30, 2)) for index, one in enumerate(slices)]
    assert volume_of(Stack("it", tuple(third))).geometry.spacing_mm[2] == pytest.approx(5, abs=0.01)


def drop_two(slices: list[Slice]) -> list[Slice]:
    return [one for one in slices if one.place and one.place.position[2] not in {50.0, 55.0}]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (drop_two, r"^slices are missing: at least 2 after slice 10 of 18, where the gap is 15\.0 mm instead of 5\.0"),
        (lambda slices: [*slices, *slices[:3]], r"^3 of its 23 slices share their place with another"),
        (lambda slices: [*slices[:-1], moved(slices[-1], z=1.0)], r"^its slices are 4\.00 to 6\.00 mm apart, not even"),
        (lambda slices: [*slices[:-1], moved(slices[-1], x=3.0)], r"^its slices are shifted against each other"),
        (lambda slices: slices[:4], r"^it has 4 slices, fewer than 5"),
        (lambda slices: sorted(slices, key=lambda one: one.place.position[2])[:12], r"^it shows 180 x 220 x 60 mm"),
        (lambda slices: [replace(one, size=(900, 220)) for one in slices], r"which is more than a head"),
        (lambda slices: [*slices[:-1], replace(slices[-1], place=None)], r"^its header does not say where"),
        (lambda slices: [replace(one, size=(0, 0)) for one in slices], r"^its slices have no pixels"),
    ],
    ids=["missing", "doubled", "uneven", "shifted", "few", "thin", "large", "nowhere", "empty"],
)
def test_slices_that_make_up_no_volume_are_refused(
    slices: list[Slice], spoil: Callable[[list[Slice]], list[Slice]], reason: str
) -> None:
    with pytest.raises(InputError, match=reason) as refusal:
        volume_of(Stack("it", tuple(spoil(slices))))
    assert str(refusal.value).endswith(".")


def test_a_series_is_sorted_into_its_volumes(slices: list[Slice]) -> None:
    second = [replace(one, texts={**one.texts, "EchoTime": "90"}, sop_uid=f"{one.sop_uid}.1") for one in slices]
    stacks = stacks_of([*slices, *second])
    assert [stack.name for stack in stacks] == [
        "series 4, volume 1 of 2 (echo time missing)",
        "series 4, volume 2 of 2 (echo time 90)",
    ]
    assert [len(stack.slices) for stack in stacks] == [20, 20]


def test_orientations_in_one_series_are_told_apart_and_rounding_is_not(slices: list[Slice]) -> None:
    rounded = [replace(one, place=replace(AXIAL, row=(0.9999999, 0.0004, 0.0))) for one in slices[:5]]
    sagittal = [replace(one, place=replace(AXIAL, row=(0.0, 1.0, 0.0), column=(0.0, 0.0, -1.0))) for one in slices[5:9]]
    stacks = stacks_of([*rounded, *sagittal, *slices[9:]])
    assert sorted(len(stack.slices) for stack in stacks) == [4, 16]
    assert stacks[0].name != stacks[1].name


def test_series_come_in_the_order_of_their_numbers(slices: list[Slice]) -> None:
    tenth = replace(slices[0], series_uid="9", texts={**slices[0].texts, "SeriesNumber": "10"})
    second = replace(slices[0], series_uid="8", texts={**slices[0].texts, "SeriesNumber": "2"})
    none = replace(slices[0], series_uid="7", texts={**slices[0].texts, "SeriesNumber": ""})
    names = [stack.name for stack in stacks_of([none, tenth, second])]
    assert names == ["series 2", "series 10", "series 7"]
