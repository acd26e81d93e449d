import numpy as np
import pytest

from lckd.errors import InputError
from lckd.region import (
    BRATS,
    BRATS_2023,
    BRATS_2024,
    CONVENTIONS,
    NESTED_VALUES,
    REGION_NAMES,
    REGIONS,
    LabelConvention,
    convention_named,
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


def test_a_resection_cavity_is_no_tumour() -> None:
    assert not regions_from_labels(np.array([4]), BRATS_2024).any()
    assert 4 in BRATS_2024.values


def test_label_1_is_edema_in_one_set_and_core_in_another() -> None:
    assert regions_from_labels(np.array([1]), CONVENTIONS["msd"]).ravel().tolist() == [False, False, True]
    assert regions_from_labels(np.array([1]), CONVENTIONS["brats"]).ravel().tolist() == [False, True, True]


def test_an_unknown_convention_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'brats2032'.*brats2023, brats2024, msd"):
        convention_named("brats2032")
