import numpy as np
import pytest

from lckd.region import (
    BRATS,
    BRATS_2023,
    NESTED_VALUES,
    REGION_NAMES,
    REGIONS,
    LabelConvention,
    labels_from_regions,
    regions_from_labels,
)


def test_regions_go_from_the_innermost_to_the_outermost() -> None:
    assert REGIONS == ("ET", "TC", "WT")
    assert [NESTED_VALUES[region] for region in REGIONS] == [3, 2, 1]
    assert set(REGION_NAMES) == set(REGIONS)


@pytest.mark.parametrize("convention", [BRATS, BRATS_2023], ids=["BraTS", "BraTS 2023"])
def test_labels_come_back_from_their_regions(convention: LabelConvention) -> None:
    labels = np.random.default_rng(0).choice(np.array(convention.values, np.uint8), (3, 4, 5))
    again = labels_from_regions(regions_from_labels(labels, convention), convention)
    assert again.dtype == np.uint8
    assert np.array_equal(again, labels)


def test_each_tissue_belongs_to_its_regions() -> None:
    background, necrosis, edema, enhancing = regions_from_labels(np.array([0, 1, 2, 4]), BRATS).T.tolist()
    assert background == [False, False, False]
    assert necrosis == [False, True, True]
    assert edema == [False, False, True]
    assert enhancing == [True, True, True]


@pytest.mark.parametrize(
    ("et", "tc", "wt", "label"),
    [(1, 0, 0, 4), (1, 0, 1, 4), (1, 1, 0, 4), (0, 1, 0, 1), (0, 1, 1, 1), (0, 0, 1, 2), (0, 0, 0, 0)],
)
def test_the_smaller_region_wins_where_regions_are_not_nested(et: int, tc: int, wt: int, label: int) -> None:
    assert labels_from_regions(np.array([[et], [tc], [wt]], dtype=bool)).tolist() == [label]
