"""A synthetic patient: four modalities and the expert's labels, made from one seed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd.errors import TrainingError
from lckd_training.synthetic.acquisition import acquire, draw_acquisition
from lckd_training.synthetic.anatomy import draw_anatomy
from lckd_training.synthetic.bait import draw_bait
from lckd_training.synthetic.contrast import RANGES, draw_signal
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Shape, Triple, brain_box
from lckd_training.synthetic.stripping import strip
from lckd_training.synthetic.tumour import grow
from lckd_training.synthetic.tumour_plan import draw_tumour


@dataclass(frozen=True)
class SyntheticPatient:
    """A patient who never lived.

    Arrays lie as in a BraTS file: indices (k, j, i) grow to the patient's head, back and left (LPS).

    Attributes:
        images: Intensities of FLAIR, T1, T1ce, T2, float32, shape ``(modality, D, H, W)``; exactly 0 outside the
            brain and above 0 inside.
        labels: 0, 1 NCR, 2 ED or 4 ET, uint8, shape ``(D, H, W)``.
        seed: What the patient was made from.
    """

    images: Tensor
    labels: Tensor
    seed: int


@torch.no_grad()
def synthesise(
    seed: int,
    *,
    device: str | torch.device = "cpu",
    shape: Shape = (155, 240, 240),
    spacing_mm: Triple = (1.0, 1.0, 1.0),
) -> SyntheticPatient:
    """Make the patient of a seed.

    The anatomy is in millimetres: one seed gives about the same patient on every grid that covers the head.

    Args:
        seed: Which patient, from 0.
        device: Where to compute; random numbers always come from the CPU, so the device changes only rounding.
        shape: Voxels of the images, (D, H, W).
        spacing_mm: Edges of a voxel in mm, in the same order.

    Returns:
        The patient, with tensors on `device`.

    Raises:
        TrainingError: The seed is negative, or the grid does not cover the head.
    """
    if seed < 0:
        message = f"A synthetic patient cannot have the seed {seed}: use 0 or more."
        raise TrainingError(message)
    grid = brain_box(shape, spacing_mm, torch.device(device))
    anatomy = draw_anatomy(Draws(seed, "anatomy"))
    plan = draw_tumour(Draws(seed, "tumour"))
    tissues = anatomy.tissues(grid, plan.mass_effect())
    stripped = strip(Draws(seed, "stripping"), tissues, grid)
    tumour = grow(plan, anatomy, tissues, grid)
    bait = draw_bait(Draws(seed, "bait"), tissues, grid)
    signal = draw_signal(Draws(seed, "contrast"), (tissues, tumour, bait, stripped), grid)
    parameters, noise = Draws(seed, "acquisition"), Draws(seed, "noise")
    acquisitions = [draw_acquisition(parameters) for _ in RANGES]
    images = torch.stack([acquire(s, a, noise, grid) for s, a in zip(signal, acquisitions, strict=True)])
    images = images.mul_(stripped.brain)
    return SyntheticPatient(grid.embed(images), grid.embed(tumour.labels * stripped.brain), seed)
