"""What a record tells of where images come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lckd.modality import Modality

if TYPE_CHECKING:
    import SimpleITK as sitk


@dataclass(frozen=True)
class Origin:
    """Where images come from, in values that JSON can hold.

    Attributes:
        inputs: What a record says of each image.
        left_out: Series of a DICOM study that were not used, and why.
        notes: Sentences about where they come from that the user should read.
    """

    inputs: dict[Modality, dict[str, Any]]
    left_out: tuple[dict[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def origin_of(images: "Mapping[Modality, sitk.Image]", names: Mapping[Modality, str]) -> Origin:
    """Describe images that come from files.

    Args:
        images: The images as they were read.
        names: What to call each.
    """
    from lckd.fingerprint import describe_input  # noqa: PLC0415 - `lckd --help` must not wait for SimpleITK

    return Origin({modality: describe_input(image, names[modality]) for modality, image in images.items()})
