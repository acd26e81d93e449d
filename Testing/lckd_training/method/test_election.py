"""Elections: the best modality alone, on held-out cases, with hysteresis."""

import pytest
import torch

from lckd.errors import TrainingError
from lckd.modality import MODALITIES, Modality
from lckd.network.network import PRESETS, Features, LckdNetwork, build_network, pad_to_factor
from lckd.region import REGIONS, Region
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.method.election import choose_teachers, hold_election, thresholded_dice

DiceTable = dict[Modality, dict[Region, float]]


def table(**rows: tuple[float, float, float]) -> DiceTable:
    return {modality: dict(zip(REGIONS, rows[modality], strict=True)) for modality in MODALITIES if modality in rows}


def test_each_region_gets_the_modality_that_segments_it_best_alone() -> None:
    dice = table(flair=(0.2, 0.4, 0.9), t1=(0.1, 0.3, 0.5), t1ce=(0.8, 0.7, 0.6), t2=(0.3, 0.5, 0.8))
    assert choose_teachers(dice) == {"ET": "t1ce", "TC": "t1ce", "WT": "flair"}


def test_a_teacher_keeps_its_seat_within_the_margin() -> None:
    dice = table(flair=(0.0, 0.0, 0.800), t2=(0.0, 0.0, 0.805))
    assert choose_teachers(dice, sitting={"WT": "flair"}, margin=0.01)["WT"] == "flair"


def test_a_teacher_that_is_beaten_by_more_than_the_margin_loses_its_seat() -> None:
    dice = table(flair=(0.0, 0.0, 0.80), t2=(0.0, 0.0, 0.82))
    assert choose_teachers(dice, sitting={"WT": "flair"}, margin=0.01)["WT"] == "t2"


def test_a_teacher_that_no_election_case_has_loses_its_seat() -> None:
    assert choose_teachers(table(t1=(0.1, 0.1, 0.1)), sitting={"ET": "t1ce"})["ET"] == "t1"


def test_an_election_without_any_modality_is_refused() -> None:
    with pytest.raises(TrainingError, match="at least one modality"):
        choose_teachers({})


def test_dice_counts_an_empty_region_as_right_and_a_false_one_as_wrong() -> None:
    truth = torch.zeros(3, 2, 2, 2)
    truth[1, 0] = 1.0
    found = torch.zeros(3, 2, 2, 2)
    found[1, :, 0] = 0.9
    found[2, 0, 0, 0] = 0.9
    assert thresholded_dice(found, truth).tolist() == pytest.approx([1.0, 0.5, 0.0])


def test_an_election_leaves_the_network_unchanged_and_records_every_present_modality(
    a_prepared_case: PreparedCase,
) -> None:
    network = build_network(PRESETS["tiny"]).eval()
    before = [parameter.clone() for parameter in network.parameters()]
    election = hold_election(network, [a_prepared_case], step=7, sitting=None, margin=0.01)
    assert (election.step, election.cases, set(election.dice)) == (7, 1, {"flair", "t1", "t1ce", "t2"})
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))


class OneModalityKnows(LckdNetwork):
    """A network that finds the tumour from T1ce alone; what it sees in other modalities is nothing."""

    def __init__(self, truth: torch.Tensor) -> None:
        super().__init__(PRESETS["tiny"])
        self.truth = truth

    def decode(self, features: Features) -> list[torch.Tensor]:
        padded = pad_to_factor(self.truth[None], self.factor)
        if features.modality.tolist() == [MODALITIES.index("t1ce")]:
            return [padded * 18.0 - 9.0]
        return [torch.full_like(padded, -9.0)]


def test_an_election_asks_each_modality_alone(a_prepared_case: PreparedCase) -> None:
    network = OneModalityKnows(a_prepared_case.occupancy).eval()
    election = hold_election(network, [a_prepared_case], step=1, sitting=None, margin=0.01)
    assert set(election.teachers.values()) == {"t1ce"}
    assert election.dice["t1ce"] == {"ET": 1.0, "TC": 1.0, "WT": 1.0}
    assert election.full_set_dice["WT"] == 0.0
