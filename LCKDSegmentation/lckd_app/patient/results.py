"""What was segmented: one result in the scene, those before it at hand, and the figures of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLSegmentationNode, vtkMRMLTableNode

from lckd.errors import InputError
from lckd.modality import Modality
from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.result import Result, put_result, row_title

MOST_WITH_MAPS = 4
"""A map of a patient takes 36 MB, and is computed again in a second."""


@dataclass(frozen=True)
class Current:
    """What is shown just now.

    Attributes:
        result: The result.
        volumes: The volumes that it was made from.
        title: Name of its subset.
    """

    result: Result
    volumes: Mapping[Modality, vtkMRMLScalarVolumeNode]
    title: str


class Measure(TypedDict):
    """One line of the table: its head, and a text for each subset that was run."""

    head: str
    tip: str
    cells: list[str]


class Results:
    """The results of one patient.

    Args:
        scene: Scene that gets them.
    """

    def __init__(self, scene: vtkMRMLScene) -> None:
        self._scene = scene
        self.kind = SegmentKind.TISSUES
        self._replies: dict[str, Reply] = {}
        self.result: Result | None = None
        self.reply: Reply | None = None

    def clear(self) -> None:
        """Forget all, since the patient is another one; the nodes go with the volumes of the former."""
        self._replies.clear()
        self.result = self.reply = None

    @property
    def titles(self) -> list[str]:
        """Names of the subsets that were run, in order."""
        return list(self._replies)

    @property
    def title(self) -> str:
        """Name of the subset that is shown; empty where there is none."""
        return row_title(self.reply) if self.reply is not None else ""

    def put(self, reply: Reply) -> str:
        """Put a result into the scene, in the place of the one before, and return what was found.

        Raises:
            OutputError: See `LCKDSegmentationLib.result.put_result`.
        """
        result = put_result(self._scene, reply, output=self.node, table=self.table, kind=self.kind)
        self.result, self.reply = result, reply
        self._replies[self.title] = reply
        self._drop_maps()
        return result.headline

    def _drop_maps(self) -> None:
        """Keep the maps of few results, the last ones: they take far more memory than labels."""
        others = [title for title, reply in self._replies.items() if reply.maps and title != self.title]
        for title in others[: 1 - MOST_WITH_MAPS]:
            former = self._replies[title]
            self._replies[title] = replace(former, job=replace(former.job, maps=()), maps={})

    def current(self) -> Current | None:
        """Give the result that is shown, for whoever takes it away."""
        if self.result is None or self.reply is None:
            return None
        return Current(self.result, self.reply.job.volumes, self.title)

    def answer_to(self, job: Job) -> Reply | None:
        """Give what was replied to the same job before, if it was; images on the page never change."""
        return next((reply for reply in self._replies.values() if reply.job == job), None)

    def reply_of(self, title: str) -> Reply:
        """Give what was replied for a subset.

        Raises:
            InputError: It was not run.
        """
        if title not in self.titles:
            message = f"'{title}' was not segmented yet: switch its modalities on and press Segment."
            raise InputError(message)
        return self._replies[title]

    @property
    def node(self) -> vtkMRMLSegmentationNode | None:
        """The segmentation in the scene."""
        return self.result.segmentation if self.result is not None else None

    @property
    def table(self) -> vtkMRMLTableNode | None:
        """The table in the scene."""
        return self.result.table if self.result is not None else None

    def measures(self) -> list[Measure]:
        """Turn the table on its side: a line for each figure, a text for each of `titles`."""
        heads, rows = rows_of(self.table)
        by_title = {row[0]: row for row in rows}
        columns = [by_title.get(title, [""] * len(heads)) for title in self.titles]
        return [
            Measure(head=head, tip=self._tip(head), cells=[column[index] for column in columns])
            for index, head in enumerate(heads)
            if index
        ]

    def _tip(self, head: str) -> str:
        return str(self.table.GetColumnDescription(head)) if self.table is not None else ""
