"""A training that is asked to stop ends with what it has reached."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lckd.weights.load import verify
from lckd_training.engine.checkpoint import has_checkpoint
from lckd_training.process.stop import StopRequest, stop_on_signals

PATIENCE_S = 120.0


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_training_with_checkpoint_and_weights(
    tmp_path: Path, a_cohort: Path, the_repository: Path, sent: signal.Signals, status: int
) -> None:
    script = str(the_repository / "Training" / "train.py")
    command = [sys.executable, script, "--recipe", "tiny", "--device", "cpu"]
    with subprocess.Popen(
        [*command, "--data", str(a_cohort), "--out", str(tmp_path)], stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(tmp_path / "log.csv", lines=3)
        process.send_signal(sent)
        _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == status
    assert "--resume goes on" in error
    assert has_checkpoint(tmp_path)
    assert verify(tmp_path / "weights").training["steps_done"] > 0


def wait_for(log: Path, *, lines: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and not (log.is_file() and log.read_text(encoding="utf-8").count("\n") >= lines):
        time.sleep(0.1)


def test_a_signal_is_noted_and_the_former_handler_comes_back() -> None:
    former = signal.getsignal(signal.SIGTERM)
    with stop_on_signals() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
    assert stop.exit_code == 143
    assert signal.getsignal(signal.SIGTERM) is former


def test_outside_the_main_thread_nothing_is_handled() -> None:
    seen: list[StopRequest] = []

    def work() -> None:
        with stop_on_signals() as stop:
            seen.append(stop)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not seen[0]()
