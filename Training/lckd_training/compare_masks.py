"""Which brain comes of several opinions: ways to combine the masks of the modalities, measured on synthetic heads.

``python -m lckd_training.compare_masks --seeds 2000001 2000003 --bias 0.3``: each head has its skull on, T1ce in cubes
of 1 mm, the others in slices of 5 mm, all in one position, and a bias field. Every way gets the same of deepbet.
"""

import argparse
import sys
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.cli import run_command
from lckd.grid import resample_to
from lckd.intensity import FloatArray
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.preprocess.brain import LEVELS, brain_probability
from lckd.preprocess.strip import cleaned
from lckd_training.synthetic.head import synthesise_head
from lckd_training.synthetic.scan import Scans, Series, scan

Mask: TypeAlias = npt.NDArray[np.bool_]
Combine: TypeAlias = Callable[[FloatArray], Mask]
"""Makes a mask ``(D, H, W)`` of the probabilities of the modalities, ``(modality, D, H, W)``."""

REFERENCE: Modality = "t1ce"
THICK_MM, NOISE = (0.9, 0.9, 5.0), 0.03
HALF = 0.5
HEADINGS = ("brain Dice", "lowest", "brain lost", "else kept", "tumour lost")


def _alone(modality: Modality) -> Combine:
    return lambda chances: np.asarray(chances[MODALITIES.index(modality)] > HALF)


WAYS: dict[str, Combine] = {
    "mean of the probabilities": lambda chances: np.asarray(chances.mean(axis=0) > HALF),
    "majority": lambda chances: np.asarray((chances > HALF).mean(axis=0) > HALF),
    "union": lambda chances: np.asarray((chances > HALF).any(axis=0)),
    "intersection": lambda chances: np.asarray((chances > HALF).all(axis=0)),
    **{f"{DISPLAY_NAMES[modality]} alone": _alone(modality) for modality in MODALITIES},
}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Compare ways to combine brain masks on synthetic heads.")
    parser.add_argument("--seeds", type=int, nargs="+", required=True, help="which synthetic patients")
    parser.add_argument("--bias", type=float, default=0.0, help="standard deviation of the logarithm of the gain")
    parser.set_defaults(run=_run)
    sys.exit(run_command(parser, sys.argv[1:]))


def _run(arguments: argparse.Namespace) -> None:
    figures = np.array([figures_of_head(seed, bias=arguments.bias) for seed in arguments.seeds])
    print("| way | " + " | ".join(HEADINGS) + " |")
    print("|---" * (len(HEADINGS) + 1) + "|")
    for way, of_heads in zip(WAYS, figures.swapaxes(0, 1), strict=True):
        print(f"| {way} | " + " | ".join(_row(of_heads)) + " |")
    print(f"\nn = {len(figures)} heads (seeds {arguments.seeds}), bias {arguments.bias:g}; means, and the lowest Dice.")


def _row(of_heads: FloatArray) -> list[str]:
    agreement, lost, kept, tumour = of_heads.mean(axis=0)
    return [f"{agreement:.3f}", f"{of_heads[:, 0].min():.3f}", f"{lost:.1%}", f"{kept:.1%}", f"{tumour:.2%}"]


def figures_of_head(seed: int, *, bias: float) -> list[list[float]]:
    """Measure every way on one head.

    Args:
        seed: Which synthetic patient.
        bias: Strength of the bias field.

    Returns:
        For each of `WAYS`: Dice of the brain, share of it that is lost, what else is kept as a share of the brain, and
        the share of the tumour that is lost.
    """
    thick = Series(THICK_MM, noise=NOISE, bias=bias)
    plan = {**dict.fromkeys(MODALITIES, thick), REFERENCE: Series(bias=bias)}
    scans = scan(synthesise_head(seed), plan, reference=REFERENCE)
    chances = _chances(scans)
    return [_figures(combine(chances), scans) for combine in WAYS.values()]


def _chances(scans: Scans) -> FloatArray:
    reference, found = scans.images[REFERENCE], []
    for modality in MODALITIES:
        levels = brain_probability(scans.images[modality], modality)
        chance = sitk.Cast(levels, sitk.sitkFloat32) / LEVELS
        found.append(sitk.GetArrayFromImage(resample_to(chance, reference)))
    return np.stack(found)


def _figures(mask: Mask, scans: Scans) -> list[float]:
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    found = sitk.GetArrayFromImage(cleaned(image)) > 0
    brain, tumour = (sitk.GetArrayViewFromImage(one) > 0 for one in (scans.brains[REFERENCE], scans.labels))
    both = int((found & brain).sum())
    agreement = 2 * both / max(int(found.sum() + brain.sum()), 1)
    size = max(int(brain.sum()), 1)
    lost = int((tumour & ~found).sum()) / max(int(tumour.sum()), 1)
    return [agreement, 1 - both / size, (int(found.sum()) - both) / size, lost]


if __name__ == "__main__":
    main()
