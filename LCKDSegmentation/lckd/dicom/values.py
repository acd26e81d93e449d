"""Values of a header in plain types; whatever is missing or makes no sense reads as nothing."""

import math

import numpy as np
from pydicom import Dataset
from pydicom.multival import MultiValue

from lckd.dicom.slices import Place, Triple

UNIT_TOLERANCE = 1e-2
"""Directions are written with few digits; what is further from a right angle is wrong."""


def text_of(header: Dataset, keyword: str) -> str:
    """Give a value as text, several joined by a backslash; empty when it is missing or unreadable."""
    try:
        value = header.get(keyword)
    except (ArithmeticError, LookupError, TypeError, ValueError, NotImplementedError):
        return ""
    if value is None:
        return ""
    parts = value if isinstance(value, (MultiValue, list)) else [value]
    return "\\".join(str(part) for part in parts).strip(" \0")


def numbers_of(header: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Give a value as that many finite numbers, or None."""
    try:
        numbers = tuple(float(part) for part in text_of(header, keyword).split("\\"))
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None


def whole_number(header: Dataset, keyword: str) -> int:
    """Give a value as a whole number, 0 when it is none."""
    numbers = numbers_of(header, keyword, 1)
    return int(numbers[0]) if numbers else 0


def rescale_of(header: Dataset) -> tuple[float, float]:
    """Give slope and intercept of the values of a slice."""
    slope, intercept = numbers_of(header, "RescaleSlope", 1), numbers_of(header, "RescaleIntercept", 1)
    return (slope or (1.0,))[0], (intercept or (0.0,))[0]


def place_of(header: Dataset) -> Place | None:
    """Read where a slice lies, or None when its header does not say or cannot be right."""
    position = numbers_of(header, "ImagePositionPatient", 3)
    directions = numbers_of(header, "ImageOrientationPatient", 6)
    spacing = numbers_of(header, "PixelSpacing", 2)
    if position is None or directions is None or spacing is None or min(spacing) <= 0:
        return None
    row, column = np.array(directions[:3]), np.array(directions[3:])
    lengths = np.linalg.norm([row, column], axis=1)
    if np.abs(lengths - 1).max() > UNIT_TOLERANCE or abs(row @ column) > UNIT_TOLERANCE:
        return None
    row = row / lengths[0]
    column = column - (column @ row) * row
    down, across = spacing  # DICOM gives the distance of rows first
    return Place(_triple(position), _triple(row), _triple(column / np.linalg.norm(column)), (across, down))


def _triple(values: "np.typing.ArrayLike") -> Triple:
    x, y, z = (float(value) for value in np.asarray(values))
    return x, y, z
