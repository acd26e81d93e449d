"""The training loop: sample, encode the present modalities, segment, distil, elect."""

import dataclasses
import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lckd.device import bfloat16_pays
from lckd.errors import TrainingError
from lckd.network import LckdNetwork, build_network
from lckd.weights import Model
from lckd_training.batches import make_batches, threads_for
from lckd_training.checkpoint import TrainingState, load_checkpoint, save_checkpoint, sweep
from lckd_training.config import TrainingConfig
from lckd_training.distillation import distillation_loss, supervise, take_lesson
from lckd_training.distributed import World
from lckd_training.election import Election, hold_election
from lckd_training.initial import describe
from lckd_training.journal import Journal, open_journal
from lckd_training.log import COLUMNS, Row
from lckd_training.loss import segmentation_loss
from lckd_training.optimisation import learning_rate_at, make_optimiser
from lckd_training.prepared import PreparedCase
from lckd_training.sampling import Sample, TrainingSamples
from lckd_training.student import student_of

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
        world: The processes that train together.
        initial: Weights to begin from, where there is no checkpoint.

    Raises:
        TrainingError: The checkpoint in `out` belongs to another training, or not all processes see it.
    """

    def __init__(
        self,
        config: TrainingConfig,
        cohorts: Cohorts,
        *,
        out: Path,
        device: torch.device,
        report: Report,
        world: World | None = None,
        initial: Model | None = None,
    ) -> None:
        self.config, self.cohorts, self.out, self.device, self.report = config, cohorts, out, device, report
        self.world = world or World()
        self.network = self._build_network()
        self.average = self._build_network().eval()
        self.optimiser = make_optimiser(self.network, config)
        self.origin = ""
        if initial:
            self._begin_from(initial)
        self.step = 0
        self.elections: list[Election] = []
        self._restore()

    def _begin_from(self, initial: Model) -> None:
        for network in (self.network, self.average):
            network.load_state_dict(initial.network.state_dict())
        self.origin = describe(initial)

    @property
    def finished(self) -> bool:
        """Whether every step is done and the last election held."""
        return self.step >= self.config.steps and not self._owes_election

    @property
    def _owes_election(self) -> bool:
        """Whether a stop came between a step and its election."""
        held = self.elections[-1].step if self.elections else 0
        return held < self.step and self.config.election_due(self.step)

    def _build_network(self) -> LckdNetwork:
        network = build_network(student_of(self.config), seed=self.config.seed)
        # Channels last takes a step of the base preset on a CPU from 1.2 to 1.7 s; GPUs have kernels made for it.
        layout = {"memory_format": memory_format_for(self.device)}  # which torch's stubs do not know
        return network.to(self.device, **layout)  # type: ignore[call-overload,no-any-return]

    def run(
        self, *, time_limit_s: float = math.inf, save_every_s: float = SAVE_EVERY_S, stop: Callable[[], bool] = bool
    ) -> None:
        """Train until all steps are done, the time is up or somebody asks to stop, and leave a checkpoint.

        Args:
            time_limit_s: Time after which to stop between two steps.
            save_every_s: Time between two checkpoints.
            stop: Asked after every step; an election that is due is then left to whoever resumes.

        Raises:
            OutputError: The output folder cannot be written.
        """
        begin = saved = time.monotonic()
        with self._journal() as journal, closing(self._batches()) as batches:
            if self._owes_election:
                self._elect(journal)
                self.save()
            for batch in batches:
                journal.add_step(self.train_step(batch))
                late = time.monotonic() - begin > time_limit_s
                asked, late = self.world.anywhere(stop(), late, device=self.device)
                elects = self._owes_election and not asked
                if elects:
                    self._elect(journal)
                if asked or late or elects or time.monotonic() - saved >= save_every_s:
                    self.save()
                    saved = time.monotonic()
                if asked or late:
                    break

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        if not self.world.leads:
            yield Journal()
            return
        with open_journal(self.out, done=self.step, steps=self.config.steps, report=self.report) as journal:
            yield journal

    def _batches(self) -> Generator[Sample]:
        return make_batches(
            TrainingSamples(self.cohorts.real, self.cohorts.synthetic, self.config),
            range(self.step, self.config.steps),
            size=self.config.batch,
            places=self.world.share(self.config.batch),
            threads=threads_for(self.world.neighbours),
        )

    def save(self) -> None:
        """Write a checkpoint, if this process leads.

        Raises:
            OutputError: The output folder cannot be written.
        """
        if not self.world.leads:
            return
        state = TrainingState(
            step=self.step,
            network=self.network.state_dict(),
            average=self.average.state_dict(),
            optimiser=self.optimiser.state_dict(),
            elections=[election.as_dict() for election in self.elections],
            settings=self._settings(),
            origin=self.origin,
        )
        save_checkpoint(state, self.out)

    def _settings(self) -> dict[str, Any]:
        return {**self.config.as_dict(), "cohorts": self.cohorts.names()}

    def _restore(self) -> None:
        if self.world.leads:
            sweep(self.out)
        state = load_checkpoint(self.out, self._settings())
        self._require_one_state(state.step if state else 0)
        if state is None:
            return
        self.network.load_state_dict(state.network)
        self.average.load_state_dict(state.average)
        self.optimiser.load_state_dict(state.optimiser)
        self.elections = [Election(**election) for election in state.elections]
        self.step, self.origin = state.step, state.origin
        self.report(f"Resumed at step {self.step} of {self.config.steps}.")

    def _require_one_state(self, step: int) -> None:
        """Refuse to start where machines do not share their output folder.

        Raises:
            TrainingError: The processes read different checkpoints.
        """
        if len(set(self.world.spread(lambda _: step, range(self.world.size)))) > 1:
            message = f"Not all processes see the same checkpoint in '{self.out}': give a folder that they share."
            raise TrainingError(message)

    def train_step(self, batch: Sample) -> Row:
        """Learn from one batch.

        Args:
            batch: This process's samples of it, with a leading axis N.

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
        segmentation = supervise(lesson, self._compare)
        distillation = distillation_loss(lesson, self.elections[-1] if self.elections else None, self.config)
        loss = segmentation + self.config.distillation * distillation
        figures = self.world.mean(torch.stack([loss, segmentation, distillation]).detach())
        self._require_finite(figures)
        self.optimiser.zero_grad()
        loss.backward()
        self.world.average_gradients(self.network.parameters())
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT_NORM)
        self.optimiser.step()
        self.step += 1
        self._update_average()
        values = (self.step, *figures.tolist(), rate, time.monotonic() - begin)
        return dict(zip(COLUMNS, (round(value, 6) for value in values), strict=True))

    def _compare(self, logits: Sequence[Tensor], occupancy: Tensor) -> Tensor:
        """Compute the segmentation loss of the whole batch, of which this process has a part."""
        joined = [self.world.gather(scale.float()) for scale in logits]  # Gloo knows no bfloat16
        return segmentation_loss(joined, self.world.gather(occupancy), cross_entropy=self.config.cross_entropy)

    def _require_finite(self, figures: Tensor) -> None:
        if not bool(torch.isfinite(figures).all()):
            message = f"The loss at step {self.step + 1} is not finite: lower the learning rate and begin anew."
            raise TrainingError(message)

    def _update_average(self) -> None:
        decay = min(self.config.ema_decay, self.step / (self.step + 10.0))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1.0 - decay)

    def _elect(self, journal: Journal) -> None:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bfloat16_pays(self.device)):
            election = hold_election(
                self.average,
                self.cohorts.election,
                step=self.step,
                sitting=self.elections[-1] if self.elections else None,
                margin=self.config.election_margin,
                world=self.world,
            )
        self.elections.append(election)
        journal.add_elections(self.elections)


def memory_format_for(device: torch.device) -> torch.memory_format:
    """Choose how the channels of a network lie in memory: last where the device has kernels made for it."""
    return torch.channels_last_3d if device.type == "cuda" else torch.contiguous_format
