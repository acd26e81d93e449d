"""The four MR modalities, their one order, and their 15 subsets."""

from collections.abc import Iterable
from itertools import combinations
from typing import Literal, TypeAlias, get_args

from lckd.errors import InputError

Modality: TypeAlias = Literal["flair", "t1", "t1ce", "t2"]
Subset: TypeAlias = tuple[Modality, ...]

MODALITIES: Subset = get_args(Modality)
DISPLAY_NAMES: dict[Modality, str] = {"flair": "FLAIR", "t1": "T1", "t1ce": "T1ce", "t2": "T2"}

SUBSETS: tuple[Subset, ...] = tuple(
    subset for size in range(1, len(MODALITIES) + 1) for subset in combinations(MODALITIES, size)
)
"""All 15 non-empty subsets, single modalities first, the full set last."""


def in_order(modalities: Iterable[str]) -> Subset:
    """Sort names of modalities into the one order that this project uses.

    Args:
        modalities: Names in any order, each at most once.

    Returns:
        The same names as a subset of `MODALITIES`, in that order.

    Raises:
        InputError: There is no name, one is unknown, or one is given twice.
    """
    names = list(modalities)
    if not names:
        message = "No modality was given: give at least one of " + ", ".join(MODALITIES) + "."
        raise InputError(message)
    for name in names:
        if name not in MODALITIES:
            message = f"Unknown modality '{name}': use " + ", ".join(MODALITIES) + "."
            raise InputError(message)
        if names.count(name) > 1:
            message = f"Modality '{name}' was given twice: give each one at most once."
            raise InputError(message)
    return tuple(modality for modality in MODALITIES if modality in names)


def reference_among(modalities: Subset, wanted: Modality | None) -> Modality:
    """Choose the modality on whose voxels a result lies: the one that is wanted, else the first.

    Raises:
        InputError: It is not there.
    """
    if wanted is None:
        return modalities[0]
    if wanted not in modalities:
        message = f"The reference {DISPLAY_NAMES[wanted]} is not among the images: choose one that is given."
        raise InputError(message)
    return wanted


def subset_name(subset: Iterable[str]) -> str:
    """Name a subset for files and tables, e.g. ``flair+t1ce``."""
    return "+".join(in_order(subset))


def subset_title(subset: Iterable[str]) -> str:
    """Name a subset for people, e.g. ``FLAIR + T1ce``."""
    return " + ".join(DISPLAY_NAMES[modality] for modality in in_order(subset))
