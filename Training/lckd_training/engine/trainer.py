"""The training loop: learn from batch after batch, elect, save, and stop when it is time."""

import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from lckd.device import bfloat16_pays
from lckd.errors import TrainingError
from lckd.weights.load import Model
from lckd_training.cohorts.prepared import PreparedCase
from lckd_training.engine.checkpoint import TrainingState, load_checkpoint, require_kinds, save_checkpoint, sweep
from lckd_training.engine.initial import describe
from lckd_training.engine.journal import Journal, open_journal
from lckd_training.engine.learner import Learner
from lckd_training.engine.log import Row
from lckd_training.method.election import Election, hold_election
from lckd_training.process.distributed import World
from lckd_training.samples.batches import make_batches, threads_for
from lckd_training.samples.sampling import Sample, TrainingSamples
from lckd_training.settings.config import TrainingConfig

SAVE_EVERY_S = 600.0
"""Time between two checkpoints where elections are farther apart."""

Report = Callable[[str], None]


@dataclass(frozen=True)
class Cohorts:
    """Prepared patients of a training.

    Attributes:
        real: Patients to learn from.
        synthetic: Synthetic patients to learn from.
        election: Patients that decide, and are never learnt from.
        contents: Digests of what patients on disk are made from, by name; a resumed training must share them.
    """

    real: Sequence[PreparedCase]
    synthetic: Sequence[PreparedCase]
    election: Sequence[PreparedCase]
    contents: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> dict[str, list[str]]:
        """Return the names of the patients of each part."""
        return {part: [case.name for case in getattr(self, part)] for part in ("real", "synthetic", "election")}

    def weights(self) -> dict[str, float]:
        """Return the weights of the real patients that are drawn more or less often than others."""
        return {case.name: case.weight for case in self.real if case.weight != 1.0}


class Trainer:
    """One training, from its first step or its last checkpoint on.

    Args:
        config: Settings.
        cohorts: Patients.
        out: Output folder; holds the checkpoint, `log.csv` and `elections.json`.
        device: Where to compute.
        report: Receives a sentence whenever there is news.
        world: The processes that train together.
        initial: Weights to begin from; a checkpoint must have begun from the same.

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
        self.learner = Learner(config, device=device, world=self.world)
        self.origin = ""
        if initial:
            self.learner.begin_from(initial)
            self.origin = describe(initial)
        self.step = 0
        self.elections: list[Election] = []
        self._restore()

    @property
    def finished(self) -> bool:
        """Whether every step is done and the last election held."""
        return self.step >= self.config.steps and not self._owes_election

    @property
    def _owes_election(self) -> bool:
        """Whether a stop came between a step and its election."""
        held = self.elections[-1].step if self.elections else 0
        return held < self.step and self.config.election_due(self.step)

    def run(
        self, *, time_limit_s: float = math.inf, save_every_s: float = SAVE_EVERY_S, stop: Callable[[], bool] = bool
    ) -> None:
        """Train until all steps are done, the time is up or somebody asks to stop, and leave a checkpoint.

        Args:
            time_limit_s: Time after which to stop between two steps; one step is done in any case.
            save_every_s: Time between two checkpoints.
            stop: Asked after every step; an election that is due is then left to whoever resumes.

        Raises:
            OutputError: The output folder cannot be written.
            TrainingError: The loss or the weights are not finite; the last checkpoint is as it was.
        """
        begin = saved = time.monotonic()
        with self._journal() as journal, closing(self._batches()) as batches:
            if self._owes_election:
                self._settle(journal, elects=True)
            for batch in batches:
                journal.add_step(self.train_step(batch))
                late = time.monotonic() - begin > time_limit_s
                asked, late = self.world.anywhere(stop(), late, device=self.device)
                elects = self._owes_election and not asked
                if asked or late or elects or time.monotonic() - saved >= save_every_s:
                    self._settle(journal, elects=elects)
                    saved = time.monotonic()
                if asked or late:
                    break

    def _settle(self, journal: Journal, *, elects: bool) -> None:
        """Hold the election that is due and save, unless the weights are ruined."""
        self.learner.require_finite(self.step)
        if elects:
            self._elect(journal)
        self.save()

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
            network=self.learner.network.state_dict(),
            average=self.learner.average.state_dict(),
            optimiser=self.learner.optimiser.state_dict(),
            elections=[election.as_dict() for election in self.elections],
            settings=self._settings(),
            contents=dict(self.cohorts.contents),
            origin=self.origin,
        )
        save_checkpoint(state, self.out)

    def _settings(self) -> dict[str, Any]:
        return {**self.config.as_dict(), "cohorts": self.cohorts.names(), "weights": self.cohorts.weights() or None}

    def _restore(self) -> None:
        if self.world.leads:
            sweep(self.out)
        state = load_checkpoint(self.out, self._settings(), contents=self.cohorts.contents)
        self._require_one_state(state.step if state else 0)
        if state is None:
            return
        if self.origin not in {"", state.origin}:
            message = (
                f"The training in '{self.out}' began from {state.origin or 'random weights'}, not from those of "
                "--init-from: leave that out, or choose another folder."
            )
            raise TrainingError(message)
        try:
            self.learner.restore(state)
            self.elections = [Election(**election) for election in state.elections]
            for election in self.elections:
                require_kinds(election)
        except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
            message = (
                f"The checkpoint in '{self.out}' holds another network or other fields than this software's: go on "
                "with the version that wrote it, or train into another folder."
            )
            raise TrainingError(message) from error
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
        """Learn from one batch; see `Learner.learn`.

        Raises:
            TrainingError: The loss is not finite; the network is as it was.
        """
        row = self.learner.learn(batch, step=self.step, election=self.elections[-1] if self.elections else None)
        self.step += 1
        return row

    def _elect(self, journal: Journal) -> None:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=bfloat16_pays(self.device)):
            election = hold_election(
                self.learner.average,
                self.cohorts.election,
                step=self.step,
                sitting=self.elections[-1] if self.elections else None,
                margin=self.config.election_margin,
                world=self.world,
            )
        self.elections.append(election)
        journal.add_elections(self.elections)
