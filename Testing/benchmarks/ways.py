"""Ways from the images of a patient to its labels: ours, the reference's and those of MONAI's standard networks.

Random weights do for the others: how long a network takes does not depend on them.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext

import numpy as np
import SimpleITK as sitk
import torch
from monai.inferers import sliding_window_inference
from monai.networks.nets import DynUNet, SegResNet
from torch import Tensor, nn

from lckd.intensity import normalise
from lckd.modality import MODALITIES, Modality
from lckd.network.network import PRESETS, build_network
from lckd.region import REGIONS, labels_from_regions
from lckd.segment import segment
from lckd.segmentation import THRESHOLD
from lckd.weights.load import load_model
from Testing.benchmarks.child import now

Images = Mapping[Modality, sitk.Image]
Way = Callable[[Images], object]

REFERENCE_TILE, REFERENCE_OVERLAP = (80, 160, 160), 1 / 3
PEER_TILE, PEER_OVERLAP = (128, 128, 128), 0.25
"""The overlap is what MONAI's sliding window takes by default."""
PEER_CHANNELS = (16, 32, 64, 128)
SEGRESNET_FILTERS = 8


def ours(device: str) -> Way:
    """Our weights and our way."""
    model = load_model()
    return lambda images: segment(images, model, device=device)


def reference(device: str, *, half: bool = False) -> Way:
    """The paper's network in the reference's way: zeros for what is absent, 1 mm, tiles with uniform weights.

    Args:
        device: Where to compute.
        half: Whether in bfloat16, unlike the reference.
    """
    network = build_network(PRESETS["paper"]).eval().to(device)

    def predict(tile: Tensor) -> Tensor:
        everything = torch.ones((len(tile), len(MODALITIES)), dtype=torch.bool, device=tile.device)
        logits: Tensor = network(tile, everything)[0]
        return logits.float()

    return InTiles(predict, REFERENCE_TILE, overlap=REFERENCE_OVERLAP, device=device, half=half)


def segresnet(device: str) -> Way:
    """MONAI's SegResNet, as large as our network."""
    network = SegResNet(
        spatial_dims=3, init_filters=SEGRESNET_FILTERS, in_channels=len(MODALITIES), out_channels=len(REGIONS)
    )
    return _peer(network, device)


def dynunet(device: str) -> Way:
    """MONAI's DynUNet, as large as our network."""
    scales = len(PEER_CHANNELS)
    network = DynUNet(
        spatial_dims=3,
        in_channels=len(MODALITIES),
        out_channels=len(REGIONS),
        kernel_size=[3] * scales,
        strides=[1, *[2] * (scales - 1)],
        upsample_kernel_size=[2] * (scales - 1),
        filters=PEER_CHANNELS,
    )
    return _peer(network, device)


WAYS: dict[str, Callable[[str], Way]] = {
    "ours": ours,
    "reference": reference,
    "reference, bfloat16": lambda device: reference(device, half=True),
    "SegResNet": segresnet,
    "DynUNet": dynunet,
}


class InTiles:
    """Segments tile after tile, as MONAI's sliding window does.

    Args:
        predict: Gives the logits of a tile.
        tile: Size of a tile, (D, H, W).
        overlap: Of neighbouring tiles, as a part of their size.
        device: Where to compute.
        half: Whether in bfloat16.

    Attributes:
        limit: How many tiles are predicted, all others taking the last result; 0: all of them.
    """

    def __init__(
        self,
        predict: Callable[[Tensor], Tensor],
        tile: tuple[int, int, int],
        *,
        overlap: float,
        device: str,
        half: bool = False,
    ) -> None:
        self._predict, self._tile, self._overlap, self._device, self._half = predict, tile, overlap, device, half
        self.limit = 0
        self._asked, self._spent_s = 0, 0.0
        self._last = torch.empty(0)

    @property
    def missing_s(self) -> float:
        """Time that the tiles which were not predicted would have taken, in seconds."""
        return self._spent_s * max(self._asked - self.limit, 0) / self.limit if self.limit else 0.0

    def __call__(self, images: Images) -> object:
        """Segment a patient."""
        self._asked, self._spent_s = 0, 0.0
        volumes = _stacked(images).to(self._device)
        precision = torch.autocast(torch.device(self._device).type, torch.bfloat16) if self._half else nullcontext()
        with torch.inference_mode(), precision:
            logits = sliding_window_inference(volumes, self._tile, 1, self._once, overlap=self._overlap)
        return labels_from_regions((logits[0].sigmoid() > THRESHOLD).cpu().numpy())

    def _once(self, tile: Tensor) -> Tensor:
        self._asked += 1
        if not self.limit or self._asked <= self.limit:
            begin = now()
            self._last = self._predict(tile)
            self._spent_s += now() - begin
        return self._last


def _peer(network: nn.Module, device: str) -> Way:
    network.eval().to(device)
    return InTiles(network, PEER_TILE, overlap=PEER_OVERLAP, device=device)


def _stacked(images: Images) -> Tensor:
    """Normalise each image over its voxels that are not 0, and put zeros where there is none: 1, 4, D, H, W."""
    shape = next(iter(images.values())).GetSize()[::-1]
    volumes = np.zeros((1, len(MODALITIES), *shape), dtype=np.float32)
    for modality, image in images.items():
        voxels = sitk.GetArrayViewFromImage(image)
        volumes[0, MODALITIES.index(modality)] = normalise(voxels, voxels != 0)
    return torch.from_numpy(volumes)
