"""Things that the training's tests need."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from lckd_training.cohorts.case import SyntheticCase, write_case
from lckd_training.cohorts.prepared import PreparedCase, prepare_case

COARSE_MM = 4.0

WriteVolume = Callable[[Path, list[int]], Path]


@pytest.fixture
def write_volume() -> WriteVolume:
    """Write a small volume, 4 x 4 x 4 voxels that repeat some values; missing folders are made."""

    def write(path: Path, values: list[int]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        sitk.WriteImage(sitk.GetImageFromArray(np.resize(np.array(values, dtype=np.int16), (4, 4, 4))), str(path))
        return path

    return write


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
