import pytest

from lckd.errors import InputError
from lckd.modality import MODALITIES, SUBSETS, Subset, in_order, subset_name, subset_title


def test_modalities_have_one_order() -> None:
    assert MODALITIES == ("flair", "t1", "t1ce", "t2")


def test_there_are_fifteen_subsets_from_single_modalities_to_all() -> None:
    assert len(set(SUBSETS)) == 15
    assert [len(subset) for subset in SUBSETS] == sorted(len(subset) for subset in SUBSETS)
    assert SUBSETS[:4] == tuple((modality,) for modality in MODALITIES)
    assert SUBSETS[-1] == MODALITIES


@pytest.mark.parametrize("subset", SUBSETS, ids=subset_name)
def test_names_in_any_order_are_put_into_the_one_order(subset: Subset) -> None:
    assert in_order(reversed(subset)) == subset


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "No modality was given: give at least one of flair, t1, t1ce, t2"),
        (["flair", "pd"], "Unknown modality 'pd'"),
        (["FLAIR"], "Unknown modality 'FLAIR'"),
        (["t2", "t1", "t2"], "Modality 't2' was given twice"),
    ],
    ids=["none", "unknown", "upper case", "twice"],
)
def test_names_that_are_no_subset_are_refused(names: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        in_order(names)


def test_a_subset_has_one_name_for_files_and_one_for_people() -> None:
    assert subset_name(["t1ce", "flair"]) == "flair+t1ce"
    assert subset_title(["t1ce", "flair"]) == "FLAIR + T1ce"


def test_all_names_of_subsets_differ() -> None:
    assert len({subset_name(subset) for subset in SUBSETS}) == len({subset_title(subset) for subset in SUBSETS}) == 15
