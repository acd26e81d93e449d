"""What stands between a session and its process: whoever uses the library brings a way to start and to hear one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from lckd.errors import LckdError
from LCKDSegmentationLib.translation import tr as _

MODULE_FOLDER = Path(__file__).parents[1]
"""Holds the package `lckd`: Python finds it when the process starts there."""

LOG_CHARACTERS = 200_000

OnAnswer: TypeAlias = Callable[[dict[str, Any]], None]
"""Called with each answer, a dictionary (see `lckd.worker`)."""

OnEnd: TypeAlias = Callable[[str], None]
"""Called with a sentence when the process ended without being asked to."""


class WorkerError(LckdError):
    """The background process cannot start, or ended by itself."""


class Transport(Protocol):
    """One process that runs `lckd.worker`."""

    @property
    def log(self) -> str:
        """What it wrote besides its answers."""

    @property
    def isRunning(self) -> bool:
        """Whether it is there and listens."""

    @property
    def processId(self) -> int:
        """Its number, 0 when there is none."""

    def start(self, folder: Path) -> None:
        """Start it; `folder` is that of the files that are exchanged, which the process removes when it ends.

        Raises:
            WorkerError: It does not start.
        """

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request."""

    def stop(self) -> None:
        """End it with all that it started."""


@dataclass(frozen=True)
class Surroundings:
    """Where a session works.

    Attributes:
        makeTransport: Prepares a process that tells of answers and of its end.
        temporaryFolder: Where images that travel may lie.
        application: Name and version of the application, for the record.
    """

    makeTransport: Callable[[OnAnswer, OnEnd], Transport]
    temporaryFolder: Path
    application: str


class Lines:
    """Puts together what a process writes.

    Args:
        onAnswer: Called with each answer; what libraries, or Python before the worker began, wrote goes into the log.

    Attributes:
        log: What was written besides answers.
        isOver: Whether the process was asked to end, or has ended: no answer is told of from then on.
    """

    def __init__(self, onAnswer: OnAnswer) -> None:
        self._onAnswer, self._incomplete = onAnswer, b""
        self.log = ""
        self.isOver = False

    def take(self, written: bytes) -> None:
        """Take a piece of standard output."""
        self._incomplete += written
        *lines, self._incomplete = self._incomplete.split(b"\n")
        for line in lines:
            answer = _answerIn(line)
            if answer is None:
                self.keep(line + b"\n")
            elif not self.isOver:
                self._onAnswer(answer)

    def keep(self, written: bytes) -> None:
        """Keep a piece of standard error."""
        self.log = (self.log + written.decode(errors="replace"))[-LOG_CHARACTERS:]


def endedBy(how: str) -> str:
    """Say that the process is gone, and how."""
    message: str = _("The background process {how}: the scene is unchanged. Try again.")
    return message.format(how=how)


def endedWith(code: int) -> str:
    """Say that the process is gone, and with which exit code; below 0 stands for a signal."""
    return endedBy(_("was killed") if code < 0 else _("ended with code {code}").format(code=code))


def _answerIn(line: bytes) -> dict[str, Any] | None:
    """Read an answer; None where it is none."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "is" in answer else None
