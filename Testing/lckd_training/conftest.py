"""Things that the training's tests need."""

from pathlib import Path

import pytest

from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.cohorts.prepared import PreparedCase, prepare_case

COARSE_MM = 4.0


@pytest.fixture(scope="session")
def a_prepared_case() -> PreparedCase:
    """A synthetic patient with all regions, on a coarse working grid."""
    return prepare_case(SyntheticCase(1, spacing_mm=COARSE_MM), spacing_mm=COARSE_MM)


@pytest.fixture(scope="session")
def a_cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with five coarse synthetic patients in the layout of BraTS 2020."""
    folder = tmp_path_factory.mktemp("cohort")
    for seed in range(5):
        write_case(SyntheticCase(seed, spacing_mm=COARSE_MM), folder)
    return folder
