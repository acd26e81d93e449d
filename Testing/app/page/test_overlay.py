"""The letters at the edges of a slice, against what Slicer makes of the plane."""

import pytest
from slicer import vtkMRMLSliceNode
from vtkmodules.vtkCommonMath import vtkMatrix3x3

from lckd_app.page.overlay import ENDS, PLANES

SIDES = (("R", "L"), ("A", "P"), ("S", "I"))
"""Ends of the axes of RAS, the positive one first."""


def ends(plane: str, column: int) -> tuple[str, str]:
    """Where an axis of a slice goes to, and where it comes from: 0 to the right, 1 upwards, 2 through it."""
    matrix = vtkMatrix3x3()
    getattr(vtkMRMLSliceNode, f"Get{plane}SliceToRASMatrix")(matrix)
    (axis,) = (row for row in range(3) if matrix.GetElement(row, column))
    positive, negative = SIDES[axis]
    return (positive, negative) if matrix.GetElement(axis, column) > 0 else (negative, positive)


@pytest.mark.parametrize("plane", ["Axial", "Coronal", "Sagittal"])
def test_the_sides_of_a_slice_are_those_of_the_patient(plane: str) -> None:
    left, right, top, bottom = PLANES[plane].marks
    assert (right, left) == ends(plane, 0)
    assert (top, bottom) == ends(plane, 1)
    assert ENDS[plane] == ends(plane, 2)
