"""The background process of the panel: Qt's process around `lckd.worker`, in lines of JSON."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import qt
import slicer

from LCKDSegmentationLib.translation import tr as _
from LCKDSegmentationLib.transport import (
    MODULE_FOLDER,
    Lines,
    OnAnswer,
    OnEnd,
    Surroundings,
    WorkerError,
    endedWith,
)

START_MS, STOP_MS, KILL_MS = 10_000, 1000, 10_000
"""How long a start may take. A worker ends at once when its input is closed: one that is still there after the second
time is killed, which takes long on an overloaded computer only."""

KILLED = -1
"""Exit code that stands for any signal."""


def inSlicer() -> Surroundings:
    """Give what a session in the application needs."""
    version = f"3D Slicer {slicer.app.applicationVersion}"
    return Surroundings(BackgroundProcess, Path(slicer.app.temporaryPath), version)


class BackgroundProcess:
    """One process that runs `lckd.worker`; see `LCKDSegmentationLib.transport.Transport`.

    Args:
        onAnswer: Called with each answer, a dictionary (see `lckd.worker`).
        onEnd: Called with a sentence when the process ended without being asked to.
    """

    def __init__(self, onAnswer: OnAnswer, onEnd: OnEnd) -> None:
        self._onEnd, self._lines = onEnd, Lines(onAnswer)
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
    def log(self) -> str:
        """What the process wrote besides its answers."""
        return self._lines.log

    @property
    def isRunning(self) -> bool:
        """Whether the process is there and listens."""
        return not self._lines.isOver and self._process.state() != qt.QProcess.NotRunning

    @property
    def processId(self) -> int:
        """Number of the process, 0 when there is none."""
        return int(self._process.processId())

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; answers come to `onAnswer`."""
        self._process.write((json.dumps(request) + "\n").encode())

    def stop(self) -> None:
        """End the process with all that it started; it does so itself as soon as its input is closed."""
        if self._lines.isOver:
            return
        self._lines.isOver = True
        if self._process.state() == qt.QProcess.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(STOP_MS):
            self._process.kill()
            self._process.waitForFinished(KILL_MS)
        self._process.deleteLater()

    def _readAnswers(self) -> None:
        self._lines.take(bytes(self._process.readAllStandardOutput().data()))

    def _readLog(self) -> None:
        self._lines.keep(bytes(self._process.readAllStandardError().data()))

    def _onFinished(self, code: int, status: int) -> None:
        if self._lines.isOver:
            return
        self._lines.isOver = True
        self._onEnd(endedWith(KILLED if status == qt.QProcess.CrashExit else code))
