"""The table over all 15 subsets: its numbers and its files."""

import csv
import dataclasses
import json
from pathlib import Path

import pytest

from lckd.modality import SUBSETS, Subset
from lckd_training.measuring.score import CaseScore
from lckd_training.measuring.summary import Table, summarise
from lckd_training.reports.table import card_validation, markdown_table, write_table

ALL: Subset = ("flair", "t1", "t1ce", "t2")


def a_score(case: str, subset: Subset = ALL, et: float = 0.5, **changes: object) -> CaseScore:
    score = CaseScore(case, subset, {"ET": et, "TC": 0.6, "WT": 0.8}, {"ET": 2.0, "TC": 3.0, "WT": 4.0}, 5.0, 4.0)
    return dataclasses.replace(score, **changes)  # type: ignore[arg-type]  # the names of fields


def a_table(scores: list[CaseScore]) -> Table:
    weights = {"name": "some weights", "tensors_sha256": "ab" * 32}
    return summarise(scores, weights=weights, cohort_name="some cases", code_version="0.1.0")


def a_full_table() -> Table:
    return a_table([a_score(case, subset) for case in "abcdef" for subset in SUBSETS])


def test_a_table_has_the_15_subsets_in_their_order() -> None:
    assert [tuple(row["subset"]) for row in a_full_table()["subsets"]] == list(SUBSETS)


def test_a_row_holds_mean_spread_and_count_over_cases() -> None:
    row = a_table([a_score("a", et=0.2), a_score("b", et=0.4), a_score("c", et=0.9)])["subsets"][-1]
    assert row["n"] == 3
    assert row["dice"] == {"ET": 0.5, "TC": 0.6, "WT": 0.8}
    assert row["dice_sd"] == {"ET": pytest.approx(0.3606, abs=1e-4), "TC": 0.0, "WT": 0.0}


@pytest.mark.parametrize("cases", [5, 6])
def test_an_interval_is_given_from_six_cases_on_as_lckd_compare_does(cases: int) -> None:
    table = a_table([a_score(f"case {number}", et=0.1 * number) for number in range(cases)])
    bounds = table["subsets"][-1]["dice_ci"]["ET"]
    assert (bounds is None) == (cases < 6)
    assert bounds is None or 0.0 <= bounds[0] < 0.25 < bounds[1] <= 0.5
    last = markdown_table(table).splitlines()[-1]
    assert ("n = 5 is too small for an interval, which needs 6 cases." in last) == (cases < 6)


def test_distances_are_averaged_over_the_cases_that_have_one() -> None:
    without: dict[str, float | None] = {"ET": None, "TC": 5.0, "WT": None}
    row = a_table([a_score("a"), a_score("b", hd95_mm=without)])["subsets"][-1]
    assert row["hd95"] == {"ET": 2.0, "TC": 4.0, "WT": 4.0}
    assert row["hd95_n"] == {"ET": 1, "TC": 2, "WT": 1}


def test_a_distance_that_no_case_has_is_null() -> None:
    nowhere: dict[str, float | None] = {"ET": None, "TC": None, "WT": None}
    row = a_table([a_score("a", hd95_mm=nowhere)])["subsets"][-1]
    assert (row["hd95"]["ET"], row["hd95_n"]["ET"]) == (None, 0)


def test_enhancing_dice_is_also_given_without_cases_that_have_less_than_one_cm3() -> None:
    row = a_table([a_score("a", et=0.8), a_score("b", et=0.0, et_cm3=0.99), a_score("c", et=0.6, et_cm3=1.0)])
    assert row["subsets"][-1]["et_without_small"] == {"dice": 0.7, "dice_ci": None, "n": 2}


def test_the_small_component_rule_is_reported_beside_the_plain_score() -> None:
    spared = a_score("spared", et=0.0, et_cm3=0.0, et_found_cm3=0.3)
    robbed = a_score("robbed", et=0.6, et_cm3=0.4, et_found_cm3=0.4)
    large = a_score("large", et=0.9, et_cm3=9.0, et_found_cm3=0.5)
    row = a_table([spared, robbed, large])["subsets"][-1]
    assert row["dice"]["ET"] == pytest.approx((0.0 + 0.6 + 0.9) / 3)
    assert row["et_with_rule"]["dice"] == pytest.approx((1.0 + 0.0 + 0.9) / 3, abs=1e-4)
    assert row["et_with_rule"]["changed"] == 2
    assert row["et_absent"] == {"n": 1, "found": 1}


def test_a_case_without_enhancement_that_is_given_none_is_no_matter_for_the_rule() -> None:
    row = a_table([a_score("quiet", et=1.0, et_cm3=0.0, et_found_cm3=0.0)])["subsets"][-1]
    assert (row["et_with_rule"]["dice"], row["et_with_rule"]["changed"], row["et_absent"]["found"]) == (1.0, 0, 0)


def test_the_interval_of_the_mean_over_subsets_draws_cases_and_not_subsets() -> None:
    dice = {"a": 0.2, "b": 0.5, "c": 0.9, "d": 0.3, "e": 0.4, "f": 0.7}
    table = a_table([a_score(case, subset, et=et) for case, et in dice.items() for subset in SUBSETS])
    assert table["mean"]["dice_ci"]["ET"] == table["subsets"][0]["dice_ci"]["ET"]
    assert table["mean"]["dice_ci"]["TC"] == [0.6, 0.6]


def test_a_case_that_lacks_modalities_is_drawn_with_the_subsets_that_it_has() -> None:
    whole = [a_score(f"case {number}", et=0.4 + 0.08 * number) for number in range(6)]
    table = a_table([*whole, a_score("case 5", ("t2",), et=0.6)])
    assert table["mean"]["dice"]["ET"] == 0.6
    low, high = table["mean"]["dice_ci"]["ET"]
    assert 0.4 <= low < 0.6 < high <= 0.8
    assert table["subsets"][3]["dice_ci"]["ET"] is None


def test_the_mean_is_taken_over_subsets_not_over_cases() -> None:
    table = a_table([a_score("a", ("t2",), et=0.1), a_score("b", ("t2",), et=0.1), a_score("a", ("t1",), et=0.7)])
    assert table["mean"]["dice"]["ET"] == pytest.approx(0.4)


def test_the_same_scores_give_the_same_table() -> None:
    assert a_full_table() == a_full_table()


def test_table_files_say_the_same(tmp_path: Path) -> None:
    table = a_full_table()
    write_table(table, tmp_path)
    assert json.loads((tmp_path / "table.json").read_text()) == table
    rows = list(csv.DictReader((tmp_path / "table.csv").open()))
    assert [row["subset"] for row in rows][:1] + [row["subset"] for row in rows][-2:] == [
        "flair",
        "flair+t1+t1ce+t2",
        "mean",
    ]
    assert [float(rows[-1][f"dice_{region}"]) for region in ("ET", "TC", "WT")] == [0.5, 0.6, 0.8]
    assert [float(rows[-1][f"dice_low_{region}"]) for region in ("ET", "TC", "WT")] == [0.5, 0.6, 0.8]
    assert (tmp_path / "table.md").read_text() == markdown_table(table)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["heatmap.png", "table.csv", "table.json", "table.md"]


def test_a_markdown_table_has_a_row_for_each_subset_the_mean_and_n() -> None:
    lines = markdown_table(a_full_table()).splitlines()
    assert len([line for line in lines if line.startswith(("| ●", "| ○"))]) == 15
    assert "| **mean** |  |  |  | **0.50** | **0.60** | **0.80** |" in lines
    assert "(n = 6)" in lines[-2]
    assert "ET 0.50 to 0.50, TC 0.60 to 0.60, WT 0.80 to 0.80" in lines[-1]


def test_whatever_the_patients_are_called_the_files_stay_whole(tmp_path: Path) -> None:
    table = a_full_table()
    table["cohort"]["name"] = "a|b\n| c |\n$\\x$"
    write_table(table, tmp_path)
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert len(lines) == len(markdown_table(a_full_table()).splitlines())
    assert r" on a\|b \| c \| $\x$ (n = 6)" in lines[-2]


def test_a_table_of_an_older_version_is_printed_without_what_it_lacks() -> None:
    table = a_full_table()
    for row in [*table["subsets"], table["mean"]]:
        row.pop("et_with_rule")
    table["mean"].pop("dice_ci")
    assert markdown_table(table).splitlines()[-1].endswith("native resolution.")


def test_what_goes_into_a_card_is_all_but_the_single_cases() -> None:
    table = a_full_table()
    assert card_validation(table).keys() == table.keys() - {"cases"}
