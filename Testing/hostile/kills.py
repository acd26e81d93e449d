"""Train a tiny network in processes that are killed again and again, every other time while they save.

usage: kills.py OUT COUNT    what is interrupted ends in OUT/killed, the same training in one piece in OUT/whole
"""

import dataclasses
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch

from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case
from lckd_training.engine.checkpoint import CHECKPOINT_NAME, LEFT_BY_KILLED
from lckd_training.engine.trainer import Cohorts, Trainer
from lckd_training.settings.recipes import RECIPES

COARSE_MM = 4.0
POLL_S = 0.0005
LONGEST_DELAY_S = 0.1
CONFIG = dataclasses.replace(RECIPES["tiny"], crop=(16, 16, 16), batch=1, steps=9, elect_every=4)


def start_training(out: Path, case: PreparedCase) -> int:
    """Start a process that trains until it is done, with a checkpoint after every step; return its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        cohorts = Cohorts(real=[case], synthetic=[], election=[case])
        trainer = Trainer(CONFIG, cohorts, out=out, device=torch.device("cpu"), report=lambda _: None)
        trainer.run(save_every_s=0.0)
        status = 0
    finally:
        os._exit(status)


def kill(child: int, out: Path, *, while_saving: bool) -> None:
    """Let a training save once, then kill it, at once when it saves again or after a random time."""
    first = age(out)
    while is_running(child) and age(out) == first:
        time.sleep(POLL_S)
    if while_saving:
        while is_running(child) and not list(out.glob(LEFT_BY_KILLED)):
            time.sleep(POLL_S)
    else:
        time.sleep(random.uniform(0.0, LONGEST_DELAY_S))  # noqa: S311 - any moment will do
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def age(out: Path) -> float:
    """Return when the last checkpoint was written, 0 if there is none."""
    try:
        return (out / CHECKPOINT_NAME).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def is_running(child: int) -> bool:
    """Tell whether a process has not ended; one that has is left to be waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def main(out: Path, count: int) -> int:
    """Kill a training some times, then let it and an undisturbed one end; return 0 if both could."""
    case = prepare_case(SyntheticCase(1, spacing_mm=COARSE_MM), spacing_mm=COARSE_MM)
    killed, whole = out / "killed", out / "whole"
    for folder in (killed, whole):
        folder.mkdir()
    for number in range(count):
        kill(start_training(killed, case), killed, while_saving=number % 2 == 1)
    return max(os.waitpid(start_training(folder, case), 0)[1] for folder in (killed, whole))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])) != 0)
