"""Evening out slow changes of brightness across an image (N4)."""

import numpy as np
import SimpleITK as sitk

from lckd.images.like import like
from lckd.intensity import foreground_mask

FITTED_MM = 4.0
"""Edge of the voxels on which the field is fitted, at least: it is far smoother."""
ITERATIONS = (50, 50, 30)


def bias_field(image: sitk.Image) -> sitk.Image:
    """Fit the logarithm of the factor by which each place is too bright.

    Args:
        image: Scalar image, by preference of a brain without its skull; only its foreground counts.

    Returns:
        The logarithm, float32, on the voxels of the image.

    Source:
        Tustison et al., IEEE Transactions on Medical Imaging 29 (2010); as in SimpleITK.
    """
    mask = like(image, foreground_mask(sitk.GetArrayViewFromImage(image)).astype(np.uint8))
    factors = [max(round(FITTED_MM / spacing), 1) for spacing in image.GetSpacing()]
    method = sitk.N4BiasFieldCorrectionImageFilter()
    method.SetMaximumNumberOfIterations(ITERATIONS)
    method.SetNumberOfThreads(1)
    method.Execute(sitk.Shrink(image, factors), sitk.Shrink(mask, factors))
    logarithm: sitk.Image = sitk.Cast(method.GetLogBiasFieldAsImage(image), sitk.sitkFloat32)
    return logarithm


def even_out(image: sitk.Image, field: sitk.Image) -> sitk.Image:
    """Divide an image by a field whose logarithm `bias_field` gave; what is 0 stays 0."""
    even: sitk.Image = sitk.Cast(image / sitk.Exp(field), sitk.sitkFloat32)
    return even
