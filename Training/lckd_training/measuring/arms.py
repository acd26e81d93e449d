"""The arms of an experiment: tables of `lckd evaluate` over the same cases, one or several trainings in each arm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lckd.errors import InputError, brief, on_one_line
from lckd.modality import SUBSETS
from lckd.patients.problems import some_of
from lckd.text import read_json
from lckd_training.measuring.score import CaseScore, FloatArray, case_names, measure_array, score_from_dict
from lckd_training.measuring.summary import Table

TABLE_NAME = "table.json"
SAME_VOLUME_CM3 = 1e-4
"""Tables keep volumes to a rounding error below this; a larger difference means another label map."""


@dataclass(frozen=True)
class Arm:
    """One side of a comparison.

    Attributes:
        name: What the comparison calls it.
        weights: Name and SHA256 of the weights behind each table, one entry per training.
        cohort: What the tables call the cases.
        seen: Cases that one of the trainings has learnt from or elected on.
        cases: Names of the cases, sorted.
        et_cm3: Enhancing tumour of each case in the truth, in cm3.
        values: Dice of shape ``(training, measure, case, subset)``, NaN where a case does not count; see
            `lckd_training.measuring.score.measure_array`.
    """

    name: str
    weights: tuple[Mapping[str, str], ...]
    cohort: str
    seen: tuple[str, ...]
    cases: tuple[str, ...]
    et_cm3: tuple[float, ...]
    values: FloatArray

    @property
    def trainings(self) -> int:
        """Number of trainings, that is of tables."""
        return len(self.values)

    @property
    def mean(self) -> FloatArray:
        """Average over the trainings, shape ``(measure, case, subset)``."""
        return np.asarray(self.values.mean(axis=0))


def read_arm(name: str, places: Sequence[Path]) -> Arm:
    """Read the tables of one arm, one for each of its trainings.

    Args:
        name: What the comparison calls the arm.
        places: `table.json` files, or folders that hold one.

    Returns:
        The arm, its cases sorted by name.

    Raises:
        InputError: A table cannot be read, or the tables are not of the same cases.
    """
    tables = [read_table(place) for place in places]
    arms = [_arm_of(name, table, path=table_path(place)) for table, place in zip(tables, places, strict=True)]
    for arm, place in zip(arms[1:], places[1:], strict=True):
        require_same_cases(arms[0], arm, names=(str(places[0]), str(place)))
    return Arm(
        name=name,
        weights=tuple(weights for arm in arms for weights in arm.weights),
        cohort=arms[0].cohort,
        seen=tuple(sorted({case for arm in arms for case in arm.seen})),
        cases=arms[0].cases,
        et_cm3=arms[0].et_cm3,
        values=np.concatenate([arm.values for arm in arms]),
    )


def table_path(place: Path) -> Path:
    """Find the table that a file or a folder stands for."""
    return place / TABLE_NAME if place.is_dir() else place


def read_table(place: Path) -> Table:
    """Read a table of `lckd evaluate`.

    Raises:
        InputError: There is none, or it is no such table.
    """
    path = table_path(place)
    try:
        table = read_json(path)
    except FileNotFoundError as error:
        message = f"There is no table at '{path}': give a {TABLE_NAME} of `lckd evaluate`, or the folder that holds it."
        raise InputError(message) from error
    except (OSError, ValueError) as error:
        message = f"'{path}' is not JSON that can be read ({brief(error)}): give a {TABLE_NAME} of `lckd evaluate`."
        raise InputError(message) from error
    if not isinstance(table, dict) or not table.get("cases"):
        message = f"'{path}' holds no scores of single cases: give a {TABLE_NAME} of `lckd evaluate`."
        raise InputError(message)
    return table


def require_same_cases(one: Arm, other: Arm, *, names: tuple[str, str]) -> None:
    """Refuse to compare what was not measured on the same cases, subsets and label maps.

    Args:
        one: An arm.
        other: Another one.
        names: What the message calls them.

    Raises:
        InputError: They differ.
    """
    for has, lacks, where in ((one, other, names[1]), (other, one, names[0])):
        missing = sorted(set(has.cases) - set(lacks.cases))
        if missing:
            message = f"'{where}' was not measured on {some_cases(missing)}: evaluate both on the same patients."
            raise InputError(message)
    together = zip(one.cases, one.et_cm3, other.et_cm3, strict=True)
    relabelled = [case for case, first, second in together if abs(first - second) > SAME_VOLUME_CM3]
    if relabelled:
        message = f"'{names[0]}' and '{names[1]}' were measured with other label maps of {some_cases(relabelled)}: "
        raise InputError(message + "evaluate both with the same.")
    if not np.array_equal(np.isnan(one.values[0]), np.isnan(other.values[0])):
        differs = (np.isnan(one.values[0]) != np.isnan(other.values[0])).any(axis=(0, 2))
        odd = [case for case, is_odd in zip(one.cases, differs, strict=True) if is_odd]
        message = (
            f"'{names[0]}' and '{names[1]}' were measured on other subsets of {some_cases(odd)}: evaluate both anew."
        )
        raise InputError(message)


def _arm_of(name: str, table: Table, *, path: Path) -> Arm:
    """Turn a table into an arm of one training.

    Raises:
        InputError: The table cannot be used; the sentence names its file.
    """
    try:
        scores = sorted((score_from_dict(row) for row in table["cases"]), key=lambda score: score.case)
        values = measure_array(scores)
        weights, cohort = dict(table["weights"]), table["cohort"]
        title = on_one_line(str(cohort["name"]))
        seen = tuple(on_one_line(str(case)) for case in cohort.get("seen", ()))
    except InputError as error:
        message = f"The table '{path}' cannot be used: {error}"
        raise InputError(message) from error
    except (KeyError, TypeError, ValueError) as error:
        message = f"'{path}' is a table of another version ({brief(repr(error))}): evaluate the weights again."
        raise InputError(message) from error
    _require_each_once(scores, path)
    volumes = {score.case: score.et_cm3 for score in scores}
    return Arm(
        name=name,
        weights=(weights,),
        cohort=title,
        seen=seen,
        cases=tuple(case_names(scores)),
        et_cm3=tuple(volumes.values()),
        values=values[None],
    )


def _require_each_once(scores: Sequence[CaseScore], path: Path) -> None:
    """Refuse a table in which two patients share a name, or that was pieced together.

    Raises:
        InputError: A case has two scores for one subset.
    """
    seen: set[tuple[str, int]] = set()
    for score in scores:
        key = (score.case, SUBSETS.index(score.subset))
        if key in seen:
            message = f"'{path}' scores '{score.case}' twice: evaluate patients with names of their own."
            raise InputError(message)
        seen.add(key)


def some_cases(cases: Sequence[str]) -> str:
    """Name the first few of several cases, in quotation marks."""
    return some_of([f"'{case}'" for case in cases])


def as_plain(arm: Arm) -> dict[str, Any]:
    """Name an arm in a record: its trainings by the weights they left."""
    weights = [dict(weights) for weights in arm.weights]
    return {"name": arm.name, "trainings": arm.trainings, "weights": weights, "seen": list(arm.seen)}
