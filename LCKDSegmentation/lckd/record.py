"""The record of one segmentation: what went in, what computed it and what came out.

Two runs of the same images with the same weights, versions and device differ in times only.
"""

import dataclasses
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

import lckd
from lckd.errors import OutputError, WeightsError
from lckd.files import write_text
from lckd.measure import measure_regions
from lckd.modality import Modality
from lckd.origin import Origin
from lckd.region import REGIONS, Region
from lckd.segmentation import THRESHOLD, Segmentation
from lckd.weights.card import Card
from lckd.weights.expectation import expect

RESEARCH_USE = "For research use only, not for clinical use."


@dataclass(frozen=True)
class Record:
    """All that is known of one segmentation, in values that JSON can hold.

    Attributes:
        statement: What the result may be used for.
        created: ISO 8601 date and time, UTC.
        inputs: Of each modality that was used: name or file, SHA256 (`fingerprint`), size and spacing; of DICOM also
            the series and why it was chosen.
        subset: The modalities that were used.
        reference: Modality whose geometry the result has.
        weights: Name, SHA256 of the tensors and working spacing of the weights.
        software: Versions; None for what is not installed.
        device: Where it was computed.
        seconds: Time it took from images that the network may see.
        preprocessing_seconds: Time that `lckd.preprocess` took before.
        notes: Sentences that the user should read.
        thresholds: Probability that a voxel of each region exceeds.
        measurements: Volume and diameters of each region (`lckd.measure.RegionMeasures`).
        probable_dice: The Dice that each region of this result probably reaches (`lckd.weights.trust`), or empty where
            that is not known, or what to expect does not hold.
        expected_dice: What the weights reach with this subset, on whom (`lckd.weights.expectation.Expectation`).
        left_out: Series of a DICOM study that were not used, and why.
        preprocessing: What was done to the images before (`lckd.preprocess.steps.Step`), in order.
    """

    statement: str
    created: str
    inputs: dict[Modality, dict[str, Any]]
    subset: list[Modality]
    reference: Modality
    weights: dict[str, Any]
    software: dict[str, str | None]
    device: str
    seconds: float
    preprocessing_seconds: float
    notes: list[str]
    thresholds: dict[str, float]
    measurements: dict[str, dict[str, Any]]
    probable_dice: dict[str, dict[str, float]]
    expected_dice: dict[str, Any]
    left_out: list[dict[str, str]]
    preprocessing: list[dict[str, Any]]

    @property
    def volumes_cm3(self) -> dict[Region, float]:
        """Volume of each region in cm3."""
        return {region: self.measurements[region]["volume_cm3"] for region in REGIONS}

    def as_dict(self) -> dict[str, Any]:
        """Give the record as a dictionary that JSON can hold."""
        return dataclasses.asdict(self)


def record_of(
    result: Segmentation,
    origin: Origin,
    card: Card,
    *,
    application: str | None = None,
    preprocessing: Sequence[dict[str, Any]] = (),
) -> Record:
    """Write down a segmentation.

    Args:
        result: The segmentation.
        origin: Where the images come from; of its inputs those are told that the result was made from. Its notes stand
            before those of the result.
        card: The card of the weights that made it.
        application: Name and version of the application that this runs in.
        preprocessing: What was done to the images before.
    """
    measured = measure_regions(result.labels)
    return Record(
        statement=RESEARCH_USE,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        inputs={modality: dict(origin.inputs[modality]) for modality in result.subset},
        subset=list(result.subset),
        reference=result.reference,
        weights={"name": card.name, "tensors_sha256": card.tensors_sha256, "spacing_mm": card.spacing_mm},
        software=_software(application),
        device=result.device,
        seconds=round(result.seconds, 3),
        preprocessing_seconds=round(result.preprocessing_seconds, 3),
        notes=[*origin.notes, *result.notes],
        thresholds=dict.fromkeys(REGIONS, THRESHOLD),
        measurements={region: measures.as_dict() for region, measures in measured.items()},
        probable_dice={region: dataclasses.asdict(dice) for region, dice in result.probable_dice.items()},
        expected_dice=_expected_dice(card, result),
        left_out=[dict(one) for one in origin.left_out],
        preprocessing=list(preprocessing),
    )


def require_record_path(path: Path) -> None:
    """Refuse a file that no record can be written to, before anything is computed.

    Raises:
        OutputError: It does not end in .json, or is a folder.
    """
    if path.suffix != ".json" or path.is_dir():
        message = f"The record '{path}' is not a .json file: give a file that ends in .json."
        raise OutputError(message)


def write_record(record: Record, path: Path) -> None:
    """Write a record as JSON.

    Raises:
        OutputError: The file cannot be written.
    """
    write_text(json.dumps(record.as_dict(), indent=2, ensure_ascii=False) + "\n", path)


def _software(application: str | None) -> dict[str, str | None]:
    return {
        "lckd": lckd.__version__,
        "torch": _installed_version("torch"),
        "monai": _installed_version("monai"),
        "SimpleITK": sitk.Version_VersionString(),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "application": application,
    }


def _installed_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _expected_dice(card: Card, result: Segmentation) -> dict[str, Any]:
    """Tell what to expect; a result is not lost because the card's table is damaged."""
    try:
        expectation = expect(card, result.subset)
    except WeightsError as error:
        return {"problem": str(error)}
    return {
        "holds": not result.doubted,
        "cohort": expectation.cohort,
        "is_synthetic": expectation.is_synthetic,
        "patients": expectation.patients,
        "regions": {
            region: {"mean": dice.mean, "spread": dice.spread, "interval": dice.interval and list(dice.interval)}
            for region, dice in expectation.dice.items()
        },
    }
