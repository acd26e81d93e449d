"""A comparison as Markdown, ready for a record of results."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lckd.files import make_folder, write_text
from lckd.modality import DISPLAY_NAMES, MODALITIES, SUBSETS, subset_name
from lckd.region import REGIONS
from lckd_training.measuring.bootstrap import LEAST_CASES
from lckd_training.measuring.comparison import GROUPS, Comparison, in_words
from lckd_training.measuring.score import MEASURE_NAMES, MEASURES
from lckd_training.reports.table import dots, markdown_row, one_line

GROUP_NAMES = {group: f"{group} ({len(subsets)})" for group, subsets in GROUPS.items()}
HOW_TO_READ = (
    "Means over the subsets of the mean Dice over cases. ± is the spread over trainings (sample standard deviation); "
    "brackets hold the 95 % interval when cases are drawn anew, trainings averaged. Differences are paired over cases, "
    "with Wilcoxon's signed-rank p, not corrected for the number of comparisons. For fewer than "
    f"{LEAST_CASES} cases neither interval nor p is given: n is too small."
)


def markdown_comparison(comparison: Comparison) -> str:
    """Write the arms, their differences by group and by subset, and the conclusions."""
    cohort = comparison["cohort"]
    blocks = [
        f"Cohort: {one_line(cohort['name'])} (n = {cohort['n']}), native resolution.",
        _arms_table(comparison["arms"]),
        _groups_table(comparison["differences"]),
        *(block for difference in comparison["differences"] for block in _subsets_blocks(difference)),
        HOW_TO_READ,
        "\n".join(f"- {one_line(sentence)}" for sentence in comparison["conclusions"]),
    ]
    return "\n\n".join(blocks) + "\n"


def write_comparison(comparison: Comparison, out: Path) -> None:
    """Leave `comparison.json` and `comparison.md` in a folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    make_folder(out)
    write_text(json.dumps(comparison, indent=1) + "\n", out / "comparison.json")
    write_text(markdown_comparison(comparison), out / "comparison.md")


def _arms_table(arms: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [arm["name"], str(arm["trainings"]), GROUP_NAMES[group], *(_mean(column[measure]) for measure in MEASURES)]
        for arm in arms
        for group in GROUPS
        for column in [arm["columns"][group]]
    ]
    return _table(["arm", "trainings", "subsets", *MEASURE_NAMES.values()], rows, texts=3)


def _groups_table(differences: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [_pair(difference), GROUP_NAMES[group], *(in_words(column[measure]) for measure in MEASURES)]
        for difference in differences
        for group in GROUPS
        for column in [difference["columns"][group]]
    ]
    return _table(["difference", "subsets", *MEASURE_NAMES.values()], rows, texts=2)


def _subsets_blocks(difference: Mapping[str, Any]) -> list[str]:
    rows = [
        [*dots(subset), *(in_words(difference["columns"][subset_name(subset)][region]) for region in REGIONS)]
        for subset in SUBSETS
    ]
    heads = [DISPLAY_NAMES[modality] for modality in MODALITIES]
    return [f"{one_line(_pair(difference))}, by subset:", _table([*heads, *REGIONS], rows, texts=len(heads))]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int) -> str:
    """Write a Markdown table whose columns after the first `texts` hold numbers."""
    marks = [":--"] * texts + ["--:"] * (len(heads) - texts)
    return "\n".join(markdown_row(cells) for cells in (heads, marks, *rows))


def _pair(difference: Mapping[str, Any]) -> str:
    return f"{difference['to']} − {difference['from']}"  # noqa: RUF001 - a minus between names


def _mean(cell: Mapping[str, Any]) -> str:
    if cell["dice"] is None:
        return "–"
    spread = "" if cell["training_sd"] is None else f" ± {cell['training_sd']:.3f}"
    bounds = " [{:.2f}, {:.2f}]".format(*cell["ci"]) if cell["ci"] else ""
    return f"{cell['dice']:.3f}{spread}{bounds}"
