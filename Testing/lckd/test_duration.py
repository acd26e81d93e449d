"""What is said of the time that a segmentation took."""

import pytest

from lckd.duration import describe_duration


@pytest.mark.parametrize(
    ("seconds", "preprocessing_seconds", "words"),
    [
        (3.04, 0.0, "3.0 s"),
        (3.04, 0.4, "3.4 s"),
        (3.0, 12.0, "15.0 s (12.0 s of them to make the scans ready)"),
    ],
)
def test_the_whole_time_is_told_and_that_of_the_preparation_where_there_was_one(
    seconds: float, preprocessing_seconds: float, words: str
) -> None:
    assert describe_duration(seconds, preprocessing_seconds=preprocessing_seconds) == words
