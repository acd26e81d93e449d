"""Segment and wait for it: what scripts and batches in Slicer call."""

from typing import Any

import qt
from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.errors import LckdError
from lckd.weights.folder import default_weights
from lckd.weights.store import find
from LCKDSegmentationLib.choices import PREPARATIONS, Scans, SegmentKind
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.process import inSlicer
from LCKDSegmentationLib.result import put_segments
from LCKDSegmentationLib.session import Session
from LCKDSegmentationLib.volumes import Volumes, chosen_volumes


class _Waiting:
    """Keeps what came of a job.

    Args:
        loop: Is left when it is there.
    """

    def __init__(self, loop: qt.QEventLoop) -> None:
        self._loop = loop
        self.reply: Reply | None = None
        self.problem = ""

    def onBegin(self) -> None:
        """Scripts have nothing to show it with."""

    def onProgress(self, stage: str, done: int, total: int) -> None:
        """The same."""

    def onReply(self, reply: Reply) -> None:
        """Keep the result."""
        self.reply = reply
        self._loop.quit()

    def onFailed(self, message: str) -> None:
        """Keep the reason."""
        self.problem = message
        self._loop.quit()


def segment_blocking(
    scene: vtkMRMLScene,
    volumes: Volumes,
    *,
    output: vtkMRMLSegmentationNode | None,
    weights: str,
    device: str,
    scans: str = "auto",
) -> dict[str, Any]:
    """Segment in the background process and wait; the application lives on meanwhile.

    Args:
        scene: Scene that gets the segments.
        volumes: Volume node or None for each modality.
        output: Segmentation node to fill, or None for a new one.
        weights: Name or folder of installed weights; empty for those that come with the module.
        device: ``auto``, ``cpu`` or ``cuda``.
        scans: What the volumes are like: ``auto``, ``prepared`` or ``clinical``.

    Returns:
        The record of the run.

    Raises:
        LckdError: Volumes or weights cannot be used, or the process failed; the scene is unchanged.
    """
    loop = qt.QEventLoop()
    listener = _Waiting(loop)
    session = Session(listener, inSlicer())
    folder = find(weights) if weights else default_weights()
    job = Job(chosen_volumes(volumes), folder, "", device, preparation=PREPARATIONS[Scans(scans)])
    try:
        session.run(job)
        loop.exec_()  # the name that all versions of Qt in Slicer know
    finally:
        session.close()
    if listener.reply is None:
        raise LckdError(listener.problem)
    put_segments(scene, listener.reply, output=output, kind=SegmentKind.TISSUES)
    return dict(listener.reply.record)
