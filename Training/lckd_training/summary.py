"""The table over all 15 subsets: how the scores of single cases are summed up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from lckd.modality import SUBSETS, Subset
from lckd.region import REGIONS, Region

Table: TypeAlias = dict[str, Any]
"""What `table.json` holds; see `summarise`."""

LARGE_ET_CM3 = 1.0
"""In a smaller enhancing part a few voxels decide the Dice, so ET is also given without such cases."""
RESAMPLES = 2000
"""Bootstrap samples behind each 95 % interval."""


@dataclass(frozen=True)
class CaseScore:
    """How one subset of one case was segmented.

    Attributes:
        case: Name of the case.
        subset: Modalities that were used.
        dice: Dice per region in [0, 1].
        hd95_mm: HD95 in mm per region; None where truth or result is empty.
        et_cm3: Enhancing tumour in the truth, in cm3.
    """

    case: str
    subset: Subset
    dice: Mapping[Region, float]
    hd95_mm: Mapping[Region, float | None]
    et_cm3: float


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
        ``cases`` every score. Dice in [0, 1], HD95 in mm with its own count; spread is the sample standard deviation.
    """
    names = list(dict.fromkeys(score.case for score in scores))
    rows = [_row(subset, [score for score in scores if score.subset == subset]) for subset in SUBSETS]
    return {
        "weights": dict(weights),
        "cohort": {"name": cohort_name, "n": len(names), "names": names},
        "code_version": code_version,
        "subsets": rows,
        "mean": _mean_of_rows(rows),
        "cases": [_case_row(score) for score in scores],
    }


def _row(subset: Subset, scores: Sequence[CaseScore]) -> dict[str, Any]:
    dice = {region: [score.dice[region] for score in scores] for region in REGIONS}
    hd95 = {region: [mm for score in scores if (mm := score.hd95_mm[region]) is not None] for region in REGIONS}
    large = [score.dice["ET"] for score in scores if score.et_cm3 >= LARGE_ET_CM3]
    return {
        "subset": list(subset),
        "n": len(scores),
        "dice": {region: _mean(values) for region, values in dice.items()},
        "dice_sd": {region: _spread(values) for region, values in dice.items()},
        "dice_ci": {region: _interval(values) for region, values in dice.items()},
        "hd95": {region: _mean(values) for region, values in hd95.items()},
        "hd95_n": {region: len(values) for region, values in hd95.items()},
        "et_without_small": {"dice": _mean(large), "n": len(large)},
    }


def _mean_of_rows(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    measured = [row for row in rows if row["n"]]
    large = [row["et_without_small"] for row in measured if row["et_without_small"]["n"]]
    distances = {region: [row["hd95"][region] for row in measured if row["hd95_n"][region]] for region in REGIONS}
    return {
        "dice": {region: _mean([row["dice"][region] for row in measured]) for region in REGIONS},
        "hd95": {region: _mean(values) for region, values in distances.items()},
        "et_without_small": {
            "dice": _mean([row["dice"] for row in large]),
            "n": max((row["n"] for row in large), default=0),
        },
    }


def _case_row(score: CaseScore) -> dict[str, Any]:
    return {
        "case": score.case,
        "subset": list(score.subset),
        "dice": {region: _short(score.dice[region]) for region in REGIONS},
        "hd95": {region: _short(score.hd95_mm[region]) for region in REGIONS},
        "et_cm3": _short(score.et_cm3),
    }


def _mean(values: Sequence[float]) -> float | None:
    return _short(float(np.mean(values))) if len(values) else None


def _spread(values: Sequence[float]) -> float | None:
    return _short(float(np.std(values, ddof=1))) if len(values) > 1 else None


def _interval(values: Sequence[float]) -> list[float] | None:
    """Bootstrap a 95 % interval of the mean over cases; the same values always give the same interval."""
    if len(values) < 2:  # noqa: PLR2004 - one case has no spread
        return None
    picks = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    bounds = np.quantile(np.asarray(values)[picks].mean(axis=1), [0.025, 0.975])
    return [round(float(bound), 4) for bound in bounds]


def _short(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)
