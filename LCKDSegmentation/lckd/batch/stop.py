"""Ending cleanly when a scheduler of jobs asks for it, as on Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lckd.errors import StoppedError

EXIT_BASE = 128


class _Terminated(BaseException):
    """SIGTERM came; like KeyboardInterrupt, it is nothing that a patient could be blamed for."""


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

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Terminated

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except _Terminated as error:
        message = "Stopped: the same command goes on from here."
        raise StoppedError(message, exit_code=EXIT_BASE + signal.SIGTERM) from error
    finally:
        signal.signal(signal.SIGTERM, former)
