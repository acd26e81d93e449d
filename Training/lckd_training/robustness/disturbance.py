"""What a disturbance is: a change of a patient's images whose strength can grow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.images.like import like
from lckd.intensity import FloatArray, background_value
from lckd.modality import Modality

Images = Mapping[Modality, sitk.Image]
Change = Callable[[Images, float, np.random.Generator], dict[Modality, sitk.Image]]
"""Changes images by a strength; what it draws must not depend on the strength, so that only the strength grows."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Disturbance:
    """A change of a patient's images.

    Attributes:
        name: What is done to the images.
        unit: Unit of the strengths, or empty.
        strengths: Strengths to measure, growing.
        change: What changes the images.
    """

    name: str
    unit: str
    strengths: tuple[float, ...]
    change: Change

    def label(self, strength: float) -> str:
        """Write a strength with its unit."""
        return f"{strength:g} {self.unit}".strip()


def on_each(change: Callable[[sitk.Image, float, np.random.Generator], sitk.Image]) -> Change:
    """Change every image on its own, each with random numbers of its own."""

    def change_all(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
        return {modality: change(image, strength, rng) for modality, image in images.items()}

    return change_all


def voxels_of(image: sitk.Image) -> FloatArray:
    """Return the intensities ``(D, H, W)`` as float32, free to be changed."""
    return sitk.GetArrayFromImage(image).astype(np.float32)


def brain_of(voxels: FloatArray) -> Mask:
    """Tell the brain from the one value that surrounds it in a stripped image."""
    mask: Mask = voxels != background_value(voxels)
    return mask


def inside(image: sitk.Image, changed: FloatArray) -> sitk.Image:
    """Take changed intensities inside the brain only; none of them may look like the background."""
    voxels = voxels_of(image)
    brain = brain_of(voxels)
    background = background_value(voxels)
    apart = np.where(changed == background, np.nextafter(changed, np.float32(np.inf)), changed)
    return like(image, np.where(brain, apart, voxels).astype(np.float32))
