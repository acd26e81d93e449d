"""What is drawn about a glioma before it grows: where, how large, how irregular, how much of it enhances."""

import math
from dataclasses import dataclass

import torch

from lckd_training.synthetic.anatomy import MassEffect
from lckd_training.synthetic.atlas import load_atlas
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Triple
from lckd_training.synthetic.noise import Field, draw_field

LOW_GRADE_SHARE = 0.25
MOSTLY_TISSUE = 0.5
"""Share of grey and white matter that a focus needs at least."""
USUAL_SIZE = 0.93
"""Size of a brain relative to the average one of the atlas, which is larger than most."""
SHALLOWEST_MM, NEAREST_MM = 8.0, 3.0
"""Distances of a focus from the outline and from the ventricles, at least."""


@dataclass(frozen=True)
class Focus:
    """One origin of growth.

    Attributes:
        centre_mm: From the centre of the brain, (z, y, x).
        weight: Radius relative to the largest focus.
    """

    centre_mm: Triple
    weight: float


@dataclass(frozen=True)
class TumourPlan:
    """Everything drawn about one tumour; independent of any grid.

    Attributes:
        foci: Origins of growth, the largest first.
        stretch: Factors on the distance along z, y, x.
        core_cm3: Volume of the whole core (ET and NCR).
        enhancing_cm3: Volume of the enhancing part, 0 for none.
        edema_cm3: Volume of the edema.
        is_low_grade: Whether the core is mostly solid tumour that does not enhance.
        push: Mass effect as a share of the radius of the core.
        irregularity: How much the radius of the core varies.
        patchiness_mm: How far the thickness of the rim varies.
        lean: How much the rim thickens per mm along z, y, x: some tumours enhance on one side only.
        rim_depth_mm: Depth at which the rim lies in the core, 0 at its border: what is outside does not enhance.
        shape: Two fields that make the core irregular, coarse and fine.
        rim: Field that varies the rim.
        fingers: Field that varies the speed of edema.
        fringe: Field that frays the border of the edema.
    """

    foci: tuple[Focus, ...]
    stretch: Triple
    core_cm3: float
    enhancing_cm3: float
    edema_cm3: float
    is_low_grade: bool
    push: float
    irregularity: float
    patchiness_mm: float
    lean: Triple
    rim_depth_mm: float
    shape: tuple[Field, Field]
    rim: Field
    fingers: Field
    fringe: Field

    @property
    def radius_mm(self) -> float:
        """Radius of the ball with the volume of the core."""
        return float((self.core_cm3 * 1000.0 * 0.75 / math.pi) ** (1 / 3))

    def mass_effect(self) -> MassEffect:
        """Say how the tumour pushes the brain away."""
        return MassEffect(self.foci[0].centre_mm, self.push * self.radius_mm, 1.2 * self.radius_mm + 10.0)


def draw_tumour(draws: Draws) -> TumourPlan:
    """Draw a tumour.

    Args:
        draws: The stream of the tumour.

    Returns:
        The plan; sizes are spread like those of BraTS cases.
    """
    is_low_grade = draws.chance(LOW_GRADE_SHARE)
    core, enhancing, edema = _low_grade_volumes(draws) if is_low_grade else _high_grade_volumes(draws)
    return TumourPlan(
        foci=_draw_foci(draws),
        stretch=(draws.uniform(0.8, 1.2), draws.uniform(0.75, 1.1), draws.uniform(0.85, 1.3)),
        core_cm3=core,
        enhancing_cm3=enhancing,
        edema_cm3=edema,
        is_low_grade=is_low_grade,
        push=draws.uniform(0.0, 0.5),
        irregularity=draws.uniform(0.12, 0.35),
        patchiness_mm=draws.uniform(0.8, 4.0),
        lean=(draws.uniform(-0.25, 0.25), draws.uniform(-0.25, 0.25), draws.uniform(-0.25, 0.25)),
        rim_depth_mm=draws.uniform(1.5, 6.0) if draws.chance(0.2) else 0.0,
        shape=(draw_field(draws, 14.0), draw_field(draws, 5.0)),
        rim=draw_field(draws, 7.0),
        fingers=draw_field(draws, 9.0),
        fringe=draw_field(draws, 4.0),
    )


def _high_grade_volumes(draws: Draws) -> tuple[float, float, float]:
    is_small, is_solid = draws.chance(0.15), draws.chance(0.25)
    core = draws.log_normal(2.5, 0.8) if is_small else draws.log_normal(9.0 if is_solid else 29.0, 0.7)
    core = min(max(core, 0.3), 120.0)
    share = draws.uniform(0.9, 1.0) if is_solid else draws.uniform(0.25, 0.9)
    enhancing = min(core * share, 60.0)
    edema = min(max(draws.log_normal(45.0, 0.8), 8.0), 180.0)
    return core, enhancing, edema


def _low_grade_volumes(draws: Draws) -> tuple[float, float, float]:
    core = draws.uniform(12.0, 105.0)
    has_spots = draws.chance(0.5)
    enhancing = draws.log_normal(0.6, 0.8) if has_spots else 0.0
    return core, min(enhancing, 0.1 * core), draws.uniform(10.0, 100.0)


def _draw_foci(draws: Draws) -> tuple[Focus, ...]:
    first = _draw_centre(draws)
    foci = [Focus(first, 1.0)]
    if draws.chance(0.2):
        for _ in range(1 + draws.chance(0.4)):
            away = [draws.uniform(10.0, 24.0) * (1 if draws.chance(0.5) else -1) for _ in range(3)]
            centre = (first[0] + away[0], first[1] + away[1], first[2] + away[2])
            if _is_inside(centre):
                foci.append(Focus(centre, draws.uniform(0.35, 0.8)))
    return tuple(foci)


def _draw_centre(draws: Draws) -> Triple:
    while True:
        side = 1.0 if draws.chance(0.5) else -1.0
        centre = (draws.uniform(-40.0, 60.0), draws.uniform(-75.0, 70.0), side * draws.uniform(5.0, 58.0))
        if _is_inside(centre):
            return centre


def _is_inside(centre: Triple) -> bool:
    """Whether a focus lies well inside the cerebrum, in tissue."""
    z, y, x = centre
    is_cerebellum = y > 5.0 and z < -8.0 - 0.35 * abs(x)  # noqa: PLR2004 - mm in the average brain
    is_brainstem = abs(x) < 16.0 and z < -6.0  # noqa: PLR2004 - mm in the average brain
    if is_cerebellum or is_brainstem:
        return False
    atlas = load_atlas(torch.device("cpu"))
    point = tuple(torch.full((1, 1, 1), value / USUAL_SIZE) for value in centre)
    place = (point[0], point[1], point[2])
    grey, white, _ = atlas.read(atlas.tissue, place)[:, 0, 0, 0].tolist()
    depth, ventricle = atlas.read(atlas.distance_mm, place)[:, 0, 0, 0].tolist()
    return bool(grey + white > MOSTLY_TISSUE and depth > SHALLOWEST_MM and ventricle > NEAREST_MM)
