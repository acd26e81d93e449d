"""The background process, as the panel drives it: a real process, real files, lines of JSON."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk

import lckd
from lckd import worker
from lckd.errors import DeviceError
from lckd.fingerprint import describe_input
from lckd.images.read_write import read_plainly, write_plainly
from lckd.modality import MODALITIES, Modality, Subset
from lckd.preprocess.options import AS_NEEDED
from lckd.preprocess.steps import Preprocessed
from lckd.segment import PatientEncoding, encode_patient
from lckd.segmentation import Segmentation
from lckd.weights.load import Model, load_model, save_model
from lckd.worker_patient import GPU_TOO_SMALL, WorkerPatient

Images = dict[Modality, sitk.Image]
Ask = Callable[..., list[dict[str, Any]]]

SOON_S = 5.0
REST = {
    "names": {modality: f"my {modality}" for modality in MODALITIES},
    "device": "cpu",
    "application": "a test",
    "notes": {"t1": ["A note."], "t2": ["Of another."]},
}
"""What every request to encode says besides."""


@pytest.fixture(scope="module")
def weights(tiny_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    save_model(folder, tiny_model.network, tiny_model.card)
    return folder


@pytest.fixture(scope="module")
def files(a_patient: Images, tmp_path_factory: pytest.TempPathFactory) -> dict[Modality, str]:
    folder = tmp_path_factory.mktemp("images")
    for modality, image in a_patient.items():
        write_plainly(image, folder / f"{modality}.nrrd")
    return {modality: str(folder / f"{modality}.nrrd") for modality in a_patient}


@pytest.fixture
def process(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A worker to which deepbet is not installed."""
    missing = "raise ModuleNotFoundError(name='deepbet')"
    (tmp_path / "deepbet.py").write_text(missing, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "lckd.worker"],
        cwd=Path(lckd.__file__).parents[1],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout
        assert json.loads(running.stdout.readline()) == {"is": "ready"}
        yield running
        running.kill()


@pytest.fixture
def ask(process: "subprocess.Popen[str]") -> Ask:
    def send(**request: object) -> list[dict[str, Any]]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"id": 1, **request}) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline())]
        while answers[-1]["is"] == "progress":
            answers.append(json.loads(process.stdout.readline()))
        return answers

    return send


@pytest.fixture
def encode(ask: Ask, files: dict[Modality, str], weights: Path) -> Callable[[], list[dict[str, Any]]]:
    return lambda: ask(do="encode", images=files, weights=str(weights), reference="flair", **REST)


def voxels(path: Path) -> npt.NDArray[Any]:
    return np.asarray(sitk.GetArrayFromImage(read_plainly(path)))


def test_worker_gives_what_the_function_gives_for_one_subset_after_another(
    encode: Callable[[], object], ask: Ask, a_patient: Images, weights: Path, tmp_path: Path
) -> None:
    encode()
    patient = encode_patient(a_patient, load_model(weights), device="cpu")
    subsets: tuple[Subset, ...] = (("t1",), ("flair", "t1ce"))
    for subset in subsets:
        answer = ask(do="segment", subset=subset, reference=subset[0], labels=str(tmp_path / "labels.nrrd"))[-1]
        record = answer["record"]
        assert (answer["is"], record["subset"], record["device"]) == ("done", list(subset), "cpu")
        assert (record["inputs"][subset[0]]["name"], record["notes"]) == (
            f"my {subset[0]}",
            ["A note."] if "t1" in subset else [],
        )
        assert np.array_equal(voxels(tmp_path / "labels.nrrd"), sitk.GetArrayFromImage(patient.segment(subset).labels))


def test_progress_tells_every_stage_in_order(
    encode: Callable[[], list[dict[str, Any]]], ask: Ask, tmp_path: Path
) -> None:
    answers = [*encode(), *ask(do="segment", subset=["t2"], reference="t2", labels=str(tmp_path / "labels.nrrd"))]
    told = [(answer["stage"], answer["done"], answer["total"]) for answer in answers if answer["is"] == "progress"]
    assert list(dict.fromkeys(stage for stage, _done, _total in told)) == [
        "load",
        "prepare",
        "encode",
        "decode",
        "restore",
    ]
    assert [done for stage, done, _total in told if stage == "encode"] == [0, 1, 2, 3, 4]


def test_prepared_images_are_looked_at_once_and_give_the_same_voxels(
    ask: Ask, files: dict[Modality, str], weights: Path, tmp_path: Path, encode: Callable[[], object]
) -> None:
    wanted: dict[str, Any] = {"subset": ["flair", "t2"], "reference": "flair"}
    encode()
    ask(do="segment", **wanted, labels=str(tmp_path / "plain.nrrd"))
    request: dict[str, Any] = {"images": files, "weights": str(weights), "reference": "flair", **REST}
    answers = ask(do="encode", **request, preprocess=asdict(AS_NEEDED))
    stages = list(dict.fromkeys(answer["stage"] for answer in answers[:-1]))
    assert stages == ["load", "preprocess", "prepare", "encode"]
    first, second = (ask(do="segment", **wanted, labels=str(tmp_path / "looked.nrrd"))[-1]["record"] for _ in range(2))
    assert np.array_equal(voxels(tmp_path / "plain.nrrd"), voxels(tmp_path / "looked.nrrd"))
    told = [(step["step"], step["modality"], step["was_done"]) for step in first["preprocessing"]]
    assert told == [("strip", "flair", False), ("strip", "t2", False), ("register", "t2", False)]
    assert first["preprocessing_seconds"] > second["preprocessing_seconds"] == 0.0


def test_a_missing_package_is_named_so_that_it_can_be_installed(
    ask: Ask, files: dict[Modality, str], weights: Path
) -> None:
    request: dict[str, Any] = {"images": files, "weights": str(weights), "reference": "flair", **REST}
    wanted = {"register": "no", "skull_stripped": "no", "correct_bias": False}
    failed = ask(do="encode", **request, preprocess=wanted)[-1]
    assert (failed["is"], failed["package"]) == ("failed", "deepbet")
    assert "deepbet, which removes it, is not installed: install" in failed["message"]
    assert ask(do="encode", **request)[-1]["is"] == "done"


def test_bad_image_is_answered_in_a_sentence_and_the_worker_lives_on(
    ask: Ask, encode: Callable[[], list[dict[str, Any]]], weights: Path, tmp_path: Path
) -> None:
    image = sitk.GetImageFromArray(np.full((20, 20, 20), np.nan, np.float32))
    write_plainly(image, tmp_path / "nan.nrrd")
    nan = {"t2": str(tmp_path / "nan.nrrd")}
    failed = ask(do="encode", images=nan, weights=str(weights), reference="t2", **REST)[-1]
    assert failed["is"] == "failed"
    assert "8000 voxels that are NaN" in failed["message"]
    assert encode()[-1]["is"] == "done"


def test_missing_weights_and_unknown_requests_are_answered(
    ask: Ask, files: dict[Modality, str], tmp_path: Path
) -> None:
    missing = ask(do="encode", images=files, weights=str(tmp_path), reference="flair", **REST)[-1]
    assert (missing["is"], "model.json" in missing["message"]) == ("failed", True)
    segment = {"subset": ["t1"], "reference": "t1", "labels": str(tmp_path / "labels.nrrd")}
    assert ask(do="segment", **segment)[-1]["is"] == "failed"
    assert "report" in ask(do="dance")[-1]["message"]


def test_closed_input_ends_the_worker_in_the_middle_of_its_work(
    process: "subprocess.Popen[str]", files: dict[Modality, str], weights: Path
) -> None:
    assert process.stdin
    request = {"id": 1, "do": "encode", "images": files, "weights": str(weights), "reference": "flair", **REST}
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.close()
    begin = time.monotonic()
    assert process.wait(SOON_S) == 0
    assert time.monotonic() - begin < SOON_S


class Full:
    """An encoding on a GPU whose memory does not suffice for the decoder."""

    def segment(self, _subset: Subset, **_options: object) -> Segmentation:
        raise DeviceError("The GPU has too little memory for this patient: choose the device cpu.")  # noqa: EM101 - as there


@pytest.mark.parametrize("may_move", [True, False])
def test_cpu_takes_over_from_a_gpu_with_too_little_memory_only_where_it_may(
    a_patient: Images, tiny_model: Model, tmp_path: Path, *, may_move: bool
) -> None:
    inputs = {modality: describe_input(image, modality) for modality, image in a_patient.items()}
    patient = WorkerPatient(
        encode=lambda device: encode_patient(a_patient, tiny_model, device=device),
        device="cuda",
        may_move=may_move,
        card=tiny_model.card,
        given=a_patient,
        ready=Preprocessed(a_patient),
        inputs=inputs,
        notes={},
        application="",
        encoding=cast("PatientEncoding", Full()),
    )
    request = {"subset": ["t1"], "reference": "t1", "labels": str(tmp_path / "labels.nrrd")}
    with nullcontext() if may_move else pytest.raises(DeviceError):
        record = worker._segment(request, {"patient": patient}, lambda *_stage: None)["record"]
        assert (record["device"], record["notes"]) == ("cpu", [GPU_TOO_SMALL])
