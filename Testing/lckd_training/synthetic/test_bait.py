"""What is bright without being tumour: each kind where it belongs, in the modalities that show it, in no label."""

import dataclasses

import pytest
import torch
from torch import Tensor

from lckd_training.synthetic import patient, synthesise
from lckd_training.synthetic.anatomy import Tissues
from lckd_training.synthetic.bait import Bait, draw_bait
from lckd_training.synthetic.contrast import draw_signal
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid
from lckd_training.synthetic.stripping import Stripped
from lckd_training.synthetic.tumour import Tumour

FLAIR, T1, T1CE, T2 = range(4)
SEEDS = range(12)
KINDS = [field.name for field in dataclasses.fields(Bait)]


@pytest.fixture(scope="module")
def baits(a_brain: Tissues, a_grid: Grid) -> list[Bait]:
    """What several seeds put into one brain; some have an old infarct."""
    found = [draw_bait(Draws(seed, "bait"), a_brain, a_grid) for seed in SEEDS]
    assert any(bait.cavity.any() for bait in found)
    return found


def signal(brain: Tissues, grid: Grid, bait: Bait) -> Tensor:
    """Give the signal of a brain without tumour and skull."""
    nothing = torch.zeros(grid.shape)
    tumour = Tumour(nothing.to(torch.uint8), nothing, nothing, nothing, nothing, nothing)
    bare = Stripped(nothing == 0, nothing, nothing, nothing, nothing)
    return draw_signal(Draws(5, "contrast"), (brain, tumour, bait, bare), grid)


def only(kind: str, bait: Bait) -> Bait:
    return Bait(**{name: getattr(bait, name) * (name == kind) for name in KINDS})


def test_a_seed_gives_the_same_bait_again(a_brain: Tissues, a_grid: Grid, baits: list[Bait]) -> None:
    again = draw_bait(Draws(SEEDS[0], "bait"), a_brain, a_grid)
    assert all(torch.equal(getattr(again, kind), getattr(baits[0], kind)) for kind in KINDS)
    assert not torch.equal(baits[0].lesion, baits[1].lesion)


def test_bait_is_an_occupancy_and_old_lesions_lie_in_white_matter(a_brain: Tissues, baits: list[Bait]) -> None:
    for bait in baits:
        for kind in KINDS:
            assert getattr(bait, kind).min() >= 0
            assert getattr(bait, kind).max() <= 1
        if not bait.cavity.any():  # the scar around an infarct lies in any tissue
            assert (bait.lesion <= a_brain.white + 1e-6).all()


@pytest.mark.parametrize(
    ("kind", "brighter", "darker"),
    [("lesion", {FLAIR, T2}, set()), ("enhancing", {T1CE}, set()), ("cavity", {T2}, {FLAIR, T1, T1CE})],
)
def test_bait_is_seen_where_it_is_and_in_the_modalities_that_show_it(
    a_brain: Tissues, a_grid: Grid, baits: list[Bait], kind: str, brighter: set[int], darker: set[int]
) -> None:
    bait = only(kind, max(baits, key=lambda one: float(getattr(one, kind).sum())))
    where = getattr(bait, kind)
    change = signal(a_brain, a_grid, bait) - signal(a_brain, a_grid, only("none", bait))
    assert (change[:, where == 0] == 0).all()
    tissue = (where > 0.3) & (a_brain.depth_mm > 0) & (a_brain.csf < 0.5)
    assert tissue.sum() > 10
    means = change[:, tissue].mean(dim=1)
    assert all(means[modality] > 0.05 for modality in brighter)
    assert all(means[modality] < -0.05 for modality in darker)


@pytest.mark.slow
def test_bait_is_in_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(draws: Draws, tissues: Tissues, grid: Grid) -> Bait:
        return only("none", draw_bait(draws, tissues, grid))

    baited = synthesise(4, shape=(26, 40, 40), spacing_mm=(6.0, 6.0, 6.0))
    monkeypatch.setattr(patient, "draw_bait", none)
    plain = synthesise(4, shape=(26, 40, 40), spacing_mm=(6.0, 6.0, 6.0))
    assert torch.equal(baited.labels, plain.labels)
    assert torch.equal(baited.images > 0, plain.images > 0)
    assert not torch.equal(baited.images, plain.images)
