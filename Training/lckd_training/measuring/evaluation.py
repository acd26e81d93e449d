"""Measure weights on a cohort: Dice and HD95 of ET, TC and WT for all 15 subsets, at native resolution."""

from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from lckd import __version__
from lckd.errors import InputError
from lckd.measure import volumes_cm3
from lckd.modality import SUBSETS, subset_name
from lckd.patients.case import Case, load_labelled
from lckd.patients.problems import NAMED
from lckd.segment import encode_patient
from lckd.text import repeated
from lckd.weights.card import Card
from lckd.weights.load import Model
from lckd_training.measuring.overlap import compare
from lckd_training.measuring.score import CaseScore
from lckd_training.measuring.summary import Table, summarise
from lckd_training.measuring.trust import judge

Progress = Callable[[str, int, int], None]
"""Called with a case and subset (``NAME: flair+t1ce``), how much is done, and of how much; a case counts `STEPS`."""
STEPS = len(SUBSETS)


def evaluate(
    cases: Sequence[Case],
    model: Model,
    *,
    cohort_name: str,
    device: str = "auto",
    progress: Progress | None = None,
) -> Table:
    """Segment every case from each of its subsets, as a user would, and compare with the truth.

    Args:
        cases: Patients with label maps; one that lacks a modality counts only for the subsets that it has.
        model: Weights to measure.
        cohort_name: What the table calls the cases.
        device: ``auto``, ``cpu`` or ``cuda``.
        progress: Told at the beginning, and after each subset.

    Returns:
        The table of `lckd_training.measuring.summary.summarise`; its ``cohort`` also names the cases that the weights
        have ``seen`` in their training or election, and it tells when it was ``created`` (ISO 8601, UTC).

    Raises:
        InputError: There is no case, two have one name, or one cannot be used.
    """
    scores, card = score_cases(cases, model, device=device, progress=progress), model.card
    weights = {"name": card.name, "tensors_sha256": card.tensors_sha256}
    table = summarise(scores, weights=weights, cohort_name=cohort_name, code_version=__version__)
    if card.trust:
        table["trust"] = judge(scores, card.trust)
    table["cohort"]["seen"] = seen_in_training(card, table["cohort"]["names"])
    return {**table, "created": datetime.now(timezone.utc).isoformat(timespec="seconds")}


def seen_in_training(card: Card, names: Sequence[str], *, but: str | None = None) -> list[str]:
    """List the cases that weights were trained or elected on: their scores say nothing about new patients.

    Args:
        card: Card of the weights.
        names: Names of the cases.
        but: Part of the card's cohorts that does not count.
    """
    parts = [part for part in card.cohorts if part.get("part") != but]
    known = {name for part in parts for name in part.get("names", ())}
    return [name for name in names if name in known]


def score_cases(
    cases: Sequence[Case], model: Model, *, device: str = "auto", progress: Progress | None = None
) -> list[CaseScore]:
    """Score all subsets of all cases; see `evaluate`.

    Raises:
        InputError: There is no case, two have one name, or one cannot be used.
    """
    if not cases:
        message = "There is no case to measure: give a folder of patients, or ask for at least one synthetic patient."
        raise InputError(message)
    twice = sorted(repeated(case.name for case in cases))
    if twice:
        message = f"Two patients are called {', '.join(twice[:NAMED])}: give each a name of its own."
        raise InputError(message)
    scores: list[CaseScore] = []
    if progress:
        progress(f"{cases[0].name}: reading", 0, len(cases) * STEPS)
    for number, case in enumerate(cases):
        tell = _progress_of_case(progress, number, len(cases))
        scores += score_case(case, model, device=device, progress=tell)
    return scores


def score_case(case: Case, model: Model, *, device: str = "auto", progress: Progress | None = None) -> list[CaseScore]:
    """Score all subsets of one case; its modalities are encoded once.

    Raises:
        InputError: An image or the label map cannot be used.
    """
    images, truth = load_labelled(case)
    subsets = [subset for subset in SUBSETS if all(modality in images for modality in subset)]
    patient = encode_patient(images, model, device=device)
    et_cm3 = volumes_cm3(truth)["ET"]
    scores = []
    for done, subset in enumerate(subsets, start=1):
        result = patient.segment(subset)
        agreement = compare(result.labels, truth)
        found_cm3 = volumes_cm3(result.labels)["ET"]
        own = result.own_dice()
        scores.append(CaseScore(case.name, subset, agreement.dice, agreement.hd95_mm, et_cm3, found_cm3, own))
        if progress:
            progress(f"{case.name}: {subset_name(subset)}", done, len(subsets))
    return scores


def _progress_of_case(progress: Progress | None, number: int, cases: int) -> Progress | None:
    """Count the subsets of one case within all cases; one that lacks modalities counts as much as any."""
    if progress is None:
        return None
    return lambda stage, done, total: progress(stage, number * STEPS + done * STEPS // total, cases * STEPS)
