"""How a network computes a result on a device: fast, without gradients, and with a sentence when memory runs out."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from lckd.device import bfloat16_pays
from lckd.errors import DeviceError


@contextmanager
def computing(network: nn.Module, device: torch.device) -> Iterator[None]:
    """Compute with a network on a device.

    Channels last, and in bfloat16 where the device has instructions for it: with those of AMX four times as fast, with
    those of AVX-512 a tenth faster, with equal labels in more than 999 of 1,000 voxels
    (`Testing/benchmarks/RESULTS.md`).

    Args:
        network: In evaluation mode; it moves to the device.
        device: Where to compute.

    Raises:
        DeviceError: The GPU has too little memory.
    """
    try:
        network.to(device, memory_format=torch.channels_last_3d)  # type: ignore[call-overload]  # not in torch's stubs
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bfloat16_pays(device)):
            yield
    except torch.cuda.OutOfMemoryError as error:
        message = "The GPU has too little memory for this patient: choose the device cpu."
        raise DeviceError(message) from error
