"""Learn how the Dice of a result follows from what is known without the truth, and judge such estimates.

For each region a straight line in two numbers: the network's own estimate, and the mean Dice that the same modalities
reach on the held-out patients (`lckd.weights.trust`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lckd.errors import InputError
from lckd.modality import subset_name
from lckd.region import REGIONS, Region
from lckd.weights.trust import Line, Trust, probable_dice
from lckd_training.measuring.score import CaseScore, FloatArray, case_names, short

COVERAGE = 0.8
"""Share of held-out results that the interval is to hold."""
RIDGE = 1e-3
"""Penalty on the weights of the line, relative to the number of results: so few patients bend it else."""
FEWEST_PATIENTS = 4


def calibrate(scores: Sequence[CaseScore], *, cohort: str) -> Trust:
    """Fit the lines on patients that the weights were not trained on.

    While a line is fitted, the usual Dice of a patient's modalities is the mean over the *other* patients; the interval
    comes from patients that were left out of the fit, one at a time.

    Args:
        scores: Scores of all subsets of the patients, with the network's own estimates.
        cohort: What the patients are called.

    Raises:
        InputError: There are too few patients.
    """
    names = case_names(scores)
    require_enough(len(names))
    usual = {subset: _mean_dice([s for s in scores if s.subset == subset]) for subset in {s.subset for s in scores}}
    lines = {region: _fit_region(region, scores) for region in REGIONS}
    return Trust(cohort, len(names), COVERAGE, lines, {subset_name(subset): dice for subset, dice in usual.items()})


def require_enough(patients: int) -> None:
    """Refuse to learn from too few patients.

    Raises:
        InputError: They are too few.
    """
    if patients < FEWEST_PATIENTS:
        message = f"{patients} patients are too few to learn from how far to trust: give at least {FEWEST_PATIENTS}."
        raise InputError(message)


def judge(scores: Sequence[CaseScore], trust: Trust) -> dict[Region, dict[str, Any]]:
    """Compare the estimates of a card with the Dice that was reached.

    Args:
        scores: Scores of patients with the network's own estimates.
        trust: Of the card.

    Returns:
        For each region the number of ``results``, ``correlation`` (Pearson) over all results and ``mean_error``
        (absolute) between estimate and Dice, what it would be if every result got the usual Dice of its modalities
        (``mean_error_usual``), and the share ``within`` the interval; nulls where there is nothing to say.
    """
    known = [(score, probable_dice(trust, score.subset, score.own_dice)) for score in scores if score.own_dice]
    return {region: _judge_region(region, [pair for pair in known if pair[1]], trust) for region in REGIONS}


def _judge_region(
    region: Region, known: Sequence[tuple[CaseScore, Mapping[Region, Any]]], trust: Trust
) -> dict[str, Any]:
    if not known:
        return {"results": 0, "correlation": None, "mean_error": None, "mean_error_usual": None, "within": None}
    reached = np.array([score.dice[region] for score, _ in known])
    estimated = np.array([probable[region].mean for _, probable in known])
    usual = np.array([trust.usual[subset_name(score.subset)][region] for score, _ in known])
    inside = [probable[region].low <= score.dice[region] <= probable[region].high for score, probable in known]
    varies = reached.std() > 0 and estimated.std() > 0
    return {
        "results": len(known),
        "correlation": short(float(np.corrcoef(estimated, reached)[0, 1])) if varies else None,
        "mean_error": short(float(np.abs(estimated - reached).mean())),
        "mean_error_usual": short(float(np.abs(usual - reached).mean())),
        "within": short(float(np.mean(inside))),
    }


def _fit_region(region: Region, scores: Sequence[CaseScore]) -> Line:
    """Fit the line of one region, and measure it on patients that were left out."""
    reached = np.array([score.dice[region] for score in scores])
    rows = np.array([[1.0, score.own_dice[region], _usual_of_others(score, scores)[region]] for score in scores])
    errors = []
    for name in case_names(scores):
        is_out = np.array([score.case == name for score in scores])
        line = _solve(rows[~is_out], reached[~is_out])
        errors += list(np.abs(np.clip(rows[is_out] @ line, 0, 1) - reached[is_out]))
    offset, own, usual = (round(float(value), 4) for value in _solve(rows, reached))
    return Line(offset, own, usual, half_width=round(float(np.quantile(errors, COVERAGE)), 4))


def _solve(rows: FloatArray, reached: FloatArray) -> FloatArray:
    """Solve a ridge regression whose offset, the first column, is free."""
    penalty = RIDGE * len(rows) * np.diag([0.0] + [1.0] * (rows.shape[1] - 1))
    return np.asarray(np.linalg.solve(rows.T @ rows + penalty, rows.T @ reached), dtype=np.float64)


def _usual_of_others(score: CaseScore, scores: Sequence[CaseScore]) -> dict[Region, float]:
    others = [other for other in scores if other.subset == score.subset and other.case != score.case]
    return _mean_dice(others or [score])


def _mean_dice(scores: Sequence[CaseScore]) -> dict[Region, float]:
    return {region: round(float(np.mean([score.dice[region] for score in scores])), 4) for region in REGIONS}
