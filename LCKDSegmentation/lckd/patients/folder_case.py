"""A patient on disk: which files, what their labels mean, and what is known of the patient besides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.grid import same_grid
from lckd.images.like import like
from lckd.images.read_write import read_channels, read_image
from lckd.intensity import background_value
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality
from lckd.parallel import in_parallel
from lckd.patients.case import Patient, UnusableCase
from lckd.patients.identity import patient_of
from lckd.patients.problems import Problems
from lckd.region import CONVENTIONS, LabelConvention, labels_from_regions, regions_from_labels

Part: TypeAlias = Literal["train", "elect", "test"]

LARGEST_SHARE_OUTSIDE = 0.5
"""A label map with more of its tumour than this where every image is background belongs to other images."""

LARGEST_LABEL = 9
"""Whole numbers up to this and nothing else are the values of a label map or mask; a scan of 8 bits has dozens."""


@dataclass(frozen=True)
class FolderCase:
    """A patient on disk.

    Attributes:
        name: Name of the case, unique in its cohort.
        image_paths: File of each present modality.
        label_path: File of the label map, or None.
        convention: What the label values mean, as declared by the layout or the user; None when nobody did.
        ignored: Names of images beside those that the layout does not know.
        channels: Modalities in a 4-D file, in its order; empty where each has a file of its own.
        declared_patient: Who it is, where the name of the case does not say so.
        part: Side of a split that a manifest or a split file puts the case on.
        weight: How often the case is drawn in training, relative to others.
    """

    name: str
    image_paths: Mapping[Modality, Path]
    label_path: Path | None
    convention: LabelConvention | None
    ignored: tuple[str, ...] = ()
    channels: tuple[Modality, ...] = ()
    declared_patient: str = ""
    part: Part | None = None
    weight: float = 1.0

    @property
    def patient(self) -> str:
        """Who it is: scans of one patient at several times, or in several years of BraTS, share it."""
        return self.declared_patient or patient_of(self.name)

    def load(self) -> Patient:
        """Read the patient; see `Case`."""
        images = self._read_images()
        for modality, image in images.items():
            _require_scan(image, self.image_paths[modality], what=f"{DISPLAY_NAMES[modality]} of '{self.name}'")
        _require_different(images, self.name)
        if self.label_path is None:
            return Patient(images, None)
        labels = self.read_labels()
        require_on_grid(labels, next(iter(images.values())), self.label_path)
        _require_on_content(labels, images, self.label_path)
        return Patient(images, labels)

    def read_labels(self) -> sitk.Image:
        """Read the label map and bring its values to `lckd.region.BRATS`.

        Raises:
            InputError: There is none, it cannot be read, or its values are undeclared or not those declared.
        """
        if self.label_path is None:
            message = f"Patient '{self.name}' has no label map (NAME_seg.nii.gz): add it, or leave the patient out."
            raise InputError(message)
        if self.convention is None:
            message = (
                f"Nothing declares the values of the label map '{self.label_path}': "
                f"add --labels with one of {', '.join(CONVENTIONS)}."
            )
            raise InputError(message)
        image = read_image(self.label_path, may_be_empty=True)
        return like(image, _to_brats(sitk.GetArrayViewFromImage(image), self.convention, self.label_path))

    def _read_images(self) -> dict[Modality, sitk.Image]:
        if not self.channels:
            return dict(zip(self.image_paths, in_parallel(read_image, self.image_paths.values()), strict=True))
        (path,) = set(self.image_paths.values())
        volumes = dict(zip(self.channels, read_channels(path, len(self.channels)), strict=True))
        return {modality: volumes[modality] for modality in MODALITIES}


def require_usable(cases: Iterable[FolderCase | UnusableCase], *, what: str) -> list[FolderCase]:
    """Give the cases on disk if all of them can be used.

    Args:
        cases: What was found.
        what: What is wrong with those that cannot, after ``N patients``.

    Raises:
        InputError: Some cannot; all are named.
    """
    problems, usable = Problems(), []
    for case in cases:
        if isinstance(case, UnusableCase):
            problems.sentences.append(case.sentence)
        else:
            usable.append(case)
    problems.require_none(what)
    return usable


def _to_brats(values: npt.NDArray[np.integer], convention: LabelConvention, path: Path) -> npt.NDArray[np.uint8]:
    """Bring label values to those of `lckd.region.BRATS`.

    Raises:
        InputError: A value is not in the convention.
    """
    unknown = sorted(set(np.unique(values).tolist()) - set(convention.values))
    if unknown:
        message = (
            f"The label map '{path}' holds the values {unknown}, but its data set uses {convention.values}: "
            "check the name of its folder or the manifest, which declare the convention."
        )
        raise InputError(message)
    return labels_from_regions(regions_from_labels(values, convention))


def require_on_grid(labels: sitk.Image, reference: sitk.Image, path: Path) -> None:
    """Refuse a label map on other voxels than the first image.

    Raises:
        InputError: It is.
    """
    if not same_grid(labels, reference):
        message = f"The label map '{path}' lies on another grid than the images: resample it to them."
        raise InputError(message)


def _require_scan(image: sitk.Image, path: Path, *, what: str) -> None:
    """Refuse a label map in the place of an image.

    Raises:
        InputError: It is one.
    """
    voxels = sitk.GetArrayViewFromImage(image)
    if voxels.min() >= 0 and voxels.max() <= LARGEST_LABEL and np.array_equal(voxels, np.rint(voxels)):
        message = (
            f"The file '{path}', given as {what}, is no scan but a label map or mask (its values are whole numbers up "
            f"to {voxels.max():g}): give the scan."
        )
        raise InputError(message)


def _require_different(images: Mapping[Modality, sitk.Image], name: str) -> None:
    """Refuse one image under the names of two modalities.

    Raises:
        InputError: Two images hold the same voxels.
    """
    arrays = {modality: sitk.GetArrayViewFromImage(image) for modality, image in images.items()}
    for one, other in combinations(arrays, 2):
        if np.array_equal(arrays[one], arrays[other]):
            message = (
                f"{DISPLAY_NAMES[one]} and {DISPLAY_NAMES[other]} of '{name}' are the same image: "
                "remove the one that is misnamed."
            )
            raise InputError(message)


def _require_on_content(labels: sitk.Image, images: Mapping[Modality, sitk.Image], path: Path) -> None:
    """Refuse a label map that mostly marks background.

    Raises:
        InputError: It does.
    """
    tumour = sitk.GetArrayViewFromImage(labels) > 0
    arrays = [sitk.GetArrayViewFromImage(image) for image in images.values() if same_grid(image, labels)]
    outside = np.all([voxels[tumour] == background_value(voxels) for voxels in arrays], axis=0)
    share = float(outside.mean()) if outside.size else 0.0
    if share > LARGEST_SHARE_OUTSIDE:
        message = (
            f"The label map '{path}' marks background as tumour ({share:.0%} of it): it belongs to other images, "
            "or is flipped."
        )
        raise InputError(message)
