"""The last result: it goes into the scene, and can be shown as other segments without computing again."""

from collections.abc import Callable

import slicer.util
from slicer import vtkMRMLSegmentationNode

from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.parameters import LCKDSegmentationParameterNode
from LCKDSegmentationLib.result import put_result


class LastResult:
    """Puts results into the scene, and keeps the last one, which holds tissues and regions.

    Args:
        getParameters: Gives the choices of the user; those of the scene while the panel is not shown.
        onPut: Called when a result was put into the scene.
    """

    def __init__(self, getParameters: Callable[[], LCKDSegmentationParameterNode], onPut: Callable[[], None]) -> None:
        self._getParameters, self._onPut = getParameters, onPut
        self._reply: Reply | None = None
        self._kind: SegmentKind | None = None
        self._change: tuple[str, int] | None = None

    def forget(self) -> None:
        """Forget it, since its scene is gone."""
        self._reply = None

    def wantedAnew(self) -> Reply | None:
        """Give it if the user wants other segments of it, and nobody worked on it or chose another node since."""
        parameters = self._getParameters()
        node = parameters.outputSegmentation
        if self._reply is None or parameters.segments is self._kind or node is None:
            return None
        return self._reply if self._change == _change_of(node) else None

    def put(self, reply: Reply) -> str:
        """Put a result into the scene and return what to say of it.

        Raises:
            OutputError: See `put_result`.
        """
        parameters = self._getParameters()
        self._reply, self._kind = reply, parameters.segments
        result = put_result(
            slicer.mrmlScene,
            reply,
            output=parameters.outputSegmentation,
            table=parameters.measurements,
            kind=parameters.segments,
        )
        self._change = _change_of(result.segmentation)
        with slicer.util.NodeModify(parameters):
            parameters.outputSegmentation = result.segmentation
            parameters.measurements = result.table
        self._onPut()  # the table has another row, even where it is the same node
        return result.summary


def _change_of(node: vtkMRMLSegmentationNode) -> tuple[str, int]:
    return node.GetID(), node.GetSegmentation().GetMTime()
