"""A segmentation as a DICOM segmentation object (SEG) that refers to the series of its reference image."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from highdicom import AlgorithmIdentificationSequence
from highdicom import Volume as HighdicomVolume
from highdicom.color import CIELabColor
from highdicom.seg import Segmentation as SegmentationObject
from highdicom.seg import SegmentDescription
from pydicom import Dataset
from pydicom.uid import generate_uid

from lckd import __version__
from lckd.dicom.codes import ARTIFICIAL_INTELLIGENCE, code_of
from lckd.dicom.objects import MANUFACTURER, MODEL, algorithm_parameters, making, read_sources, write_object
from lckd.dicom.stack import Geometry, Volume
from lckd.errors import OutputError
from lckd.output import Kind
from lckd.region import BRATS, regions_from_labels
from lckd.segments import CATEGORY, REGION_SEGMENTS, SITE, TISSUE_SEGMENTS, SegmentStyle
from lckd.weights.card import Card

SAME_PLACE = 1e-4
"""mm, and shares of a unit vector: what is lost on the way through single precision is less."""

SERIES_NUMBER = 9401
"""Far from the numbers that scanners give."""


def styles_of(kind: Kind) -> tuple[SegmentStyle, ...]:
    """Give the segments of an object: tissues, or regions that overlap."""
    return TISSUE_SEGMENTS if kind == "brats" else REGION_SEGMENTS


def build_segmentation_object(labels: sitk.Image, volume: Volume, card: Card, *, kind: Kind = "brats") -> Dataset:
    """Make a segmentation object.

    Args:
        labels: Label map with the values of `lckd.region.BRATS`, on the voxels of the volume.
        volume: Volume of the reference image.
        card: The card of the weights that made the labels.
        kind: ``brats`` for ET, NCR and ED; ``regions`` for ET, TC and WT, which overlap.

    Returns:
        The object; one segment each, in the order of `styles_of`, numbered from 1.

    Raises:
        OutputError: The headers of the volume are too broken to refer to, or the labels lie elsewhere.
    """
    require_same_voxels(labels, volume)
    styles, masks = styles_of(kind), _masks(labels, kind)
    with making("DICOM SEG", volume):
        sources = read_sources(volume)
        return SegmentationObject(
            source_images=sources,
            pixel_array=HighdicomVolume(
                masks,
                _affine(volume.geometry),
                coordinate_system="PATIENT",
                frame_of_reference_uid=sources[0].FrameOfReferenceUID,
                channels={"SegmentNumber": list(range(1, len(styles) + 1))},
            ),
            segmentation_type="BINARY",
            omit_empty_frames=bool(masks.any()),  # an object needs a frame
            segment_descriptions=[_describe(style, number, card) for number, style in enumerate(styles, start=1)],
            series_instance_uid=generate_uid(),
            series_number=SERIES_NUMBER,
            sop_instance_uid=generate_uid(),
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=MODEL,
            software_versions=__version__,
            device_serial_number=card.tensors_sha256[:16] or "none",
            content_label="TUMOUR",
            content_creator_name="Segmentation^LCKD",
            content_description="Brain tumour, for research use only",
            series_description=f"Brain tumour ({', '.join(style.name for style in styles)})",
        )


def require_same_voxels(labels: sitk.Image, volume: Volume) -> None:
    """Refuse labels that do not lie on the voxels of the volume that they would refer to.

    Raises:
        OutputError: They do not.
    """
    geometry = volume.geometry
    found = (*labels.GetSize(), *labels.GetOrigin(), *labels.GetSpacing(), *labels.GetDirection())
    wanted = (*geometry.size, *geometry.origin, *geometry.spacing_mm, *geometry.direction)
    if not np.allclose(found, wanted, rtol=0, atol=SAME_PLACE):
        message = f"The result does not lie on the voxels of {volume.stack.name}: write .nii.gz or .seg.nrrd instead."
        raise OutputError(message)


def write_segmentation_object(dataset: Dataset, path: Path) -> None:
    """Write a segmentation object whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    pixels = dataset.pixel_array
    write_object(dataset, path, is_same=lambda again: np.array_equal(again.pixel_array, pixels))


def _masks(labels: sitk.Image, kind: Kind) -> npt.NDArray[np.uint8]:
    """Give the masks of all segments, shape ``(D, H, W, segment)``."""
    voxels = sitk.GetArrayViewFromImage(labels)
    if kind == "regions":
        return np.moveaxis(regions_from_labels(voxels, BRATS), 0, -1).astype(np.uint8)
    return np.stack([voxels == style.label for style in TISSUE_SEGMENTS], axis=-1).astype(np.uint8)


def _affine(geometry: Geometry) -> npt.NDArray[np.float64]:
    """Give the matrix from slice, row and column to LPS mm."""
    affine = np.eye(4)
    axes = np.array(geometry.direction).reshape(3, 3) * geometry.spacing_mm
    affine[:3, :3] = axes[:, ::-1]
    affine[:3, 3] = geometry.origin
    return affine


def _describe(style: SegmentStyle, number: int, card: Card) -> SegmentDescription:
    algorithm = AlgorithmIdentificationSequence(
        name="LCKD",
        family=ARTIFICIAL_INTELLIGENCE,
        version=__version__,
        source=MANUFACTURER,
        parameters=algorithm_parameters(card),
    )
    return SegmentDescription(
        segment_number=number,
        segment_label=style.name,
        segmented_property_category=code_of(CATEGORY),
        segmented_property_type=code_of(style.code),
        algorithm_type="AUTOMATIC",
        algorithm_identification=algorithm,
        tracking_uid=generate_uid(),
        tracking_id=f"{style.name} of the brain tumour",
        anatomic_regions=[code_of(SITE)],
        display_color=CIELabColor.from_rgb(*(255 * channel for channel in style.colour)),
    )
