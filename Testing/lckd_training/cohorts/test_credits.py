"""Whose data a training learnt from is told by the names of its cases."""

import pytest

from lckd_training.cohorts.credits import BRATS_CREDITS, SYNTHETIC_CREDIT, credits_for


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Brats18_CBICA_ABM_1", "Baid"),
        ("BRATS_001", "Decathlon"),
        ("BraTS-GLI-02063-100", "Post-treatment"),
        ("UCSF-PDGM-0004", "San Francisco"),
        ("UPENN-GBM-00002_11", "Pennsylvania"),
    ],
)
def test_every_data_set_is_credited(name: str, words: str) -> None:
    assert any(words in citation for citation in credits_for([name, "BraTS20_Synthetic_0000001"]))


def test_synthetic_patients_owe_nothing_to_anybody_and_nothing_is_cited_twice() -> None:
    assert credits_for(["BraTS20_Synthetic_0000001"]) == [SYNTHETIC_CREDIT]
    assert credits_for(["Brats18_X_1", "BraTS2021_00000", "sub-01"]) == list(BRATS_CREDITS)
