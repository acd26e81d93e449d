"""What the record of a result must tell of a DICOM study, which the process that computes knows nothing of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slicer import vtkMRMLScalarVolumeNode

from lckd.modality import Modality
from lckd.origin import Origin
from lckd_app.patient.scene import Nodes
from LCKDSegmentationLib.job import Reply


class Provenance:
    """The series that images in the scene are, those that were left out, and why."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all, since the patient is another one."""
        self._series: dict[str, Mapping[str, Any]] = {}
        self._left_out: list[dict[str, str]] = []
        self._notes: list[str] = []

    def remember(self, nodes: Nodes, origin: Origin) -> None:
        """Keep what a study tells of its images, and of those that it lacks."""
        self._series.update(
            (node.GetID(), origin.inputs[one.modality]) for node, one in nodes if one.modality in origin.inputs
        )
        self._left_out += origin.left_out
        self._notes += origin.notes

    def complete(self, reply: Reply) -> Reply:
        """Add it to the record of a reply, as `lckd segment --dicom` would have written it."""
        told = {
            "inputs": self._inputs(reply.record["inputs"], reply.job.volumes),
            "left_out": list(self._left_out),
            "notes": list(dict.fromkeys([*self._notes, *reply.record["notes"]])),
        }
        return replace(reply, record={**reply.record, **told})

    def _inputs(
        self, inputs: Mapping[str, Mapping[str, Any]], volumes: Mapping[Modality, vtkMRMLScalarVolumeNode]
    ) -> dict[str, dict[str, Any]]:
        series: dict[str, Mapping[str, Any]]
        series = {modality: self._series.get(node.GetID(), {}) for modality, node in volumes.items()}
        return {modality: {**told, **series.get(modality, {})} for modality, told in inputs.items()}
