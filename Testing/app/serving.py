"""A real server in a process of its own, as somebody starts it, and what it leaves when it is gone."""

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

MODULE_FOLDER = Path(__file__).resolve().parents[2] / "LCKDSegmentation"
START_S, STOP_S = 60.0, 20.0
MARK = "LCKD_TEST_MARK"
"""A variable that every process inherits that a server starts, whatever becomes of its parent."""

SOCKETS = "LCKD_TEST_SOCKETS"
WATCH = f"""
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["{SOCKETS}"], "a") as file:
            print(event, arguments[-1] if event == "socket.connect" else arguments[0], file=file)

sys.addaudithook(note)
open(os.environ["{SOCKETS}"], "a").close()
"""
"""Imported by every Python that the server starts: writes down whom it speaks to."""

SPOKEN = "sockets.txt"

Answer = TypeVar("Answer")


def watched(folder: Path) -> dict[str, str]:
    """Give the environment in which every Python writes down whom it speaks to, to `SPOKEN` in that folder."""
    (folder / "watch").mkdir()
    (folder / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    path = os.pathsep.join([str(folder / "watch"), str(MODULE_FOLDER), os.environ.get("PYTHONPATH", "")])
    return {SOCKETS: str(folder / SPOKEN), "PYTHONPATH": path}


class Served:
    """A server that runs.

    Args:
        folder: Empty folder for what is temporary, and for what the test writes down.
        arguments: Of `lckd app`, besides those that every test gives.
        waits: Whether to wait until it serves.
        temporary: Where its temporary files go, if not to a folder of its own.
        browser: Program that it starts to show the page, if any.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        waits: bool = True,
        temporary: Path | None = None,
        browser: Path | None = None,
    ) -> None:
        self.temporary, self._mark = temporary or folder / "tmp", uuid.uuid4().hex
        self.temporary.mkdir(exist_ok=True)
        own = {MARK: self._mark, "TMPDIR": str(self.temporary), "OMP_NUM_THREADS": "1", **watched(folder)}
        shown = ["--no-browser"] if browser is None else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lckd", "app", *shown, *arguments],
            env={**os.environ, **own, "BROWSER": f"{browser} %s"},
            stdout=subprocess.PIPE,
            stderr=(folder / "errors.txt").open("wb"),
            text=True,
        )
        self._errors, self._spoken = folder / "errors.txt", folder / SPOKEN
        self.address = self._read_address() if waits else ""

    @property
    def errors(self) -> str:
        """What it wrote on standard error."""
        return self._errors.read_text(errors="replace")

    @property
    def origin(self) -> str:
        return "http://" + urlsplit(self.address).netloc

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    @property
    def key(self) -> str:
        return parse_qs(urlsplit(self.address).query)["secret"][0]

    def spoken_to(self) -> set[str]:
        """Whom it and its children spoke to."""
        return set(self._spoken.read_text(encoding="utf-8").splitlines())

    def processes(self) -> set[int]:
        """Every process that it started and that is there, itself included."""
        mark = f"{MARK}={self._mark}".encode()
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and mark in _environment_of(entry):
                found.add(int(entry.name))
        return found

    def workers(self) -> set[int]:
        return self.processes() - {self.process.pid}

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to stop, and make sure that it does, that all went with it and that nothing is left; give seconds."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(STOP_S)
        seconds = time.monotonic() - begun
        until(lambda: not self.processes(), seconds=5.0, what="the end of all processes")
        assert code == 0, self.errors
        assert list(self.temporary.iterdir()) == []
        return seconds

    def kill(self) -> None:
        """End whatever is left of it after a test went wrong."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(STOP_S)

    def _read_address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
            if found:
                return found[0]
        self.process.wait(STOP_S)
        message = f"the server ended before it told its address:\n{self.errors}"
        raise AssertionError(message)


@contextmanager
def serving(
    folder: Path, *arguments: str, temporary: Path | None = None, browser: Path | None = None
) -> Iterator[Served]:
    """Run a server; at its end no process and no file is left."""
    served = Served(folder, *arguments, temporary=temporary, browser=browser)
    try:
        yield served
        if served.process.poll() is None:
            served.stop()
    finally:
        served.kill()


def until(ask: Callable[[], Answer], *, seconds: float = 30.0, what: str = "") -> Answer:
    """Ask again and again until the answer is true."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for {what or ask}"
        time.sleep(0.05)
    return answer


def _environment_of(entry: Path) -> list[bytes]:
    try:
        return (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
