"""Training: resume, reproducibility, elections, checkpoints."""

import dataclasses
from pathlib import Path

import pytest
import torch

from lckd.errors import TrainingError
from lckd_training.checkpoint import CHECKPOINT_NAME
from lckd_training.config import RECIPES, TrainingConfig
from lckd_training.prepared import PreparedCase
from lckd_training.trainer import Cohorts, Trainer, learning_rate_at

TINY = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), steps=6, elect_every=2)
NO_TIME = 0.0


def a_trainer(out: Path, case: PreparedCase, config: TrainingConfig = TINY) -> Trainer:
    cohorts = Cohorts(real=[case], synthetic=[], election=[case])
    return Trainer(config, cohorts, out=out, device=torch.device("cpu"), report=print)


def weights_of(trainer: Trainer) -> list[torch.Tensor]:
    return list(trainer.average.state_dict().values())


def test_a_resumed_training_equals_an_uninterrupted_one(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    (tmp_path / "once").mkdir()
    (tmp_path / "parts").mkdir()
    uninterrupted = a_trainer(tmp_path / "once", a_prepared_case)
    uninterrupted.run()
    for _ in range(TINY.steps):
        interrupted = a_trainer(tmp_path / "parts", a_prepared_case)
        interrupted.run(time_limit_s=NO_TIME)
    assert interrupted.finished
    assert all(torch.equal(a, b) for a, b in zip(weights_of(uninterrupted), weights_of(interrupted), strict=True))
    assert [e.as_dict() for e in uninterrupted.elections] == [e.as_dict() for e in interrupted.elections]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    tmp_path: Path, a_prepared_case: PreparedCase
) -> None:
    trainers = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        (tmp_path / name).mkdir()
        trainers.append(a_trainer(tmp_path / name, a_prepared_case, dataclasses.replace(TINY, seed=seed, steps=2)))
        trainers[-1].run()
    first, again, other = map(weights_of, trainers)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


def test_a_checkpoint_of_other_settings_is_refused_with_the_difference(
    tmp_path: Path, a_prepared_case: PreparedCase
) -> None:
    a_trainer(tmp_path, a_prepared_case).run(time_limit_s=NO_TIME)
    with pytest.raises(TrainingError, match="seed 0 -> 5"):
        a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, seed=5))


def test_a_damaged_checkpoint_is_refused_and_not_overwritten(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    (tmp_path / CHECKPOINT_NAME).write_bytes(b"damaged")
    with pytest.raises(TrainingError, match="cannot be read"):
        a_trainer(tmp_path, a_prepared_case)
    assert (tmp_path / CHECKPOINT_NAME).read_bytes() == b"damaged"


def test_elections_are_held_on_schedule_and_at_the_end(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, steps=5))
    trainer.run()
    assert [election.step for election in trainer.elections] == [2, 4, 5]


def test_training_lowers_the_loss_on_one_patient(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, steps=60, elect_every=60))
    trainer.run()
    losses = [float(line.split(",")[2]) for line in (tmp_path / "log.csv").read_text().splitlines()[1:]]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])


def test_the_learning_rate_rises_then_falls_to_zero() -> None:
    config = dataclasses.replace(TINY, steps=100, warmup_steps=10)
    rates = [learning_rate_at(step, config) for step in range(101)]
    assert max(rates) <= config.learning_rate
    assert rates[0] < rates[5] < rates[10]
    assert rates[20] > rates[60] > rates[100] == pytest.approx(0.0, abs=1e-9)
