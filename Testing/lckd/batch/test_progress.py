"""The lines of a batch and its summary, which people read while it runs and after it."""

import time
from typing import Any

import pytest

from lckd.batch.job import Outcome, Status, Usage
from lckd.batch.progress import Lines, duration
from lckd.batch.summary import summarise

MEASURED = {"volume_cm3": 2.0, "diameter_mm": None, "axial_diameters_mm": None, "bidimensional_mm2": None}
RECORD: dict[str, Any] = {
    "subset": ["flair"],
    "device": "cpu",
    "measurements": dict.fromkeys(("ET", "TC", "WT"), MEASURED),
    "probable_dice": {},
}


def an_outcome(status: Status, seconds: float = 4.0, process: str = "here:1") -> Outcome:
    usage = Usage(seconds, cpu_seconds=seconds / 2, peak_bytes=3 << 30, process=process)
    if status == "failed":
        return Outcome("Anna", status, usage, sentence="It is broken: mend it.")
    return Outcome("Anna", status, usage, RECORD)


def test_a_line_tells_what_was_found_and_the_time_left() -> None:
    told: list[str] = []
    tell = Lines(4, told.append, begin_s=time.monotonic() - 60)
    tell(an_outcome("done"))
    assert told[0].startswith("[1/4] Anna: Found: ET 2.0 cm³, TC 2.0 cm³, WT 2.0 cm³. 4.0 s. About 3 min left.")


def test_what_was_done_before_does_not_shorten_the_time_left() -> None:
    told: list[str] = []
    tell = Lines(4, told.append, begin_s=time.monotonic() - 60)
    for outcome in (an_outcome("kept"), an_outcome("kept"), an_outcome("done")):
        tell(outcome)
    assert told[0] == "[1/4] Anna: done before."
    assert told[2].endswith("About 1 min left.")


def test_the_last_line_and_one_of_a_failure_say_no_more_than_they_know() -> None:
    told: list[str] = []
    Lines(1, told.append)(an_outcome("failed"))
    assert told == ["[1/1] Anna: failed. It is broken: mend it."]


@pytest.mark.parametrize(("seconds", "words"), [(5.4, "5 s"), (90.0, "2 min"), (5400.0, "1.5 h")])
def test_a_time_is_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_summary_counts_and_tells_what_it_cost() -> None:
    outcomes = [an_outcome("done", 2.0), an_outcome("done", 6.0, "there:1"), an_outcome("kept"), an_outcome("failed")]
    counts, costs = summarise(outcomes, wall_seconds=9.0).sentences()
    assert counts == "4 patients in 9 s: 2 segmented, 1 done before, 1 failed."
    assert costs.startswith("4.0 s a patient (median), 6.0 s the longest; 2 processes on cpu, at most 3.0 GB of memory")
