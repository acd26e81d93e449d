"""Heads and brains of simple shapes, which no network needs to be asked about."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.preprocess.rigid import RigidMotion, motion_of

Array = npt.NDArray[np.float64]
EDGE_MM = 3.0
SIZE = (56, 64, 50)
MIDDLE_MM = np.array([7.0, -20.0, 15.0])
BRAIN_MM, SKULL_MM, SCALP_MM = 52.0, 60.0, 68.0
BRIGHT_FAT, DARK_BONE = 300.0, 8.0


def places(image: sitk.Image) -> Array:
    """Places of all voxels of an image from `MIDDLE_MM`, LPS mm: D, H, W, 3."""
    k, j, i = np.indices(image.GetSize()[::-1])
    steps = np.stack([i, j, k], axis=-1) * image.GetSpacing()
    points: Array = steps @ np.array(image.GetDirection()).reshape(3, 3).T + image.GetOrigin() - MIDDLE_MM
    return points


def shown(frame: sitk.Image, voxels: Array) -> sitk.Image:
    image = sitk.GetImageFromArray(voxels.astype(np.float32))
    image.CopyInformation(frame)
    return image


def roundness_mm(points: Array) -> Array:
    """Distance from the middle in a space where a brain is a ball."""
    distance: Array = np.linalg.norm(points / (1.0, 1.15, 0.95), axis=-1)
    return distance


def texture(points: Array) -> Array:
    """Structures that tell left from right, front from back and top from bottom."""
    x, y, z = np.moveaxis(points, -1, 0)
    wavy: Array = 100.0 + 30.0 * np.sin(x / 9.0 + 1.0) * np.cos(y / 11.0) + 25.0 * np.sin(z / 8.0 + y / 30.0) + x / 4.0
    return wavy


@pytest.fixture(scope="session")
def a_frame() -> sitk.Image:
    """Voxels of 3 mm around the middle, whose lattice is that of no other image."""
    frame = sitk.Image(SIZE, sitk.sitkFloat32)
    frame.SetSpacing([EDGE_MM] * 3)
    frame.SetOrigin((MIDDLE_MM - (np.array(SIZE) - 1) * EDGE_MM / 2 + 0.4).tolist())
    return frame


@pytest.fixture(scope="session")
def a_brain(a_frame: sitk.Image) -> sitk.Image:
    """A brain on 0, without a skull."""
    points = places(a_frame)
    return shown(a_frame, np.where(roundness_mm(points) < BRAIN_MM, texture(points), 0.0))


@pytest.fixture(scope="session")
def the_same_on_t2(a_brain: sitk.Image) -> sitk.Image:
    """The brain of `a_brain` with what is bright there dark."""
    voxels = sitk.GetArrayFromImage(a_brain)
    return shown(a_brain, np.where(voxels > 0, 400.0 - 1.7 * voxels, 0.0))


@pytest.fixture(scope="session")
def a_whole_head(a_frame: sitk.Image) -> sitk.Image:
    """The brain of `a_brain` in dark bone and bright fat, noise around it."""
    points = places(a_frame)
    depth = roundness_mm(points)
    tissues = np.select(
        [depth < BRAIN_MM, depth < SKULL_MM, depth < SCALP_MM], [texture(points), DARK_BONE, BRIGHT_FAT]
    )
    noise = np.random.default_rng(3).rayleigh(3.0, tissues.shape)
    return shown(a_frame, tissues + noise)


@pytest.fixture(scope="session")
def a_motion() -> RigidMotion:
    """A turn of about 5 degrees and a shift of 7 mm."""
    transform = sitk.Euler3DTransform(MIDDLE_MM.tolist(), 0.05, -0.04, 0.06, (5.0, -4.0, 3.0))
    return motion_of(transform)


@pytest.fixture(scope="session")
def farthest_mm() -> Callable[[RigidMotion, RigidMotion], float]:
    """How far two motions take a corner of the brain apart."""
    corners = MIDDLE_MM + BRAIN_MM * np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])

    def measure(first: RigidMotion, second: RigidMotion) -> float:
        return float(np.linalg.norm(first.points(corners) - second.points(corners), axis=-1).max())

    return measure
