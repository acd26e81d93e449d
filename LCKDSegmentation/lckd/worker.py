"""A segmenter in a process of its own: ``python -m lckd.worker [FOLDER]``.

Requests come in as lines of JSON on standard input, answers go out as lines of JSON on standard output, images lie in
files. It keeps the features of the patient that it encoded last, so that another subset costs the decoder only.

It ends when standard input is closed, in the middle of a computation too: whoever started it needs no other way to stop
it. When it ends it removes the folder that it was given, so that no image of a patient stays behind when the
application is gone.

Requests, one at a time:
    {"id": 1, "do": "encode", "images": {MODALITY: FILE}, "names": {MODALITY: NAME}, "weights": DIR, "device": "auto",
     "reference": MODALITY, "application": NAME, "notes": {MODALITY: [SENTENCE]},
     "preprocess": {"register": "auto", "skull_stripped": "auto", "correct_bias": false} or null}
    {"id": 2, "do": "segment", "subset": [MODALITY], "reference": MODALITY, "labels": FILE,
     "maps": {"ET": FILE, "uncertainty": FILE}}
Answers: ``{"is": "ready"}`` once, then for each request any number of
    {"id": 1, "is": "progress", "stage": STAGE, "done": 1, "total": 4}
and one of
    {"id": 1, "is": "done", "record": RECORD or null}
    {"id": 1, "is": "failed", "message": SENTENCE, "modalities": [MODALITY], "package": NAME or null}

Without ``preprocess`` images are taken as they are; with it, see `lckd.preprocess.options.PreprocessOptions`. Motions
and brains are kept in the user's cache. ``package`` is what must be installed for the same request to succeed.
"""

import json
import os
import queue
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from lckd.errors import InputError, LckdError, MissingPackageError, is_out_of_memory
from lckd.maps import map_of
from lckd.modality import Modality, Subset, in_order
from lckd.origin import Origin
from lckd.parallel import in_parallel
from lckd.worker_patient import WorkerPatient

if TYPE_CHECKING:
    import SimpleITK as sitk

    from lckd.preprocess.steps import Preprocessed
    from lckd.segment import PatientEncoding

IDLE_VARIABLE, IDLE_S = "LCKD_WORKER_IDLE_S", 1800.0
"""After this time without a request the process ends, and with it the memory that it holds; the environment variable
sets another time, in seconds."""

TOO_LITTLE_MEMORY = "There is too little memory for this patient: close other programs and try again."
UNFORESEEN = "This should not have happened ({error}). Please report it with the log."

Request = Mapping[str, Any]
Send = Callable[[dict[str, Any]], None]


Bench = dict[Literal["patient"], WorkerPatient]
"""Holds the patient that was encoded last, if there is one."""


def main() -> None:
    """Answer requests until standard input is closed, or nobody asks any more."""
    answers = _take_standard_output()

    def answer(values: dict[str, Any]) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    requests: queue.Queue[str] = queue.Queue()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    threading.Thread(target=_listen, args=(requests, folder), daemon=True).start()
    answer({"is": "ready"})
    threading.Thread(target=_import_heavy, daemon=True).start()
    bench: Bench = {}
    idle_s = float(os.environ.get(IDLE_VARIABLE, IDLE_S))
    while True:
        try:
            line = requests.get(timeout=idle_s)
        except queue.Empty:
            _clear(folder)
            return
        _serve(line, bench, answer)


def _take_standard_output() -> TextIO:
    """Keep standard output for answers: what libraries print goes to standard error instead."""
    sys.stdout.flush()
    own = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(own, "w", encoding="utf-8")


def _import_heavy() -> None:
    """Load what every request needs while the images are still being written."""
    with suppress(ImportError, OSError):  # the request that needs it tells what is missing
        import_module("lckd.segment")
        import_module("lckd.weights.load")


def _clear(folder: Path | None) -> None:
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _listen(requests: "queue.Queue[str]", folder: Path | None) -> None:
    for line in sys.stdin:
        requests.put(line)
    _clear(folder)
    os._exit(0)  # whoever asked is gone; a computation in the main thread would not notice


def _serve(line: str, bench: Bench, answer: Send) -> None:
    """Answer one request, whatever happens."""
    request = json.loads(line)
    number = request["id"]

    def report(stage: str, done: int, total: int) -> None:
        answer({"id": number, "is": "progress", "stage": stage, "done": done, "total": total})

    def fail(message: str, modalities: Subset = (), package: str | None = None) -> None:
        answer({"id": number, "is": "failed", "message": message, "modalities": modalities, "package": package})

    try:
        act = {"encode": _encode, "segment": _segment}[request["do"]]
        answer({"id": number, "is": "done", **act(request, bench, report)})
    except MissingPackageError as error:
        fail(str(error), package=error.package)
    except InputError as error:
        fail(str(error), error.modalities)
    except LckdError as error:
        fail(str(error))
    except ModuleNotFoundError as error:
        fail(f"The Python package '{error.name}' is missing: press Apply in the panel, which installs it.")
    except Exception as error:  # noqa: BLE001 - the process must live on; the log has the rest
        traceback.print_exc()
        unforeseen = UNFORESEEN.format(error=f"{type(error).__name__}: {error}")
        fail(TOO_LITTLE_MEMORY if is_out_of_memory(error) else unforeseen)


def _encode(request: Request, bench: Bench, report: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Load weights and encode a patient.

    Raises:
        DeviceError: The device that was asked for does not exist or has too little memory.
    """
    from lckd.device import choose_device  # noqa: PLC0415 - it takes seconds, in which the process should be ready
    from lckd.fingerprint import describe_input  # noqa: PLC0415
    from lckd.images.read_write import read_plainly  # noqa: PLC0415
    from lckd.segment import encode_patient  # noqa: PLC0415
    from lckd.weights.load import load_model  # noqa: PLC0415

    begin = time.perf_counter()
    bench.pop("patient", None)
    report("load", 0, 1)
    model = load_model(Path(request["weights"]))
    paths = [Path(path) for path in request["images"].values()]
    images = dict(zip(request["images"], in_parallel(read_plainly, paths), strict=True))
    report("load", 1, 1)

    ready = _make_ready(images, request, report)

    def encode(device: str) -> "PatientEncoding":
        return encode_patient(ready.images, model, reference=request["reference"], device=device, progress=report)

    device = choose_device(request["device"]).type
    patient = WorkerPatient(
        encode,
        device,
        may_move=request["device"] == "auto" and device == "cuda",
        card=model.card,
        given=images,
        ready=ready,
        inputs={modality: describe_input(image, request["names"][modality]) for modality, image in images.items()},
        notes=request["notes"],
        application=request["application"],
    )
    patient.compute(lambda _encoding: None)
    patient.seconds = time.perf_counter() - begin - ready.seconds
    bench["patient"] = patient
    return {"record": None}


def _segment(request: Request, bench: Bench, report: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Segment the patient from a subset, and leave the images in files.

    Raises:
        InputError: No patient was encoded.
        DeviceError: The GPU has too little memory, and nothing else may be used.
    """
    from lckd.images.read_write import write_plainly  # noqa: PLC0415 - as above
    from lckd.record import record_of  # noqa: PLC0415

    if "patient" not in bench:
        message = "No patient was given yet."
        raise InputError(message)
    patient, subset, begin = bench["patient"], in_order(request["subset"]), time.perf_counter()
    reference = request["reference"]  # on the same voxels as that of the encoding
    result = patient.segment(subset, reference=reference, progress=report)
    for name, path in request.get("maps", {}).items():
        write_plainly(patient.as_given(map_of(result, name), reference), Path(path))
    write_plainly(patient.as_given(result.labels, reference), Path(request["labels"]))
    seconds, patient.seconds = patient.seconds + time.perf_counter() - begin, 0.0
    patient.tell_preparation_once()
    origin, steps = Origin(patient.inputs), patient.ready.as_dicts(subset)
    result = replace(result, seconds=seconds)
    record = record_of(result, origin, patient.card, application=patient.application, preprocessing=steps)
    return {"record": record.as_dict()}


def _make_ready(
    images: "Mapping[Modality, sitk.Image]", request: Request, report: Callable[[str, int, int], None]
) -> "Preprocessed":
    """Do to the images what was asked for.

    Raises:
        InputError: They cannot be made ready.
    """
    from lckd.preprocess import PreprocessOptions, preprocess  # noqa: PLC0415 - as above
    from lckd.preprocess.cache import user_cache  # noqa: PLC0415
    from lckd.preprocess.one_stage import in_one_stage  # noqa: PLC0415
    from lckd.preprocess.steps import Preprocessed  # noqa: PLC0415

    chosen = request.get("preprocess")
    if chosen is None:
        return Preprocessed(dict(images))
    options = PreprocessOptions(**chosen)
    return preprocess(
        images, reference=request["reference"], options=options, cache=user_cache(), progress=in_one_stage(report)
    )


if __name__ == "__main__":
    main()
