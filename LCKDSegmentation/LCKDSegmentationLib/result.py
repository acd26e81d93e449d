"""What comes of a job: segmentation, measurements, maps and the record, all in the scene or none of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode, vtkMRMLTableNode

from lckd.modality import subset_title
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS
from LCKDSegmentationLib.maps import put_map
from LCKDSegmentationLib.measurements import put_measurements
from LCKDSegmentationLib.parameters import SegmentKind
from LCKDSegmentationLib.segmentation import put_segmentation
from LCKDSegmentationLib.session import Answer

RECORD_ATTRIBUTE = "LCKDSegmentation.record"
"""Attribute of the segmentation node that holds the record of its run, as JSON."""

STYLES = {SegmentKind.TISSUES: TISSUE_SEGMENTS, SegmentKind.REGIONS: REGION_SEGMENTS}


@dataclass(frozen=True)
class Result:
    """A finished segmentation.

    Attributes:
        segmentation: The segmentation node in the scene.
        table: Table of measurements, with a row for this result.
        record: Everything that is known of the run.
    """

    segmentation: vtkMRMLSegmentationNode
    table: vtkMRMLTableNode
    record: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """Sentences for the user: what was used, what was found, and what was done to the images."""
        from lckd.measure import describe_volumes

        record = self.record
        done = f"Segmented from {subset_title(record['subset'])} in {record['seconds']:.1f} s on {record['device']}."
        volumes = {region: measured["volume_cm3"] for region, measured in record["measurements"].items()}
        return " ".join((done, describe_volumes(volumes), *record["notes"]))


def put_result(
    scene: vtkMRMLScene,
    answer: Answer,
    *,
    output: vtkMRMLSegmentationNode | None,
    table: vtkMRMLTableNode | None,
    kind: SegmentKind,
) -> Result:
    """Put a result into the scene.

    Args:
        scene: Scene that gets it; unchanged when anything fails.
        answer: What the background process answered.
        output: Segmentation node to fill, or None for a new one.
        table: Table of the measurements before, or None.
        kind: Which segments.

    Returns:
        The nodes and the record.

    Raises:
        OutputError: See `put_segmentation`.
    """
    reference = answer.reference
    node = put_segmentation(scene, answer.labels, reference=reference, output=output, styles=STYLES[kind])
    node.SetAttribute(RECORD_ATTRIBUTE, json.dumps(answer.record))
    for name, image in answer.maps.items():
        put_map(scene, image, name, reference=reference)
    table = put_measurements(scene, answer.record["measurements"], answer.job.subset, reference=reference, table=table)
    return Result(node, table, answer.record)


def record_of(segmentation: vtkMRMLSegmentationNode | None) -> Mapping[str, Any] | None:
    """Read the record of the run that made a segmentation; None where there is none."""
    text = segmentation.GetAttribute(RECORD_ATTRIBUTE) if segmentation is not None else None
    return json.loads(text) if text else None
