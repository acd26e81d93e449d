"""The background process of the page: the real worker, without Qt."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from lckd_app.patient.process import ChildProcess

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0

HAS_A_CHILD = """
import subprocess, sys

if "lckd.worker" in sys.orig_argv:
    subprocess.Popen(["sleep", "60"])
"""
"""Has every worker start a process, as some libraries do."""


class Ears:
    """Keeps what a process says."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.ends: list[str] = []


async def until(condition: Callable[[], object]) -> None:
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < PATIENCE_S, "it took too long"
        await asyncio.sleep(0.02)


def with_process(folder: Path, do: Callable[[ChildProcess, Ears], Awaitable[None]]) -> Ears:
    """Start a process in a folder, wait until it is ready, do something with it and stop it."""
    ears = Ears()

    async def run() -> None:
        process = ChildProcess(ears.answers.append, ears.ends.append)
        process.start(folder)
        await until(lambda: ears.answers)
        try:
            await do(process, ears)
        finally:
            process.stop()

    asyncio.run(run())
    return ears


async def wait_for_nothing(_process: ChildProcess, _ears: Ears) -> None:
    """Do nothing with it."""


def test_the_worker_says_that_it_is_ready(tmp_path: Path) -> None:
    assert with_process(tmp_path / "own", wait_for_nothing).answers == [{"is": "ready"}]


def test_a_question_is_answered(tmp_path: Path) -> None:
    async def ask(process: ChildProcess, ears: Ears) -> None:
        process.ask({"id": 7, "do": "segment", "subset": ["t1"], "reference": "t1", "labels": "x"})
        await until(lambda: len(ears.answers) > 1)

    answer = with_process(tmp_path / "own", ask).answers[1]
    assert (answer["id"], answer["is"], answer["message"]) == (7, "failed", "No patient was given yet.")


def test_a_stopped_process_is_gone_with_its_folder_and_tells_nobody(tmp_path: Path) -> None:
    numbers: list[int] = []

    async def look(process: ChildProcess, _ears: Ears) -> None:
        numbers.append(process.processId)

    (tmp_path / "own").mkdir()
    ears = with_process(tmp_path / "own", look)
    assert not psutil.pid_exists(numbers[0])
    assert not (tmp_path / "own").exists()
    assert ears.ends == []


def test_a_killed_process_is_told_in_a_sentence(tmp_path: Path) -> None:
    async def kill(process: ChildProcess, ears: Ears) -> None:
        os.kill(process.processId, signal.SIGKILL)
        await until(lambda: ears.ends)
        assert not process.isRunning

    ears = with_process(tmp_path / "own", kill)
    assert ears.ends == ["The background process was killed: the scene is unchanged. Try again."]


def is_gone(number: int) -> bool:
    """Tell whether a process has ended, even if nobody has asked yet how."""
    try:
        return bool(psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_process_that_does_not_listen_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HAS_A_CHILD, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr("lckd_app.patient.process.STOP_S", 0.1)
    numbers: list[int] = []

    async def freeze(process: ChildProcess, _ears: Ears) -> None:
        children = psutil.Process(process.processId).children()
        numbers.extend([process.processId, *(child.pid for child in children)])
        os.kill(process.processId, signal.SIGSTOP)

    with_process(tmp_path / "own", freeze)
    assert len(numbers) == 2
    asyncio.run(until(lambda: all(is_gone(number) for number in numbers)))
