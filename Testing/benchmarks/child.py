"""Measuring in a process of its own: nothing is warm from before, and its memory is known."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import torch

KIBIBYTE = 1024
CLOCK, PROCESSOR = "LCKD_BENCHMARK_CLOCK", "processor"
"""The environment variable that says which clock counts, for this process and those that it starts."""


@dataclass(frozen=True)
class Measured:
    """What a process measured.

    Attributes:
        seconds: Time of each run.
        peak_bytes: The most memory that the process held at a time, its libraries included.
    """

    seconds: tuple[float, ...]
    peak_bytes: int


def in_child(prepare: Callable[..., Callable[[], object]], *arguments: object, warm_ups: int, runs: int) -> Measured:
    """Time a piece of work in a new process.

    Args:
        prepare: Makes the work, untimed; a function at the top of a module.
        arguments: What it takes.
        warm_ups: Runs before the first that counts.
        runs: Runs that count.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, prepare, arguments, warm_ups, runs).result()


def _measure(
    prepare: Callable[..., Callable[[], object]], arguments: tuple[object, ...], warm_ups: int, runs: int
) -> Measured:
    work = prepare(*arguments)
    for _ in range(warm_ups):
        work()
    times = [timed(work) + getattr(work, "missing_s", 0.0) for _ in range(runs)]  # of what was left out
    return Measured(tuple(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE)


def timed(work: Callable[..., object], *arguments: object, **keywords: object) -> float:
    """Run something and give the time that it took, in seconds; a GPU is waited for."""
    begin = now()
    work(*arguments, **keywords)
    return now() - begin


def now() -> float:
    """Read the clock that was chosen, when a GPU has finished what it was given.

    On a machine that others use as well, the time that the processors gave to this process and to those that it waited
    for says more than the time on the wall.
    """
    wait()
    if os.environ.get(CLOCK) == PROCESSOR:
        spent = os.times()
        return time.process_time() + spent.children_user + spent.children_system
    return time.perf_counter()


def wait() -> None:
    """Let a GPU, where there is one, finish what it was given."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
