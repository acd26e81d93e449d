"""Parts of synthetic patients."""

import pytest
import torch

from lckd_training.synthetic.anatomy import MassEffect, Tissues, draw_anatomy
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Grid, coarse_box

EDGE_MM = 4.0


@pytest.fixture(scope="session")
def a_grid() -> Grid:
    """Cubes of 4 mm over the head."""
    return coarse_box(EDGE_MM, torch.device("cpu"))


@pytest.fixture(scope="session")
def a_brain(a_grid: Grid) -> Tissues:
    """A brain without tumour."""
    return draw_anatomy(Draws(2, "anatomy")).tissues(a_grid, MassEffect((0.0, 0.0, 0.0), push_mm=0.0, reach_mm=10.0))
