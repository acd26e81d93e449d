"""Keeping C libraries from speaking to the terminal."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2
_STDERR_LOCK = threading.Lock()  # the descriptor belongs to the whole process


@contextmanager
def quiet_c_libraries() -> Iterator[None]:
    """Keep C libraries, which print before they fail, from adding lines to the one sentence that is raised."""
    with _STDERR_LOCK:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a window program without a console has no stderr that could be heard
            yield
            return
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, STDERR)
        os.close(nothing)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
