"""Errors of skull stripping: rests around the brain and bites out of the cortex, and nothing else."""

import copy

import pytest
import torch

from lckd_training.synthetic import patient, synthesise
from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.stripping import Stripped, strip

SEEDS = range(25)
DEEPEST_BITE_MM, FARTHEST_REST_MM = 11.5, 5.3
"""The sums of what is drawn."""


def stripped(seed: int, brain: Tissues, grid: Grid) -> Stripped:
    return strip(Draws(seed, "stripping"), brain, grid)


def test_a_seed_strips_the_same_again_and_leaves_the_brain_alone(a_brain: Tissues, a_grid: Grid) -> None:
    before = copy.deepcopy(vars(a_brain))
    once, again = (vars(stripped(3, a_brain, a_grid)) for _ in range(2))
    assert all(torch.equal(once[name], again[name]) for name in once)
    assert not torch.equal(once["brain"], stripped(4, a_brain, a_grid).brain)
    for name, now in vars(a_brain).items():
        pairs = zip(now, before[name], strict=True) if name == "place" else [(now, before[name])]
        assert all(torch.equal(one, other) for one, other in pairs)


def test_only_the_surroundings_of_the_outline_are_stripped_wrongly(a_brain: Tissues, a_grid: Grid) -> None:
    rests, bites = 0, 0
    for seed in SEEDS:
        result = stripped(seed, a_brain, a_grid)
        assert result.brain[a_brain.depth_mm > DEEPEST_BITE_MM].all()
        assert not result.brain[(a_brain.depth_mm < -FARTHEST_REST_MM) & (result.eye == 0)].any()
        rests += bool((result.brain & (a_brain.depth_mm < -1.0)).sum() > 20)
        bites += bool((~result.brain & (a_brain.depth_mm > 4.0)).sum() > 20)
    assert 0 < rests < len(SEEDS)
    assert 0 < bites < len(SEEDS)


def test_what_is_left_of_the_head_lies_outside_the_brain(a_brain: Tissues, a_grid: Grid) -> None:
    result = stripped(1, a_brain, a_grid)
    for part in (result.dura, result.bone, result.fat, result.eye):
        assert part.min() >= 0
        assert 0.2 < part.max() <= 1  # 1.6 mm of dura fill no voxel of 4 mm
        assert (part[a_brain.depth_mm > a_grid.width_mm] == 0).all()


@pytest.mark.slow
def test_stripping_takes_labels_away_with_the_brain_and_changes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_all(draws: Draws, tissues: Tissues, grid: Grid) -> Stripped:
        rests = vars(strip(draws, tissues, grid))
        return Stripped(**{**rests, "brain": torch.ones_like(rests["brain"])})

    result = synthesise(4, shape=(26, 40, 40), spacing_mm=(6.0, 6.0, 6.0))
    monkeypatch.setattr(patient, "strip", keep_all)
    whole = synthesise(4, shape=(26, 40, 40), spacing_mm=(6.0, 6.0, 6.0))
    brain = result.images[0] > 0
    assert torch.equal(result.labels, whole.labels * brain)
    assert torch.equal(result.images, whole.images * brain)
