"""What `--data` and `--elect` name: folders and manifests, each with a weight, and a split file over them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from lckd.errors import InputError
from lckd.patients.find import find_cases
from lckd.patients.folder_case import FolderCase, Part
from lckd.patients.manifest import is_manifest, parse_weight, read_manifest
from lckd.patients.problems import Problems
from lckd.region import LabelConvention, convention_named
from lckd.text import repeated
from lckd_training.cohorts.checks import check_cases
from lckd_training.cohorts.leakage import require_apart
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.cohorts.split import Sides, apply_split, choose_sides

WEIGHT_SIGN = "@"


def find_all(
    words: Sequence[str], *, labels: str | None = None, split: Path | None = None, part: Part | None = None
) -> list[FolderCase]:
    """Find the cases that the words after ``--data`` or ``--elect`` name.

    Args:
        words: Folders or manifests; ``DIR@3`` draws a case of DIR three times as often as one of a plain folder.
        labels: Name of the label convention where neither layout nor manifest declares one.
        split: Split file, which says on which side each case is and leaves out those that it does not name.
        part: Side to keep, of a manifest or split file that tells sides apart; without, all are kept.

    Returns:
        The cases, in the order of the words.

    Raises:
        InputError: A word names no case, two cases have one name, the split file does not fit, or no case is left.
    """
    convention = convention_named(labels) if labels else None
    problems = Problems()
    cases: list[FolderCase] = []
    for word in words:
        with problems.noted():
            found = _find(word, convention)
            cases += _of_part(found, part) if part and not split else found
    problems.require_none("or cohorts cannot be used")
    twice = repeated(case.name for case in cases)
    if twice:
        message = f"Patients are given twice: {', '.join(twice)}; remove one of each, or name them in a manifest."
        raise InputError(message)
    if split:
        cases = apply_split(cases, split)
        cases = _of_part(cases, part) if part else cases
    if part and words and not cases:
        message = f"No case is on the side '{part}': the manifests or the split file put all on other sides."
        raise InputError(message)
    return cases


def find_sides(
    data: Sequence[str],
    elect: Sequence[str] | None,
    *,
    labels: str | None = None,
    split: Path | None = None,
    report: Callable[[str], None],
) -> Sides:
    """Find the cases of a training, check all of them, and make sure that no patient is on two sides.

    Args:
        data: Words after ``--data``.
        elect: Words after ``--elect``, if it is given.
        labels: See `find_all`.
        split: See `find_all`; it is about `data` alone.
        report: Told how much there is to check.

    Returns:
        Cases by what they are for.

    Raises:
        InputError: A word names no case, cases cannot be used, or a patient is on two sides; all are named.
        TrainingError: There are too few patients to hold some out for the election.
    """
    found = find_all(data, labels=labels, split=split)
    sides = choose_sides(found, find_all(elect, labels=labels, part="elect") if elect else None)
    require_apart(sides, {})
    cases = [*sides.train, *sides.elect, *(case for case in sides.test if case.label_path)]
    if cases:
        report(f"Checking {len(cases)} patients.")
    require_apart(sides, check_cases(cases))
    return sides


def weigh(prepared: Sequence[PreparedCase], cases: Sequence[FolderCase]) -> list[PreparedCase]:
    """Give prepared patients the weights of the cases that they were made from, in the same order."""
    return [replace(patient, weight=case.weight) for patient, case in zip(prepared, cases, strict=True)]


def _find(word: str, labels: LabelConvention | None) -> list[FolderCase]:
    """Find the cases of one word.

    Raises:
        InputError: There are none, or the weight is no positive number.
    """
    place, sign, number = word.rpartition(WEIGHT_SIGN)
    path = Path(word if not sign or Path(word).exists() else place)
    weight = 1.0 if path == Path(word) else parse_weight(number)
    cases = read_manifest(path, labels=labels) if is_manifest(path) else find_cases(path, labels=labels)
    return [replace(case, weight=case.weight * weight) for case in cases]


def _of_part(cases: Sequence[FolderCase], part: Part) -> list[FolderCase]:
    """Keep the cases of a side, or all where nothing tells sides apart."""
    is_told = any(case.part for case in cases)
    return [case for case in cases if case.part == part or not is_told]
