"""Ways to make one brain of several opinions."""

import numpy as np
import pytest

from lckd_training.compare_masks import WAYS

CHANCES = np.array([[0.9, 0.9, 0.9, 0.1], [0.9, 0.9, 0.1, 0.1], [0.9, 0.6, 0.1, 0.1], [0.9, 0.4, 0.8, 0.1]], np.float32)
"""Of four modalities at four places: all agree, most do, half do, none does."""


@pytest.mark.parametrize(
    ("way", "brain"),
    [
        ("mean of the probabilities", [1, 1, 0, 0]),
        ("majority", [1, 1, 0, 0]),
        ("union", [1, 1, 1, 0]),
        ("intersection", [1, 0, 0, 0]),
        ("FLAIR alone", [1, 1, 1, 0]),
        ("T1 alone", [1, 1, 0, 0]),
    ],
)
def test_each_way_takes_the_places_that_its_name_says(way: str, brain: list[int]) -> None:
    assert WAYS[way](CHANCES.reshape(4, 1, 1, 4)).ravel().astype(int).tolist() == brain
