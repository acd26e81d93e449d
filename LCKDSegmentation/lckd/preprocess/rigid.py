"""Rigid motions: applied to where an image lies, never to its voxels, so that nothing is interpolated."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
Vector = tuple[float, float, float]
DECIMALS = 9
"""A motion that was found is rounded to this: beyond it, the order in which threads added up their sums would show."""


@dataclass(frozen=True)
class RigidMotion:
    """A motion that takes the point x to ``rotation @ x + translation_mm``, LPS mm.

    Attributes:
        rotation: Rows of a rotation matrix.
        translation_mm: Where the origin of patient space goes.
    """

    rotation: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    translation_mm: Vector = (0.0, 0.0, 0.0)

    @property
    def angle_deg(self) -> float:
        """Angle of the rotation, from 0 to 180."""
        cosine = (sum(self.rotation[axis][axis] for axis in range(3)) - 1.0) / 2.0
        return math.degrees(math.acos(min(max(cosine, -1.0), 1.0)))

    def inverse(self) -> "RigidMotion":
        """Give the motion that undoes this one."""
        back = np.array(self.rotation).T
        return _motion(back, -back @ self.translation_mm)

    def points(self, points_mm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Move points of shape ``(..., 3)``."""
        moved: npt.NDArray[np.float64] = points_mm @ np.array(self.rotation).T + self.translation_mm
        return moved

    def image(self, image: sitk.Image) -> sitk.Image:
        """Move an image: the same voxels, with origin and direction changed."""
        moved = sitk.Image(image)
        turned = np.array(self.rotation) @ np.array(image.GetDirection()).reshape(3, 3)
        moved.SetDirection(turned.ravel().tolist())
        moved.SetOrigin(self.points(np.array(image.GetOrigin())).tolist())
        return moved

    def as_dict(self) -> dict[str, Any]:
        """Give the motion in values that JSON can hold."""
        return {"rotation": [list(row) for row in self.rotation], "translation_mm": list(self.translation_mm)}


def motion_from(values: dict[str, Any]) -> RigidMotion:
    """Read what `RigidMotion.as_dict` gave."""
    return _motion(np.array(values["rotation"], dtype=float), np.array(values["translation_mm"], dtype=float))


def motion_of(transform: sitk.Transform) -> RigidMotion:
    """Give the motion of the moving image for a rigid transform, which takes points of the fixed image to it."""
    ends = np.array([transform.TransformPoint(point) for point in np.vstack([np.zeros(3), np.eye(3)]).tolist()])
    turn = (ends[1:] - ends[0]).T
    return _motion(np.round(turn.T, DECIMALS), np.round(-turn.T @ ends[0], DECIMALS))


def _motion(rotation: npt.NDArray[np.float64], translation_mm: npt.NDArray[np.float64]) -> RigidMotion:
    first, second, third = ((float(row[0]), float(row[1]), float(row[2])) for row in rotation)
    left, posterior, superior = (float(value) for value in translation_mm)
    return RigidMotion((first, second, third), (left, posterior, superior))
