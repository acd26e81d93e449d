"""Arms of an experiment, compared on the same patients: the numbers, the words and the command."""

import argparse
import dataclasses
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from lckd.cli import run_command
from lckd.errors import InputError
from lckd.modality import SUBSETS, Subset
from lckd_training.commands.compare import add_parser, parse_arm
from lckd_training.measuring.arms import Arm, read_arm
from lckd_training.measuring.bootstrap import mean_over_cases, resampled_means
from lckd_training.measuring.comparison import compare_arms, signed_rank_p
from lckd_training.measuring.score import CaseScore
from lckd_training.measuring.summary import summarise
from lckd_training.reports.comparison import markdown_comparison

CASES = [f"case {number}" for number in range(8)]
Dice = Callable[[int, Subset], float]


def write_table(folder: Path, dice: Dice, *, cases: Sequence[str] = CASES, et_cm3: float = 5.0) -> Path:
    """Write the table of an evaluation in which ET and TC have the given Dice, and WT 0.8."""
    scores = [
        CaseScore(
            case,
            subset,
            {"ET": dice(number, subset), "TC": dice(number, subset), "WT": 0.8},
            {"ET": None, "TC": 1.0, "WT": 1.0},
            et_cm3,
            et_cm3,
        )
        for number, case in enumerate(cases)
        for subset in SUBSETS
    ]
    table = summarise(scores, weights={"name": "w", "tensors_sha256": "0"}, cohort_name="eight", code_version="0")
    folder.mkdir(parents=True)
    (folder / "table.json").write_text(json.dumps(table))
    return folder


def an_arm(place: Path, gain: float = 0.0, *, seeds: Sequence[float] = (0.0,)) -> Arm:
    """An arm whose Dice without T1ce is higher by `gain`, give or take something with each case."""

    def dice(number: int, subset: Subset) -> float:
        return 0.4 + 0.04 * number + (0.0 if "t1ce" in subset else gain * (1 + number / 8))

    places = [
        write_table(place / str(k), lambda number, subset, seed=seed: dice(number, subset) + seed)  # type: ignore[misc]
        for k, seed in enumerate(seeds)
    ]
    return read_arm(place.name, places)


def test_the_gain_is_found_where_it_is(tmp_path: Path) -> None:
    comparison = compare_arms([an_arm(tmp_path / "plain"), an_arm(tmp_path / "better", 0.1)])
    (difference,) = comparison["differences"]
    columns = difference["columns"]
    gain = 0.1 * (1 + 3.5 / 8)
    assert columns["without T1ce"]["ET"]["difference"] == pytest.approx(gain, abs=1e-4)
    assert columns["with T1ce"]["ET"] == {"difference": 0.0, "ci": [0.0, 0.0], "p": 1.0, "n": 8}
    assert columns["all"]["ET"]["difference"] == pytest.approx(gain * 7 / 15, abs=1e-4)
    assert columns["flair+t2"]["ET"] == columns["t2"]["ET"] != columns["t1ce+t2"]["ET"]


def test_pairing_makes_a_small_gain_visible_among_cases_that_differ_widely(tmp_path: Path) -> None:
    comparison = compare_arms([an_arm(tmp_path / "plain"), an_arm(tmp_path / "better", 0.02)])
    low, high = comparison["arms"][0]["columns"]["all"]["ET"]["ci"]
    gain = comparison["differences"][0]["columns"]["all"]["ET"]
    assert high - low > 0.1
    assert 0 < gain["ci"][0] < gain["difference"] < gain["ci"][1] < 0.02
    assert gain["p"] == pytest.approx(2 / 2**8, abs=1e-4)


def test_the_conclusion_says_what_can_be_told_apart(tmp_path: Path) -> None:
    (sentence,) = compare_arms([an_arm(tmp_path / "a"), an_arm(tmp_path / "b", 0.1)])["conclusions"]
    assert sentence.startswith("'b' against 'a', Dice, mean of the 15 subsets, n = 8: ET +0.067 (+0.058 to ")
    assert sentence.endswith("So: ET and TC higher, WT cannot be told apart.")


def test_too_few_cases_are_never_told_apart(tmp_path: Path) -> None:
    few = [
        read_arm(name, [write_table(tmp_path / name, lambda *_, dice=dice: dice, cases=CASES[:5])])
        for name, dice in (("a", 0.2), ("b", 0.9))
    ]
    comparison = compare_arms(few)
    assert comparison["differences"][0]["columns"]["all"]["ET"] == {"difference": 0.7, "ci": None, "p": None, "n": 5}
    assert comparison["conclusions"][0].endswith(
        "ET +0.700 (only 5 cases); TC +0.700 (only 5 cases); WT +0.000 (only 5 cases). So: nothing can be told; "
        "n = 5 is too small for an interval or a test, which need 6 cases or more."
    )


def test_trainings_are_averaged_and_their_spread_is_told(tmp_path: Path) -> None:
    comparison = compare_arms([an_arm(tmp_path / "a", seeds=(-0.1, 0.0, 0.1)), an_arm(tmp_path / "b")])
    spread, single = (arm["columns"]["all"]["ET"] for arm in comparison["arms"])
    assert spread["dice"] == single["dice"]
    assert (spread["training_sd"], single["training_sd"]) == (pytest.approx(0.1), None)
    assert comparison["differences"][0]["columns"]["all"]["ET"]["difference"] == 0.0


def test_an_arm_that_has_learnt_from_the_patients_is_named(tmp_path: Path) -> None:
    place = write_table(tmp_path / "b", lambda *_: 0.5)
    table = json.loads((place / "table.json").read_text())
    table["cohort"]["seen"] = ["case 3"]
    (place / "table.json").write_text(json.dumps(table))
    comparison = compare_arms([an_arm(tmp_path / "a"), read_arm("b", [place])])
    assert comparison["conclusions"][-1] == "'b' has learnt from or elected on 'case 3'."


def test_every_arm_is_held_against_every_earlier_one(tmp_path: Path) -> None:
    comparison = compare_arms([an_arm(tmp_path / name) for name in "abc"])
    pairs = [(difference["from"], difference["to"]) for difference in comparison["differences"]]
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]


def test_arms_of_other_patients_are_refused_by_name(tmp_path: Path) -> None:
    other = read_arm("b", [write_table(tmp_path / "b", lambda *_: 0.5, cases=[*CASES[:7], "a stranger"])])
    with pytest.raises(InputError, match="'b' was not measured on 'case 7'"):
        compare_arms([an_arm(tmp_path / "a"), other])


def test_arms_with_other_label_maps_are_refused_by_name(tmp_path: Path) -> None:
    other = read_arm("b", [write_table(tmp_path / "b", lambda *_: 0.5, et_cm3=4.0)])
    with pytest.raises(InputError, match="other label maps of 'case 0', 'case 1', 'case 2' and 5 more"):
        compare_arms([an_arm(tmp_path / "a"), other])


def test_trainings_of_one_arm_on_other_patients_are_refused(tmp_path: Path) -> None:
    places = [write_table(tmp_path / str(n), lambda *_: 0.5, cases=CASES[:n]) for n in (7, 8)]
    with pytest.raises(InputError, match="was not measured on 'case 7'"):
        read_arm("a", places)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "not JSON"), ("[]", "no scores"), ('{"cases": [{"case": "a"}]}', "another version")],
)
def test_what_is_no_table_is_refused_by_its_path(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "table.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_arm("a", [tmp_path])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dice": {"ET": 7.0, "TC": 0.5, "WT": 0.5}}, "Dice lies between 0 and 1"),
        ({"dice": {"ET": -0.1, "TC": 0.5, "WT": 0.5}}, "Dice lies between 0 and 1"),
        ({"dice": {"ET": float("nan"), "TC": 0.5, "WT": 0.5}}, "Dice lies between 0 and 1"),
        ({"et_cm3": -1.0}, "a volume is 0 or more"),
        ({"subset": ["flare"]}, "Unknown modality 'flare'"),
        ({"dice": {"ET": "0.5", "TC": 0.5, "WT": 0.5}}, "another version"),
    ],
)
def test_a_score_that_no_evaluation_gives_is_refused_with_its_file(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    place = write_table(tmp_path / "a", lambda *_: 0.5)
    table = json.loads((place / "table.json").read_text())
    table["cases"][3] |= change
    (place / "table.json").write_text(json.dumps(table))
    with pytest.raises(InputError, match=rf"a/table\.json'.*{words}"):
        read_arm("a", [place])


def test_a_table_that_scores_a_patient_twice_is_refused(tmp_path: Path) -> None:
    place = write_table(tmp_path / "a", lambda *_: 0.5, cases=["one", "one"])
    with pytest.raises(InputError, match="scores 'one' twice"):
        read_arm("a", [place])


def test_the_bootstrap_gives_a_missing_score_no_weight() -> None:
    values = np.array([[0.2, 0.4], [0.6, np.nan]])
    assert mean_over_cases(values).tolist() == [pytest.approx(0.4), 0.4]
    draws = resampled_means(values)
    assert set(np.unique(draws[:, 1][~np.isnan(draws[:, 1])])) == {0.4}
    assert set(np.round(np.unique(draws[:, 0]), 6)) == {0.2, 0.4, 0.6}


def test_the_signed_rank_test_is_exact_for_few_cases_and_knows_no_difference() -> None:
    assert signed_rank_p(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])) == pytest.approx(2 / 64, abs=1e-4)
    assert signed_rank_p(np.zeros(4)) == 1.0
    assert signed_rank_p(np.array([])) is None


def test_the_record_has_a_row_per_arm_and_group_and_a_table_per_pair(tmp_path: Path) -> None:
    text = markdown_comparison(compare_arms([an_arm(tmp_path / "a", seeds=(-0.1, 0.1)), an_arm(tmp_path / "b", 0.1)]))
    assert "| a | 2 | without T1ce (7) | 0.540 ± 0.141 [0.47, 0.60] |" in text
    assert "| ○ | ○ | ○ | ● | +0.144 (+0.123 to +0.163; p 0.0078) |" in text
    assert len([line for line in text.splitlines() if line.startswith("| b − a |")]) == 3  # noqa: RUF001 - a minus


def test_the_tables_of_the_record_stay_whole_whatever_an_arm_is_called(tmp_path: Path) -> None:
    arms = [an_arm(tmp_path / "a"), dataclasses.replace(an_arm(tmp_path / "b"), name="b|c\nd")]
    plain = [arms[0], dataclasses.replace(arms[1], name="b")]
    bars = [
        [len(re.findall(r"(?<!\\)\|", line)) for line in markdown_comparison(compare_arms(pair)).splitlines()]
        for pair in (arms, plain)
    ]
    assert bars[0] == bars[1]


def test_an_arm_may_be_named_or_called_after_its_folder(tmp_path: Path) -> None:
    (tmp_path / "lr=3").mkdir()
    assert parse_arm("a=x/table.json,y").places == (Path("x/table.json"), Path("y"))
    assert [parse_arm(text).name for text in ("a=x,y", "runs/b/table.json", "runs/b", str(tmp_path / "lr=3"))] == [
        "a",
        "b",
        "b",
        "lr=3",
    ]
    with pytest.raises(argparse.ArgumentTypeError, match="is no arm"):
        parse_arm("a=x,")


def run_compare(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return run_command(parser, ["compare", *map(str, words)])


def test_the_command_leaves_its_record_and_ends_with_the_conclusion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (write_table(tmp_path / name, lambda *_: 0.5) for name in ("one", "other"))
    assert run_compare(one, other / "table.json", "--out", tmp_path / "out") == 0
    record = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert record["conclusions"][0] in capsys.readouterr().out
    assert record["conclusions"][0] in (tmp_path / "out" / "comparison.md").read_text()


def test_two_arms_of_one_name_and_weights_without_patients_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = write_table(tmp_path / "one", lambda *_: 0.5)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model.json").touch()
    assert run_compare(place, place, "--out", tmp_path / "out") == 2
    assert "names of their own" in capsys.readouterr().err
    assert run_compare(place, tmp_path / "weights", "--out", tmp_path / "out") == 2
    assert "holds weights, not a table: add --data" in capsys.readouterr().err


@pytest.mark.parametrize("arms", [["a={0}", "b={0}/table.json"], ["a={0},{1}", "b={2}"]], ids=["arms", "trainings"])
def test_a_table_is_never_compared_with_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arms: list[str]
) -> None:
    one, other = (write_table(tmp_path / name, lambda *_: 0.5) for name in ("one", "other"))
    (tmp_path / "link").symlink_to(one)
    words = [arm.format(one, tmp_path / "link", other) for arm in arms]
    assert run_compare(*words, "--out", tmp_path / "out") == 2
    assert f"The table '{one / 'table.json'}' is given twice" in capsys.readouterr().err


def test_weights_never_leave_their_table_in_the_place_of_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "model.json").touch()
    table = write_table(tmp_path / "out" / "tables" / "a-1", lambda *_: 0.5)
    assert run_compare(f"a={tmp_path / 'weights'}", f"b={table}", "--out", tmp_path / "out") == 2
    assert "is given twice" in capsys.readouterr().err


def test_a_link_to_itself_is_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    one = write_table(tmp_path / "one", lambda *_: 0.5)
    assert run_compare(tmp_path / "loop", one, "--out", tmp_path / "out") == 2
    assert "loop' is not JSON that can be read" in capsys.readouterr().err


def test_a_table_is_never_replaced_by_a_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (write_table(tmp_path / name, lambda *_: 0.5) for name in ("one", "other"))
    table = (one / "table.json").rename(one / "comparison.json")
    before = table.read_bytes()
    assert run_compare(f"a={table}", other, "--out", one) == 2
    assert "A result would replace" in capsys.readouterr().err
    assert table.read_bytes() == before
