"""The tables and clocks themselves; no time is ever asserted."""

from functools import partial
from pathlib import Path

import pytest

from Testing.benchmarks.__main__ import checked_arguments, make_parser
from Testing.benchmarks.child import in_child, timed
from Testing.benchmarks.stages import StageClock
from Testing.benchmarks.table import Table, gibibytes, ratio, seconds


def test_a_table_is_written_in_markdown_with_what_to_read_below() -> None:
    table = Table("Title", ["what", "time"], [["this", "1.00 s (n 1)"]], "Read.")
    assert table.markdown() == "## Title\n\n| what | time |\n| --- | --: |\n| this | 1.00 s (n 1) |\n\nRead."


@pytest.mark.parametrize(
    ("times", "written"),
    [([1.234], "1.23 s (n 1)"), ([3.0, 1.0, 2.0], "2.00 s (1.00–3.00, n 3)"), ([61.4], "61 s (n 1)")],
)
def test_times_are_written_as_a_median_with_its_range_and_number(times: list[float], written: str) -> None:
    assert seconds(times) == written


def test_a_ratio_is_that_of_the_medians() -> None:
    assert ratio([10.0, 30.0, 20.0], [2.0]) == "10.0"


def test_what_is_timed_gets_its_arguments() -> None:
    heard: list[tuple[int, str]] = []
    assert timed(lambda number, *, name: heard.append((number, name)), 3, name="three") >= 0.0
    assert heard == [(3, "three")]


def test_a_stage_lasts_from_its_first_word_to_its_last() -> None:
    clock = StageClock()
    clock("encode", 0, 1)
    clock("encode", 1, 1)
    assert clock.seconds("encode") >= 0.0
    assert clock.seconds("decode") == 0.0


@pytest.mark.slow
def test_a_process_tells_its_times_and_the_memory_that_it_took() -> None:
    measured = in_child(partial, bytearray, 100 << 20, warm_ups=1, runs=2)
    assert len(measured.seconds) == 2
    assert measured.peak_bytes > 100 << 20
    assert gibibytes(measured.peak_bytes).endswith(" GB")


@pytest.mark.parametrize("words", [["--runs", "0"], ["--slow-runs", "-1"], ["--threads", "0"], ["--seed", "-5"]])
def test_numbers_that_measure_nothing_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        checked_arguments(make_parser(), words)
    assert f"argument {words[0]}: '{words[1]}' is no whole number from" in capsys.readouterr().err


def test_a_place_that_holds_no_table_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path, tmp_path / "new" / "table.md"):
        with pytest.raises(SystemExit, match="2"):
            checked_arguments(make_parser(), ["--out", str(place)])
        assert f"'{place}' cannot be a file" in capsys.readouterr().err
