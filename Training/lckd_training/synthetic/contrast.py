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
from lckd_training.synthetic.stripping import Stripped
from lckd_training.synthetic.tumour import Tumour

Range = tuple[float, float]
Head = tuple[Tissues, Tumour, Bait, Stripped]
OUTSHINES = 2.4
"""Least contrast of edema to white matter on FLAIR and T2, relative to that of grey matter."""
STRANGE_SHARE = 0.25
"""Share of patients whose contrasts leave the usual ranges."""


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
        dura: Dura.
        bone: Bone.
        fat: Fat and muscle.
    """

    grey: Range
    csf: Range
    edema: Range
    solid: Range
    necrosis: Range
    enhancing: Range
    vessel: Range
    lesion: Range
    dura: Range
    bone: Range
    fat: Range


RANGES: dict[str, Ranges] = {
    "flair": Ranges(
        grey=(1.1, 1.55), csf=(0.1, 0.45), edema=(1.7, 3.0), solid=(1.6, 3.0), necrosis=(0.9, 2.8),
        enhancing=(1.4, 2.8), vessel=(0.5, 1.1), lesion=(1.4, 2.3),
        dura=(0.5, 1.3), bone=(0.05, 0.4), fat=(0.8, 2.5),
    ),
    "t1": Ranges(
        grey=(0.62, 0.9), csf=(0.15, 0.45), edema=(0.58, 0.9), solid=(0.55, 0.85), necrosis=(0.45, 0.85),
        enhancing=(0.65, 0.95), vessel=(0.5, 1.1), lesion=(0.7, 0.95),
        dura=(0.5, 1.1), bone=(0.05, 0.4), fat=(0.9, 2.2),
    ),
    "t1ce": Ranges(
        grey=(0.78, 1.0), csf=(0.25, 0.5), edema=(0.68, 0.95), solid=(0.7, 0.95), necrosis=(0.5, 0.95),
        enhancing=(1.25, 2.3), vessel=(2.0, 4.5), lesion=(0.75, 1.0),
        dura=(1.0, 2.5), bone=(0.05, 0.4), fat=(0.9, 2.2),
    ),
    "t2": Ranges(
        grey=(1.2, 1.7), csf=(2.4, 4.1), edema=(1.5, 3.1), solid=(1.6, 3.6), necrosis=(2.0, 4.2),
        enhancing=(1.3, 2.9), vessel=(0.6, 2.0), lesion=(1.3, 2.2),
        dura=(0.5, 1.5), bone=(0.05, 0.4), fat=(0.8, 2.8),
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


def draw_signal(draws: Draws, head: Head, grid: Grid) -> Tensor:
    """Draw the contrast of every modality and compute its noiseless signal.

    Args:
        draws: The stream of the contrast.
        head: The brain, the tumour in it, what looks like one, and what skull stripping left.
        grid: Where.

    Returns:
        Signal of shape ``(modality, D, H, W)``, white matter about 1, defined outside the brain too.
    """
    necrosis = draws.uniform(-1.0, 3.0) + draws.uniform(0.0, 6.0) * (head[1].centrality - 0.5)
    necrotic = torch.sigmoid(1.5 * draw_field(draws, 9.0).at(grid) + necrosis)
    textures = Textures(draw_field(draws, 2.5).at(grid), draw_field(draws, 7.0).at(grid), necrotic)
    share = draws.uniform(0.0, 1.0)
    strangeness = draws.uniform(0.05, 0.25) if draws.chance(STRANGE_SHARE) else 0.0
    palettes = [_draw_palette(draws, ranges, share=share, strangeness=strangeness) for ranges in RANGES.values()]
    return torch.stack([_signal(palette, draws, head, textures) for palette in palettes])


def _draw_palette(draws: Draws, ranges: Ranges, *, share: float, strangeness: float) -> dict[str, float]:
    """Draw one intensity per tissue; `share` ties edema and solid tumour of all modalities together."""
    palette = {
        name: draws.uniform(*limits) * draws.log_normal(1.0, strangeness) for name, limits in vars(ranges).items()
    }
    if ranges.edema[0] > 1.0:  # what outshines white matter outshines the cortex, too, or nobody could have outlined it
        palette["edema"] = max(palette["edema"], 1.0 + OUTSHINES * (palette["grey"] - 1.0))
    palette["solid"] = share * palette["edema"] + (1.0 - share) * palette["solid"]
    return palette


def _signal(palette: dict[str, float], draws: Draws, head: Head, textures: Textures) -> Tensor:
    tissues, tumour, bait, stripped = head
    normal = tissues.white + palette["grey"] * tissues.grey + palette["csf"] * tissues.csf
    normal = normal * (1.0 + draws.uniform(0.01, 0.07) * textures.fine + draws.uniform(0.0, 0.06) * textures.medium)
    for name, occupancy in (
        ("lesion", bait.lesion),
        ("csf", bait.cavity),
        ("vessel", bait.enhancing),
        ("dura", stripped.dura),
        ("bone", stripped.bone),
        ("fat", stripped.fat),
        ("csf", stripped.eye),
    ):
        normal = torch.lerp(normal, torch.full_like(normal, palette[name]), occupancy)
    amount = draws.uniform(0.05, 0.4) * textures.medium + draws.uniform(0.02, 0.12) * textures.fine
    swollen = 1.0 + (palette["edema"] - 1.0) * tumour.edema_strength * (1.0 + amount).clamp_(0.2, 1.8)
    signal = torch.lerp(normal, swollen, tumour.edema)
    return torch.lerp(signal, _core_signal(palette, draws, tumour, textures), tumour.core)


def _core_signal(palette: dict[str, float], draws: Draws, tumour: Tumour, textures: Textures) -> Tensor:
    amount = draws.uniform(-0.3, 0.3) * textures.medium + draws.uniform(0.02, 0.12) * textures.fine
    dead = palette["solid"] + (palette["necrosis"] - palette["solid"]) * textures.necrotic
    lively = 1.0 + draws.uniform(0.05, 0.3) * textures.fine + draws.uniform(0.0, 0.4) * textures.medium
    signal = torch.lerp(
        (dead - 1.0) * (1.0 + amount).clamp_(0.2, 1.8), (palette["enhancing"] - 1.0) * lively, tumour.enhancing
    )
    return (1.0 + signal).clamp_(min=0.05)
