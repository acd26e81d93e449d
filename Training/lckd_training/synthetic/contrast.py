"""MR signal: what each tissue looks like in each modality.

All intensities are relative to white matter of the same modality. The ranges were chosen so that, after the intensities
of a brain are brought to zero mean and unit variance, they cover what is seen in BraTS cases.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.bait import Bait
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.noise import draw_field
from lckd_training.synthetic.tumour import Tumour

Range = tuple[float, float]


@dataclass(frozen=True)
class Ranges:
    """Ranges of the intensity of each tissue in one modality, white matter being 1.

    Attributes:
        grey: Grey matter.
        csf: Cerebrospinal fluid.
        edema: Edema next to the core.
        solid: Core that neither enhances nor is necrotic.
        necrosis: Necrosis.
        enhancing: Enhancing tumour.
        vessel: Vessels, dura and choroid plexus.
        lesion: Old white-matter lesions.
    """

    grey: Range
    csf: Range
    edema: Range
    solid: Range
    necrosis: Range
    enhancing: Range
    vessel: Range
    lesion: Range


RANGES: dict[str, Ranges] = {
    "flair": Ranges(
        grey=(1.05, 1.5), csf=(0.1, 0.45), edema=(1.45, 2.5), solid=(1.4, 2.3), necrosis=(0.9, 2.4),
        enhancing=(1.3, 2.3), vessel=(0.5, 1.1), lesion=(1.5, 2.2),
    ),
    "t1": Ranges(
        grey=(0.68, 0.92), csf=(0.15, 0.45), edema=(0.58, 0.9), solid=(0.55, 0.85), necrosis=(0.45, 0.85),
        enhancing=(0.65, 0.95), vessel=(0.5, 1.1), lesion=(0.75, 0.95),
    ),
    "t1ce": Ranges(
        grey=(0.78, 1.0), csf=(0.25, 0.5), edema=(0.68, 0.95), solid=(0.7, 0.95), necrosis=(0.5, 0.95),
        enhancing=(1.2, 1.8), vessel=(1.7, 3.2), lesion=(0.8, 1.0),
    ),
    "t2": Ranges(
        grey=(1.2, 1.6), csf=(2.9, 4.3), edema=(1.5, 3.1), solid=(1.6, 3.6), necrosis=(2.0, 4.2),
        enhancing=(1.3, 2.9), vessel=(0.6, 2.0), lesion=(1.4, 2.0),
    ),
}  # fmt: skip
"""In the order of the modalities, which is also the order of the images."""


@dataclass(frozen=True)
class Textures:
    """Random variation inside tissues, unit variance, shape ``(D, H, W)`` each.

    Attributes:
        fine: Structures of a few mm.
        medium: Structures of a cm.
        necrotic: Share of the non-enhancing core that is necrotic, in [0, 1].
    """

    fine: Tensor
    medium: Tensor
    necrotic: Tensor


def draw_signal(draws: Draws, tissues: Tissues, tumour: Tumour, bait: Bait, grid: Grid) -> Tensor:
    """Draw the contrast of every modality and compute its noiseless signal.

    Args:
        draws: The stream of the contrast.
        tissues: The brain.
        tumour: The tumour in it.
        bait: Bright normal structures.
        grid: Where.

    Returns:
        Signal of shape ``(modality, D, H, W)``, white matter about 1, defined outside the brain too.
    """
    necrosis_bias = draws.uniform(-1.0, 2.5)
    necrotic = torch.sigmoid(2.0 * draw_field(draws, 9.0).at(grid) + 2.0 * necrosis_bias)
    textures = Textures(draw_field(draws, 3.0).at(grid), draw_field(draws, 7.0).at(grid), necrotic)
    share = draws.uniform(0.0, 1.0)
    return torch.stack(
        [
            _signal(_draw_palette(draws, ranges, share), draws, (tissues, tumour, bait, textures))
            for ranges in RANGES.values()
        ]
    )


def _draw_palette(draws: Draws, ranges: Ranges, share: float) -> dict[str, float]:
    """Draw one intensity per tissue; `share` ties edema and solid tumour of all modalities together."""
    palette = {name: draws.uniform(*limits) for name, limits in vars(ranges).items()}
    palette["solid"] = share * palette["edema"] + (1.0 - share) * palette["solid"]
    return palette


def _signal(palette: dict[str, float], draws: Draws, maps: tuple[Tissues, Tumour, Bait, Textures]) -> Tensor:
    tissues, tumour, bait, textures = maps
    normal = tissues.white + palette["grey"] * tissues.grey + palette["csf"] * tissues.csf
    normal = normal * (1.0 + draws.uniform(0.02, 0.07) * textures.fine)
    normal = torch.lerp(normal, torch.full_like(normal, palette["lesion"]), bait.lesion)
    normal = torch.lerp(normal, torch.full_like(normal, palette["vessel"]), bait.enhancing)
    amount = draws.uniform(0.05, 0.4) * textures.medium + draws.uniform(0.02, 0.2) * textures.fine
    swollen = 1.0 + (palette["edema"] - 1.0) * tumour.edema_strength * (1.0 + amount).clamp_(0.2, 1.8)
    signal = torch.lerp(normal, swollen, tumour.edema)
    return torch.lerp(signal, _core_signal(palette, draws, tumour, textures), tumour.core)


def _core_signal(palette: dict[str, float], draws: Draws, tumour: Tumour, textures: Textures) -> Tensor:
    amount = draws.uniform(-0.35, 0.35) * textures.medium + draws.uniform(0.05, 0.25) * textures.fine
    dead = palette["solid"] + (palette["necrosis"] - palette["solid"]) * textures.necrotic
    lively = 1.0 + draws.uniform(0.2, 0.8) * textures.fine
    signal = torch.lerp(
        (dead - 1.0) * (1.0 + amount).clamp_(0.2, 1.8), (palette["enhancing"] - 1.0) * lively, tumour.enhancing
    )
    return (1.0 + signal).clamp_(min=0.05)
