"""Means over cases and their 95 % intervals, by drawing the cases anew.

Cases are what varies between one hospital's patients and the next one's, so cases are drawn, never subsets: a case
that is drawn brings all its subsets along. Whatever is compared in one call is drawn with the same cases.
"""

import numpy as np

from lckd_training.measuring.score import FloatArray, short

RESAMPLES = 2000
"""Bootstrap samples behind each 95 % interval."""
QUANTILES = (0.025, 0.975)
LEAST_CASES = 6
"""From fewer cases drawn anew an interval comes out far too narrow: none is given."""


def mean_over_cases(values: FloatArray) -> FloatArray:
    """Average over the cases that count.

    Args:
        values: Shape ``(..., case, subset)``, NaN where a case does not count.

    Returns:
        Means of shape ``(..., subset)``; NaN where no case counts.
    """
    return _weighted_mean(np.ones((1, values.shape[-2])), values)[..., 0, :]


def resampled_means(values: FloatArray) -> FloatArray:
    """Average over cases that are drawn anew, again and again; the same values always give the same means.

    Args:
        values: Shape ``(..., case, subset)``, NaN where a case does not count.

    Returns:
        Means of shape ``(..., resample, subset)``; NaN where no drawn case counts.
    """
    cases = values.shape[-2]
    if cases == 0:
        return np.full((*values.shape[:-2], RESAMPLES, values.shape[-1]), np.nan)
    draws = np.random.default_rng(0).multinomial(cases, np.full(cases, 1 / cases), size=RESAMPLES)
    return _weighted_mean(draws.astype(np.float64), values)


def mean_over_subsets(means: FloatArray) -> FloatArray:
    """Average over the subsets that were measured.

    Args:
        means: Shape ``(..., subset)``, NaN where nothing was measured.

    Returns:
        Averages of shape ``(...)``; NaN where there is nothing to average.
    """
    known = ~np.isnan(means)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, means, 0.0).sum(axis=-1) / known.sum(axis=-1))


def interval(resampled: FloatArray, *, cases: int) -> list[float] | None:
    """Give the 95 % interval of a mean.

    Args:
        resampled: The mean of each resample, shape ``(resample,)``.
        cases: Cases that count.

    Returns:
        Lower and upper bound, or None where there are fewer than `LEAST_CASES` cases.
    """
    known = resampled[~np.isnan(resampled)]
    if cases < LEAST_CASES or not known.size:
        return None
    return [float(short(bound) or 0.0) for bound in np.quantile(known, QUANTILES)]


def _weighted_mean(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Average with weights ``(draw, case)`` over values ``(..., case, subset)`` to ``(..., draw, subset)``."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ np.where(known, values, 0.0)) / (weights @ known))
