"""Weights that a training begins from."""

import dataclasses
from pathlib import Path

import pytest
import torch

from lckd.errors import TrainingError
from lckd.network.network import PRESETS, NetworkConfig, build_network
from lckd.weights.card import Card
from lckd.weights.load import load_model, save_model
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.engine.initial import read_initial
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.settings.recipes import RECIPES


@pytest.fixture
def some_weights(tmp_path: Path) -> Path:
    """A weights folder of the tiny network, from another seed than a training starts with."""
    network = dataclasses.asdict(PRESETS["tiny"])
    card = Card(name="tiny", preset="tiny", network=network, spacing_mm=4.0, tensors_sha256="")
    save_model(tmp_path / "weights", build_network(PRESETS["tiny"], seed=7), card)
    return tmp_path / "weights"


def test_a_training_begins_from_the_weights_and_says_so_in_its_checkpoint(
    tmp_path: Path, some_weights: Path, a_prepared_case: PreparedCase
) -> None:
    cohorts = Cohorts(real=[a_prepared_case], synthetic=[], election=[a_prepared_case])
    config = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), steps=2)
    cpu, model = torch.device("cpu"), read_initial(some_weights, PRESETS["tiny"])
    begun = Trainer(config, cohorts, out=tmp_path, device=cpu, report=print, initial=model)
    wanted = load_model(some_weights).network.state_dict()
    for network in (begun.learner.network, begun.learner.average):
        assert all(torch.equal(value, wanted[name]) for name, value in network.state_dict().items())
    begun.run(time_limit_s=0.0)
    resumed = Trainer(config, cohorts, out=tmp_path, device=cpu, report=print, initial=model)
    assert resumed.step == 1
    assert resumed.origin.startswith("tiny, SHA256 ")
    assert all(
        torch.equal(a, b)
        for a, b in zip(*(list(t.learner.network.parameters()) for t in (begun, resumed)), strict=True)
    )


def test_a_training_that_began_from_other_weights_is_not_resumed_as_if_it_had(
    tmp_path: Path, some_weights: Path, a_prepared_case: PreparedCase
) -> None:
    cohorts = Cohorts(real=[a_prepared_case], synthetic=[], election=[a_prepared_case])
    config = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), steps=2)
    cpu, model = torch.device("cpu"), read_initial(some_weights, PRESETS["tiny"])
    Trainer(config, cohorts, out=tmp_path, device=cpu, report=print).run(time_limit_s=0.0)
    with pytest.raises(TrainingError, match="began from random weights, not from those of --init-from"):
        Trainer(config, cohorts, out=tmp_path, device=cpu, report=print, initial=model)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (NetworkConfig(channels=(4, 8, 16, 32), supervised=2), "missing: encoder.blocks.3"),
        (NetworkConfig(channels=(4, 8), supervised=1), r"not in ours: encoder.blocks.2.* and \d+ more"),
        (NetworkConfig(channels=(4, 8, 12), supervised=2), "of another size: encoder.blocks.2"),
    ],
    ids=["deeper", "shallower", "narrower"],
)
def test_weights_of_another_network_are_refused_with_the_parameters(
    some_weights: Path, network: NetworkConfig, words: str
) -> None:
    with pytest.raises(TrainingError, match=words):
        read_initial(some_weights, network)
