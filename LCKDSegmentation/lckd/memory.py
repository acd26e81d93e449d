"""Is there enough memory for a patient? Asked before the work, since an exhausted system may end any program."""

import ctypes
import sys
from pathlib import Path

import torch

from lckd.errors import DeviceError

BYTES_PER_MODALITY, BYTES_OF_DECODER = 13, 50
"""Per voxel of the working grid and channel of the finest scale: what a modality's features keep, and what the decoder
takes at its peak. Measured with the preset base at 2 and 1.5 mm on a CPU, one and four modalities."""

GIBIBYTE = 1024.0**3


def require_memory(voxels: int, *, modalities: int, channels: int, device: torch.device) -> None:
    """Refuse a patient for whom the memory does not suffice.

    Args:
        voxels: Voxels of the working grid.
        modalities: Number of modalities.
        channels: Channels of the finest scale of the network.
        device: Where it will be computed.

    Raises:
        DeviceError: There is too little memory; where the system does not say how much is free, nothing is refused.
    """
    needed = voxels * channels * (modalities * BYTES_PER_MODALITY + BYTES_OF_DECODER)
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else free_bytes()
    if free is None or needed <= free:
        return
    what = "GPU" if device.type == "cuda" else "computer"
    help_ = "choose the device cpu" if device.type == "cuda" else "close other programs, or give fewer modalities"
    message = (
        f"This patient needs about {needed / GIBIBYTE:.1f} GB of memory and the {what} has {free / GIBIBYTE:.1f} GB "
        f"free: {help_}."
    )
    raise DeviceError(message)


def free_bytes() -> int | None:
    """Ask the system how much memory a program may take; None where it does not say."""
    if sys.platform == "win32":
        return _free_bytes_of_windows()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):  # macOS has no such file
        return None


def _free_bytes_of_windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *(
                (name, ctypes.c_ulonglong)
                for name in ("total", "free", "page", "page_free", "virtual", "virtual_free", "x")
            ),
        )

    status = Status(length=ctypes.sizeof(Status))
    known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined,unused-ignore]
    return int(status.free) if known else None
