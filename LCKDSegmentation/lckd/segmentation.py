"""What comes out: labels on the voxels of the reference image, with the probabilities behind them."""

from dataclasses import dataclass

import SimpleITK as sitk

from lckd.grid import WorkingGrid, resample_to
from lckd.intensity import FloatArray
from lckd.modality import Modality, Subset
from lckd.region import REGIONS, Region

THRESHOLD = 0.5
"""A voxel whose probability exceeds this belongs to the region."""


@dataclass(frozen=True)
class Segmentation:
    """The result of one subset of modalities.

    Attributes:
        labels: Tissue labels, uint8, in exactly the geometry of the reference image; values as on the card.
        subset: Modalities that were used.
        reference: Modality whose geometry the result has.
        notes: Sentences that the user should read.
        seconds: Time it took, preparation and encoding included.
        device: Where it was computed.
    """

    labels: sitk.Image
    subset: Subset
    reference: Modality
    notes: tuple[str, ...]
    seconds: float
    device: str
    _probabilities: FloatArray
    _grid: WorkingGrid

    def probability(self, region: Region) -> sitk.Image:
        """Return the probability of a region, float32, in the geometry of the result."""
        return to_native(self._probabilities[REGIONS.index(region)], self._grid, self.labels)


def to_native(probability: FloatArray, grid: WorkingGrid, reference_image: sitk.Image) -> sitk.Image:
    """Bring a probability of shape ``(D, H, W)`` from the working grid to the voxels of the reference image."""
    return resample_to(grid.image(probability), reference_image)
