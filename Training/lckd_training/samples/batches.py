"""Batches, made a few ahead by threads; a fork would upset a host application."""

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from torch.utils.data import default_collate

from lckd_training.samples.sampling import Sample, TrainingSamples

BATCHES_AHEAD = 4
MOST_THREADS = 16


def make_batches(
    samples: TrainingSamples, steps: range, *, size: int, places: range | None = None, threads: int = 1
) -> Generator[Sample]:
    """Make the batches of some steps.

    Args:
        samples: Where the samples come from; step k takes the samples from number ``k * size`` on.
        steps: The steps.
        size: Samples per batch, over all processes.
        places: Places of the batch to make here; all when None.
        threads: How many make batches at once; what they make does not depend on it.

    Yields:
        One batch per step, in order. What goes wrong while a sample is made is raised here.
    """
    mine = range(size) if places is None else places

    def make(step: int) -> Sample:
        batch: Sample = default_collate([samples[step * size + place] for place in mine])
        return batch

    rest = iter(steps)
    maker = ThreadPoolExecutor(max_workers=threads)
    try:
        ahead = deque(maker.submit(make, step) for step in islice(rest, threads + BATCHES_AHEAD - 1))
        while ahead:
            batch = ahead.popleft().result()
            ahead.extend(maker.submit(make, step) for step in islice(rest, 1))
            yield batch
    finally:
        maker.shutdown(cancel_futures=True)  # who stops early waits for no batch that nobody will take


def threads_for(processes: int) -> int:
    """Choose how many threads make batches, one core being left to the training itself.

    Args:
        processes: Training processes on this machine.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores // processes - 1))
