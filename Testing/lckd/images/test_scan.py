"""What cannot be a scan of a head is refused before anything costly is done, and nothing else is."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.errors import InputError
from lckd.images.scan import body_of, check_scan
from lckd.modality import Modality
from lckd.preprocess import preprocess
from lckd.segment import segment
from lckd.weights.load import Model

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Inside = Callable[[Array, Array, Array], Mask]
NOISE = 6.0
DOORS: dict[str, Callable[[dict[Modality, sitk.Image], Model], object]] = {
    "preparation": lambda images, _model: preprocess(images),
    "segmentation": lambda images, model: segment(images, model, device="cpu"),
}


def a_field(size_mm: tuple[int, int, int], inside: Inside) -> sitk.Image:
    """A raw scan on voxels of 5 mm: tissue where `inside` says, noise elsewhere; left, posterior, superior."""
    x, y, z = np.meshgrid(*[np.arange(-edge / 2, edge / 2, 5.0) for edge in size_mm], indexing="ij")
    random = np.random.default_rng(1)
    tissue = np.where(inside(x, y, z), random.normal(200.0, 30.0, x.shape), 0.0)
    image = sitk.GetImageFromArray((tissue + random.rayleigh(NOISE, x.shape)).transpose(2, 1, 0).astype(np.float32))
    image.SetSpacing([5.0] * 3)
    return image


def is_head(x: Array, y: Array, z: Array) -> Mask:
    """A large head of 180 x 220 x 250 mm whose chin is 130 mm above the lower edge of a field of 400 mm."""
    return np.asarray((x / 90) ** 2 + (y / 110) ** 2 + ((z - 55) / 125) ** 2 < 1)


def is_neck(x: Array, y: Array, z: Array) -> Mask:
    return np.asarray((x**2 + y**2 < 75**2) & (z < 0))


def is_chest(x: Array, y: Array, z: Array) -> Mask:
    return np.asarray((x / 190) ** 2 + (y / 120) ** 2 + 0 * z < 1)


def is_body(x: Array, y: Array, z: Array) -> Mask:
    body: Mask = is_head(x, y, z - 400) | (is_chest(x, y, z) & (z < 300))
    return body


@pytest.mark.parametrize("size_mm", [(240, 260, 400), (400, 400, 400), (180, 220, 350)])
def test_a_large_head_with_its_whole_neck_is_taken_in_any_field_of_view(size_mm: tuple[int, int, int]) -> None:
    field = a_field(size_mm, lambda x, y, z: is_head(x, y, z) | is_neck(x, y, z))
    assert check_scan(field, "t1").GetSize() == field.GetSize()


def test_a_body_is_measured_without_its_surroundings() -> None:
    body = body_of(a_field((400, 400, 400), is_head))
    assert body.litres == pytest.approx(4 / 3 * np.pi * 0.9 * 1.1 * 1.25, rel=0.05)
    assert body.extent_mm == pytest.approx((180.0, 220.0, 250.0), abs=30.0)  # noise that touches it counts


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("size_mm", "inside"),
    [
        ((400, 300, 300), is_chest),
        ((600, 300, 600), is_chest),
        ((500, 300, 1600), is_body),
        ((300, 300, 600), lambda x, y, z: x**2 + y**2 + 0 * z < 50**2),
    ],
    ids=["neck to chest", "600 mm", "whole body", "a leg"],
)
def test_more_than_a_head_is_refused_at_every_door(
    size_mm: tuple[int, int, int], inside: Inside, door: str, tiny_model: Model
) -> None:
    with pytest.raises(InputError, match=r"FLAIR image shows [\d.]+ litres in .* mm, far more than a head: ") as told:
        DOORS[door]({"flair": a_field(size_mm, inside)}, tiny_model)
    assert told.value.modalities == ("flair",)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("values", [[0, 1], [0, 1, 2, 4], list(range(10))], ids=["mask", "tissues", "ten"])
def test_a_label_map_is_refused_as_a_scan_at_every_door(values: list[int], door: str, tiny_model: Model) -> None:
    voxels = np.random.default_rng(0).choice(values, (24, 24, 24)).astype(np.uint8)
    labels = sitk.GetImageFromArray(voxels)
    labels.SetSpacing([5.0] * 3)
    with pytest.raises(InputError, match=r"T2 image holds nothing but the values 0, 1.*label map does: give the scan"):
        DOORS[door]({"t2": labels}, tiny_model)


@pytest.mark.parametrize("values", [list(range(11)), [0.0, 0.5, 1.0]], ids=["eleven", "no whole numbers"])
def test_what_may_be_a_poor_scan_is_taken(values: list[float]) -> None:
    image = sitk.GetImageFromArray(np.random.default_rng(0).choice(values, (24, 24, 24)).astype(np.float32))
    assert sitk.GetArrayFromImage(check_scan(image, "t2")).max() == max(values)


def test_a_few_bright_voxels_make_no_label_map_of_a_scan() -> None:
    voxels = np.zeros((24, 24, 24), dtype=np.float32)
    voxels[1:4, 1:4, 1:4] = np.arange(27).reshape(3, 3, 3)
    assert check_scan(sitk.GetImageFromArray(voxels), "t1ce").GetSize() == (24, 24, 24)
