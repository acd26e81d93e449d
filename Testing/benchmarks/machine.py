"""On what, and with which code, was it measured?"""

import os
import platform
from datetime import date
from pathlib import Path

import monai
import SimpleITK as sitk
import torch

from lckd.device import bfloat16_pays
from lckd_training.process.code_version import code_version
from Testing.benchmarks.child import CLOCK, PROCESSOR
from Testing.benchmarks.options import Options


def describe_machine(options: Options) -> str:
    """Say in one paragraph what the figures hold for."""
    device = torch.device(options.device)
    precision = "bfloat16" if bfloat16_pays(device) else "single precision"
    gpu = f"; {torch.cuda.get_device_name()}" if options.device == "cuda" else ""
    clock = "processor time" if os.environ.get(CLOCK) == PROCESSOR else "on the wall"
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"Code {code_version()}; {date.today().isoformat()}; {_processor()}, {os.cpu_count()} cores{gpu}; "
        f"{options.threads} threads, our networks in {precision}; load of the machine at the beginning {load}; "
        f"Python {platform.python_version()}, torch {torch.__version__}, MONAI {monai.__version__}, SimpleITK "
        f"{sitk.Version.VersionString()}; seed {options.seed}. Times ({clock}) are medians (fastest–slowest, n runs)."
    )


def _processor() -> str:
    """Name the processor and the instructions that decide how fast convolutions are."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    known = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    wanted = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in known.get("flags", "").split()]
    return f"{known.get('model name', platform.machine())} ({', '.join(wanted) or 'no AVX2'})"
