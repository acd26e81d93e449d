from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk
import torch
from torch import Tensor

from lckd.errors import DeviceError, InputError, LckdError
from lckd.modality import MODALITIES, SUBSETS, Modality, Subset, subset_name
from lckd.network.network import PRESETS, Features, LckdNetwork
from lckd.region import REGIONS, labels_from_regions
from lckd.segment import PatientEncoding, encode_patient, segment
from lckd.segmentation import Segmentation
from lckd.weights.load import Model
from lckd.weights.trust import Line, Trust
from Testing.lckd.echo import Echo

Array = npt.NDArray[Any]
Images = dict[Modality, sitk.Image]
MakeImage = Callable[..., sitk.Image]
MakePatient = Callable[[str], Images]
MakeScene = Callable[[str], Any]
SameGrid = Callable[[sitk.Image, sitk.Image], None]

EACH_SUBSET = pytest.mark.parametrize("subset", SUBSETS, ids=subset_name)


MIDDLE_MM = np.array([7.1, -115.4, 124.9])
RADIUS_MM = 30.0


def ball(points: Array) -> Array:
    """Intensities that fall from the middle of a ball to its surface, on 0."""
    depth: Array = 1.0 - np.linalg.norm(points - MIDDLE_MM, axis=-1) / RADIUS_MM
    return np.where(depth > 0, 50.0 + 100.0 * depth, 0.0)


@pytest.fixture(scope="module")
def an_echo(tiny_model: Model) -> Model:
    return replace(tiny_model, network=Echo(PRESETS["tiny"]))


@pytest.fixture(scope="module")
def an_encoding(a_patient: Images, tiny_model: Model) -> PatientEncoding:
    return encode_patient(a_patient, tiny_model, device="cpu")


@pytest.fixture
def run(tiny_model: Model) -> Callable[..., Segmentation]:
    return lambda images, **options: segment(images, tiny_model, device="cpu", **options)


def voxels(image: sitk.Image) -> Array:
    return np.asarray(sitk.GetArrayFromImage(image))


def chosen(images: Images, subset: Subset) -> Images:
    return {modality: images[modality] for modality in subset}


@EACH_SUBSET
def test_any_subset_gives_labels_on_the_voxels_of_its_first_modality(
    a_patient: Images, run: Callable[..., Segmentation], subset: Subset, assert_same_grid: SameGrid
) -> None:
    result = run(chosen(a_patient, subset))
    assert result.labels.GetPixelID() == sitk.sitkUInt8
    assert set(np.unique(voxels(result.labels))) <= {0, 1, 2, 4}
    assert_same_grid(result.labels, a_patient[subset[0]])
    assert (result.subset, result.reference, result.notes) == (subset, subset[0], ())


def test_untrained_network_finds_enough_for_these_tests_to_mean_something(
    a_patient: Images, run: Callable[..., Segmentation]
) -> None:
    counts = np.bincount(voxels(run(a_patient).labels).ravel(), minlength=5)
    assert (counts[[0, 1, 2, 4]] > 5).all()


def test_result_does_not_depend_on_the_order_of_modalities(a_patient: Images, run: Callable[..., Segmentation]) -> None:
    forward, backward = run(a_patient), run({modality: a_patient[modality] for modality in reversed(a_patient)})
    assert backward.reference == forward.reference == "flair"
    assert np.array_equal(voxels(backward.labels), voxels(forward.labels))
    assert np.array_equal(voxels(backward.probability("WT")), voxels(forward.probability("WT")))


def test_result_is_the_same_every_time(a_patient: Images, run: Callable[..., Segmentation]) -> None:
    assert np.array_equal(voxels(run(a_patient).labels), voxels(run(a_patient).labels))


def test_images_that_are_given_stay_as_they_are(a_patient: Images, run: Callable[..., Segmentation]) -> None:
    before = {modality: voxels(image) for modality, image in a_patient.items()}
    run(a_patient)
    assert all(np.array_equal(voxels(image), before[modality]) for modality, image in a_patient.items())


@EACH_SUBSET
def test_patient_encoded_once_is_segmented_as_from_the_subset_alone(
    a_patient: Images, an_encoding: PatientEncoding, run: Callable[..., Segmentation], subset: Subset
) -> None:
    once, alone = an_encoding.segment(subset), run(chosen(a_patient, subset))
    assert np.array_equal(voxels(once.labels), voxels(alone.labels))
    assert once.subset == alone.subset


def test_results_of_different_subsets_differ(an_encoding: PatientEncoding) -> None:
    assert not np.array_equal(
        voxels(an_encoding.segment(("flair",)).labels), voxels(an_encoding.segment(("t2",)).labels)
    )


def test_modality_that_was_not_encoded_is_refused(a_patient: Images, tiny_model: Model) -> None:
    encoding = encode_patient(chosen(a_patient, ("flair", "t2")), tiny_model, device="cpu")
    with pytest.raises(InputError, match="given without T1, T1ce: choose"):
        encoding.segment(("t1", "t1ce", "t2"))


def test_result_lies_on_the_voxels_of_the_reference_at_any_angle(
    every_geometry: str, make_patient: MakePatient, run: Callable[..., Segmentation], assert_same_grid: SameGrid
) -> None:
    images = chosen(make_patient(every_geometry), ("t1ce", "t2"))
    result = run(images)
    assert_same_grid(result.labels, images["t1ce"])
    assert result.labels.GetDirection() == images["t1ce"].GetDirection()
    for region in REGIONS:
        assert_same_grid(result.probability(region), images["t1ce"])


def test_what_shows_at_a_place_is_labelled_at_that_place(
    every_geometry: str, make_image: MakeImage, points_mm: Callable[[sitk.Image], Array], an_echo: Model
) -> None:
    image = make_image(every_geometry, ball)
    labels = segment({"t2": image}, an_echo, device="cpu").labels
    places = points_mm(labels)[voxels(labels) > 0]
    assert places.mean(axis=0) == pytest.approx(MIDDLE_MM, abs=0.3)
    assert np.linalg.norm(places - MIDDLE_MM, axis=1).max() < RADIUS_MM


def test_modality_on_another_grid_is_resampled_and_said_so(
    make_image: MakeImage, a_head: MakeScene, run: Callable[..., Segmentation], assert_same_grid: SameGrid
) -> None:
    images = {"flair": make_image("oblique", a_head("flair")), "t2": make_image("anisotropic", a_head("t2"))}
    result = run(images)
    assert_same_grid(result.labels, images["flair"])
    (note,) = result.notes
    assert note.startswith("T2 lies on another grid than FLAIR: it was resampled")


def test_no_dice_is_estimated_where_an_image_is_not_what_it_is_given_as(a_patient: Images, tiny_model: Model) -> None:
    usual = {subset_name(subset): dict.fromkeys(REGIONS, 0.5) for subset in SUBSETS}
    trust = Trust("seven", 7, 0.8, dict.fromkeys(REGIONS, Line(0.0, 1.0, 0.0, 0.1)), usual)
    model = replace(tiny_model, card=replace(tiny_model.card, trust=trust))
    like_a_map = sitk.Cast(a_patient["t2"] > 60, sitk.sitkFloat32) * 0.5  # 2 values, which are no whole numbers
    patient = encode_patient({**a_patient, "t2": like_a_map}, model, device="cpu")
    found = {subset: patient.segment(subset) for subset in (("flair", "t1"), ("flair", "t2"))}
    assert [bool(result.doubted) for result in found.values()] == [False, True]
    assert [set(result.probable_dice) for result in found.values()] == [set(REGIONS), set()]
    assert all(voxels(result.labels).any() for result in found.values())


def test_reference_is_chosen_by_name(
    make_image: MakeImage, a_head: MakeScene, run: Callable[..., Segmentation], assert_same_grid: SameGrid
) -> None:
    images = {"flair": make_image("oblique", a_head("flair")), "t2": make_image("anisotropic", a_head("t2"))}
    result = run(images, reference="t2")
    assert result.reference == "t2"
    assert_same_grid(result.labels, images["t2"])
    assert result.notes[0].startswith("FLAIR lies on another grid than T2")


def test_reference_that_is_not_given_is_refused(a_patient: Images, run: Callable[..., Segmentation]) -> None:
    with pytest.raises(InputError, match="The reference T1 is not among the images: choose"):
        run(chosen(a_patient, ("flair",)), reference="t1")


def test_no_image_is_refused(run: Callable[..., Segmentation]) -> None:
    with pytest.raises(InputError, match="No modality was given"):
        run({})


def test_images_that_do_not_overlap_are_refused_by_name(
    make_image: MakeImage, a_head: MakeScene, run: Callable[..., Segmentation]
) -> None:
    images = {"flair": make_image("axis-aligned", a_head("flair")), "t2": make_image("elsewhere", lambda p: p[..., 0])}
    with pytest.raises(InputError, match=r"T2 image does not overlap the FLAIR image in space .*: give scans"):
        run(images)


def test_image_far_larger_than_a_head_is_refused(make_image: MakeImage, run: Callable[..., Segmentation]) -> None:
    huge = make_image("far-larger-than-a-head", lambda points: 500.0 + points[..., 0])
    with pytest.raises(InputError, match=r"\d+ x \d+ x \d+ mm, far more than a head: crop"):
        run({"t1": huge})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda image: image * 0, "T1 image shows nothing"),
        (lambda image: image / 0, "T1 image has .* NaN or infinite"),
        (lambda image: image[:, :, 5], "T1 image is not a 3-D volume"),
        (lambda image: sitk.Compose(image, image), "T1 image has 2 values per voxel"),
    ],
    ids=["zeros", "not a number", "2-D", "two values"],
)
def test_bad_image_is_refused_by_the_name_of_its_modality(
    a_patient: Images, run: Callable[..., Segmentation], spoil: Callable[[sitk.Image], sitk.Image], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        run({"flair": a_patient["flair"], "t1": spoil(a_patient["t1"])})


@pytest.mark.parametrize("bright", [1, 2, 5])
def test_image_that_shows_next_to_nothing_is_segmented_or_refused(
    make_image: MakeImage, run: Callable[..., Segmentation], assert_same_grid: SameGrid, bright: int
) -> None:
    image = make_image("axis-aligned", lambda points: points[..., 0] * 0)
    image[12 : 12 + bright, 12, 12] = 100.0
    with suppress(LckdError):
        assert_same_grid(run({"flair": image}).labels, image)


def test_scan_that_fills_its_image_with_negative_values_is_segmented(
    make_image: MakeImage, run: Callable[..., Segmentation], assert_same_grid: SameGrid
) -> None:
    image = make_image("oblique", lambda points: np.sin(points).sum(axis=-1) - 100.0)
    assert_same_grid(run({"flair": image}).labels, image)


def test_unknown_device_is_refused(a_patient: Images, tiny_model: Model) -> None:
    with pytest.raises(DeviceError, match="Unknown device 'abacus': use auto, cpu or cuda"):
        segment(a_patient, tiny_model, device="abacus")


def test_missing_gpu_is_refused(a_patient: Images, tiny_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(DeviceError, match="There is no GPU that torch can use: choose"):
        segment(a_patient, tiny_model, device="cuda")
    assert segment(a_patient, tiny_model, device="auto").device == "cpu"


def test_progress_tells_the_stages_in_order(a_patient: Images, run: Callable[..., Segmentation]) -> None:
    told: list[tuple[str, int, int]] = []
    run(a_patient, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["prepare", "encode", "decode", "restore"]
    for stage in ("prepare", "encode", "decode", "restore"):
        done = [(count, total) for name, count, total in told if name == stage]
        assert [count for count, _ in done] == list(range(done[0][1] + 1))
        assert {total for _, total in done} == {done[-1][0]}


def test_probabilities_lie_between_zero_and_one_and_give_the_labels(
    a_patient: Images, run: Callable[..., Segmentation], assert_same_grid: SameGrid
) -> None:
    result = run(chosen(a_patient, MODALITIES))
    maps = [result.probability(region) for region in REGIONS]
    for image in maps:
        assert_same_grid(image, a_patient["flair"])
        assert image.GetPixelID() == sitk.sitkFloat32
        assert 0.0 <= voxels(image).min() < voxels(image).max() <= 1.0
    masks = np.stack([voxels(image) > 0.5 for image in maps])
    assert np.array_equal(labels_from_regions(masks), voxels(result.labels))


class Onion(Echo):
    """A network whose regions are nested balls: the brighter the image, the further inside."""

    def decode(self, features: Features) -> list[Tensor]:
        image = features.maps[0].mean(dim=0, keepdim=True)
        brightest = image.amax()
        return [torch.cat([image - brightest * level for level in (0.9, 0.6, 0.3)], dim=1)]


def test_each_region_of_the_network_becomes_its_own_tissue(
    make_image: MakeImage, tiny_model: Model, points_mm: Callable[[sitk.Image], Array]
) -> None:
    image = make_image("oblique", ball)
    labels = segment({"flair": image}, replace(tiny_model, network=Onion(PRESETS["tiny"])), device="cpu").labels
    distance = np.linalg.norm(points_mm(labels) - MIDDLE_MM, axis=-1)
    mean_mm = {value: distance[voxels(labels) == value].mean() for value in (4, 1, 2)}
    assert mean_mm[4] < mean_mm[1] < mean_mm[2]


@pytest.mark.parametrize("part", ["encode_present", "decode"])
def test_a_gpu_without_room_is_told_in_a_sentence(
    a_patient: Images, tiny_model: Model, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_arguments: object) -> None:
        raise torch.cuda.OutOfMemoryError

    monkeypatch.setattr(LckdNetwork, part, fail)
    with pytest.raises(DeviceError, match=r"too little memory.*choose the device cpu"):
        segment(a_patient, tiny_model, device="cpu")
