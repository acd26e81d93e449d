"""What comes out: labels on the voxels of the reference image, with the probabilities behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import SimpleITK as sitk

from lckd.grid import WorkingGrid, resample_to
from lckd.intensity import FloatArray
from lckd.modality import Modality, Subset
from lckd.region import REGIONS, Region
from lckd.weights.trust import ProbableDice

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
        seconds: Time it took from images that the network may see, encoding included.
        device: Where it was computed.
        probable_dice: The Dice that each region probably reaches; empty where the weights were not calibrated, nothing
            was found, or an image is doubted.
        doubted: Those of the modalities whose images do not look like what they are given as: what to expect of the
            subset does not hold.
        preprocessing_seconds: Time that `lckd.preprocess` took before; 0 where there was nothing to do.
    """

    labels: sitk.Image
    subset: Subset
    reference: Modality
    notes: tuple[str, ...]
    seconds: float
    device: str
    _probabilities: FloatArray
    _grid: WorkingGrid
    probable_dice: Mapping[Region, ProbableDice] = field(default_factory=dict)
    doubted: Subset = ()
    preprocessing_seconds: float = 0.0

    def probability(self, region: Region) -> sitk.Image:
        """Return the probability of a region, float32, in the geometry of the result."""
        return to_native(self._probabilities[REGIONS.index(region)], self._grid, self.labels)

    def own_dice(self) -> dict[Region, float]:
        """Estimate the Dice of each region from the probabilities alone, in [0, 1].

        It is the Dice to expect if each voxel belonged to the region with the probability that the network gives: 1
        where it is certain of every voxel. It knows nothing of what the network does not see.
        """
        return {
            region: _own_dice(probability) for region, probability in zip(REGIONS, self._probabilities, strict=True)
        }

    def uncertainty(self) -> sitk.Image:
        """Return how unsure the network is at each voxel, float32, in the geometry of the result.

        It is the binary entropy of the probability of whichever region is least certain there: 0 bits where all are
        certain, 1 bit where one is as likely as not. It is computed on the working grid and then interpolated: what
        lies between a certain inside and a certain outside is a border that was found, not a doubt.
        """
        return to_native(entropy_bits(self._probabilities).max(axis=0), self._grid, self.labels)


def entropy_bits(probabilities: FloatArray) -> FloatArray:
    """Give the binary entropy of probabilities in [0, 1]: 0 bits at both ends, 1 bit in the middle."""
    entropy = np.zeros_like(probabilities)
    for chances in (probabilities, 1 - probabilities):
        entropy -= chances * np.log2(chances, out=np.zeros_like(chances), where=chances > 0)
    return entropy


def _own_dice(probability: FloatArray) -> float:
    """Weigh what was marked against what was thought possible; one voxel more on both sides lets nothing be certain."""
    marked = probability > THRESHOLD
    both, either = float(probability[marked].sum()), float(probability.sum()) + float(marked.sum())
    return (2.0 * both + 1.0) / (either + 1.0)


def to_native(probability: FloatArray, grid: WorkingGrid, reference_image: sitk.Image) -> sitk.Image:
    """Bring a probability of shape ``(D, H, W)`` from the working grid to the voxels of the reference image."""
    return resample_to(grid.image(probability), reference_image)
