"""What is written down about a training: `run.json` before its first step, the card of its weights after the last."""

import dataclasses
from datetime import datetime, timezone
from typing import Any

import torch

from lckd.weights.card import Card
from lckd_training.cohorts.credits import credits_for
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.process.code_version import code_version
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.file import differences
from lckd_training.settings.student import student_of

RUN_NAME = "run.json"


def describe_run(config: TrainingConfig, cohorts: Cohorts) -> dict[str, Any]:
    """Describe a training completely: settings, patients, versions."""
    return {
        "recipe": config.recipe,
        "settings": differences(config),
        "config": config.as_dict(),
        "cohorts": cohorts.names(),
        "weights": cohorts.weights(),
        "versions": {"lckd": code_version(), "torch": torch.__version__},
    }


def card_of(trainer: Trainer) -> Card:
    """Write the card of a training as far as it has come."""
    config, cohorts = trainer.config, trainer.cohorts
    last = trainer.elections[-1] if trainer.elections else None
    return Card(
        name=config.preset,
        preset=config.preset,
        network=dataclasses.asdict(student_of(config)),
        spacing_mm=config.spacing_mm,
        tensors_sha256="",
        teachers=dict(last.teachers) if last else {},
        elections=[election.as_dict() for election in trainer.elections],
        cohorts=[
            {"part": part, "cases": len(names), "names": names} for part, names in cohorts.names().items() if names
        ],
        credits=credits_for([name for names in cohorts.names().values() for name in names]),
        training={
            **config.as_dict(),
            "settings": differences(config),
            "steps_done": trainer.step,
            "begun_from": trainer.origin,
        },
        code_version=code_version(),
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )
