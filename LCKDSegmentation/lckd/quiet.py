"""Keeping C libraries from speaking to the terminal."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2
_LOCK = threading.Lock()
_users = 0  # the descriptor belongs to the whole process: the first thread turns it away, the last one back
_kept: int | None = None


@contextmanager
def quiet_c_libraries() -> Iterator[None]:
    """Keep C libraries, which print before they fail, from adding lines to the one sentence that is raised.

    Several threads may do so at a time.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _kept, _users  # noqa: PLW0603 - as above
    with _LOCK:
        _users += 1
        if _users > 1:
            return
        try:
            _kept = os.dup(STDERR)
        except OSError:  # a window program without a console has no stderr that could be heard
            return
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, STDERR)
        os.close(nothing)


def _leave() -> None:
    global _kept, _users  # noqa: PLW0603 - as above
    with _LOCK:
        _users -= 1
        if _users == 0 and _kept is not None:
            os.dup2(_kept, STDERR)
            os.close(_kept)
            _kept = None
