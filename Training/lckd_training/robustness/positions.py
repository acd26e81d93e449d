"""Disturbances of place: modalities moved against each other, a cut field of view, images in the wrong slots."""

from collections.abc import Callable

import numpy as np
import SimpleITK as sitk

from lckd.images.like import like
from lckd.modality import Modality, in_order
from lckd_training.robustness.disturbance import Change, Images, voxels_of

Movement = Callable[[float, np.random.Generator], sitk.Euler3DTransform]


def move_others(
    images: Images, movement: Movement, strength: float, rng: np.random.Generator
) -> dict[Modality, sitk.Image]:
    """Move every modality but the first, which the result is laid over; no voxel is interpolated."""
    first = in_order(images)[0]
    return {
        modality: image if modality == first else moved(image, movement(strength, rng))
        for modality, image in images.items()
    }


def rotate_others(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
    """Turn every modality but the first by `strength` degrees about a random axis through its middle."""
    return move_others(images, _rotation, strength, rng)


def shift_others(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
    """Shift every modality but the first by `strength` mm in a random direction."""
    return move_others(images, _shift, strength, rng)


def moved(image: sitk.Image, transform: sitk.Euler3DTransform) -> sitk.Image:
    """Move an image rigidly by changing where its voxels lie.

    Args:
        image: Image in LPS, mm.
        transform: Movement about its own centre, added to the middle of the image.
    """
    middle = image.TransformContinuousIndexToPhysicalPoint([(size - 1) / 2 for size in image.GetSize()])
    turn = np.array(transform.GetMatrix()).reshape(3, 3)
    origin = turn @ (np.array(image.GetOrigin()) - middle) + middle + np.array(transform.GetTranslation())
    result = sitk.Image(image)
    result.SetOrigin(origin.tolist())
    result.SetDirection((turn @ np.array(image.GetDirection()).reshape(3, 3)).ravel().tolist())
    return result


def cut_bottom(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
    """Blank the lowest `strength` mm of the brain, counted along the image's third axis."""
    del rng
    return {modality: _without_bottom(image, strength) for modality, image in images.items()}


def exchange(one: Modality, other: Modality) -> Change:
    """Put two images into each other's slots."""

    def exchanged(images: Images, strength: float, rng: np.random.Generator) -> dict[Modality, sitk.Image]:
        del strength, rng
        slots = {one: other, other: one}
        return {modality: images[slots.get(modality, modality)] for modality in images}

    return exchanged


def _rotation(degrees: float, rng: np.random.Generator) -> sitk.Euler3DTransform:
    turn = sitk.VersorTransform()
    turn.SetRotation(_direction(rng).tolist(), float(np.deg2rad(degrees)))
    transform = sitk.Euler3DTransform()
    transform.SetMatrix(turn.GetMatrix())
    return transform


def _shift(millimetres: float, rng: np.random.Generator) -> sitk.Euler3DTransform:
    transform = sitk.Euler3DTransform()
    transform.SetTranslation((millimetres * _direction(rng)).tolist())
    return transform


def _direction(rng: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    vector = rng.normal(size=3)
    unit: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = vector / np.linalg.norm(vector)
    return unit


def _without_bottom(image: sitk.Image, millimetres: float) -> sitk.Image:
    voxels = voxels_of(image)
    shown = np.flatnonzero((voxels != voxels[0, 0, 0]).any(axis=(1, 2)))
    if len(shown):
        voxels[: shown[0] + round(millimetres / image.GetSpacing()[2])] = voxels[0, 0, 0]
    return like(image, voxels)
