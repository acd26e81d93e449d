"""What a patient costs: time of the clock and of the cores, and memory."""

import os
import platform
import sys
import time
from dataclasses import dataclass, field

from lckd.batch.job import Usage

BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
"""In what the system counts the memory of a process."""


@dataclass(frozen=True)
class Meter:
    """Measures from when it is made."""

    begin_s: float = field(default_factory=time.perf_counter)
    begin_cpu_s: float = field(default_factory=time.process_time)

    def read(self) -> Usage:
        """Tell what was used so far."""
        return Usage(
            seconds=time.perf_counter() - self.begin_s,
            cpu_seconds=time.process_time() - self.begin_cpu_s,
            peak_bytes=_peak_bytes(),
            process=f"{platform.node()}:{os.getpid()}",
        )


def _peak_bytes() -> int | None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ModuleNotFoundError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT
