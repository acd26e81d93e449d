"""How far a job is, in a number and a sentence."""

import time

from lckd.preprocess.one_stage import PARTS, STAGE
from LCKDSegmentationLib.translation import tr as _

STAGES = {"load": 0.1, STAGE: 0.05, "prepare": 0.1, "encode": 0.4, "decode": 0.2, "restore": 0.15}
"""What part of the time each stage takes, in order, measured at 2 mm on two cores with volumes that need no making
ready; clinical ones take several times as long in that stage alone."""

ENOUGH_TO_TELL = 0.1
"""From this part on, the time left can be told, but for `STAGE`: nobody knows beforehand what the scans need."""


def cancelled() -> str:
    """Say that a job was given up."""
    message: str = _("Cancelled: the scene is unchanged.")
    return message


def starting() -> str:
    """Say that a job begins."""
    message: str = _("Starting ...")
    return message


class Progress:
    """The progress of one job, from now on."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._scans_begin: float | None = None

    def at(self, stage: str, done: int, total: int) -> tuple[int, str]:
        """Tell how far a job is.

        Args:
            stage: A key of `STAGES`.
            done: Steps of the stage that are done.
            total: All steps of the stage.

        Returns:
            Percent of the whole, and a sentence with the time left.
        """
        names = list(STAGES)
        before = sum(STAGES[name] for name in names[: names.index(stage)])
        part = before + STAGES[stage] * done / total
        seconds = self._seconds(stage)
        left = seconds * (1 - part) / part if part >= ENOUGH_TO_TELL and stage != STAGE else 0.0
        text = _stageText(stage) if total in {1, PARTS} else f"{_stageText(stage)} ({min(done + 1, total)}/{total})"
        return round(100 * part), text + (_(", about {seconds:.0f} s left").format(seconds=left) if left >= 1 else "")

    def _seconds(self, stage: str) -> float:
        """Give the seconds so far without those of `STAGE`, which say nothing of those that follow."""
        now = time.monotonic()
        if stage == STAGE:
            self._scans_begin = self._scans_begin or now
        elif self._scans_begin is not None:
            self._begin += now - self._scans_begin
            self._scans_begin = None
        return now - self._begin


def _stageText(stage: str) -> str:
    texts: dict[str, str] = {
        "load": _("Loading the network"),
        STAGE: _("Making the scans ready"),
        "prepare": _("Bringing the images onto one grid"),
        "encode": _("Looking at each image"),
        "decode": _("Outlining the tumour"),
        "restore": _("Returning to the voxels of the input"),
    }
    return texts[stage]
