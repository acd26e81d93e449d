"""Rebuild `icbm152.npz` from the wheel of nilearn, which carries the ICBM152 maps at 1 mm.

Get the wheel with ``python -m pip download nilearn==0.14.1 --no-deps``, then call
``python -m lckd_training.synthetic.build_atlas nilearn-0.14.1-py3-none-any.whl``.
"""

import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.files import replace_file
from lckd.grid import bounding_box
from lckd_training.synthetic.atlas import ATLAS_FILE, EDGE_MM

MEMBER = "nilearn/datasets/data/mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
Volume = npt.NDArray[np.uint8]


def build(wheel: Path) -> tuple[Volume, Volume, Volume]:
    """Reduce the maps to what the synthetic anatomy needs.

    Args:
        wheel: Wheel of nilearn.

    Returns:
        Grey matter, white matter and brain (the part of a voxel inside the outline), 0 to 255, on cubes of `EDGE_MM`,
        ``(D, H, W)`` in LPS order, cut to the brain with one empty voxel around.
    """
    grey, white, head = (_read(wheel, name) for name in ("gm", "wm", "t1"))
    maps = [_reduce(volume) for volume in (grey, white, 255.0 * (head > 0))]
    box = bounding_box(maps[2] > 0)
    first, second, third = (np.pad(volume[box], 1) for volume in maps)
    return first, second, third


def _read(wheel: Path, name: str) -> npt.NDArray[np.floating[Any]]:
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        image = sitk.ReadImage(archive.extract(MEMBER.format(name), folder))
    voxels: npt.NDArray[np.floating[Any]] = sitk.GetArrayFromImage(sitk.DICOMOrient(image, "LPS")).astype(np.float64)
    return voxels


def _reduce(volume: npt.NDArray[np.floating[Any]]) -> Volume:
    """Average cubes of `EDGE_MM`; the edges that do not fill a cube are empty."""
    step = round(EDGE_MM)
    volume = volume[tuple(slice(0, size - size % step) for size in volume.shape)]
    depth, height, width = (size // step for size in volume.shape)
    blocks = volume.reshape(depth, step, height, step, width, step)
    return np.asarray(blocks.mean(axis=(1, 3, 5)).round().astype(np.uint8))


if __name__ == "__main__":
    grey, white, brain = build(Path(sys.argv[1]))
    replace_file(ATLAS_FILE, lambda temporary: np.savez_compressed(temporary, grey=grey, white=white, brain=brain))
