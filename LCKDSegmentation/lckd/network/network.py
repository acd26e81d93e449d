"""The LCKD network: a shared encoder run on present modalities only, fusion at every scale, a decoder of regions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own documentation uses
from torch import Tensor, nn

from lckd.modality import MODALITIES
from lckd.network.decoder import Decoder
from lckd.network.encoder import PlainEncoder, Stride, require_divisible
from lckd.network.fusion import AnyFusion, FilledFusion, Fusion
from lckd.network.paper import PaperDecoder, PaperEncoder, paper_joins
from lckd.region import REGIONS
from lckd.weights.card import Architecture, FusionForm


@dataclass(frozen=True)
class NetworkConfig:
    """Arguments of the network, kept in the card.

    Attributes:
        architecture: ``plain`` (ours) or ``paper`` (`lckd.network.paper`, whose sizes are fixed).
        channels: Channels of each scale of a plain network, finest first.
        supervised: Scales of a plain network with a head of their own in training (deep supervision), at least 1.
        fusion: How the present modalities become one map (`lckd.network.fusion`); a card without it means ``mean``.
    """

    architecture: Architecture = "plain"
    channels: tuple[int, ...] = ()
    supervised: int = 1
    fusion: FusionForm = "mean"


PRESETS: dict[str, NetworkConfig] = {
    "tiny": NetworkConfig(channels=(4, 8, 16), supervised=2),
    "base": NetworkConfig(channels=(16, 32, 64, 128), supervised=3),
    "paper": NetworkConfig(architecture="paper", fusion="fill"),
}


@dataclass(frozen=True)
class Features:
    """Adapted features of every present (sample, modality) pair; nothing exists for absent ones.

    Attributes:
        maps: One tensor per scale, finest first: ``(P, C, d, h, w)``.
        sample: Sample of each pair, ``(P,)``.
        modality: Modality index of each pair, ``(P,)``.
        samples: Number of samples N.
    """

    maps: list[Tensor]
    sample: Tensor
    modality: Tensor
    samples: int

    def of_modalities(self, indices: Sequence[int]) -> "Features":
        """Keep the pairs of some modalities only, given by their indices; copied only where they lie unevenly."""
        kept = _as_slice([place for place, index in enumerate(self.modality.tolist()) if index in indices])
        return Features([m[kept] for m in self.maps], self.sample[kept], self.modality[kept], self.samples)


def _as_slice(places: list[int]) -> "slice | list[int]":
    """Turn evenly spaced places into a slice, which selects without a copy."""
    step = places[1] - places[0] if len(places) > 1 else 1
    steps = slice(places[0], places[-1] + 1, step) if places else slice(0)
    return steps if places == list(range(places[-1] + 1 if places else 0))[steps] else places


def join_modalities(parts: Sequence[Features]) -> Features:
    """Put together the features of modalities of the same samples that were encoded one by one."""
    maps = [torch.cat(scale) for scale in zip(*(part.maps for part in parts), strict=True)]
    sample = torch.cat([part.sample for part in parts])
    return Features(maps, sample, torch.cat([part.modality for part in parts]), parts[0].samples)


class LckdNetwork(nn.Module):
    """Segment regions from any subset of modalities.

    Args:
        config: Sizes of the network.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder: PlainEncoder | PaperEncoder
        self.decoder: Decoder | PaperDecoder
        self.encoder, self.decoder = _build_parts(config)
        self.fusions = nn.ModuleList(_build_fusions(config, self.encoder.channels, self.decoder.channels))

    @property
    def factor(self) -> Stride:
        """Multiples that the size of an input must be, (D, H, W)."""
        depth, height, width = (math.prod(axis) for axis in zip(*self.encoder.strides, strict=True))
        return depth, height, width

    def _fusions(self) -> list[AnyFusion]:
        return [fusion for fusion in self.fusions if isinstance(fusion, AnyFusion)]

    def encode_present(self, volumes: Tensor, present: Tensor) -> Features:
        """Encode the modalities that are there, and only those.

        Args:
            volumes: Normalised intensities ``(N, modality, D, H, W)``; what absent modalities hold is never read.
            present: Mask ``(N, modality)``, at least one true per row.

        Returns:
            Features of the P present pairs.

        Raises:
            ValueError: A size of `volumes` is not a multiple of `factor`, or a sample has no modality.
        """
        require_divisible(volumes, self.factor)
        if not bool(present.any(dim=1).all()):
            message = "A sample without any modality cannot be encoded."
            raise ValueError(message)
        modality, sample = present.T.nonzero(as_tuple=True)
        counts = present.sum(dim=0).tolist()
        maps = self.encoder(volumes[sample, modality].unsqueeze(1))
        adapted = [fusion.adapt(features, counts) for fusion, features in zip(self._fusions(), maps, strict=True)]
        return Features(adapted, sample, modality, len(volumes))

    def decode(self, features: Features) -> list[Tensor]:
        """Fuse features and decode them.

        Args:
            features: At least one pair of every sample.

        Returns:
            Logits ``(N, region, D, H, W)``, in training followed by those of coarser scales.
        """
        fused = [
            fusion.fuse(maps, features.sample, features.modality, samples=features.samples)
            for fusion, maps in zip(self._fusions(), features.maps, strict=True)
        ]
        return list(self.decoder(fused))

    def forward(self, volumes: Tensor, present: Tensor) -> list[Tensor]:
        """Encode, fuse and decode; see `encode_present` and `decode`."""
        return self.decode(self.encode_present(volumes, present))


def pad_to_factor(volumes: Tensor, factor: Sequence[int]) -> Tensor:
    """Append zeros until each spatial size is a multiple of its factor, at least two of them.

    With one, the coarsest map of a small volume would be a single voxel, which cannot be normalised.

    Args:
        volumes: ``(..., D, H, W)``.
        factor: Multiples for D, H and W.

    Returns:
        The padded volumes; the original voxels keep their indices.
    """
    sizes = volumes.shape[-3:]
    missing = [max(-size % step, 2 * step - size) for size, step in zip(sizes, factor, strict=True)]
    return F.pad(volumes, [amount for size in reversed(missing) for amount in (0, size)])


def build_network(config: NetworkConfig, *, seed: int = 0) -> LckdNetwork:
    """Build a network whose initial weights depend on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LckdNetwork(config)


def _build_parts(config: NetworkConfig) -> tuple[PlainEncoder, Decoder] | tuple[PaperEncoder, PaperDecoder]:
    if config.architecture == "paper":
        joined = len(MODALITIES) if config.fusion == "fill" else 1
        return PaperEncoder(), PaperDecoder(len(REGIONS), modalities=joined)
    if config.architecture != "plain":
        message = f"unknown architecture {config.architecture!r}"
        raise ValueError(message)
    decoder = Decoder(config.channels, regions=len(REGIONS), supervised=config.supervised)
    return PlainEncoder(config.channels), decoder


def _build_fusions(config: NetworkConfig, inputs: Sequence[int], outputs: Sequence[int]) -> list[AnyFusion]:
    """Build the fusion of every scale from the channels of the encoder and of the decoder there.

    Raises:
        ValueError: The form of fusion is unknown.
    """
    modalities, scales = len(MODALITIES), list(zip(inputs, outputs, strict=True))
    if config.fusion == "mean":
        return [Fusion(before, after, modalities=modalities) for before, after in scales]
    if config.fusion != "fill":
        message = f"unknown fusion {config.fusion!r}"
        raise ValueError(message)
    joins: Sequence[nn.Module] = (
        paper_joins(modalities)
        if config.architecture == "paper"
        else [nn.Conv3d(modalities * before, after, kernel_size=1) for before, after in scales]
    )
    return [FilledFusion(join, modalities=modalities) for join in joins]
