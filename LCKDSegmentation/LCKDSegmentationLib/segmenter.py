"""From chosen volume nodes to a segmentation node, in any MRML scene."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from slicer import vtkMRMLScene, vtkMRMLSegmentationNode

from lckd.modality import Modality, subset_title
from LCKDSegmentationLib.segmentation import put_segmentation
from LCKDSegmentationLib.volumes import Volumes, chosen_volumes, image_from_volume

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.segmentation import Segmentation

Progress = Callable[[str, int, int], None]


class Segmenter(Protocol):
    """What turns images into a segmentation: the network in this process, another process, or a test's stand-in."""

    def __call__(
        self, images: "Mapping[Modality, sitk.Image]", *, device: str, progress: Progress | None
    ) -> "Segmentation":
        """Segment images of one patient; see `lckd.segment.segment`."""


@dataclass(frozen=True)
class Outcome:
    """A finished segmentation.

    Attributes:
        node: The segmentation node in the scene.
        summary: Sentences for the user: what was used, how long it took, what was done to the images.
    """

    node: vtkMRMLSegmentationNode
    summary: str


def lckd_segmenter(weights: Path | None = None) -> Segmenter:
    """Make the segmenter that runs in this process.

    Args:
        weights: Weights folder, or None for the weights that come with the module.

    Returns:
        The segmenter; torch and the weights are loaded when it is called.
    """

    def segment(images: "Mapping[Modality, sitk.Image]", *, device: str, progress: Progress | None) -> "Segmentation":
        from lckd.segment import segment as segment_images
        from lckd.weights import load_model

        return segment_images(images, load_model(weights), device=device, progress=progress)

    return segment


def segment_volumes(
    scene: vtkMRMLScene,
    volumes: Volumes,
    *,
    segmenter: Segmenter,
    output: vtkMRMLSegmentationNode | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Outcome:
    """Segment the tumour from the volumes that are there.

    Args:
        scene: Scene that gets the result; unchanged when anything fails.
        volumes: Volume node or None for each modality.
        segmenter: What segments the images.
        output: Segmentation node to fill, or None for a new one.
        device: ``auto``, ``cpu`` or ``cuda``.
        progress: Called with stage, done and total.

    Returns:
        The segmentation node and what to tell the user.
    """
    chosen = chosen_volumes(volumes)
    images = {modality: image_from_volume(volume) for modality, volume in chosen.items()}
    result = segmenter(images, device=device, progress=progress)
    node = put_segmentation(scene, result.labels, reference=chosen[result.reference], output=output)
    return Outcome(node, summarise(result))


def summarise(result: "Segmentation") -> str:
    """Tell the user in sentences what was segmented, and all that was noted on the way."""
    from lckd.measure import describe_volumes, volumes_cm3

    done = f"Segmented from {subset_title(result.subset)} in {result.seconds:.1f} s on {result.device}."
    return " ".join((done, describe_volumes(volumes_cm3(result.labels)), *result.notes))
