"""Disturbances of intensities: bias, noise, blur, thick slices, contrast, inversion."""

import numpy as np
import SimpleITK as sitk
import torch
from scipy import ndimage

from lckd.intensity import FloatArray
from lckd.modality import Modality, in_order
from lckd_training.robustness.disturbance import Images, brain_of, inside, voxels_of
from lckd_training.synthetic.acquisition import slice_matrix

BRIGHT_PERCENT = 95.0
"""The intensity that noise is measured by: that of bright tissue."""
BIAS_KNOTS = 4
"""Points along each axis that a bias field is interpolated between: coils make it smooth over centimetres."""


def add_bias(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Multiply by a smooth gain whose logarithm has the standard deviation `strength`."""
    voxels = voxels_of(image)
    knots = rng.normal(size=(BIAS_KNOTS,) * 3)
    field = ndimage.zoom(knots, [size / BIAS_KNOTS for size in voxels.shape], order=3, mode="nearest", grid_mode=True)
    field = (field - field.mean()) / field.std()
    return inside(image, (voxels * np.exp(strength * field)).astype(np.float32))


def add_noise(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Add Rician noise of `strength` times the intensity of bright tissue."""
    voxels = voxels_of(image)
    deviation = strength * float(np.percentile(voxels[brain_of(voxels)], BRIGHT_PERCENT))
    real, imaginary = rng.normal(scale=deviation, size=(2, *voxels.shape))
    return inside(image, np.hypot(voxels + real, imaginary).astype(np.float32))


def blur(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Blur by a Gaussian of standard deviation `strength` mm."""
    del rng
    return inside(image, voxels_of(sitk.SmoothingRecursiveGaussian(sitk.Cast(image, sitk.sitkFloat32), strength)))


def thicken_slices(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Average over slices of `strength` mm along the image's third axis, then interpolate between their centres."""
    del rng
    voxels = torch.from_numpy(voxels_of(image))
    operator = slice_matrix(torch.arange(len(voxels)) * image.GetSpacing()[2], strength)
    return inside(image, torch.einsum("sd,dhw->shw", operator, voxels).numpy())


def change_contrast(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Raise intensities, relative to the brightest, to the power `strength`."""
    del rng
    voxels = np.clip(voxels_of(image), 0.0, None)
    top = max(float(voxels.max()), 1e-6)
    return inside(image, (voxels / top) ** strength * np.float32(top))


def rescale(image: sitk.Image, strength: float, rng: np.random.Generator) -> sitk.Image:
    """Multiply all intensities by `strength`, as another scanner may."""
    del rng
    return inside(image, voxels_of(image) * np.float32(strength))


def invert(image: sitk.Image) -> sitk.Image:
    """Turn dark into bright inside the brain."""
    voxels = voxels_of(image)
    values = voxels[brain_of(voxels)]
    low, high = np.percentile(values, [0.5, 99.5])
    inverted: FloatArray = np.clip(low + high - voxels, low, high)
    return inside(image, inverted)


def invert_some(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
    """Invert the intensities of `strength` modalities, drawn at random."""
    order = rng.permutation(len(images))
    chosen = [in_order(images)[index] for index in order[: int(strength)]]
    return {modality: invert(image) if modality in chosen else image for modality, image in images.items()}
