"""A network whose answer is known without training."""

from torch import Tensor

from lckd.network.network import Features, LckdNetwork
from lckd.region import REGIONS


class Echo(LckdNetwork):
    """A network that knows nothing: its logits are the intensities that it was given."""

    def encode_present(self, volumes: Tensor, present: Tensor) -> Features:
        modality, sample = present.T.nonzero(as_tuple=True)
        return Features([volumes[sample, modality].unsqueeze(1)], sample, modality, len(volumes))

    def decode(self, features: Features) -> list[Tensor]:
        return [features.maps[0].mean(dim=0, keepdim=True).expand(-1, len(REGIONS), -1, -1, -1)]
