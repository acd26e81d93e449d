"""Segment and wait for it: what scripts and batches in Slicer call."""

from typing import Any

import qt
from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.errors import LckdError
from lckd.store import find
from lckd.weights_folder import default_weights
from LCKDSegmentationLib.parameters import SegmentKind
from LCKDSegmentationLib.result import put_result
from LCKDSegmentationLib.session import Answer, Job, Session
from LCKDSegmentationLib.volumes import Volumes, chosen_volumes


class _Waiting:
    """Keeps what came of a job.

    Args:
        loop: Is left when it is there.
    """

    def __init__(self, loop: qt.QEventLoop) -> None:
        self._loop = loop
        self.answer: Answer | None = None
        self.problem = ""

    def onProgress(self, stage: str, done: int, total: int) -> None:
        """Scripts have nothing to show it with."""

    def onAnswer(self, answer: Answer) -> None:
        """Keep the result."""
        self.answer = answer
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
) -> dict[str, Any]:
    """Segment in the background process and wait; the application lives on meanwhile.

    Returns:
        The record of the run.

    Raises:
        LckdError: Volumes or weights cannot be used, or the process failed; the scene is unchanged.
    """
    loop = qt.QEventLoop()
    listener = _Waiting(loop)
    session = Session(listener)
    job = Job(chosen_volumes(volumes), find(weights) if weights else default_weights(), device)
    try:
        session.run(job)
        loop.exec_()  # the name that all versions of Qt in Slicer know
    finally:
        session.close()
    if listener.answer is None:
        raise LckdError(listener.problem)
    result = put_result(scene, listener.answer, output=output, table=None, kind=SegmentKind.TISSUES)
    return dict(result.record)
