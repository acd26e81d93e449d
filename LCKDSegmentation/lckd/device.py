"""Where to compute."""

import torch

from lckd.errors import DeviceError


def choose_device(name: str) -> torch.device:
    """Turn ``auto``, ``cpu`` or ``cuda`` into a device that exists.

    Args:
        name: What the user asked for; ``auto`` takes the GPU where there is one.

    Returns:
        The device.

    Raises:
        DeviceError: There is no GPU that torch can use, or the name is unknown.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        message = f"Unknown device '{name}': use auto, cpu or cuda."
        raise DeviceError(message)
    if name == "cuda" and not torch.cuda.is_available():
        message = "There is no GPU that torch can use: choose the device cpu or auto, or install a CUDA build of torch."
        raise DeviceError(message)
    return torch.device(name)


def bfloat16_pays(device: torch.device) -> bool:
    """Tell whether the device computes in bfloat16 faster than in single precision."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return torch.backends.mkldnn.is_available() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
