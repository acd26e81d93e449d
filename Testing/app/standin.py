"""A small patient, and a background process that answers when a test wants it to."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import SimpleITK as sitk

from lckd.images.read_write import write_plainly
from lckd.modality import Modality
from lckd.region import BRATS, REGIONS
from lckd_app.patient.files import Found
from LCKDSegmentationLib.transport import OnAnswer, OnEnd, Surroundings

if TYPE_CHECKING:
    from lckd_app.patient.desk import Desk

PATIENT = Path("patient")
"""Where the images say that they lie."""

A_MOMENT_S = 0.4
"""Longer than live changes and surfaces wait."""


def labels() -> sitk.Image:
    """Make enhancing tumour within edema."""
    voxels = np.zeros((6, 6, 6), np.uint8)
    voxels[1:5, 1:5, 1:5], voxels[2:4, 2:4, 2:4] = BRATS.edema, BRATS.enhancing
    return sitk.GetImageFromArray(voxels)


def images(*names: str) -> list[Found]:
    """Make images of it."""
    scan = sitk.Cast(labels(), sitk.sitkFloat32)
    return [Found(name, PATIENT / f"{name}.nii.gz", scan) for name in names]


def record(volume_cm3: float, *modalities: Modality) -> dict[str, Any]:
    """Give what of the record of a run is shown."""
    measured = {"volume_cm3": volume_cm3, "diameter_mm": 12.0, "bidimensional_mm2": None}
    return {
        "weights": {"name": "base"}, "subset": list(modalities), "seconds": 1.0, "preprocessing_seconds": 0.0,
        "device": "cpu", "notes": ["Look."], "expected_dice": {}, "left_out": [],
        "inputs": {modality: {"name": f"p_{modality}"} for modality in modalities},
        "measurements": dict.fromkeys(REGIONS, measured),
        "probable_dice": {"WT": {"mean": 0.912, "low": 0.8, "high": 1.0}},
    }  # fmt: skip


class StandIn:
    """In the place of `lckd_app.patient.process.ChildProcess`: keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.log, self.isRunning, self.processId = "", False, 0
        self._on_answer: OnAnswer = lambda _answer: None

    def surroundings(self, folder: Path) -> Surroundings:
        """Have a session use it; `folder` gets what is exchanged."""
        return Surroundings(self._made, folder, "a test")

    def _made(self, on_answer: OnAnswer, _on_end: OnEnd) -> "StandIn":
        self._on_answer = on_answer
        return self

    def start(self, _folder: Path) -> None:
        self.isRunning = True

    def ask(self, request: dict[str, Any]) -> None:
        self.asked.append(request)

    def stop(self) -> None:
        self.isRunning = False

    def tell(self, **answer: object) -> None:
        """Answer what was asked last."""
        self._on_answer({"id": self.asked[-1]["id"], **answer})

    def finish(self, found: sitk.Image) -> None:
        """Answer as if the images had been looked at, and segmented."""
        if self.asked[-1]["do"] == "encode":
            self.tell(**{"is": "done", "record": None})
        request = self.asked[-1]
        for path in (request["labels"], *request["maps"].values()):
            write_plainly(found, Path(path))
        self.tell(**{"is": "done", "record": record(1.0, *request["subset"])})

    def wishes(self, what: str) -> list[Any]:
        """Give what the images were segmented from, request by request, or another part of the requests."""
        return [request[what] for request in self.asked if request["do"] == "segment"]


def work(do: Callable[[], None]) -> None:
    """Do something on a loop, and wait for what comes a moment later: live changes, surfaces."""

    async def all_of_it() -> None:
        do()
        await asyncio.sleep(A_MOMENT_S)

    asyncio.run(all_of_it())


def segment(desk: "Desk", process: StandIn) -> None:
    """Segment what is chosen."""

    def run() -> None:
        desk.segment()
        process.finish(labels())

    work(run)
