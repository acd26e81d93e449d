"""Motions are found, and nothing is found where there is none."""

from collections.abc import Callable

import pytest
import SimpleITK as sitk

from lckd.preprocess.registration import REGISTRATION_MM, register, registration_from
from lckd.preprocess.rigid import RigidMotion

pytestmark = pytest.mark.slow
Far = Callable[[RigidMotion, RigidMotion], float]


def test_a_motion_between_two_contrasts_is_found(
    a_brain: sitk.Image, the_same_on_t2: sitk.Image, a_motion: RigidMotion, farthest_mm: Far
) -> None:
    found = register(a_motion.inverse().image(the_same_on_t2), a_brain)
    assert farthest_mm(found.motion, a_motion) < REGISTRATION_MM
    assert found.similarity > found.similarity_before
    assert found.overlap > 0.97


def test_images_in_one_position_hardly_move(a_brain: sitk.Image, the_same_on_t2: sitk.Image) -> None:
    found = register(the_same_on_t2, a_brain)
    assert found.moved_mm < 0.5
    assert found.similarity >= found.similarity_before


def test_images_whose_headers_disagree_are_laid_on_each_other(
    a_whole_head: sitk.Image, a_motion: RigidMotion, farthest_mm: Far
) -> None:
    away = RigidMotion(a_motion.rotation, (120.0, -90.0, 60.0))
    assert farthest_mm(register(away.image(a_whole_head), a_whole_head).motion, away.inverse()) < REGISTRATION_MM


def test_a_registration_is_the_same_again_and_survives_json(
    a_brain: sitk.Image, the_same_on_t2: sitk.Image, a_motion: RigidMotion
) -> None:
    once, again = (register(a_motion.image(the_same_on_t2), a_brain) for _ in range(2))
    assert once == again == registration_from(once.as_dict())
