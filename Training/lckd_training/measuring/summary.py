"""The table over all 15 subsets: how the scores of single cases are summed up."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from lckd.modality import SUBSETS, Subset
from lckd.region import REGIONS
from lckd_training.measuring.bootstrap import interval, mean_over_cases, mean_over_subsets, resampled_means
from lckd_training.measuring.score import (
    MEASURES,
    RULE_CM3,
    CaseScore,
    FloatArray,
    Measure,
    case_names,
    measure_array,
    short,
)

Table: TypeAlias = dict[str, Any]
"""What `table.json` holds; see `summarise`."""


def summarise(scores: Sequence[CaseScore], *, weights: Mapping[str, str], cohort_name: str, code_version: str) -> Table:
    """Sum up the scores of all cases, subset by subset.

    Args:
        scores: One entry per case and subset.
        weights: ``name`` and ``tensors_sha256`` of what was measured.
        cohort_name: What the table calls the cases.
        code_version: Version of this software.

    Returns:
        A table that JSON can hold: ``subsets`` has one row for each of the 15 subsets, in the order of
        `lckd.modality.SUBSETS` (``n`` 0 and nulls where no case has the modalities), ``mean`` their average,
        ``cases`` every score. Dice in [0, 1], HD95 in mm with its own count; spread is the sample standard deviation;
        ``dice_ci`` is the 95 % interval when cases are drawn anew. ``et_without_small`` leaves out the cases with
        less than `LARGE_ET_CM3`, ``et_with_rule`` is what the small-component rule would give and how many results it
        would change, ``et_absent`` how many cases have no enhancing tumour and how many of them were given some.
    """
    names = case_names(scores)
    values = dict(zip(MEASURES, measure_array(scores), strict=True))
    resampled = {measure: resampled_means(array) for measure, array in values.items()}
    columns = [_column(index, values, resampled) for index in range(len(SUBSETS))]
    rows = [
        _row(subset, [score for score in scores if score.subset == subset], column)
        for subset, column in zip(SUBSETS, columns, strict=True)
    ]
    return {
        "weights": dict(weights),
        "cohort": {"name": cohort_name, "n": len(names), "names": names},
        "code_version": code_version,
        "subsets": rows,
        "mean": _mean_row(rows, values, resampled),
        "cases": [score.as_dict() for score in scores],
    }


def _column(
    index: int, values: Mapping[Measure, FloatArray], resampled: Mapping[Measure, FloatArray]
) -> dict[Measure, dict[str, Any]]:
    """Sum up one subset: mean, spread, interval and count of each measure."""
    column: dict[Measure, dict[str, Any]] = {}
    for measure, array in values.items():
        known = array[:, index][~np.isnan(array[:, index])]
        column[measure] = {
            "dice": short(float(known.mean())) if known.size else None,
            "dice_sd": short(float(known.std(ddof=1))) if known.size > 1 else None,
            "dice_ci": interval(resampled[measure][:, index], cases=known.size),
            "n": int(known.size),
        }
    return column


def _row(subset: Subset, scores: Sequence[CaseScore], column: Mapping[Measure, Mapping[str, Any]]) -> dict[str, Any]:
    hd95 = {region: [mm for score in scores if (mm := score.hd95_mm[region]) is not None] for region in REGIONS}
    spared = [score for score in scores if score.et_cm3 == 0]
    return {
        "subset": list(subset),
        "n": len(scores),
        **{kind: {region: column[region][kind] for region in REGIONS} for kind in ("dice", "dice_sd", "dice_ci")},
        "hd95": {region: short(float(np.mean(values))) if values else None for region, values in hd95.items()},
        "hd95_n": {region: len(values) for region, values in hd95.items()},
        "et_without_small": {key: column["ET_without_small"][key] for key in ("dice", "dice_ci", "n")},
        "et_with_rule": {
            **{key: column["ET_with_rule"][key] for key in ("dice", "dice_ci")},
            "below_cm3": RULE_CM3,
            "changed": sum(score.is_ruled_out for score in scores),
        },
        "et_absent": {"n": len(spared), "found": sum(score.et_found_cm3 > 0 for score in spared)},
    }


def _mean_row(
    rows: Sequence[Mapping[str, Any]], values: Mapping[Measure, FloatArray], resampled: Mapping[Measure, FloatArray]
) -> dict[str, Any]:
    """Average the subsets that were measured, each with the same weight."""
    distances = {region: [row["hd95"][region] for row in rows if row["hd95_n"][region]] for region in REGIONS}
    means = {measure: _mean_of_measure(values[measure], resampled[measure]) for measure in MEASURES}
    return {
        **{kind: {region: means[region][kind] for region in REGIONS} for kind in ("dice", "dice_ci")},
        "hd95": {region: short(float(np.mean(mm))) if mm else None for region, mm in distances.items()},
        "et_without_small": means["ET_without_small"],
        "et_with_rule": {key: means["ET_with_rule"][key] for key in ("dice", "dice_ci")},
    }


def _mean_of_measure(values: FloatArray, resampled: FloatArray) -> dict[str, Any]:
    """Average one measure, shape ``(case, subset)``, over the subsets; `n` cases count in any of them."""
    mean = float(mean_over_subsets(mean_over_cases(values)))
    cases = int((~np.isnan(values)).any(axis=1).sum())
    return {
        "dice": None if np.isnan(mean) else short(mean),
        "dice_ci": interval(mean_over_subsets(resampled), cases=cases),
        "n": cases,
    }
