"""What `--data` of `lckd evaluate` names: labelled patients on disk, or synthetic ones."""

import re
from collections.abc import Sequence
from pathlib import Path

from lckd.errors import InputError
from lckd.patients.case import Case
from lckd.patients.folder_case import Part
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.checks import check_cases
from lckd_training.cohorts.sources import find_all
from lckd_training.synthetic import SEED_RANGES, seeds

SYNTHETIC = "synthetic"
DEFAULT_COUNT = 6
"""Synthetic patients when no number is given."""


def find_measured(
    words: Sequence[str], *, labels: str | None = None, split: Path | None = None, part: Part = "test"
) -> list[Case]:
    """Find the labelled cases to measure on, and check all of them.

    Args:
        words: Folders and manifests, or ``synthetic:test``, ``synthetic:elect``, with ``:K`` for K patients.
        labels: See `lckd_training.cohorts.sources.find_all`.
        split: See `lckd_training.cohorts.sources.find_all`.
        part: Side that is measured where a manifest or the split file tells sides apart.

    Returns:
        The cases, each of which has a label map.

    Raises:
        InputError: A word names no case, or cases cannot be used; all of them are named.
    """
    if not all(words):
        message = "--data is empty: give a folder of patients, a manifest, or synthetic:test."
        raise InputError(message)
    made = [word for word in words if _is_synthetic(word)]
    real = find_all([word for word in words if word not in made], labels=labels, split=split, part=part)
    check_cases(real)
    return [*real, *(case for word in made for case in _synthetic_cases(word))]


def cohort_title(words: Sequence[str]) -> str:
    """Name a cohort after its ``--data`` argument, without the places of the folders on this machine."""
    return " + ".join(word if _is_synthetic(word) else Path(word).resolve().name for word in words)


def _is_synthetic(word: str) -> bool:
    return word.partition(":")[0] == SYNTHETIC


def _synthetic_cases(text: str) -> list[SyntheticCase]:
    asked = re.fullmatch(rf"{SYNTHETIC}:({'|'.join(SEED_RANGES)})(?::([1-9]\d{{0,4}}))?", text)
    if asked is None:
        message = (
            f"'{text}' names no synthetic patients: write {SYNTHETIC}:test for {DEFAULT_COUNT} of them, or "
            f"{SYNTHETIC}:test:K for K of them (or elect or train in place of test)."
        )
        raise InputError(message)
    return [SyntheticCase(seed) for seed in seeds(asked[1], int(asked[2] or DEFAULT_COUNT))]
