"""Compare arms of an experiment: the same cases, paired, with intervals over cases and a signed-rank test.

Trainings of one arm are averaged case by case first; the interval then says how far the difference would move with
other patients, the spread over trainings how far it moves with another seed.
"""

import warnings
from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from scipy.stats import wilcoxon

from lckd.dice import as_change
from lckd.errors import InputError
from lckd.modality import SUBSETS, subset_name
from lckd.region import REGIONS
from lckd.text import repeated
from lckd_training.measuring.arms import Arm, as_plain, require_same_cases, some_cases
from lckd_training.measuring.bootstrap import LEAST_CASES, interval, mean_over_cases, mean_over_subsets, resampled_means
from lckd_training.measuring.score import MEASURES, FloatArray, Measure, short

Comparison: TypeAlias = dict[str, Any]
"""What `comparison.json` holds; see `compare_arms`."""

GROUPS: dict[str, tuple[int, ...]] = {
    "all": tuple(range(len(SUBSETS))),
    "with T1ce": tuple(index for index, subset in enumerate(SUBSETS) if "t1ce" in subset),
    "without T1ce": tuple(index for index, subset in enumerate(SUBSETS) if "t1ce" not in subset),
}
"""Groups of subsets that are averaged, as indices into `lckd.modality.SUBSETS`."""
COLUMNS: dict[str, tuple[int, ...]] = {
    **GROUPS,
    **{subset_name(subset): (index,) for index, subset in enumerate(SUBSETS)},
}
"""All that is compared: the groups, then every subset alone."""

LEAST_ARMS = 2
SIGNIFICANT = 0.05
"""With fewer cases than `LEAST_CASES` a two-sided signed-rank test cannot fall below it, whatever was measured."""
EQUAL_DIGITS = 6
"""Differences that are equal to so many digits are no difference; scores have four."""
DIGITS = 3
"""Of a difference as it is told: one more than a Dice has, since trainings differ by less than that."""


def compare_arms(arms: Sequence[Arm]) -> Comparison:
    """Compare every arm with every earlier one, paired over the cases.

    Args:
        arms: Two or more, of the same cases; the first is the one that others are measured against.

    Returns:
        A record that JSON can hold. ``arms``: for each column (`COLUMNS`) and measure the mean ``dice``, its ``ci``
        (cases drawn anew, trainings averaged) and ``training_sd`` (spread over trainings, null for one).
        ``differences``: one entry per pair, ``to`` minus ``from``, with ``difference``, ``ci``, the ``p`` of
        Wilcoxon's signed-rank test over cases and the ``n`` of cases. All Dice in [0, 1]; ``ci`` and ``p`` are null for
        fewer than `LEAST_CASES` cases. ``conclusions``: sentences.

    Raises:
        InputError: There are fewer than two arms, two share a name, or they differ in their cases.
    """
    require_own_names([arm.name for arm in arms])
    for arm in arms[1:]:
        require_same_cases(arms[0], arm, names=(arms[0].name, arm.name))
    differences = [_difference(one, other) for one, other in combinations(arms, 2)]
    return {
        "cohort": {"name": arms[0].cohort, "n": len(arms[0].cases), "names": list(arms[0].cases)},
        "arms": [{**as_plain(arm), "columns": _summary_of(arm)} for arm in arms],
        "differences": differences,
        "conclusions": [
            *(conclusion(difference) for difference in differences),
            *(f"'{arm.name}' has learnt from or elected on {some_cases(arm.seen)}." for arm in arms if arm.seen),
        ],
    }


def require_own_names(names: Sequence[str]) -> None:
    """Refuse arms that cannot be told apart.

    Raises:
        InputError: There are fewer than two, or two share a name.
    """
    if len(names) < LEAST_ARMS or repeated(names):
        message = (
            f"A comparison needs two or more arms with names of their own, not {', '.join(names)}: write NAME=PLACE."
        )
        raise InputError(message)


def conclusion(difference: dict[str, Any]) -> str:
    """Say in a sentence what the mean over the 15 subsets tells about two arms.

    A region counts as told apart when the interval leaves out 0 and p is below 0.05, both: with few cases either alone
    is too easily had.
    """
    column = difference["columns"]["all"]
    cases = column["WT"]["n"]
    parts = [f"{region} {in_words(column[region])}" for region in REGIONS]
    arms = f"'{difference['to']}' against '{difference['from']}'"
    head = f"{arms}, Dice, mean of the 15 subsets, n = {cases}"
    if cases < LEAST_CASES:
        few = f"n = {cases} is too small for an interval or a test, which need {LEAST_CASES} cases or more"
        return f"{head}: {'; '.join(parts)}. So: nothing can be told; {few}."
    verdicts = {region: _verdict(column[region]) for region in REGIONS}
    told = [
        f"{' and '.join(filter(None, [', '.join(found[:-1]), found[-1]]))} {verdict}"
        for verdict in ("higher", "lower", "cannot be told apart")
        if (found := [region for region in REGIONS if verdicts[region] == verdict])
    ]
    return f"{head}: {'; '.join(parts)}. So: {', '.join(told)}."


def in_words(cell: dict[str, Any]) -> str:
    """Write a difference of Dice, with interval and p where there are enough cases for them."""
    if cell["difference"] is None:
        return "–"
    difference = as_change(cell["difference"], digits=DIGITS)
    if cell["ci"] is None or cell["p"] is None:
        return f"{difference} (only {cell['n']} case{'s' * (cell['n'] != 1)})"
    bounds = " to ".join(as_change(bound, digits=DIGITS) for bound in cell["ci"])
    return f"{difference} ({bounds}; p {cell['p']:.2g})"


def _verdict(cell: dict[str, Any]) -> str:
    low, high = cell["ci"] or (-1.0, 1.0)
    if cell["p"] is None or cell["p"] >= SIGNIFICANT or low <= 0.0 <= high:
        return "cannot be told apart"
    return "higher" if low > 0.0 else "lower"


def _summary_of(arm: Arm) -> dict[str, dict[Measure, dict[str, Any]]]:
    by_training, resampled = mean_over_cases(arm.values), resampled_means(arm.mean)
    summary: dict[str, dict[Measure, dict[str, Any]]] = {}
    for column, subsets in COLUMNS.items():
        means = mean_over_subsets(by_training[..., subsets])
        draws = mean_over_subsets(resampled[..., subsets])
        summary[column] = {
            measure: {
                "dice": _known(means[:, index].mean()),
                "training_sd": _known(means[:, index].std(ddof=1)) if arm.trainings > 1 else None,
                "ci": interval(draws[index], cases=len(_by_case(arm.mean[index], subsets))),
            }
            for index, measure in enumerate(MEASURES)
        }
    return summary


def _difference(one: Arm, other: Arm) -> dict[str, Any]:
    values = np.round(other.mean - one.mean, EQUAL_DIGITS)
    means, resampled = mean_over_cases(values), resampled_means(values)
    columns: dict[str, dict[Measure, dict[str, Any]]] = {}
    for column, subsets in COLUMNS.items():
        columns[column] = {}
        for index, measure in enumerate(MEASURES):
            by_case = _by_case(values[index], subsets)
            columns[column][measure] = {
                "difference": _known(float(mean_over_subsets(means[index, subsets]))),
                "ci": interval(mean_over_subsets(resampled[index][:, subsets]), cases=len(by_case)),
                "p": signed_rank_p(by_case) if len(by_case) >= LEAST_CASES else None,
                "n": len(by_case),
            }
    return {"from": one.name, "to": other.name, "columns": columns}


def signed_rank_p(differences: FloatArray) -> float | None:
    """Test whether paired differences lie around 0: two-sided, Wilcoxon.

    Args:
        differences: One per case, shape ``(case,)``; zeros tell nothing and are left out.

    Returns:
        p, 1 when all are zero, None when there is no case.
    """
    rounded = np.round(differences, EQUAL_DIGITS)
    if not len(rounded):
        return None
    if not rounded.any():
        return 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # some versions of scipy warn of few cases; the record states n
        return float(f"{wilcoxon(rounded).pvalue:.4g}")


def _by_case(values: FloatArray, subsets: Sequence[int]) -> FloatArray:
    """Average each case ``(case, subset)`` over its subsets; cases that do not count are left out."""
    averages = mean_over_subsets(values[:, subsets])
    return averages[~np.isnan(averages)]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else short(value)
