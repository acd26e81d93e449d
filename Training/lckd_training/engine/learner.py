"""What learns: the network, its running average and the optimiser, one step at a time."""

import time
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lckd.device import bfloat16_pays
from lckd.errors import TrainingError
from lckd.network.network import LckdNetwork, build_network
from lckd.weights.load import Model, unfit_tensor
from lckd_training.engine.checkpoint import TrainingState
from lckd_training.engine.log import COLUMNS, Row
from lckd_training.method.distillation import distillation_loss
from lckd_training.method.election import Election
from lckd_training.method.loss import segmentation_loss
from lckd_training.method.optimisation import learning_rate_at, make_optimiser
from lckd_training.process.distributed import World
from lckd_training.samples.sampling import Sample
from lckd_training.settings.config import TrainingConfig
from lckd_training.settings.student import student_of

LARGEST_GRADIENT_NORM = 5.0


class Learner:
    """A network that learns from batches.

    Args:
        config: Settings.
        device: Where to compute.
        world: The processes that train together.

    Attributes:
        network: The network.
        average: Exponential moving average of its weights, in evaluation mode: what is elected with and kept.
        optimiser: Changes the network.
    """

    def __init__(self, config: TrainingConfig, *, device: torch.device, world: World) -> None:
        self._config, self._device, self._world = config, device, world
        self.network = self._build_network()
        self.average = self._build_network().eval()
        self.optimiser = make_optimiser(self.network, config)

    def _build_network(self) -> LckdNetwork:
        network = build_network(student_of(self._config), seed=self._config.seed)
        # Channels last: a fifth less time a step on a CPU, and GPUs have kernels for it. torch's stubs do not know it.
        return network.to(self._device, memory_format=torch.channels_last_3d)  # type: ignore[call-overload,no-any-return]

    def begin_from(self, initial: Model) -> None:
        """Take over weights; see `lckd_training.engine.initial`."""
        for network in (self.network, self.average):
            network.load_state_dict(initial.network.state_dict())

    def restore(self, state: TrainingState) -> None:
        """Take over everything from a checkpoint."""
        self.network.load_state_dict(state.network)
        self.average.load_state_dict(state.average)
        self.optimiser.load_state_dict(state.optimiser)

    def learn(self, batch: Sample, *, step: int, election: Election | None) -> Row:
        """Learn from one batch.

        Args:
            batch: This process's samples of it, with a leading axis N.
            step: Steps done before.
            election: The last election, which says who teaches.

        Returns:
            The row of the log, of the whole batch.

        Raises:
            TrainingError: The loss is not finite; the network is as it was.
        """
        begin = time.monotonic()
        rate = learning_rate_at(step, self._config)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        losses = self._losses(Sample(*(part.to(self._device) for part in batch)), election)
        figures = self._world.mean(losses.detach()).tolist()
        _require_finite(figures, step + 1)
        self.optimiser.zero_grad()
        losses[0].backward()
        self._world.average_gradients(self.network.parameters())
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT_NORM)
        self.optimiser.step()
        self._update_average(step + 1)
        values = (step + 1, *figures, rate, time.monotonic() - begin)
        return dict(zip(COLUMNS, (round(value, 6) for value in values), strict=True))

    def require_finite(self, step: int) -> None:
        """Refuse weights that a step ruined: the loss, computed before it, does not show it.

        Args:
            step: Steps done.

        Raises:
            TrainingError: A value of the network or its average is not finite, or too large to be kept.
        """
        if unfit_tensor(self.network) or unfit_tensor(self.average):
            message = (
                f"The weights after step {step} are not finite: they were not saved; lower the learning rate and "
                "begin anew."
            )
            raise TrainingError(message)

    def _losses(self, batch: Sample, election: Election | None) -> Tensor:
        """Compute the loss, and of what it consists: segmentation and distillation, ``(3,)``."""
        self.network.train()
        with torch.autocast(self._device.type, torch.bfloat16, enabled=bfloat16_pays(self._device)):
            features = self.network.encode_present(batch.volumes, batch.present)
            logits = self.network.decode(features)
        segmentation = self._compare(logits, batch.occupancy)
        distillation = distillation_loss(features, election, self._config)
        return torch.stack([segmentation + self._config.distillation * distillation, segmentation, distillation])

    def _compare(self, logits: Sequence[Tensor], occupancy: Tensor) -> Tensor:
        """Compute the segmentation loss of the whole batch, of which this process has a part."""
        joined = [self._world.gather(scale.float()) for scale in logits]  # Gloo knows no bfloat16
        return segmentation_loss(joined, self._world.gather(occupancy), cross_entropy=self._config.cross_entropy)

    def _update_average(self, steps: int) -> None:
        decay = min(self._config.ema_decay, steps / (steps + 10.0))
        with torch.no_grad():
            for mean, value in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(value, 1.0 - decay)


def _require_finite(figures: Sequence[float], step: int) -> None:
    if not bool(torch.isfinite(torch.tensor(figures)).all()):
        message = f"The loss at step {step} is not finite: lower the learning rate and begin anew."
        raise TrainingError(message)
