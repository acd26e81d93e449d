"""A whole head, skull on: what a scanner would see of a synthetic patient before anybody removed anything."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from lckd.errors import TrainingError
from lckd_training.synthetic.anatomy import CENTRE_MM, Tissues, draw_anatomy
from lckd_training.synthetic.bait import draw_bait
from lckd_training.synthetic.contrast import RANGES, Range, draw_signal
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, Shape, Triple, brain_box
from lckd_training.synthetic.shapes import Place
from lckd_training.synthetic.skull import draw_build, surroundings
from lckd_training.synthetic.stripping import Stripped
from lckd_training.synthetic.tumour import grow
from lckd_training.synthetic.tumour_plan import draw_tumour

LOW_MM: Triple = (-46.0, 8.0, 20.0)
HIGH_MM: Triple = (166.0, 252.0, 220.0)
"""Part of space (z, y, x from the corner of the BraTS field of view) that holds the head and a piece of the neck."""
BRAIN_VIEW: Shape = (155, 240, 240)
THREAD_MM = 3
TEXTURE_MM = 4
"""Edge of the patches in which muscle and fat vary."""

BRIGHTNESS: dict[str, dict[str, Range]] = {
    "flair": {"muscle": (0.5, 0.9), "fat": (1.2, 2.4), "skin": (0.6, 1.2), "marrow": (0.6, 1.4), "eye": (0.1, 0.4)},
    "t1": {"muscle": (0.5, 0.8), "fat": (1.4, 2.4), "skin": (0.6, 1.1), "marrow": (0.8, 1.6), "eye": (0.15, 0.35)},
    "t1ce": {"muscle": (0.6, 0.9), "fat": (1.4, 2.4), "skin": (0.8, 1.6), "marrow": (0.8, 1.6), "eye": (0.15, 0.4)},
    "t2": {"muscle": (0.4, 0.8), "fat": (1.0, 2.4), "skin": (0.5, 1.1), "marrow": (0.7, 1.5), "eye": (2.2, 3.6)},
}
"""Intensity of what lies around the brain, white matter being 1."""
ALIKE = {"orbit": "fat"}
"""Tissues that look like others."""
AIR = (0.0, 0.04)


@dataclass(frozen=True)
class SyntheticHead:
    """A head in space, noiseless; arrays are ``(D, H, W)`` on cubes of 1 mm whose first corner lies at `LOW_MM`.

    Attributes:
        signal: Signal of FLAIR, T1, T1ce, T2, white matter about 1, air about 0, ``(modality, D, H, W)``.
        brain: What a perfect skull stripping keeps, boolean.
        labels: 0, 1 NCR, 2 ED or 4 ET, uint8.
        seed: What it was made from.
    """

    signal: Tensor
    brain: Tensor
    labels: Tensor
    seed: int


@torch.no_grad()
def synthesise_head(seed: int) -> SyntheticHead:
    """Make the head of the patient of a seed: the brain and the tumour of `lckd_training.synthetic.synthesise`.

    Args:
        seed: Which patient, from 0.

    Returns:
        The head, on the CPU.

    Raises:
        TrainingError: The seed is negative.
    """
    if seed < 0:
        message = f"A synthetic patient cannot have the seed {seed}: use 0 or more."
        raise TrainingError(message)
    box, grid = brain_box(BRAIN_VIEW, (1.0, 1.0, 1.0), torch.device("cpu")), _head_grid()
    anatomy, plan = draw_anatomy(Draws(seed, "anatomy")), draw_tumour(Draws(seed, "tumour"))
    tissues = anatomy.tissues(box, plan.mass_effect())
    tumour = grow(plan, anatomy, tissues, box)
    bait = draw_bait(Draws(seed, "bait"), tissues, box)
    signal = draw_signal(Draws(seed, "contrast"), (tissues, tumour, bait, _unstripped(tissues)), box)
    inside = _largest_piece(tissues.depth_mm > 0.0)
    brain = _extended(inside, box, grid)
    draws = Draws(seed, "head")
    around = surroundings(draw_build(draws), brain, _places(grid), grid)
    signal = _wrapped(_extended(signal, box, grid), around, draws)
    return SyntheticHead(signal, brain, _extended(tumour.labels * inside, box, grid), seed)


def _largest_piece(mask: Tensor) -> Tensor:
    """Leave out what floats beside the brain, or hangs on it by a thread, where its bent outline meets the box."""
    thick = ndimage.binary_erosion(mask.numpy(), iterations=THREAD_MM)
    pieces, _ = ndimage.label(thick)
    counts = np.bincount(pieces.ravel())
    counts[0] = 0
    grown = ndimage.binary_dilation(pieces == int(counts.argmax()), iterations=THREAD_MM + 1)
    return torch.from_numpy(grown) & mask


def _head_grid() -> Grid:
    low, high = [round(edge) for edge in LOW_MM], [round(edge) for edge in HIGH_MM]
    shape = (high[0] - low[0], high[1] - low[1], high[2] - low[2])
    return Grid(shape, (1.0, 1.0, 1.0), (low[0], low[1], low[2]), shape, torch.device("cpu"))


def _places(grid: Grid) -> Place:
    z, y, x = grid.coordinates_mm()
    return z - CENTRE_MM[0], y - CENTRE_MM[1], x - CENTRE_MM[2]


def _unstripped(tissues: Tissues) -> Stripped:
    """Leave out the rests of a stripping: the whole head takes their place."""
    none = torch.zeros((), device=tissues.depth_mm.device)
    return Stripped(brain=tissues.depth_mm > 0.0, bone=none, fat=none, dura=none, eye=none)


def _extended(volume: Tensor, box: Grid, grid: Grid) -> Tensor:
    """Put a volume ``(..., d, h, w)`` of the box that holds the brain into the one that holds the head."""
    padding: list[int] = []
    for axis in (2, 1, 0):
        before = box.start[axis] - grid.start[axis]
        padding += [before, grid.shape[axis] - before - box.shape[axis]]
    return functional.pad(volume, padding)


def _wrapped(signal: Tensor, around: dict[str, Tensor], draws: Draws) -> Tensor:
    """Lay the tissues around the brain over the signal of each modality."""
    shape = signal.shape[1:]
    coarse = draws.gaussian((shape[0] // TEXTURE_MM, shape[1] // TEXTURE_MM, shape[2] // TEXTURE_MM))
    texture = functional.interpolate(coarse[None, None], size=shape, mode="trilinear")[0, 0]
    lively = 1.0 + draws.uniform(0.05, 0.2) * texture
    for image, name in zip(signal, RANGES, strict=True):
        palette = _draw_palette(draws, name)
        for tissue, occupancy in around.items():
            value = palette[ALIKE.get(tissue, tissue)]
            image.lerp_((value * lively).clamp_(min=0.0), occupancy)
    return signal


def _draw_palette(draws: Draws, name: str) -> dict[str, float]:
    ranges = {**BRIGHTNESS[name], "cord": (0.85, 1.05), "air": AIR, "nothing": (0.0, 0.0)}
    for tissue in ("bone", "dura", "csf"):
        ranges[tissue] = getattr(RANGES[name], tissue)
    return {tissue: draws.uniform(*limits) for tissue, limits in ranges.items()}
