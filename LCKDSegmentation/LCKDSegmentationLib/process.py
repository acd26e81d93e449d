"""The background process: Qt's process around `lckd.worker`, in lines of JSON."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qt
from slicer.i18n import tr as _

from lckd.errors import LckdError

MODULE_FOLDER = Path(__file__).parents[1]
"""Holds the package `lckd`: Python finds it when the process starts there."""

START_MS, STOP_MS, KILL_MS = 10_000, 1000, 10_000
"""How long a start may take. A worker ends at once when its input is closed: one that is still there after the second
time is killed, which takes long on an overloaded computer only."""

LOG_CHARACTERS = 200_000


class WorkerError(LckdError):
    """The background process cannot start, or ended by itself."""


class BackgroundProcess:
    """One process that runs `lckd.worker`.

    Args:
        onAnswer: Called with each answer, a dictionary (see `lckd.worker`).
        onEnd: Called with a sentence when the process ended without being asked to.
    """

    def __init__(self, onAnswer: Callable[[dict[str, Any]], None], onEnd: Callable[[str], None]) -> None:
        self._onAnswer, self._onEnd = onAnswer, onEnd
        self._incomplete = b""
        self._isStopping = False
        self.log = ""
        self._process = qt.QProcess()
        self._process.setWorkingDirectory(str(MODULE_FOLDER))
        self._process.connect("readyReadStandardOutput()", self._readAnswers)
        self._process.connect("readyReadStandardError()", self._readLog)
        self._process.connect("finished(int,QProcess::ExitStatus)", self._onFinished)

    def start(self, folder: Path) -> None:
        """Start the process.

        Args:
            folder: Of the files that are exchanged; the process removes it when it ends.

        Raises:
            WorkerError: There is no Python, or it does not start.
        """
        python = shutil.which("PythonSlicer") or sys.executable
        self._process.start(python, ["-m", "lckd.worker", str(folder)])
        if not self._process.waitForStarted(START_MS):
            message = _("Python could not be started in the background ('{python}'): restart Slicer and try again.")
            raise WorkerError(message.format(python=python))

    @property
    def isRunning(self) -> bool:
        """Whether the process is there and listens."""
        return not self._isStopping and self._process.state() != qt.QProcess.NotRunning

    @property
    def processId(self) -> int:
        """Number of the process, 0 when there is none."""
        return int(self._process.processId())

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; answers come to `onAnswer`."""
        self._process.write((json.dumps(request) + "\n").encode())

    def stop(self) -> None:
        """End the process with all that it started; it does so itself as soon as its input is closed."""
        if self._isStopping:
            return
        self._isStopping = True
        if self._process.state() == qt.QProcess.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(STOP_MS):
            self._process.kill()
            self._process.waitForFinished(KILL_MS)
        self._process.deleteLater()

    def _readAnswers(self) -> None:
        self._incomplete += bytes(self._process.readAllStandardOutput().data())
        *lines, self._incomplete = self._incomplete.split(b"\n")
        for line in lines:
            answer = _answer_in(line)
            if answer is None:
                self._keepLog(line + b"\n")
            elif not self._isStopping:
                self._onAnswer(answer)

    def _readLog(self) -> None:
        self._keepLog(bytes(self._process.readAllStandardError().data()))

    def _keepLog(self, text: bytes) -> None:
        self.log = (self.log + text.decode(errors="replace"))[-LOG_CHARACTERS:]

    def _onFinished(self, code: int, status: int) -> None:
        if self._isStopping:
            return
        self._isStopping = True
        how = _("was killed") if status == qt.QProcess.CrashExit else _("ended with code {code}").format(code=code)
        message = _("The background process {how}: the scene is unchanged. Press Apply to try again.")
        self._onEnd(message.format(how=how))


def _answer_in(line: bytes) -> dict[str, Any] | None:
    """Read an answer; None where a library, or Python before the worker began, wrote the line."""
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "is" in answer else None
