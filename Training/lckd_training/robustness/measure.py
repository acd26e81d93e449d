"""Measure weights under every disturbance, on the same patients, from all modalities that they have."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from lckd import __version__
from lckd.errors import InputError
from lckd.modality import DISPLAY_NAMES, MODALITIES
from lckd.patients.case import Case, load_labelled
from lckd.preprocess import preprocess
from lckd.preprocess.options import NOTHING, PreprocessOptions
from lckd.region import BRATS, REGIONS, Region, regions_from_labels
from lckd.segment import segment
from lckd.weights.load import Model
from lckd_training.measuring.overlap import dice
from lckd_training.robustness.disturbance import Disturbance, Images

Progress = Callable[[str, int, int], None]
"""Called with a case and a disturbance, how much is done, and of how much."""
CLEAN = "nothing"
"""What the row is called in which nothing is disturbed."""


@dataclass(frozen=True)
class Row:
    """Dice of all patients under one disturbance of one strength.

    Attributes:
        name: Name of the disturbance.
        strength: Its strength, as a number and with its unit.
        dice: For each region the Dice of each patient, in [0, 1].
    """

    name: str
    strength: tuple[float, str]
    dice: dict[Region, list[float]]

    def as_dict(self) -> dict[str, Any]:
        """Return the row with means, as plain values."""
        means = {region: round(float(np.mean(values)), 4) for region, values in self.dice.items()}
        value, label = self.strength
        return {"name": self.name, "strength": value, "label": label, "mean": means, "dice": self.dice}


def measure_robustness(
    cases: Sequence[Case],
    model: Model,
    disturbances: Sequence[Disturbance],
    *,
    cohort_name: str,
    seed: int = 0,
    device: str = "auto",
    preparation: PreprocessOptions = NOTHING,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Segment every patient under every disturbance and compare with the truth, at native resolution.

    Args:
        cases: Patients with label maps and all four modalities.
        model: Weights to measure.
        disturbances: What is done to their images.
        cohort_name: What the table calls the patients.
        seed: Of all that the disturbances draw; with the names of patient and disturbance it decides them.
        device: ``auto``, ``cpu`` or ``cuda``.
        preparation: What `lckd.preprocess` does to disturbed images; by default nothing, so that the network alone is
            measured.
        progress: Told at the beginning, and after each segmentation.

    Returns:
        Weights, cohort, and one row per disturbance and strength, the undisturbed first.

    Raises:
        InputError: There is no patient, one cannot be used, or lacks a modality.
    """
    if not cases:
        message = "There is no patient to measure: give a folder of patients, or ask for synthetic ones."
        raise InputError(message)
    rows = _empty_rows(disturbances)
    if progress:
        progress(f"{cases[0].name}: reading", 0, len(cases) * len(rows))
    for number, case in enumerate(cases):
        images, truth = _load_complete(case)
        for done, (row, changed) in enumerate(zip(rows, _versions(case.name, images, disturbances, seed), strict=True)):
            ready = preprocess(changed, options=preparation).images
            result = segment(ready, model, device=device).labels
            for region, value in _dice_of_regions(truth, result).items():
                row.dice[region].append(value)
            if progress:
                progress(f"{case.name}: {row.name}", number * len(rows) + done + 1, len(cases) * len(rows))
    return {
        "weights": {"name": model.card.name, "tensors_sha256": model.card.tensors_sha256},
        "cohort": {"name": cohort_name, "n": len(cases), "names": [case.name for case in cases]},
        "seed": seed,
        "preparation": asdict(preparation),
        "code_version": __version__,
        "rows": [row.as_dict() for row in rows],
    }


def _empty_rows(disturbances: Sequence[Disturbance]) -> list[Row]:
    steps = [(CLEAN, (0.0, "")), *((d.name, (s, d.label(s))) for d in disturbances for s in d.strengths)]
    return [Row(name, strength, {region: [] for region in REGIONS}) for name, strength in steps]


def _load_complete(case: Case) -> tuple[Images, sitk.Image]:
    """Read a patient with a label map and all modalities.

    Raises:
        InputError: Something is missing or cannot be used.
    """
    images, truth = load_labelled(case)
    absent = [DISPLAY_NAMES[modality] for modality in MODALITIES if modality not in images]
    if absent:
        message = f"Patient '{case.name}' has no {', '.join(absent)}: robustness is measured on complete patients."
        raise InputError(message)
    return images, truth


def _versions(name: str, images: Images, disturbances: Sequence[Disturbance], seed: int) -> Iterator[Images]:
    """Give the images of a patient undisturbed, then under each disturbance at each of its strengths."""
    yield images
    for disturbance in disturbances:
        for strength in disturbance.strengths:
            words = (name, disturbance.name)
            rng = np.random.default_rng([seed, *(zlib.crc32(word.encode()) for word in words)])
            yield disturbance.change(images, strength, rng)


def _dice_of_regions(truth: sitk.Image, result: sitk.Image) -> dict[Region, float]:
    masks = [regions_from_labels(sitk.GetArrayViewFromImage(image), BRATS) for image in (truth, result)]
    return {region: round(dice(*pair), 4) for region, *pair in zip(REGIONS, *masks, strict=True)}
