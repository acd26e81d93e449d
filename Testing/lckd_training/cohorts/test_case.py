"""Synthetic patients as files."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.grid import same_grid
from lckd.patients.find import find_cases
from lckd.patients.folder_case import FolderCase
from lckd_training.cohorts.case import SyntheticCase, write_case


def test_a_written_synthetic_patient_is_read_back_voxel_by_voxel(tmp_path: Path) -> None:
    case = SyntheticCase(3, spacing_mm=4.0)
    write_case(case, tmp_path)
    (found,) = find_cases(tmp_path)
    assert isinstance(found, FolderCase)
    assert found.name == case.name
    made, read = case.load(), found.load()
    assert made.labels is not None
    assert read.labels is not None
    assert same_grid(made.labels, read.labels)
    assert np.array_equal(sitk.GetArrayFromImage(made.labels), sitk.GetArrayFromImage(read.labels))
    for modality, image in made.images.items():
        assert np.array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(read.images[modality]))
