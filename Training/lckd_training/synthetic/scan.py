"""What a scanner sends of a synthetic head: each series on voxels of its own, the head moved in between."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
import torch
from torch import Tensor
from torch.nn import functional

from lckd.images.like import like
from lckd.modality import MODALITIES, Modality
from lckd_training.synthetic.anatomy import CENTRE_MM
from lckd_training.synthetic.draws import Draws
from lckd_training.synthetic.grid import Triple
from lckd_training.synthetic.head import LOW_MM, SyntheticHead

LPS_OF_CORNER_MM = (0.0, -240.0, 0.0)
"""Where the corner of the BraTS field of view lies in patient space."""
PROFILE = 2.355
"""A slice is as thick as its profile is wide at half height: this many standard deviations of a Gaussian."""
BIAS_KNOTS = 4
CENTRE_ABOVE_MM = -4.0
"""How far the middle of the field of view lies above that of the brain."""


@dataclass(frozen=True)
class Series:
    """How one series is scanned.

    Attributes:
        voxel_mm: Edges of a voxel along left, posterior and superior; the last is the distance of the slices.
        turn_deg: How far the head is turned about these axes, around the middle of the brain.
        shift_mm: How far it is shifted along them.
        noise: Standard deviation of the noise, white matter being 1.
        bias: Strength of the bias field: standard deviation of its logarithm.
        extent_mm: Field of view along left, posterior and superior.
    """

    voxel_mm: Triple = (1.0, 1.0, 1.0)
    turn_deg: Triple = (0.0, 0.0, 0.0)
    shift_mm: Triple = (0.0, 0.0, 0.0)
    noise: float = 0.02
    bias: float = 0.0
    extent_mm: Triple = (190.0, 232.0, 190.0)


@dataclass(frozen=True)
class Scans:
    """The series of one head.

    Attributes:
        images: One image per modality, float32, LPS; the header knows nothing of the head's motion.
        brains: The brain on the voxels of each, uint8.
        labels: 0, 1 NCR, 2 ED or 4 ET on the voxels of the reference, uint8.
    """

    images: dict[Modality, sitk.Image]
    brains: dict[Modality, sitk.Image]
    labels: sitk.Image


def motion(series: Series) -> sitk.Euler3DTransform:
    """Give the rigid transform from the places of a series to those of the head at rest, LPS mm."""
    transform = sitk.Euler3DTransform()
    transform.SetCenter(_middle_mm())
    transform.SetRotation(*np.deg2rad(series.turn_deg).tolist())
    transform.SetTranslation(series.shift_mm)
    return transform


def scan(head: SyntheticHead, plan: dict[Modality, Series], *, reference: Modality) -> Scans:
    """Scan a head.

    Args:
        head: The head.
        plan: The series of each modality that is wanted.
        reference: The one on whose voxels the labels are.

    Returns:
        Images, brains and labels.
    """
    draws = Draws(head.seed, "scan")
    images: dict[Modality, sitk.Image] = {}
    for modality, signal in zip(MODALITIES, head.signal, strict=True):
        streams = _bias(draws, signal), draws.uniform(120.0, 900.0)
        if modality in plan:
            images[modality] = _acquire(signal, plan[modality], draws, streams)
    brains = {modality: _seen(head.brain, plan[modality], image) for modality, image in images.items()}
    labels = _seen(head.labels, plan[reference], images[reference])
    return Scans(images, brains, labels)


def _acquire(signal: Tensor, series: Series, draws: Draws, streams: tuple[Tensor, float]) -> sitk.Image:
    bias, scale = streams
    spread = [max(edge / PROFILE - 0.3, 0.01) for edge in series.voxel_mm]
    blurred = sitk.SmoothingRecursiveGaussian(_image(signal * torch.exp(series.bias * bias)), spread)
    clean = torch.from_numpy(sitk.GetArrayFromImage(_moved(blurred, series, sitk.sitkLinear)))
    real, imaginary = (draws.gaussian(tuple(clean.shape)).mul_(series.noise) for _ in range(2))
    measured = ((clean + real) ** 2 + imaginary**2).sqrt_().mul_(scale)
    return like(_frame(series), measured.numpy())


def _bias(draws: Draws, signal: Tensor) -> Tensor:
    knots = draws.gaussian((1, 1, BIAS_KNOTS, BIAS_KNOTS, BIAS_KNOTS))
    field = functional.interpolate(knots, size=signal.shape, mode="trilinear")[0, 0]
    return (field - field.mean()) / field.std()


def _seen(mask: Tensor, series: Series, image: sitk.Image) -> sitk.Image:
    seen = _moved(_image(mask.to(torch.uint8)), series, sitk.sitkNearestNeighbor)
    seen.CopyInformation(image)
    return seen


def _moved(image: sitk.Image, series: Series, interpolator: int) -> sitk.Image:
    return sitk.Resample(image, _frame(series), motion(series), interpolator, 0.0)


def _image(volume: Tensor) -> sitk.Image:
    """Wrap an array on the voxels of a head as an image."""
    image = sitk.GetImageFromArray(volume.numpy())
    corner = [low + 0.5 for low in reversed(LOW_MM)]
    image.SetOrigin([place + offset for place, offset in zip(corner, LPS_OF_CORNER_MM, strict=True)])
    return image


def _middle_mm() -> Triple:
    left, posterior, superior = (c + o for c, o in zip(reversed(CENTRE_MM), LPS_OF_CORNER_MM, strict=True))
    return left, posterior, superior


def _frame(series: Series) -> sitk.Image:
    """Lay the voxels of a series around the head, axial slices in LPS."""
    size = [round(extent / edge) for extent, edge in zip(series.extent_mm, series.voxel_mm, strict=True)]
    frame = sitk.Image(size, sitk.sitkUInt8)
    frame.SetSpacing(series.voxel_mm)
    middle = np.add(_middle_mm(), (0.0, 0.0, CENTRE_ABOVE_MM))
    half = (np.array(size) - 1) * series.voxel_mm / 2
    frame.SetOrigin((middle - half).tolist())
    return frame
