"""The score of one subset of one case, and the five Dice values that are summed up from it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from lckd.errors import InputError
from lckd.modality import SUBSETS, Subset, in_order
from lckd.region import REGIONS, Region

FloatArray: TypeAlias = npt.NDArray[np.float64]
Measure: TypeAlias = Literal["ET", "TC", "WT", "ET_without_small", "ET_with_rule"]

MEASURES: tuple[Measure, ...] = get_args(Measure)
MEASURE_NAMES: dict[Measure, str] = {
    "ET": "ET",
    "TC": "TC",
    "WT": "WT",
    "ET_without_small": "ET, cases ≥ 1 cm³",
    "ET_with_rule": "ET with rule",
}
LARGE_ET_CM3 = 1.0
"""In a smaller enhancing part a few voxels decide the Dice, so ET is also given without such cases."""
RULE_CM3 = 0.5
"""The small-component rule: less predicted ET than this (500 voxels of 1 mm) counts as core; as in the reference of
LCKD. It is reported beside the plain score and never applied to a result."""
VOLUME_DIGITS = 6
"""Digits of a volume in cm3: a voxel of 0.1 mm is still told apart from nothing."""


@dataclass(frozen=True)
class CaseScore:
    """How one subset of one case was segmented.

    Attributes:
        case: Name of the case.
        subset: Modalities that were used.
        dice: Dice per region in [0, 1]; 1 where truth and result are both empty, 0 where one of them is.
        hd95_mm: HD95 in mm per region; None where truth or result is empty.
        et_cm3: Enhancing tumour in the truth, in cm3.
        et_found_cm3: Enhancing tumour in the result, in cm3.
        own_dice: What the network itself estimates of each Dice; empty where it was not kept.
    """

    case: str
    subset: Subset
    dice: Mapping[Region, float]
    hd95_mm: Mapping[Region, float | None]
    et_cm3: float
    et_found_cm3: float
    own_dice: Mapping[Region, float] = field(default_factory=dict)

    @property
    def is_large(self) -> bool:
        """Whether the case has so much enhancing tumour that its Dice is not decided by a few voxels."""
        return self.et_cm3 >= LARGE_ET_CM3

    @property
    def is_ruled_out(self) -> bool:
        """Whether the small-component rule would take the predicted enhancing tumour away."""
        return 0.0 < self.et_found_cm3 < RULE_CM3

    def measures(self) -> dict[Measure, float]:
        """Give the Dice of each measure; NaN where the case does not count for it."""
        ruled = float(self.et_cm3 == 0) if self.is_ruled_out else self.dice["ET"]
        large = self.dice["ET"] if self.is_large else float("nan")
        return {
            "ET": self.dice["ET"],
            "TC": self.dice["TC"],
            "WT": self.dice["WT"],
            "ET_without_small": large,
            "ET_with_rule": ruled,
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the score as a row of ``cases`` in `table.json`."""
        return {
            "case": self.case,
            "subset": list(self.subset),
            "dice": {region: short(self.dice[region]) for region in REGIONS},
            "hd95": {region: short(self.hd95_mm[region]) for region in REGIONS},
            "et_cm3": round(self.et_cm3, VOLUME_DIGITS),
            "et_found_cm3": round(self.et_found_cm3, VOLUME_DIGITS),
            "own_dice": {region: short(value) for region, value in self.own_dice.items()},
        }


def score_from_dict(row: Mapping[str, Any]) -> CaseScore:
    """Read a score back from a row of ``cases`` in `table.json`.

    Raises:
        KeyError: The row lacks a value.
        InputError: It names an unknown modality, or a value is none that an evaluation gives.
    """
    score = CaseScore(
        case=row["case"],
        subset=in_order(row["subset"]),
        dice=dict(row["dice"]),
        hd95_mm=dict(row["hd95"]),
        et_cm3=row["et_cm3"],
        et_found_cm3=row["et_found_cm3"],
        own_dice=dict(row.get("own_dice", {})),
    )
    shares, volumes = [*score.dice.values(), *score.own_dice.values()], [score.et_cm3, score.et_found_cm3]
    if not (all(0.0 <= share <= 1.0 for share in shares) and all(0.0 <= volume < math.inf for volume in volumes)):
        message = (
            f"'{score.case}' has Dice {shares} and volumes {volumes}, but Dice lies between 0 and 1 and a volume is 0 "
            "or more: evaluate the weights again."
        )
        raise InputError(message)
    return score


def measure_array(scores: Sequence[CaseScore]) -> FloatArray:
    """Lay the scores out for arithmetic.

    Args:
        scores: At most one entry per case and subset.

    Returns:
        Dice of shape ``(measure, case, subset)`` in the orders of `MEASURES`, of the cases' first appearance and of
        `lckd.modality.SUBSETS`; NaN where a case does not count.
    """
    names = case_names(scores)
    rows = {name: row for row, name in enumerate(names)}
    array = np.full((len(MEASURES), len(names), len(SUBSETS)), np.nan)
    for score in scores:
        array[:, rows[score.case], SUBSETS.index(score.subset)] = list(score.measures().values())
    return array


def case_names(scores: Sequence[CaseScore]) -> list[str]:
    """List the cases in the order of their first appearance."""
    return list(dict.fromkeys(score.case for score in scores))


def short(value: float | None) -> float | None:
    """Round to four digits, which is more than any cohort can tell apart."""
    return None if value is None else round(float(value), 4)
