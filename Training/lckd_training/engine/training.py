"""One training: from the arguments of `lckd train` to a weights folder with its card."""

import argparse
import dataclasses
import io
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import torch

from lckd.device import choose_device
from lckd.errors import StoppedError, TrainingError
from lckd.files import folder_for_results, write_text
from lckd.patients.case import Case
from lckd.weights.load import save_model
from lckd.weights.store import find
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case, prepare_cohort
from lckd_training.cohorts.prepared_cache import PreparedCache, content_digest
from lckd_training.cohorts.sources import WEIGHT_SIGN, find_sides, weigh
from lckd_training.engine.checkpoint import has_checkpoint
from lckd_training.engine.initial import read_initial
from lckd_training.engine.record import RUN_NAME, card_of, describe_run
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.process.distributed import World, join_world, said_once
from lckd_training.process.memory import keep_freed_memory
from lckd_training.process.stop import stop_on_signals
from lckd_training.settings.config import LARGEST_SEED, TrainingConfig
from lckd_training.settings.file import read_settings
from lckd_training.settings.recipes import RECIPES
from lckd_training.settings.student import require_trainable, student_of
from lckd_training.synthetic.splits import seeds

SYNTHETIC_ELECTION_CASES = 4
FINEST_SYNTHETIC_MM = 2.0
"""Synthetic training patients are made at the working spacing, but not coarser than their anatomy bears."""


@said_once()
def train(arguments: argparse.Namespace, *, begun_s: float) -> None:
    """Train as the arguments say and leave `weights/`, `elections.json` and `log.csv` in the output folder.

    Args:
        arguments: Arguments of `lckd train`.
        begun_s: When the command began, by `time.monotonic`; its time limit counts from there.

    Raises:
        LckdError: The arguments, a case or the output folder cannot be used; the sentence says which.
    """
    config = config_from(arguments)
    out: Path = arguments.out or Path("runs") / arguments.recipe
    device = choose_device(arguments.device)
    keep_freed_memory()
    with join_world(device) as world, nullcontext() if world.leads else redirect_stdout(io.StringIO()):
        world.share(config.batch)  # refuses what cannot be shared before anything is prepared
        _require_fresh(out, resume=arguments.resume)
        _require_outside(out, [*arguments.data, *(arguments.elect or ())])
        with folder_for_results(out):
            initial = read_initial(find(arguments.init_from), student_of(config)) if arguments.init_from else None
            cohorts = load_cohorts(arguments, config, world=world)
            trainer = Trainer(config, cohorts, out=out, device=device, report=_say, world=world, initial=initial)
        if world.leads and not (out / RUN_NAME).exists():  # a resumed training keeps the record of its beginning
            write_text(json.dumps(describe_run(config, cohorts), indent=2) + "\n", out / RUN_NAME)
        _run(trainer, arguments, begun_s)


def _run(trainer: Trainer, arguments: argparse.Namespace, begun_s: float) -> None:
    """Train, and leave weights however it ends.

    Raises:
        OutputError: The output folder cannot be written.
        StoppedError: A signal asked the training to stop.
    """
    if trainer.finished:
        _say(f"There is nothing left to do: this training ended at step {trainer.step}.")
    if trainer.device.type == "cuda":
        torch.set_num_threads(1)  # the cores are for the threads that make batches
    limit_s = math.inf if arguments.time_limit is None else 60.0 * arguments.time_limit
    left_s = limit_s - (time.monotonic() - begun_s)
    weights = trainer.out / "weights"
    with stop_on_signals() as stop:
        trainer.run(time_limit_s=left_s, save_every_s=60.0 * arguments.save_every, stop=stop)
        if trainer.world.leads:
            save_model(weights, trainer.learner.average, card_of(trainer))
        trainer.world.wait()  # torchrun ends the others as soon as one is gone
    end = f"stopped at step {trainer.step} of {trainer.config.steps}; --resume goes on"
    if stop.by and not trainer.finished:
        message = f"Training {end}. Weights: {weights}"
        raise StoppedError(message, exit_code=stop.exit_code)
    _say(f"Training {'finished' if trainer.finished else end}. Weights: {weights}")


def config_from(arguments: argparse.Namespace) -> TrainingConfig:
    """Turn arguments into settings.

    Raises:
        TrainingError: A number is out of range, or there is nothing to train on.
    """
    if arguments.synthetic < 0 or (arguments.steps is not None and arguments.steps < 1):
        message = "--steps must be at least 1 and --synthetic at least 0."
        raise TrainingError(message)
    if arguments.seed is not None and not 0 <= arguments.seed <= LARGEST_SEED:
        message = f"--seed must be from 0 to {LARGEST_SEED}."
        raise TrainingError(message)
    if arguments.time_limit is not None and not arguments.time_limit >= 0:
        message = "--time-limit must be a number of minutes, 0 or more."
        raise TrainingError(message)
    if not arguments.save_every >= 0:
        message = "--save-every must be a number of minutes, 0 or more."
        raise TrainingError(message)
    if not arguments.data and not arguments.synthetic:
        message = "There is nothing to train on: give --data DIR, --synthetic COUNT, or both."
        raise TrainingError(message)
    recipe = RECIPES[arguments.recipe]
    config = read_settings(arguments.settings, recipe) if arguments.settings else recipe
    given = {"seed": arguments.seed, "steps": arguments.steps}
    config = dataclasses.replace(config, **{name: value for name, value in given.items() if value is not None})
    require_trainable(config)
    return config


def load_cohorts(arguments: argparse.Namespace, config: TrainingConfig, *, world: World) -> Cohorts:
    """Find, split and prepare the patients.

    Args:
        arguments: Arguments of `lckd train`.
        config: Settings.
        world: Processes that do the same; where they share a cache, each begins with other patients.

    Raises:
        InputError: A folder or a file cannot be used, or a patient is in training and election.
        TrainingError: There are too few patients to hold some out.
    """
    sides = find_sides(arguments.data, arguments.elect, labels=arguments.labels, split=arguments.split, report=_say)
    prepare_one = PreparedCache(arguments.cache).prepare if arguments.cache else prepare_case

    def prepare(cases: Sequence[Case], part: str) -> list[PreparedCase]:
        def all_of(turned: Sequence[Case]) -> list[PreparedCase]:
            return prepare_cohort(turned, spacing_mm=config.spacing_mm, report=_teller(part), prepare_one=prepare_one)

        return world.turned(all_of, cases)

    on_disk = [*sides.train, *sides.elect]
    real = prepare(on_disk, "real")  # in one go: all that cannot be used are named at once
    digests = world.spread(content_digest, on_disk)
    return Cohorts(
        real=weigh(real[: len(sides.train)], sides.train),
        synthetic=prepare(_synthetic("train", arguments.synthetic, config), "synthetic"),
        election=real[len(sides.train) :] or prepare(_synthetic("elect", SYNTHETIC_ELECTION_CASES, config), "election"),
        contents={case.name: digest for case, digest in zip(on_disk, digests, strict=True)},
    )


def _teller(part: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done == total or done % 10 == 0:
            _say(f"Prepared {done} of {total} {part} patients.")

    return tell


def _synthetic(split: str, count: int, config: TrainingConfig) -> list[Case]:
    spacing_mm = min(config.spacing_mm, FINEST_SYNTHETIC_MM)
    return [SyntheticCase(seed, spacing_mm=spacing_mm) for seed in (seeds(split, count) if count else ())]


def _require_fresh(out: Path, *, resume: bool) -> None:
    if has_checkpoint(out) and not resume:
        message = f"'{out}' already holds a training: add --resume to go on with it, or choose another folder."
        raise TrainingError(message)
    if resume and not has_checkpoint(out):
        _say(f"There is no checkpoint in '{out}': the training begins anew.")


def _require_outside(out: Path, words: Sequence[str]) -> None:
    """Refuse to train into a folder of patients: who reads it next would walk through the training.

    Raises:
        TrainingError: The folder lies in one that `words` name.
    """
    for word in words:
        place = Path(word if Path(word).exists() else word.rpartition(WEIGHT_SIGN)[0] or word)
        if place.is_dir() and out.resolve().is_relative_to(place.resolve()):
            message = f"The training's folder '{out}' lies in '{place}', which holds patients: give another --out."
            raise TrainingError(message)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
