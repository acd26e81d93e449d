"""The modalities of a patient at the same time: numpy and SimpleITK let other threads run while they compute."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def in_parallel(work: Callable[[Given], Result], things: Iterable[Given]) -> Iterator[Result]:
    """Do the same with several things, as many at a time as there are processors.

    Args:
        work: What to do; it may raise, and what the first of the failing things raises is raised.
        things: To what.

    Yields:
        The results, in the order of the things.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, things)
