"""Patients on the working grid: normalised, with fractional occupancy."""

import numpy as np
import pytest
import SimpleITK as sitk

from lckd.patients.case import load_labelled
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case


def test_occupancy_keeps_the_volume_of_every_region() -> None:
    case = SyntheticCase(1, spacing_mm=2.0)
    labels = sitk.GetArrayFromImage(load_labelled(case)[1])
    whole_cm3 = np.count_nonzero(labels) * 2.0**3 / 1000
    occupancy = prepare_case(case, spacing_mm=4.0).occupancy
    assert float(occupancy[2].sum()) * 4.0**3 / 1000 == pytest.approx(whole_cm3, rel=0.01)


def test_occupancy_is_fractional_at_borders(a_prepared_case: PreparedCase) -> None:
    whole = a_prepared_case.occupancy[2]
    assert bool(((whole > 0.1) & (whole < 0.9)).any())
    assert 0.0 <= float(whole.min()) <= float(whole.max()) <= 1.0 + 1e-6


def test_intensities_are_normalised_per_modality(a_prepared_case: PreparedCase) -> None:
    for volume in a_prepared_case.volumes:
        brain = volume[volume != 0]
        assert float(brain.mean()) == pytest.approx(0.0, abs=0.2)
        assert float(brain.std()) == pytest.approx(1.0, abs=0.3)


def test_sampling_points_lie_in_their_region(a_prepared_case: PreparedCase) -> None:
    for region, voxels in zip(a_prepared_case.occupancy, a_prepared_case.tumour, strict=True):
        assert bool((region[tuple(voxels.T)] > 0.5).all())
