"""A motion changes where an image lies, and can be taken back."""

import json
from collections.abc import Callable

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.preprocess.rigid import RigidMotion, motion_from, motion_of


def test_a_motion_leaves_every_voxel_as_it_was(a_brain: sitk.Image, a_motion: RigidMotion) -> None:
    moved = a_motion.image(a_brain)
    assert np.array_equal(sitk.GetArrayViewFromImage(moved), sitk.GetArrayViewFromImage(a_brain))
    assert moved.GetSpacing() == a_brain.GetSpacing()
    assert moved.GetOrigin() != a_brain.GetOrigin()


def test_a_motion_can_be_taken_back(
    a_brain: sitk.Image, a_motion: RigidMotion, assert_same_grid: Callable[[sitk.Image, sitk.Image], None]
) -> None:
    assert_same_grid(a_motion.inverse().image(a_motion.image(a_brain)), a_brain)


def test_the_voxels_of_a_moved_image_lie_where_its_points_went(a_brain: sitk.Image, a_motion: RigidMotion) -> None:
    index = (5, 40, 11)
    went = a_motion.points(np.array(a_brain.TransformIndexToPhysicalPoint(index)))
    assert a_motion.image(a_brain).TransformIndexToPhysicalPoint(index) == pytest.approx(went.tolist(), abs=1e-9)


def test_a_transform_of_a_registration_becomes_the_motion_of_the_moving_image() -> None:
    transform = sitk.Euler3DTransform((1.0, 2.0, 3.0), 0.1, 0.2, 0.3, (4.0, 5.0, 6.0))
    place = (20.0, -30.0, 40.0)
    assert motion_of(transform).points(np.array(transform.TransformPoint(place))).tolist() == pytest.approx(place)


def test_a_motion_survives_json(a_motion: RigidMotion) -> None:
    assert motion_from(json.loads(json.dumps(a_motion.as_dict()))) == a_motion


def test_the_angle_of_a_motion_is_that_of_its_rotation() -> None:
    quarter = motion_of(sitk.Euler3DTransform((0.0, 0.0, 0.0), 0.0, 0.0, np.pi / 2))
    assert quarter.angle_deg == pytest.approx(90.0)
    assert RigidMotion().angle_deg == 0.0
