"""Where to compute."""

from functools import lru_cache
from pathlib import Path

import torch

from lckd.errors import DeviceError

PROCESSOR_FILE = Path("/proc/cpuinfo")
BFLOAT16_WORDS = {"amx_bf16", "avx512_bf16", "bf16"}
"""What Linux says of processors with instructions for bfloat16: two kinds of x86, and ARM."""

AMPERE = (8, 0)
"""The first generation of GPUs with such instructions."""


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
    """Tell whether the device has instructions for bfloat16.

    Libraries offer it without them, too, and then imitate it: with AVX-512 alone our network takes 2.5 times as long as
    in single precision.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= AMPERE
    offers = torch.backends.mkldnn.is_available() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return offers and _has_bfloat16(PROCESSOR_FILE)


@lru_cache
def _has_bfloat16(processor_file: Path) -> bool:
    try:
        words = processor_file.read_text(encoding="ascii", errors="replace").split()
    except OSError:  # not Linux: newer versions of torch know it themselves
        return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())
    return not BFLOAT16_WORDS.isdisjoint(words)
