"""Files as they should be, tiny, from which the hostile ones are made."""

import json
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from lckd.modality import MODALITIES, SUBSETS
from lckd.network.network import PRESETS, build_network
from lckd.region import REGIONS
from lckd.weights.card import Card
from lckd.weights.load import save_model

SIZE = (16, 18, 14)
SPACING_MM = 4.0
SCANS = (
    "scan.nii.gz", "scan.nii", "scan.nrrd", "raw.nrrd", "scan.nhdr", "scan.mha", "raw.mha", "scan.mhd", "scan.vtk",
    "scan.tif", "scan.gipl", "scan.dcm", "scan.hdf5", "scan.mnc", "scan.png", "scan.jpg", "scan.bmp",
)  # fmt: skip
"""Names of the scans; those that begin with `raw` are not compressed."""

FLAT = (".png", ".jpg", ".bmp", ".dcm")
"""Formats of one slice."""

CASES = ("patient-1", "patient-2", "patient-3")


def make_good(folder: Path) -> None:
    """Leave scans in every format, a label map, weights, a table, a manifest's files and text files in a folder."""
    scan = _scan(seed=1)
    for name in SCANS:
        _write(scan, folder / name)
    for number, case in enumerate(CASES):
        _make_patient(folder / case, number=number)
    network = PRESETS["tiny"]
    card = Card(
        name="untrained",
        preset="tiny",
        network={"architecture": "plain", "channels": list(network.channels), "supervised": network.supervised},
        spacing_mm=SPACING_MM,
        tensors_sha256="",
        teachers={"ET": "t1ce", "TC": "t1ce", "WT": "flair"},
        validation=_table(),
        cohorts=[{"part": "train", "name": "some", "cases": 3}],
        credits=["Nobody"],
    )
    save_model(folder / "weights", build_network(network, seed=7), card)
    (folder / "table.json").write_text(json.dumps(_table()), encoding="utf-8")


def _make_patient(folder: Path, *, number: int) -> None:
    """Leave a patient who has nothing in common with others: who does is taken for one of them."""
    folder.mkdir()
    for place, modality in enumerate(MODALITIES):
        _write(_scan(seed=len(MODALITIES) * number + place), folder / f"{folder.name}_{modality}.nii.gz")
    _write(_labels(wider=number), folder / f"{folder.name}_seg.nii.gz")


def _scan(seed: int) -> sitk.Image:
    k, j, i = np.indices(SIZE[::-1])
    middle = (np.array(SIZE[::-1]) - 1) / 2
    inside = sum(((axis - half) / (half * 0.9)) ** 2 for axis, half in zip((k, j, i), middle, strict=True)) < 1.0
    noise = np.random.default_rng(seed).uniform(50.0, 250.0, SIZE[::-1])
    return _placed(np.where(inside, noise, 0.0).astype(np.float32))


def _labels(wider: int) -> sitk.Image:
    labels = np.zeros(SIZE[::-1], dtype=np.uint8)
    labels[5:9, 6:12, 6 : 10 + wider] = 2
    labels[6:8, 7:11, 7:9] = 4
    labels[6, 8:10, 7] = 1
    return _placed(labels)


def _placed(voxels: "np.typing.NDArray[np.generic]") -> sitk.Image:
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing([SPACING_MM] * 3)
    image.SetOrigin([-30.0, 10.0, 5.0])
    return image


def _write(image: sitk.Image, path: Path) -> None:
    if path.suffix in FLAT:
        image = sitk.Cast(image[:, :, SIZE[2] // 2], sitk.sitkUInt8)
    elif path.suffix in {".gipl", ".tif"}:
        image = sitk.Cast(image, sitk.sitkInt16 if path.suffix == ".gipl" else sitk.sitkFloat32)
    sitk.WriteImage(image, str(path), useCompression=path.name[:3] != "raw" and path.suffix not in {".nii", ".nhdr"})


def _table() -> dict[str, object]:
    dice = dict.fromkeys(REGIONS, 0.5)
    score = {"dice": dice, "hd95": dict.fromkeys(REGIONS, 4.0), "et_cm3": 2.0, "et_found_cm3": 1.5}
    return {
        "cohort": {"name": "some", "n": len(CASES), "names": list(CASES), "seen": []},
        "weights": {"name": "untrained", "tensors_sha256": "0" * 64},
        "subsets": [{"subset": list(subset), "n": 3, "dice": dice, "dice_sd": dice} for subset in SUBSETS],
        "mean": {"dice": dice},
        "cases": [{"case": case, "subset": list(subset), **score} for case in CASES for subset in SUBSETS],
    }
