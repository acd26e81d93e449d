"""Training: resume, reproducibility, elections, checkpoints."""

import csv
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lckd.errors import OutputError, TrainingError
from lckd.network.network import LckdNetwork
from lckd.region import REGIONS
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.engine.checkpoint import CHECKPOINT_NAME
from lckd_training.engine.learner import Learner
from lckd_training.engine.log import COLUMNS, StepLog
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.method.election import Election
from lckd_training.process.distributed import World
from lckd_training.samples.batches import make_batches
from lckd_training.samples.sampling import Sample, TrainingSamples
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.recipes import RECIPES

TINY = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), steps=6, elect_every=2)
NO_TIME = 0.0


def a_trainer(out: Path, case: PreparedCase, config: TrainingConfig = TINY) -> Trainer:
    cohorts = Cohorts(real=[case], synthetic=[], election=[case])
    return Trainer(config, cohorts, out=out, device=torch.device("cpu"), report=print)


def make_batch(case: PreparedCase) -> Sample:
    (batch,) = make_batches(TrainingSamples([case], [], TINY), range(1), size=TINY.batch)
    return batch


def weights_of(trainer: Trainer) -> list[torch.Tensor]:
    return list(trainer.learner.average.state_dict().values())


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


def test_an_election_that_a_stop_put_off_is_held_first_on_resuming(
    tmp_path: Path, a_prepared_case: PreparedCase
) -> None:
    config = dataclasses.replace(TINY, steps=2, elect_every=1)
    a_trainer(tmp_path, a_prepared_case, config).run(stop=lambda: True)
    resumed = a_trainer(tmp_path, a_prepared_case, config)
    assert resumed.elections == []
    resumed.run(stop=lambda: True)
    assert [election.step for election in resumed.elections] == [1]
    assert resumed.step == 2
    assert not resumed.finished
    last = a_trainer(tmp_path, a_prepared_case, config)
    last.run()
    assert [election.step for election in last.elections] == [1, 2]
    assert last.finished


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


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a missing tensor": lambda state: state["network"].popitem(),
    "an optimiser without groups": lambda state: state["optimiser"].clear(),
    "an election with another field": lambda state: state["elections"][0].update(electors=3),
    "an election without teachers": lambda state: state["elections"][0].update(teachers=None),
    "an election that is none": lambda state: state["elections"].append(None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_checkpoint_of_another_structure_is_refused_with_what_to_do(
    tmp_path: Path, a_prepared_case: PreparedCase, change: Callable[[dict[str, Any]], object]
) -> None:
    config = dataclasses.replace(TINY, elect_every=1)
    a_trainer(tmp_path, a_prepared_case, config).run(time_limit_s=NO_TIME)
    state = torch.load(tmp_path / CHECKPOINT_NAME, weights_only=True)
    change(state)
    torch.save(state, tmp_path / CHECKPOINT_NAME)
    with pytest.raises(TrainingError, match="with the version that wrote it, or train into another folder"):
        a_trainer(tmp_path, a_prepared_case, config)


@pytest.mark.parametrize("content", [b"step\n\xff\n", b'"' + b"9" * 200_000, b"other,columns\n1,2\n"])
def test_a_log_that_is_none_is_refused_with_what_to_do(
    tmp_path: Path, a_prepared_case: PreparedCase, content: bytes
) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(TrainingError, match=r"log\.csv' cannot be read: remove it"):
        a_trainer(tmp_path, a_prepared_case).run()
    assert (tmp_path / "log.csv").read_bytes() == content


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_log_on_a_full_disk_is_told(tmp_path: Path) -> None:
    log = StepLog(tmp_path / "log.csv", steps_done=0)
    (tmp_path / "log.csv").unlink()
    (tmp_path / "log.csv").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"Cannot write '.*log\.csv'"):
        log.add(dict.fromkeys(COLUMNS, 0.0))


def test_elections_are_held_on_schedule_and_at_the_end(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, steps=5))
    trainer.run()
    assert [election.step for election in trainer.elections] == [2, 4, 5]


def test_a_step_learns_from_its_batch(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, steps=100))
    samples = TrainingSamples([a_prepared_case], [], trainer.config)
    (batch,) = make_batches(samples, range(1), size=2)
    losses = [trainer.train_step(batch)["segmentation"] for _ in range(60)]
    assert losses[-1] < losses[0] - 0.15


def test_a_log_holds_every_step_once_after_an_interruption(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    a_trainer(tmp_path, a_prepared_case).run(time_limit_s=NO_TIME)
    with (tmp_path / "log.csv").open("a") as log:  # rows that a killed process wrote after its last checkpoint
        log.write("2,0,0,0,0,0\n3,0,0,0,0,0\n")
    a_trainer(tmp_path, a_prepared_case).run()
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [int(row["step"]) for row in rows] == list(range(1, TINY.steps + 1))
    assert all(float(row["loss"]) > 0 for row in rows)


def test_what_goes_wrong_in_a_sample_ends_the_training_with_its_reason(
    tmp_path: Path, a_prepared_case: PreparedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("lckd_training.samples.sampling.read_at", fail)
    with pytest.raises(MemoryError):
        a_trainer(tmp_path, a_prepared_case).run()


def test_a_loss_that_is_not_finite_ends_the_training(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case)
    volumes, present, occupancy = make_batch(a_prepared_case)
    with pytest.raises(TrainingError, match="step 1 is not finite"):
        trainer.train_step(Sample(volumes * float("nan"), present, occupancy))
    assert all(bool(torch.isfinite(weight).all()) for weight in weights_of(trainer))


def test_the_gradient_of_a_huge_loss_is_clipped(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, cross_entropy=1e6))
    assert trainer.train_step(make_batch(a_prepared_case))["loss"] > 1e5
    gradients = [parameter.grad for parameter in trainer.learner.network.parameters() if parameter.grad is not None]
    norm = torch.linalg.vector_norm(torch.cat([gradient.flatten() for gradient in gradients]))
    assert float(norm) == pytest.approx(5.0, rel=1e-3)


@pytest.mark.parametrize(("pays", "kind"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_step_computes_in_bfloat16_where_that_pays(
    tmp_path: Path,
    a_prepared_case: PreparedCase,
    monkeypatch: pytest.MonkeyPatch,
    *,
    pays: bool,
    kind: torch.dtype,
) -> None:
    monkeypatch.setattr("lckd_training.engine.learner.bfloat16_pays", lambda _: pays)
    trainer, seen = a_trainer(tmp_path, a_prepared_case), []
    trainer.learner.network.decoder.register_forward_hook(lambda *parts: seen.append(parts[-1][0].dtype))
    trainer.train_step(make_batch(a_prepared_case))
    assert set(seen) == {kind}
    assert {weight.dtype for weight in trainer.learner.network.state_dict().values()} == {torch.float32}


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_weights_lie_as_kernels_want_them(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    asked: list[dict[str, Any]] = []

    def note(network: LckdNetwork, _device: torch.device, **named: Any) -> LckdNetwork:  # noqa: ANN401 - as torch has it
        asked.append(named)
        return network

    monkeypatch.setattr(LckdNetwork, "to", note)
    Learner(TINY, device=torch.device(device), world=World())
    assert asked == [{"memory_format": torch.channels_last_3d}] * 2


@pytest.mark.parametrize("ruin", [float("nan"), float("inf"), 1e5])
def test_weights_that_the_last_step_ruined_are_not_saved(
    tmp_path: Path, a_prepared_case: PreparedCase, monkeypatch: pytest.MonkeyPatch, ruin: float
) -> None:
    config = dataclasses.replace(TINY, steps=2)
    a_trainer(tmp_path, a_prepared_case, config).run(time_limit_s=NO_TIME)
    good = (tmp_path / CHECKPOINT_NAME).read_bytes()
    trainer = a_trainer(tmp_path, a_prepared_case, config)
    parameter = next(trainer.learner.network.parameters())
    monkeypatch.setattr(trainer.learner.optimiser, "step", lambda: parameter.data.fill_(ruin))
    with pytest.raises(TrainingError, match="weights after step 2 are not finite"):
        trainer.run()
    assert (tmp_path / CHECKPOINT_NAME).read_bytes() == good
    assert not (tmp_path / "elections.json").exists()


def test_the_kept_weights_are_an_average_that_follows_the_network(
    tmp_path: Path, a_prepared_case: PreparedCase
) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case)
    start = [weight.clone() for weight in weights_of(trainer)]
    trainer.train_step(make_batch(a_prepared_case))
    trainer.train_step(make_batch(a_prepared_case))
    first, average, network = (
        start[0],
        weights_of(trainer)[0],
        next(iter(trainer.learner.network.state_dict().values())),
    )
    assert not torch.equal(first, average)
    assert float((average - network).abs().sum()) < float((first - network).abs().sum())


def test_distillation_changes_what_is_learnt_once_there_are_teachers(
    tmp_path: Path, a_prepared_case: PreparedCase
) -> None:
    learnt = []
    for name, alpha in (("without", 0.0), ("with", 0.5)):
        (tmp_path / name).mkdir()
        trainer = a_trainer(tmp_path / name, a_prepared_case, dataclasses.replace(TINY, distillation=alpha))
        trainer.run()
        learnt.append(weights_of(trainer))
    assert not torch.equal(learnt[0][0], learnt[1][0])


def test_a_sitting_teacher_of_the_last_election_defends_its_seat(tmp_path: Path, a_prepared_case: PreparedCase) -> None:
    trainer = a_trainer(tmp_path, a_prepared_case, dataclasses.replace(TINY, election_margin=1.0, steps=4))
    trainer.elections = [Election(0, dict.fromkeys(REGIONS, "t2"), {}, {}, 1)]
    trainer.run()
    assert set(trainer.elections[-1].teachers.values()) == {"t2"}
