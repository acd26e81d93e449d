"""Stopping on request: a signal asks the training to end after the step that it is in."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)
EXIT_BASE = 128
"""A process ended by signal N is known to its caller by the exit code 128 + N."""


@dataclass
class StopRequest:
    """Whether somebody wants the training to stop.

    Attributes:
        by: The first signal that came, or None.
    """

    by: signal.Signals | None = None

    def __call__(self) -> bool:
        """Tell whether a signal came."""
        return self.by is not None

    @property
    def exit_code(self) -> int:
        """Exit code of a process that stopped: 143 for SIGTERM, 130 for SIGINT."""
        return EXIT_BASE + (self.by or signal.SIGTERM)


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Note SIGTERM and SIGINT instead of dying of them.

    Only the main thread may handle signals; elsewhere nothing is changed. Further signals change nothing: torchrun
    passes on what a terminal has sent already.

    Yields:
        What was asked for so far.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def note(number: int, _frame: FrameType | None) -> None:
        request.by = request.by or signal.Signals(number)

    former = {number: signal.signal(number, note) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
