"""Finding the rigid motion that brings one image of a head into the position of another."""

from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.grid import WorkingGrid, resample_to, working_grid
from lckd.images.like import like
from lckd.intensity import background_value, foreground_mask
from lckd.preprocess.rigid import RigidMotion, motion_from, motion_of
from lckd.preprocess.similarity import normalised_mutual_information

REGISTRATION_MM = 2.0
"""Edge of the voxels on which motions are found; they are found to about a tenth of it."""
LEVELS = (2, 1)
"""Voxels are first this many times larger."""
SAMPLED = (1.0, 0.3)
"""Share of the voxels that are looked at, for each level."""
BINS = 32
CLIPPED_PERCENT = (0.5, 99.5)
"""Intensities beyond these percentiles would only widen the bins of the others."""
STEPS = 100
FIRST_STEP_MM, LAST_STEP_MM = 2.0, 0.01
ENOUGH_TO_START = 0.5
"""Share of the smaller head that must lie on the other where the search begins."""
SEED = 20231


@dataclass(frozen=True)
class Registration:
    """How an image moves onto another, and how well it then fits.

    Attributes:
        motion: The motion of the moving image, LPS mm.
        moved_mm: How far the farthest corner of the head moves.
        similarity_before: Normalised mutual information where the headers put the images, 1 for none, 2 for equality.
        similarity: The same after the motion.
        overlap: Share of the smaller head that lies on the other one after the motion.
    """

    motion: RigidMotion
    moved_mm: float
    similarity_before: float
    similarity: float
    overlap: float

    def as_dict(self) -> dict[str, Any]:
        """Give it in values that JSON can hold."""
        return {**asdict(self), "motion": self.motion.as_dict()}


def registration_from(values: dict[str, Any]) -> Registration:
    """Read what `Registration.as_dict` gave."""
    return Registration(**{**values, "motion": motion_from(values["motion"])})


def register(moving: sitk.Image, fixed: sitk.Image) -> Registration:
    """Find the rigid motion of an image onto another, by mutual information (Mattes) over two resolutions.

    Samples are drawn by a fixed seed: the same images give the same motion.

    Args:
        moving: Scalar image of a head, any geometry, skull on or off.
        fixed: The same head.

    Returns:
        The motion and its quality; no motion where none fits better.

    Source:
        Mattes et al., IEEE Transactions on Medical Imaging 22 (2003); as in SimpleITK.
    """
    still, other = _coarse(fixed), _coarse(moving)
    before = _similarity(other, still)
    found = motion_of(_optimise(still, other))
    after = _similarity(found.image(other), still)
    if after < before:
        found, after = RigidMotion(), before
    corners = _corners(other)
    moved_mm = float(np.linalg.norm(found.points(corners) - corners, axis=-1).max())
    return Registration(found, moved_mm, before, after, _overlap(found.image(other), still))


def _coarse(image: sitk.Image) -> sitk.Image:
    """Bring an image to cubes of `REGISTRATION_MM` around what it shows, without outliers."""
    grid: WorkingGrid = working_grid({"flair": image}, reference="flair", spacing_mm=REGISTRATION_MM)
    voxels = grid.sample(image)
    low, high = np.percentile(voxels[foreground_mask(voxels)], CLIPPED_PERCENT)
    return grid.image(np.clip(voxels, min(low, background_value(voxels)), high))


def _optimise(fixed: sitk.Image, moving: sitk.Image) -> sitk.Transform:
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(BINS)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentagePerLevel(SAMPLED, seed=SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel(LEVELS)
    method.SetSmoothingSigmasPerLevel([float(factor - 1) * REGISTRATION_MM / 2 for factor in LEVELS])
    method.SetOptimizerAsRegularStepGradientDescent(FIRST_STEP_MM, LAST_STEP_MM, STEPS)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(_start(fixed, moving), inPlace=False)
    found: sitk.Transform = method.Execute(fixed, moving)
    return found


def _start(fixed: sitk.Image, moving: sitk.Image) -> sitk.Euler3DTransform:
    """Begin where the headers put the heads or with their centres on each other, whichever fits better.

    A place where the heads hardly overlap is no start, however alike the little is that they share there.
    """
    middle, other = _centre_mm(fixed), _centre_mm(moving)
    by_headers = sitk.Euler3DTransform(middle.tolist())
    by_centres = sitk.Euler3DTransform(middle.tolist(), 0.0, 0.0, 0.0, (other - middle).tolist())

    def fit(start: sitk.Transform) -> tuple[bool, float]:
        moved = motion_of(start).image(moving)
        return _overlap(moved, fixed) > ENOUGH_TO_START, _similarity(moved, fixed)

    return max(by_headers, by_centres, key=fit)


def _centre_mm(image: sitk.Image) -> npt.NDArray[np.float64]:
    """Find the middle of what an image shows, LPS mm, by its brightness above the darkest voxel."""
    voxels = sitk.GetArrayFromImage(image)
    weights = voxels - voxels.min()
    axes = [weights.sum(axis=others, dtype=np.float64) for others in ((0, 1), (0, 2), (1, 2))]
    index = [float(np.average(np.arange(axis.size), weights=axis)) for axis in axes]
    return np.array(image.TransformContinuousIndexToPhysicalPoint(index))


def _similarity(moving: sitk.Image, fixed: sitk.Image) -> float:
    shown = sitk.GetArrayFromImage(resample_to(moving * 0.0 + 1.0, fixed)) > 0
    other = sitk.GetArrayFromImage(resample_to(moving, fixed))
    return normalised_mutual_information(sitk.GetArrayViewFromImage(fixed)[shown], other[shown], bins=BINS)


def _overlap(moving: sitk.Image, fixed: sitk.Image) -> float:
    head = foreground_mask(sitk.GetArrayViewFromImage(fixed))
    mask = foreground_mask(sitk.GetArrayViewFromImage(moving)).astype(np.float32)
    other = sitk.GetArrayFromImage(resample_to(like(moving, mask), fixed)) > 0.5  # noqa: PLR2004 - half full
    return float((head & other).sum() / max(min(head.sum(), mask.sum()), 1))


def _corners(image: sitk.Image) -> npt.NDArray[np.float64]:
    """Corners of what a coarse image shows, LPS mm, shape (8, 3)."""
    last = [size - 1 for size in image.GetSize()]
    return np.array([image.TransformIndexToPhysicalPoint(index) for index in product(*((0, end) for end in last))])
