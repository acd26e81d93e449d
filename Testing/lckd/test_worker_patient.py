"""A patient whose images were moved: results lie where each of them was given."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

from lckd.modality import Modality
from lckd.network.network import PRESETS
from lckd.preprocess.rigid import RigidMotion
from lckd.preprocess.steps import Preprocessed, Step
from lckd.segment import encode_patient
from lckd.weights.load import Model
from lckd.worker_patient import WorkerPatient
from Testing.lckd.echo import Echo

Array = npt.NDArray[Any]
MIDDLE_MM = np.array([4.3, -112.7, 123.1])
SHIFT_MM = np.array([9.0, -6.0, 4.0])


@pytest.fixture
def given(make_image: Callable[..., sitk.Image]) -> dict[Modality, sitk.Image]:
    """A bright ball, on the same voxels twice: in T1 it lies `SHIFT_MM` aside."""

    def ball_at(middle_mm: Array) -> sitk.Image:
        def show(points: Array) -> Array:
            inner = 1.0 - np.linalg.norm(points - middle_mm, axis=-1) / 25.0
            return np.where(inner > 0, 50.0 + 100.0 * inner, 0.0)

        return make_image("oblique", show)

    return {"flair": ball_at(MIDDLE_MM), "t1": ball_at(MIDDLE_MM + SHIFT_MM)}


@pytest.fixture
def a_moved_patient(given: dict[Modality, sitk.Image], tiny_model: Model) -> WorkerPatient:
    """Its T1 was brought onto its FLAIR."""
    left, posterior, superior = (-SHIFT_MM).tolist()
    back = RigidMotion(translation_mm=(left, posterior, superior))
    images: dict[Modality, sitk.Image] = {"flair": given["flair"], "t1": back.image(given["t1"])}
    ready = Preprocessed(images, (Step("register", "t1", was_done=True, details={}, seconds=0.0),))
    model = replace(tiny_model, network=Echo(PRESETS["tiny"]))
    return WorkerPatient(
        encode=lambda device: encode_patient(ready.images, model, device=device),
        device="cpu",
        may_move=False,
        card=model.card,
        given=given,
        ready=ready,
        inputs={},
        notes={},
        application="",
    )


@pytest.mark.parametrize(
    ("reference", "place_mm"), [("flair", MIDDLE_MM), ("t1", MIDDLE_MM + SHIFT_MM)], ids=["still", "moved"]
)
def test_a_result_lies_where_its_reference_was_given(
    a_moved_patient: WorkerPatient,
    given: dict[Modality, sitk.Image],
    points_mm: Callable[[sitk.Image], Array],
    assert_same_grid: Callable[[sitk.Image, sitk.Image], None],
    reference: Modality,
    place_mm: Array,
) -> None:
    result = a_moved_patient.segment((reference,), reference=reference, progress=lambda *_stage: None)
    doubt = a_moved_patient.as_given(result.uncertainty(), reference)
    labels = a_moved_patient.as_given(result.labels, reference)
    for image in (labels, doubt):
        assert_same_grid(image, given[reference])
    places = points_mm(labels)[sitk.GetArrayFromImage(labels) > 0]
    assert places.mean(axis=0) == pytest.approx(place_mm, abs=0.4)
