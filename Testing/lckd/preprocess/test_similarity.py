"""What images tell of each other."""

import numpy as np
import pytest

from lckd.preprocess.similarity import normalised_mutual_information

NUMBERS = np.random.default_rng(1).normal(size=(2, 40_000)).astype(np.float32)


def test_equal_images_tell_everything_whatever_their_contrast() -> None:
    assert normalised_mutual_information(NUMBERS[0], NUMBERS[0], bins=32) == pytest.approx(2.0)
    assert normalised_mutual_information(NUMBERS[0], -3 * NUMBERS[0], bins=32) > 1.9


def test_unrelated_images_tell_nothing() -> None:
    assert normalised_mutual_information(NUMBERS[0], NUMBERS[1], bins=32) < 1.01


def test_images_without_contrast_or_without_common_voxels_tell_nothing() -> None:
    assert normalised_mutual_information(NUMBERS[0, :10], NUMBERS[0, :10], bins=32) == 1.0
    assert normalised_mutual_information(NUMBERS[0] * 0, NUMBERS[1] * 0, bins=32) == 1.0
