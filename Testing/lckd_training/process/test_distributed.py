"""Several processes learn what one would."""

import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from lckd.errors import TrainingError
from lckd.weights.load import verify
from lckd_training.engine.checkpoint import has_checkpoint
from lckd_training.process.distributed import World

WEIGHTS = (0.0, 0.5)
"""Of the distillation."""
PATIENCE_S = 120.0

ONE_STEP = f"""
import dataclasses, sys
from pathlib import Path
import torch
import lckd_training.engine.learner as learner_module
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.settings.recipes import RECIPES
from lckd_training.process.distributed import join_world
from lckd_training.method.election import Election
from lckd_training.cohorts.prepared import prepare_case
from lckd_training.engine.trainer import Cohorts, Trainer

learner_module.bfloat16_pays = lambda device: False  # so that only the order of sums may differ
out = Path(sys.argv[1])
case = prepare_case(SyntheticCase(1, spacing_mm=4.0), spacing_mm=4.0)
turned = dataclasses.replace(case, name="turned", volumes=case.volumes.flip(-1), occupancy=case.occupancy.flip(-1))
cohorts = Cohorts(real=[case], synthetic=[], election=[case, turned, case])
tiny = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), batch=4, steps=1)
result = {{}}
with join_world(torch.device("cpu")) as world:
    for weight in {WEIGHTS}:
        config = dataclasses.replace(tiny, distillation=weight)
        folder = out / str(weight)
        if world.leads:
            folder.mkdir()
        world.wait()
        trainer = Trainer(config, cohorts, out=folder, device=torch.device("cpu"), report=lambda _: None, world=world)
        trainer.elections = [Election(0, {{"ET": "t1ce", "TC": "t2", "WT": "flair"}}, {{}}, {{}}, 1)]
        trainer.run()
        gradients = {{name: parameter.grad for name, parameter in trainer.learner.network.named_parameters()}}
        result[weight] = {{"gradients": gradients, "election": trainer.elections[-1].as_dict()}}
    if world.leads:
        torch.save(result, out / "result.pt")
"""


def environment_for(repository: Path) -> dict[str, str]:
    paths = os.pathsep.join(str(repository / name) for name in ("LCKDSegmentation", "Training"))
    return {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}


def torchrun(*arguments: str | Path) -> list[str]:
    words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *arguments]
    return [sys.executable, *map(str, words)]


@pytest.fixture(scope="module")
def one_step(tmp_path_factory: pytest.TempPathFactory, the_repository: Path) -> list[dict[Any, Any]]:
    """The same step, taken by one process and by two, with and without distillation."""
    home = tmp_path_factory.mktemp("steps")
    script = home / "one_step.py"
    script.write_text(ONE_STEP, encoding="utf-8")
    for name in ("alone", "together"):
        (home / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lckd_training.engine.learner.bfloat16_pays", None)  # remembers what the script replaces
        patch.setattr(sys, "argv", [str(script), str(home / "alone")])
        runpy.run_path(str(script), run_name="__main__")
    subprocess.run(torchrun(script, home / "together"), env=environment_for(the_repository), check=True)
    return [torch.load(home / name / "result.pt", weights_only=True) for name in ("alone", "together")]


@pytest.mark.slow
@pytest.mark.parametrize("weight", WEIGHTS)
def test_two_processes_have_the_gradient_of_one(one_step: list[dict[Any, Any]], weight: float) -> None:
    alone, together = (result[weight]["gradients"] for result in one_step)
    assert {name for name in alone if alone[name] is None} == {name for name in together if together[name] is None}
    largest = max(float(gradient.abs().max()) for gradient in alone.values() if gradient is not None)
    assert largest > 1e-3
    for name, gradient in alone.items():
        if gradient is not None:
            torch.testing.assert_close(together[name], gradient, rtol=1e-3, atol=1e-5 * largest, msg=name)


@pytest.mark.slow
def test_a_shared_election_ends_as_one_held_alone(one_step: list[dict[Any, Any]]) -> None:
    alone, together = (result[WEIGHTS[0]]["election"] for result in one_step)
    assert together["cases"] == 3
    assert together["teachers"] == alone["teachers"]
    for modality, dice in alone["dice"].items():
        assert together["dice"][modality] == pytest.approx(dice, abs=0.01)


@pytest.mark.slow
def test_torchrun_trains_with_the_command_and_stops_cleanly(
    tmp_path: Path, a_cohort: Path, the_repository: Path
) -> None:
    script = the_repository / "Training" / "train.py"
    arguments = ["--recipe", "tiny", "--data", a_cohort, "--out", tmp_path, "--device", "cpu"]
    process = subprocess.Popen(torchrun(script, *map(str, arguments)), env=environment_for(the_repository))
    log, end = tmp_path / "log.csv", time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end and len(read_lines(log)) < 3:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=PATIENCE_S)
    assert has_checkpoint(tmp_path)
    steps = [line.split(",")[0] for line in read_lines(log)[1:]]
    assert steps == [str(step + 1) for step in range(len(steps))]
    assert verify(tmp_path / "weights").training["steps_done"] == len(steps)


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--settings", "--init-from"], ids=["before they join", "joined"])
def test_an_error_that_all_processes_have_is_said_once(tmp_path: Path, the_repository: Path, option: str) -> None:
    script = the_repository / "Training" / "train.py"
    command = torchrun(script, option, "nowhere", "--synthetic", "1", "--out", tmp_path, "--device", "cpu")
    environment = environment_for(the_repository)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.count("lckd: ") == 1
    assert f'File "{script}"' not in done.stderr


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    assert [list(World(rank, 2).share(4)) for rank in (0, 1)] == [[0, 1], [2, 3]]
    with pytest.raises(TrainingError, match="batch of 3 cannot be shared by 2"):
        World(0, 2).share(3)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_processes_that_begin_at_different_items_return_them_in_one_order(count: int) -> None:
    begun: list[list[int]] = []

    def work(items: list[int]) -> list[str]:
        begun.append(items)
        return [str(item) for item in items]

    results = [World(rank, 3).turned(work, range(count)) for rank in range(3)]
    assert results == [[str(item) for item in range(count)]] * 3
    assert count < 3 or len({items[0] for items in begun}) == 3
