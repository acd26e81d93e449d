"""Learn what the modalities look like, for `lckd.appearance`, or check what was learnt.

usage: python -m lckd_training.fit_appearance --data REAL/train REAL/elect --out LCKDSegmentation/lckd/appearance.json
       python -m lckd_training.fit_appearance --data REAL/test
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lckd.appearance import FARTHEST_SD, SPACING_MM, Figures, doubtful_slots, figures_of, strange_images
from lckd.cli import run_command
from lckd.files import write_text
from lckd.grid import crop_to_content, prepare, working_grid
from lckd.intensity import FloatArray
from lckd.modality import MODALITIES, Modality
from lckd.patients.case import Case
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.sources import find_all
from lckd_training.commands.outputs import require_ending
from lckd_training.synthetic import seeds

SYNTHETIC_PATIENTS = 24
SYNTHETIC_WEIGHT = 0.3
"""Synthetic images vary more than real ones and count less: real ones are what is to be told apart."""
PENALTY = 1e-3
"""Weight of the squared weights; chosen by eightfold cross-validation over the patients it is fitted on."""


@dataclass(frozen=True)
class Check:
    """How well wrong slots are noticed.

    Attributes:
        right: Patients whose images are where they belong, and how many of them are doubted.
        exchanged: Pairs of exchanged images in complete patients, and how many are noticed.
        alone: Single images given as each other modality, and how many are noticed.
        right_alone: Single images given as what they are, and how many are doubted.
        strange: Images, and how many look like none of the four.
    """

    right: tuple[int, int]
    exchanged: tuple[int, int]
    alone: tuple[int, int]
    right_alone: tuple[int, int]
    strange: tuple[int, int]

    def __str__(self) -> str:
        """Say it in five lines."""
        lines = (
            ("patients with every image in its slot", self.right, "doubted"),
            ("patients with two images exchanged", self.exchanged, "noticed"),
            ("single images in a wrong slot", self.alone, "noticed"),
            ("single images in their slot", self.right_alone, "doubted"),
            ("images", self.strange, "look like none of the four"),
        )
        return "\n".join(f"{what}: {found} of {count} {verb}" for what, (count, found), verb in lines)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, nargs="+", help="real patients, in any known layout")
    parser.add_argument("--out", type=Path, help="fit, and write the constants there; without it, check those in use")
    parser.set_defaults(run=run)
    sys.exit(run_command(parser, sys.argv[1:]))


def run(arguments: argparse.Namespace) -> None:
    """Fit or check.

    Raises:
        LckdError: A patient cannot be used, or the file cannot be written.
    """
    torch.set_num_threads(1)
    if arguments.out is not None:
        require_ending(arguments.out, ".json", option="--out")
    cases = find_all(arguments.data)
    if arguments.out is None:
        print(check([brains_of(case) for case in cases]))
        return
    made = [SyntheticCase(seed) for seed in seeds("train", SYNTHETIC_PATIENTS)]
    write_text(json.dumps(fit(cases, made), indent=1) + "\n", arguments.out)


def fit(real: Sequence[Case], synthetic: Sequence[Case]) -> dict[str, object]:
    """Fit the constants of `lckd.appearance.Looks`.

    Args:
        real: Real patients.
        synthetic: Synthetic ones.

    Returns:
        The constants as plain values.
    """
    figures, kinds = zip(_figures(real), _figures(synthetic), strict=True)
    importance = np.concatenate([np.full(len(kind), w) for kind, w in zip(kinds, (1.0, SYNTHETIC_WEIGHT), strict=True)])
    table, kind = np.concatenate(figures), np.concatenate(kinds)
    mean, deviation = table.mean(axis=0), table.std(axis=0)
    scaled = np.clip((table - mean) / deviation, -FARTHEST_SD, FARTHEST_SD)
    weights, offsets = _regress(*map(torch.from_numpy, (scaled, kind, importance)))
    groups = [table[kind == index] for index in range(len(MODALITIES))]
    constants = {
        "mean": mean,
        "deviation": deviation,
        "weights": weights.numpy(),
        "offsets": offsets.numpy(),
        "centres": np.stack([np.median(group, axis=0) for group in groups]),
        "widths": np.stack([group.std(axis=0) for group in groups]),
    }
    fitted = {"real": len(real), "synthetic": len(synthetic), "images": len(kind)}
    return {**{name: np.round(values, 5).tolist() for name, values in constants.items()}, "fitted": fitted}


def check(patients: Sequence[dict[Modality, FloatArray]]) -> Check:
    """Put images into wrong slots and count how many are noticed.

    Args:
        patients: Brains of each patient, as `lckd.appearance.figures_of` takes them.
    """
    described = [figures_of(brains, spacing_mm=SPACING_MM) for brains in patients]
    complete = [figures for figures in described if len(figures) == len(MODALITIES)]
    exchanged = [_exchange(figures, *pair) for figures in complete for pair in combinations(MODALITIES, 2)]
    images = [(modality, of_image) for figures in described for modality, of_image in figures.items()]
    wrong = [{said: of_image} for (is_, of_image), said in product(images, MODALITIES) if said != is_]
    right = [{modality: of_image} for modality, of_image in images]
    strange = [strange_images(figures) for figures in right]
    return Check(
        right=_count(described),
        exchanged=_count(exchanged),
        alone=_count(wrong),
        right_alone=_count(right),
        strange=(len(right), sum(map(len, strange))),
    )


def brains_of(case: Case) -> dict[Modality, FloatArray]:
    """Read a patient's normalised brains on the grid that images are described on.

    Raises:
        InputError: An image cannot be used.
    """
    images = case.load().images
    grid = working_grid(images, reference=next(iter(images)), spacing_mm=SPACING_MM)
    return crop_to_content(grid, {modality: prepare(image, grid) for modality, image in images.items()})[1]


def _figures(cases: Sequence[Case]) -> tuple[Figures, npt.NDArray[np.int64]]:
    """Describe every image: ``(image, figure)``, and the index of its modality."""
    described = [figures_of(brains_of(case), spacing_mm=SPACING_MM) for case in cases]
    images = [(MODALITIES.index(modality), of_image) for figures in described for modality, of_image in figures.items()]
    kinds, rows = zip(*images, strict=True)
    return np.stack(rows), np.array(kinds)


def _regress(figures: Tensor, kinds: Tensor, importance: Tensor) -> tuple[Tensor, Tensor]:
    """Fit a multinomial logistic regression with squared weights penalised."""
    weights = torch.zeros(figures.shape[1], len(MODALITIES), dtype=torch.float64, requires_grad=True)
    offsets = torch.zeros(len(MODALITIES), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights, offsets], max_iter=500, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        losses = torch.nn.functional.cross_entropy(figures @ weights + offsets, kinds, reduction="none")
        loss = (losses * importance).sum() / importance.sum() + PENALTY * (weights**2).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return weights.detach(), offsets.detach()


def _exchange(figures: dict[Modality, Figures], one: Modality, other: Modality) -> dict[Modality, Figures]:
    return {**figures, one: figures[other], other: figures[one]}


def _count(patients: Sequence[dict[Modality, Figures]]) -> tuple[int, int]:
    """Count the patients, and those with a slot in doubt."""
    return len(patients), sum(bool(doubtful_slots(figures)) for figures in patients)


if __name__ == "__main__":
    main()
