"""The background process of the page: a child of its own process group around `lckd.worker`, heard by threads."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from LCKDSegmentationLib.transport import MODULE_FOLDER, Lines, OnAnswer, OnEnd, WorkerError, endedWith

STOP_S, KILL_S = 1.0, 5.0
"""A worker ends at once when its input is closed: one that is still there after the first time is killed."""

CHUNK_BYTES = 1 << 16

RETURNS_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_TRIM_THRESHOLD_": "1000000"}
"""Has glibc give large pieces back when a network is done with them: a sixth less memory, in the same time."""


class ChildProcess:
    """One process that runs `lckd.worker`; see `LCKDSegmentationLib.transport.Transport`.

    It must be started on a running event loop, which is where it tells of answers and of its end.

    Args:
        onAnswer: Called with each answer, a dictionary (see `lckd.worker`).
        onEnd: Called with a sentence when the process ended without being asked to.
    """

    def __init__(self, onAnswer: OnAnswer, onEnd: OnEnd) -> None:
        self._onEnd, self._lines = onEnd, Lines(onAnswer)
        self._process: subprocess.Popen[bytes] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, folder: Path) -> None:
        """Start the process; `folder` is that of the files that are exchanged.

        Raises:
            WorkerError: It does not start.
        """
        self._loop = asyncio.get_running_loop()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "lckd.worker", str(folder)],
                cwd=MODULE_FOLDER,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **RETURNS_MEMORY},
                start_new_session=True,
            )
        except OSError as error:
            message = f"Python could not be started in the background ({error.strerror}): close other programs."
            raise WorkerError(message) from error
        self._listen(self._process.stdout, self._lines.take, then=self._onFinished)
        self._listen(self._process.stderr, self._lines.keep)

    @property
    def log(self) -> str:
        """What the process wrote besides its answers."""
        return self._lines.log

    @property
    def isRunning(self) -> bool:
        """Whether the process is there and listens."""
        return not self._lines.isOver and self._process is not None and self._process.poll() is None

    @property
    def processId(self) -> int:
        """Number of the process, 0 when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; one that is gone is noticed by `onEnd`."""
        if self._process is None or self._process.stdin is None:
            return
        with suppress(OSError):
            self._process.stdin.write((json.dumps(request) + "\n").encode())
            self._process.stdin.flush()

    def stop(self) -> None:
        """End the process with all that it started; it does so itself as soon as its input is closed."""
        if self._lines.isOver or self._process is None:
            return
        self._lines.isOver = True
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            _kill_group(self._process)

    def _listen(
        self, stream: IO[bytes] | None, take: Callable[[bytes], None], then: Callable[[], None] | None = None
    ) -> None:
        threading.Thread(target=self._read, args=(stream, take, then), daemon=True).start()

    def _read(self, stream: IO[bytes], take: Callable[[bytes], None], then: Callable[[], None] | None) -> None:
        """Hand on what comes until the end, in a thread of its own."""
        while piece := os.read(stream.fileno(), CHUNK_BYTES):
            self._on_loop(take, piece)
        if then is not None:
            self._on_loop(then)

    def _on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
                self._loop.call_soon_threadsafe(call, *arguments)

    def _onFinished(self) -> None:
        if self._lines.isOver or self._process is None:
            return
        self._lines.isOver = True
        self._onEnd(endedWith(self._process.wait()))


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and whatever it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(KILL_S)
