"""The training loop: sample, encode the present modalities, segment, distil, elect."""

import dataclasses
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lckd.device import bfloat16_pays
from lckd.errors import TrainingError
from lckd.files import write_text
from lckd.network import PRESETS, build_network
from lckd_training.checkpoint import TrainingState, load_checkpoint, save_checkpoint
from lckd_training.config import TrainingConfig
from lckd_training.distillation import distillation_loss, supervise, take_lesson
from lckd_training.election import Election, hold_election
from lckd_training.log import COLUMNS, open_log
from lckd_training.loss import segmentation_loss
from lckd_training.optimisation import learning_rate_at, make_optimiser
from lckd_training.prepared import PreparedCase
from lckd_training.sampling import Sample, TrainingSamples, make_batches

LOG_NAME = "log.csv"
TELL_EVERY_S = 60.0
SAVE_EVERY_S = 600.0
"""Time between two checkpoints where elections are farther apart."""

LARGEST_GRADIENT_NORM = 5.0

Report = Callable[[str], None]


@dataclass(frozen=True)
class Cohorts:
    """Prepared patients of a training.

    Attributes:
        real: Patients to learn from.
        synthetic: Synthetic patients to learn from.
        election: Patients that decide, and are never learnt from.
    """

    real: Sequence[PreparedCase]
    synthetic: Sequence[PreparedCase]
    election: Sequence[PreparedCase]

    def names(self) -> dict[str, list[str]]:
        """Return the names of the patients of each part."""
        return {part.name: [case.name for case in getattr(self, part.name)] for part in dataclasses.fields(self)}


class Trainer:
    """One training, from its first step or its last checkpoint on.

    Args:
        config: Settings.
        cohorts: Patients.
        out: Output folder; holds the checkpoint, `log.csv` and `elections.json`.
        device: Where to compute.
        report: Receives a sentence whenever there is news.

    Raises:
        TrainingError: The checkpoint in `out` belongs to another training.
    """

    def __init__(
        self, config: TrainingConfig, cohorts: Cohorts, *, out: Path, device: torch.device, report: Report
    ) -> None:
        self.config, self.cohorts, self.out, self.device, self.report = config, cohorts, out, device, report
        self.network = build_network(PRESETS[config.preset], seed=config.seed).to(device)
        self.average = build_network(PRESETS[config.preset], seed=config.seed).to(device).eval()
        self.optimiser = make_optimiser(self.network, config)
        self.step = 0
        self.elections: list[Election] = []
        self._restore()

    @property
    def finished(self) -> bool:
        """Whether every step is done."""
        return self.step >= self.config.steps

    def run(self, *, time_limit_s: float = math.inf) -> None:
        """Train until all steps are done or the time is up, and leave a checkpoint.

        Args:
            time_limit_s: Time after which to stop between two steps.

        Raises:
            OutputError: The output folder cannot be written.
        """
        begin = saved = told = time.monotonic()
        first = self.step
        samples = TrainingSamples(self.cohorts.real, self.cohorts.synthetic, self.config)
        with open_log(self.out / LOG_NAME, steps_done=self.step) as log:
            for batch in make_batches(samples, range(self.step, self.config.steps), size=self.config.batch):
                log.writerow(self.train_step(batch))
                now = time.monotonic()
                told = self._tell_progress(now, told, begin=begin, first=first)
                if self.config.election_due(self.step):
                    self._elect()
                elif now - begin <= time_limit_s and now - saved < SAVE_EVERY_S:
                    continue
                self.save()
                saved = now
                if now - begin > time_limit_s:
                    break

    def _tell_progress(self, now: float, told: float, *, begin: float, first: int) -> float:
        """Report the progress now and then; return when it was last reported."""
        if now - told < TELL_EVERY_S:
            return told
        pace_s = (now - begin) / (self.step - first)
        left_min = pace_s * (self.config.steps - self.step) / 60
        self.report(f"Step {self.step} of {self.config.steps}, {pace_s:.2f} s a step, about {left_min:.0f} min left.")
        return now

    def save(self) -> None:
        """Write a checkpoint.

        Raises:
            OutputError: The output folder cannot be written.
        """
        state = TrainingState(
            step=self.step,
            network=self.network.state_dict(),
            average=self.average.state_dict(),
            optimiser=self.optimiser.state_dict(),
            elections=[election.as_dict() for election in self.elections],
            settings=self._settings(),
        )
        save_checkpoint(state, self.out)

    def _settings(self) -> dict[str, Any]:
        return {**self.config.as_dict(), "cohorts": self.cohorts.names()}

    def _restore(self) -> None:
        state = load_checkpoint(self.out, self._settings())
        if state is None:
            return
        self.network.load_state_dict(state.network)
        self.average.load_state_dict(state.average)
        self.optimiser.load_state_dict(state.optimiser)
        self.elections = [Election(**election) for election in state.elections]
        self.step = state.step
        self.report(f"Resumed at step {self.step} of {self.config.steps}.")

    def train_step(self, batch: Sample) -> dict[str, float]:
        """Learn from one batch.

        Args:
            batch: Samples with a leading axis N.

        Returns:
            The row of the log.

        Raises:
            TrainingError: The loss is not finite; the network is as it was.
        """
        begin = time.monotonic()
        rate = learning_rate_at(self.step, self.config)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        batch = Sample(*(part.to(self.device) for part in batch))
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bfloat16_pays(self.device)):
            lesson = take_lesson(self.network, batch, self.config.distillation_form)
        segmentation = supervise(lesson, partial(segmentation_loss, cross_entropy=self.config.cross_entropy))
        distillation = distillation_loss(lesson, self.elections[-1] if self.elections else None, self.config)
        loss = segmentation + self.config.distillation * distillation
        self._require_finite(loss)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT_NORM)
        self.optimiser.step()
        self.step += 1
        self._update_average()
        values = (self.step, loss.item(), segmentation.item(), distillation.item(), rate, time.monotonic() - begin)
        return dict(zip(COLUMNS, (round(value, 6) for value in values), strict=True))

    def _require_finite(self, loss: Tensor) -> None:
        if not bool(torch.isfinite(loss)):
            message = f"The loss at step {self.step + 1} is not finite: lower the learning rate and begin anew."
            raise TrainingError(message)

    def _update_average(self) -> None:
        decay = min(self.config.ema_decay, self.step / (self.step + 10.0))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1.0 - decay)

    def _elect(self) -> None:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bfloat16_pays(self.device)):
            election = hold_election(
                self.average,
                self.cohorts.election,
                step=self.step,
                sitting=self.elections[-1] if self.elections else None,
                margin=self.config.election_margin,
            )
        self.elections.append(election)
        history = [held.as_dict() for held in self.elections]
        write_text(json.dumps(history, indent=2) + "\n", self.out / "elections.json")
        self.report(describe_election(election))


def describe_election(election: Election) -> str:
    """Describe an election in a few lines: the table of Dice and the teachers."""
    rows = [*election.dice.items(), ("all", election.full_set_dice)]
    lines = [f"{name:>6}  " + "  ".join(f"{region} {dice:.3f}" for region, dice in row.items()) for name, row in rows]
    teachers = ", ".join(f"{region} {modality}" for region, modality in election.teachers.items())
    head = f"Election at step {election.step} on {election.cases} cases; teachers: {teachers}"
    return "\n".join([head, *lines])
