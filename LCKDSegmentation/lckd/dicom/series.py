"""Slices become stacks: sorted by series, and within a series by all that tells one volume from another."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from lckd.dicom.slices import Slice
from lckd.dicom.stack import Stack

SAME_DIRECTION = 1e-3
"""Slices whose directions differ by less (a twentieth of a degree) are parallel."""

VOLUME_KEYWORDS = {
    "ImageType": "image type",
    "EchoTime": "echo time",
    "InversionTime": "inversion time",
    "DiffusionBValue": "b-value",
}
"""Tags in which the volumes of one series differ, with their names for people."""

_Key: TypeAlias = tuple[object, ...]


def stacks_of(slices: Iterable[Slice]) -> list[Stack]:
    """Sort slices of one study into stacks.

    Args:
        slices: Slices in any order, each once.

    Returns:
        Stacks, by number and identifier of their series; those of one series differ in name.
    """
    series: dict[str, list[Slice]] = {}
    for one in sorted(slices, key=_order):
        series.setdefault(one.series_uid, []).append(one)
    return [stack for members in series.values() for stack in _split(members)]


def series_title(one: Slice) -> str:
    """Call a series by its number and what its scanner called it."""
    number, description = one.texts["SeriesNumber"], one.texts["SeriesDescription"] or one.texts["ProtocolName"]
    return f"series {number or one.series_uid}" + (f" '{description}'" if description else "")


def _order(one: Slice) -> tuple[float, str, str, int]:
    number = one.texts["SeriesNumber"]
    return float(number) if number.isdigit() else np.inf, one.series_uid, one.sop_uid, one.frame or 0


def _split(members: list[Slice]) -> list[Stack]:
    groups: dict[_Key, list[list[Slice]]] = {}
    for one in members:
        homes = groups.setdefault(_key(one), [])
        home = next((home for home in homes if _are_parallel(home[0], one)), None)
        if home is None:
            homes.append([one])
        else:
            home.append(one)
    found = [home for homes in groups.values() for home in homes]
    title = series_title(members[0])
    if len(found) == 1:
        return [Stack(title, tuple(members))]
    return [
        Stack(f"{title}, volume {number} of {len(found)}{_difference(home[0], members)}", tuple(home))
        for number, home in enumerate(found, start=1)
    ]


def _key(one: Slice) -> _Key:
    spacing = one.place and tuple(round(value, 4) for value in one.place.spacing_mm)
    return one.sop_class, one.size, spacing, *(one.texts[keyword] for keyword in VOLUME_KEYWORDS)


def _are_parallel(one: Slice, other: Slice) -> bool:
    if one.place is None or other.place is None:
        return one.place is other.place
    apart = np.abs(np.array([one.place.row, one.place.column]) - [other.place.row, other.place.column])
    return bool(apart.max() < SAME_DIRECTION)


def _difference(one: Slice, members: list[Slice]) -> str:
    """Say in what a stack differs from the others of its series."""
    told = [
        f"{title} {one.texts[keyword] or 'missing'}"
        for keyword, title in VOLUME_KEYWORDS.items()
        if len({member.texts[keyword] for member in members}) > 1
    ]
    return f" ({', '.join(told)})" if told else ""
