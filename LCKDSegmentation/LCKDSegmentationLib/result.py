"""What comes of a job goes into the scene: segmentation, record, maps and measurements."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode, vtkMRMLTableNode

from lckd.duration import describe_duration
from lckd.errors import OutputError
from lckd.modality import subset_title
from lckd.segments import REGION_SEGMENTS, TISSUE_SEGMENTS
from lckd.weights.folder import DEFAULT_NAME
from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.maps import put_map
from LCKDSegmentationLib.measurements import put_measurements
from LCKDSegmentationLib.patient import belongs, remember
from LCKDSegmentationLib.segmentation import put_segmentation

RECORD_ATTRIBUTE = "LCKDSegmentation.record"
"""Attribute of the segmentation node that holds the record of its run, as JSON."""

VOID = "What to expect does not hold for these images, and no Dice is estimated."

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
    def headline(self) -> str:
        """Sentences for the user: what was used, and what was found."""
        from lckd.measure import describe_volumes

        record = self.record
        took = describe_duration(record["seconds"], preprocessing_seconds=record["preprocessing_seconds"])
        done = f"Segmented from {subset_title(record['subset'])} in {took} on {record['device']}."
        volumes = {region: measured["volume_cm3"] for region, measured in record["measurements"].items()}
        return f"{done} {describe_volumes(volumes)}"

    @property
    def cautions(self) -> tuple[str, ...]:
        """Sentences to read before the result is trusted, and what was done to the images."""
        void = () if self.record["expected_dice"].get("holds", True) else (VOID,)
        return (*self.record["notes"], *void)

    @property
    def summary(self) -> str:
        """All that is to be said, in one text."""
        return " ".join((self.headline, *self.cautions))


def put_result(
    scene: vtkMRMLScene,
    reply: Reply,
    *,
    output: vtkMRMLSegmentationNode | None,
    table: vtkMRMLTableNode | None,
    kind: SegmentKind,
) -> Result:
    """Put a result into the scene.

    Args:
        scene: Scene that gets it.
        reply: What the background process replied.
        output: Segmentation node to fill; None, or one of another patient, stands for a new one.
        table: Table of the measurements before, or None.
        kind: Which segments.

    Returns:
        The nodes and the record.

    Raises:
        OutputError: See `put_segments`.
    """
    volumes = reply.job.volumes
    own = output if belongs(output, scene, volumes.values()) else None
    node = put_segments(scene, reply, output=own, kind=kind)
    for name, image in reply.maps.items():
        put_map(scene, image, name, volumes, reference=reply.reference)
    table = put_measurements(scene, reply.record, volumes, title=row_title(reply), table=table)
    return Result(node, table, reply.record)


def row_title(reply: Reply) -> str:
    """Name the row of a result: its modalities, and the weights where they are not those that come along."""
    weights = reply.record["weights"]["name"]
    title = subset_title(reply.job.subset)
    return title if weights == DEFAULT_NAME else f"{title} ({weights})"


def put_segments(
    scene: vtkMRMLScene, reply: Reply, *, output: vtkMRMLSegmentationNode | None, kind: SegmentKind
) -> vtkMRMLSegmentationNode:
    """Put the segments into the scene, with the record of their run.

    Args:
        scene: Scene that gets them; unchanged when anything fails.
        reply: What the background process replied.
        output: Segmentation node to fill, whoever's it was, or None for a new one.
        kind: Which segments.

    Returns:
        The segmentation node.

    Raises:
        OutputError: The volume is no longer in the scene, or see `put_segmentation`.
    """
    reference, volumes = reply.reference, reply.job.volumes.values()
    if not scene.IsNodePresent(reference):
        message = f"The volume '{reference.GetName()}' has left the scene meanwhile: there is no result."
        raise OutputError(message)
    node = put_segmentation(scene, reply.labels, reference=reference, output=output, styles=STYLES[kind])
    remember(node, volumes)
    node.SetAttribute(RECORD_ATTRIBUTE, json.dumps(reply.record))
    return node


def read_record(segmentation: vtkMRMLSegmentationNode) -> Mapping[str, Any] | None:
    """Read the record of the run that made a segmentation; None where there is none."""
    text = segmentation.GetAttribute(RECORD_ATTRIBUTE)
    return json.loads(text) if text else None
