"""Tumour regions and tissue labels, and how one becomes the other.

Regions overlap (ET inside TC inside WT) and are what the network predicts. Tissue labels do not overlap and are what
a label map holds; their values differ between data sets and are therefore declared, never guessed.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from lckd.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Region: TypeAlias = Literal["ET", "TC", "WT"]

REGIONS: tuple[Region, ...] = get_args(Region)
REGION_NAMES: dict[Region, str] = {"ET": "Enhancing tumour", "TC": "Tumour core", "WT": "Whole tumour"}
NESTED_VALUES: dict[Region, int] = {"ET": 3, "TC": 2, "WT": 1}
"""Values of a label map of regions: each voxel holds its innermost region."""


@dataclass(frozen=True)
class LabelConvention:
    """The label values that one data set uses.

    Attributes:
        necrosis: Necrotic or non-enhancing tumour core (NCR).
        edema: Peritumoural edema (ED).
        enhancing: Enhancing tumour (ET).
    """

    necrosis: int
    edema: int
    enhancing: int

    @property
    def values(self) -> tuple[int, ...]:
        """Every value that a label map of this convention may hold, background included."""
        return (0, self.necrosis, self.edema, self.enhancing)


@dataclass(frozen=True)
class PostTreatmentConvention(LabelConvention):
    """Label values of scans after an operation.

    Attributes:
        resection_cavity: What the surgeon left; it is no tumour, and so in no region.
    """

    resection_cavity: int

    @property
    def values(self) -> tuple[int, ...]:
        """Every value that a label map of this convention may hold, background included."""
        return (*super().values, self.resection_cavity)


BRATS = LabelConvention(necrosis=1, edema=2, enhancing=4)
"""BraTS 2018 to 2021; also the values of every label map that this project writes."""

BRATS_2023 = LabelConvention(necrosis=1, edema=2, enhancing=3)
"""BraTS 2023 GLI."""

BRATS_2024 = PostTreatmentConvention(necrosis=1, edema=2, enhancing=3, resection_cavity=4)
"""BraTS 2024 GLI, after treatment."""

MSD = LabelConvention(necrosis=2, edema=1, enhancing=3)
"""Task01 of the Medical Segmentation Decathlon."""

CONVENTIONS: dict[str, LabelConvention] = {
    "brats": BRATS,
    "brats2023": BRATS_2023,
    "brats2024": BRATS_2024,
    "msd": MSD,
}
"""Names by which a data set whose layout does not declare its labels declares them."""


def convention_named(name: str) -> LabelConvention:
    """Look up a label convention.

    Args:
        name: A key of `CONVENTIONS`.

    Raises:
        InputError: There is no convention of that name.
    """
    if name not in CONVENTIONS:
        message = f"There is no label convention '{name}': use one of {', '.join(CONVENTIONS)}."
        raise InputError(message)
    return CONVENTIONS[name]


def regions_from_labels(labels: "npt.NDArray[np.integer]", convention: LabelConvention) -> "npt.NDArray[np.bool_]":
    """Turn a label map into the masks of ET, TC and WT.

    Args:
        labels: Label values, any shape ``(...)``.
        convention: What the values mean.

    Returns:
        Masks of shape ``(region, ...)`` in the order of `REGIONS`.
    """
    import numpy as np  # noqa: PLC0415 - this module must import without numpy

    enhancing = labels == convention.enhancing
    core = enhancing | (labels == convention.necrosis)
    return np.stack([enhancing, core, core | (labels == convention.edema)])


def labels_from_regions(
    regions: "npt.NDArray[np.bool_]", convention: LabelConvention = BRATS
) -> "npt.NDArray[np.uint8]":
    """Turn masks of ET, TC and WT into one label map.

    Where the masks are not nested the smaller region wins: an ET voxel outside TC is labelled enhancing.

    Args:
        regions: Masks of shape ``(region, ...)`` in the order of `REGIONS`.
        convention: The values to write.

    Returns:
        Label values of shape ``(...)``.
    """
    import numpy as np  # noqa: PLC0415 - this module must import without numpy

    enhancing, core, whole = regions
    labels = np.zeros(whole.shape, dtype=np.uint8)
    labels[whole] = convention.edema
    labels[core] = convention.necrosis
    labels[enhancing] = convention.enhancing
    return labels
