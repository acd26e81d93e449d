"""Is an image a scan of a head? Asked before anything costly is done with it.

Refused is only what is certain: a label map, and a body of which the head is a part at most.
"""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.images.soundness import check_image
from lckd.intensity import Voxels, foreground_mask
from lckd.modality import DISPLAY_NAMES, Modality

MOST_LABELS = 10
"""A scan has hundreds of values, a label map a few, and these are whole numbers."""
SAMPLE_EVERY = 4
"""Of so many voxels along each axis one is looked at first: a scan shows there that it is one."""
LARGEST_HEAD_LITRES = 12.0
"""A head weighs 4 to 6 kg and its neck less than 2; three real ones in slabs of 144 mm showed 3.7. A chest of 30 cm has
13 or more."""
LONGEST_HEAD_MM = 400.0
"""From the top of a head to the end of its neck it is 35 cm at most; coils for heads show no more than 32."""
LOOK_MM = 4.0
"""Edge of the voxels that are looked at, at least."""
MM3_PER_LITRE = 1e6


@dataclass(frozen=True)
class Body:
    """The largest connected thing that an image shows.

    Attributes:
        litres: Its volume.
        extent_mm: Edges of the box around it, along the axes of the image.
    """

    litres: float
    extent_mm: tuple[float, ...]

    @property
    def may_be_a_head(self) -> bool:
        """Whether it is small enough for a head with its neck."""
        return self.litres <= LARGEST_HEAD_LITRES and max(self.extent_mm) <= LONGEST_HEAD_MM


def check_scan(image: sitk.Image, modality: Modality) -> sitk.Image:
    """Make sure that an image can be used as a scan of a head.

    Args:
        image: An image from anywhere.
        modality: What it is said to be.

    Returns:
        The image as 32-bit floating point.

    Raises:
        InputError: See `lckd.images.soundness.check_image`; or it is a label map, or shows far more than a head.
    """
    name = f"{DISPLAY_NAMES[modality]} image"
    try:
        image = check_image(image, name)
        _require_no_labels(sitk.GetArrayViewFromImage(image), name)
        _require_head(image, name)
    except InputError as error:
        raise InputError(str(error), (modality,)) from error
    return image


def body_of(image: sitk.Image) -> Body:
    """Measure the largest connected thing that an image shows.

    Args:
        image: Scalar image of any geometry.
    """
    factors = [max(round(LOOK_MM / spacing), 1) for spacing in image.GetSpacing()]
    small = sitk.BinShrink(image, factors)
    shown = sitk.GetImageFromArray(foreground_mask(sitk.GetArrayViewFromImage(small)).astype(np.uint8))
    pieces = sitk.RelabelComponent(sitk.ConnectedComponent(shown), sortByObjectSize=True)
    measure = sitk.LabelShapeStatisticsImageFilter()
    measure.Execute(pieces)
    if not measure.HasLabel(1):
        return Body(0.0, (0.0, 0.0, 0.0))
    spacing_mm = np.array(small.GetSpacing())
    extent_mm = (np.array(measure.GetBoundingBox(1)[3:]) * spacing_mm).tolist()
    return Body(float(measure.GetNumberOfPixels(1) * spacing_mm.prod() / MM3_PER_LITRE), tuple(extent_mm))


def _require_no_labels(voxels: Voxels, name: str) -> None:
    """Refuse what holds a few whole numbers.

    Raises:
        InputError: It does.
    """
    sample = voxels[::SAMPLE_EVERY, ::SAMPLE_EVERY, ::SAMPLE_EVERY]
    if len(np.unique(sample)) > MOST_LABELS:
        return
    values = np.unique(voxels)
    if len(values) <= MOST_LABELS and bool(np.all(values == np.rint(values))):
        told = ", ".join(f"{value:.0f}" for value in values)
        message = f"The {name} holds nothing but the values {told}, as a label map does: give the scan itself."
        raise InputError(message)


def _require_head(image: sitk.Image, name: str) -> None:
    """Refuse what cannot be a head; a field of view that holds no more is not looked into.

    Raises:
        InputError: It is so.
    """
    edges_mm = tuple(np.multiply(image.GetSize(), image.GetSpacing()).tolist())
    if Body(float(np.prod(edges_mm)) / MM3_PER_LITRE, edges_mm).may_be_a_head:
        return
    body = body_of(image)
    if not body.may_be_a_head:
        extent = " x ".join(f"{edge:.0f}" for edge in body.extent_mm)
        message = (
            f"The {name} shows {body.litres:.1f} litres in {extent} mm, far more than a head: crop it to the head "
            "first."
        )
        raise InputError(message)
