"""Ending cleanly when a scheduler of jobs asks for it, as on Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lckd.errors import StoppedError

EXIT_BASE = 128


@contextmanager
def stop_on_sigterm() -> Iterator[None]:
    """Turn SIGTERM into an error, so that processes are ended and half-written files removed on the way out.

    Only the main thread may handle signals; elsewhere nothing is changed.

    Raises:
        StoppedError: SIGTERM came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        message = "Stopped: the same command goes on from here."
        raise StoppedError(message, exit_code=EXIT_BASE + number)

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
