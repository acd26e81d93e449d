"""One training: from the arguments of `lckd train` to a weights folder with its card."""

import argparse
import dataclasses
import json
import math
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import torch

import lckd
from lckd.card import Card
from lckd.device import choose_device
from lckd.errors import InputError, TrainingError
from lckd.files import make_folder, write_text
from lckd.network import PRESETS
from lckd.weights import save_model
from lckd_training.checkpoint import CHECKPOINT_NAME
from lckd_training.cohort import Case, SyntheticCase
from lckd_training.config import LARGEST_SEED, RECIPES, TrainingConfig
from lckd_training.credits import credits_for
from lckd_training.memory import keep_freed_memory
from lckd_training.prepared import PreparedCase, prepare_cohort
from lckd_training.readers import find_cases
from lckd_training.settings import differences, read_settings
from lckd_training.synthetic.splits import seeds
from lckd_training.trainer import Cohorts, Trainer

SYNTHETIC_ELECTION_CASES = 4
HELD_OUT_EVERY = 5
"""Without `--elect`, every fifth case of `--data` is held out for the election."""

RUN_NAME = "run.json"

FINEST_SYNTHETIC_MM = 2.0
"""Synthetic training patients are made at the working spacing, but not coarser than their anatomy bears."""


def train(arguments: argparse.Namespace) -> None:
    """Train as the arguments say and leave `weights/`, `elections.json` and `log.csv` in the output folder.

    Raises:
        LckdError: The arguments, a case or the output folder cannot be used; the sentence says which.
    """
    config = config_from(arguments)
    out: Path = arguments.out or Path("runs") / arguments.recipe
    _require_fresh(out, resume=arguments.resume)
    keep_freed_memory()
    device = choose_device(arguments.device)
    make_folder(out)
    cohorts = load_cohorts(arguments, config)
    trainer = Trainer(config, cohorts, out=out, device=device, report=_say)
    if not (out / RUN_NAME).exists():  # a resumed training keeps the record of its beginning
        write_text(json.dumps(describe_run(config, cohorts), indent=2) + "\n", out / RUN_NAME)
    limit_s = math.inf if arguments.time_limit is None else 60.0 * arguments.time_limit
    if trainer.finished:
        _say(f"There is nothing left to do: this training ended at step {trainer.step}.")
    trainer.run(time_limit_s=limit_s)
    save_model(out / "weights", trainer.average, card_of(trainer))
    state = "finished" if trainer.finished else f"stopped at step {trainer.step} of {config.steps}; --resume goes on"
    _say(f"Training {state}. Weights: {out / 'weights'}")


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
    if not arguments.data and not arguments.synthetic:
        message = "There is nothing to train on: give --data DIR, --synthetic COUNT, or both."
        raise TrainingError(message)
    recipe = RECIPES[arguments.recipe]
    config = read_settings(arguments.settings, recipe) if arguments.settings else recipe
    given = {"seed": arguments.seed, "steps": arguments.steps}
    return dataclasses.replace(config, **{name: value for name, value in given.items() if value is not None})


def load_cohorts(arguments: argparse.Namespace, config: TrainingConfig) -> Cohorts:
    """Find, split and prepare the patients.

    Raises:
        InputError: A folder or a file cannot be used, or a patient is in training and election.
        TrainingError: There are too few patients to hold some out.
    """
    real: list[Case] = [case for folder in arguments.data for case in find_cases(folder)]
    learning, election = split_cohort(real, arguments.elect)
    return Cohorts(
        real=_prepare(learning, config, "training"),
        synthetic=_prepare(_synthetic("train", arguments.synthetic, config), config, "synthetic"),
        election=_prepare(election or _synthetic("elect", SYNTHETIC_ELECTION_CASES, config), config, "election"),
    )


def split_cohort(real: Sequence[Case], elect: Path | None) -> tuple[list[Case], list[Case]]:
    """Tell the patients to learn from apart from those that decide.

    Args:
        real: Patients of `--data`.
        elect: Folder of `--elect`, or None.

    Returns:
        Patients to learn from, and patients for the election (none when there are no real ones).

    Raises:
        InputError: A patient is on both sides, or twice in `--data`.
        TrainingError: There are too few patients to hold some out.
    """
    names = [case.name for case in real]
    if elect is None:
        election = list(real[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY])
        if real and not election:
            message = f"{len(real)} cases are too few to hold some out for the election: give --elect DIR."
            raise TrainingError(message)
    else:
        election = list(find_cases(elect))
    held_out = {case.name for case in election}
    twice = {name for name in names if names.count(name) > 1} | (held_out & set(names) if elect else set())
    if twice:
        message = f"Patients are given twice, or to learn from and to elect on: {', '.join(sorted(twice))}; remove one."
        raise InputError(message)
    return [case for case in real if case.name not in held_out], election


def describe_run(config: TrainingConfig, cohorts: Cohorts) -> dict[str, Any]:
    """Describe a training completely: settings, patients, versions."""
    return {
        "recipe": config.recipe,
        "settings": differences(config),
        "config": config.as_dict(),
        "cohorts": cohorts.names(),
        "versions": {"lckd": lckd.__version__, "torch": torch.__version__},
    }


def card_of(trainer: Trainer) -> Card:
    """Write the card of a training as far as it has come."""
    config, cohorts = trainer.config, trainer.cohorts
    last = trainer.elections[-1] if trainer.elections else None
    return Card(
        name=config.preset,
        preset=config.preset,
        network=dataclasses.asdict(PRESETS[config.preset]),
        spacing_mm=config.spacing_mm,
        tensors_sha256="",
        teachers=dict(last.teachers) if last else {},
        elections=[election.as_dict() for election in trainer.elections],
        cohorts=[
            {"part": part, "cases": len(names), "names": names} for part, names in cohorts.names().items() if names
        ],
        credits=credits_for([name for names in cohorts.names().values() for name in names]),
        training={**config.as_dict(), "settings": differences(config), "steps_done": trainer.step},
        code_version=lckd.__version__,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )


def _prepare(cases: Sequence[Case], config: TrainingConfig, part: str) -> list[PreparedCase]:
    def report(done: int, total: int) -> None:
        if done == total or done % 10 == 0:
            _say(f"Prepared {done} of {total} {part} patients.")

    return prepare_cohort(cases, spacing_mm=config.spacing_mm, report=report)


def _synthetic(split: str, count: int, config: TrainingConfig) -> list[Case]:
    spacing_mm = min(config.spacing_mm, FINEST_SYNTHETIC_MM)
    return [SyntheticCase(seed, spacing_mm=spacing_mm) for seed in (seeds(split, count) if count else ())]


def _require_fresh(out: Path, *, resume: bool) -> None:
    if (out / CHECKPOINT_NAME).is_file() and not resume:
        message = f"'{out}' already holds a training: add --resume to go on with it, or choose another folder."
        raise TrainingError(message)
    if resume and not (out / CHECKPOINT_NAME).is_file():
        _say(f"There is no checkpoint in '{out}': the training begins anew.")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
