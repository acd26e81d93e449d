"""One patient of a batch, from files to files: called in this process or in one of a cluster."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import SimpleITK as sitk

from lckd.batch.failure import describe_failure
from lckd.batch.finished import KEY, Made, made_from, read_finished, remove_stale, write_finished
from lckd.batch.job import Job, Outcome, Status
from lckd.batch.places import Places, places_of
from lckd.batch.source import BatchPatient
from lckd.batch.usage import Meter
from lckd.errors import WeightsError, naming
from lckd.modality import Modality
from lckd.output import write_segmentation
from lckd.pictures.thumbnail import write_thumbnail
from lckd.preprocess import preprocess
from lckd.preprocess.steps import Preprocessed
from lckd.record import record_of
from lckd.segment import segment
from lckd.segmentation import Segmentation
from lckd.weights.load import Model, load_model

Images: TypeAlias = Mapping[Modality, sitk.Image]


def process(patient: BatchPatient, job: Job) -> Outcome:
    """Segment a patient, unless that is done; whatever goes wrong is part of the outcome.

    Args:
        patient: The patient.
        job: What to do.

    Returns:
        What became of it, in values that travel between processes.
    """
    meter = Meter()
    try:
        record = finish(patient, job)
    except Exception as error:  # noqa: BLE001 - one patient must not stop the others; the sentence says what it was
        sentence, ends_all = describe_failure(error, job.out)
        return Outcome(patient.name, "failed", meter.read(), sentence=sentence, ends_all=ends_all)
    status: Status = "done" if record[KEY]["run"] == job.run else "kept"
    return Outcome(patient.name, status, meter.read(), record)


def finish(patient: BatchPatient, job: Job) -> dict[str, Any]:
    """Make sure that a patient is segmented.

    Returns:
        Its record.

    Raises:
        InputError: The patient cannot be used.
        WeightsError: The weights are not those of the job.
        DeviceError: There is too little memory.
        OutputError: A result cannot be written.
    """
    places = places_of(patient.name, job.out, job.layout)
    if not patient.files:
        patient.case.load()  # says what is wrong
    made = made_from(patient, job)
    return read_finished(places, made) or _segment(patient, job, places=places, made=made)


def _segment(patient: BatchPatient, job: Job, *, places: Places, made: Made) -> dict[str, Any]:
    """Segment a patient who is not done, and write what comes of it, the record last."""
    remove_stale(places)
    patient, loaded = patient.read()
    images = {modality: image for modality, image in loaded.items() if modality in job.modalities}
    model = _model(job.weights, job.tensors_sha256)
    ready, result = _compute(images, model, patient=patient, job=job)
    record = record_of(result, patient.origin(images), model.card, preprocessing=ready.as_dicts()).as_dict()
    write_segmentation(result, places.label_map)
    write_thumbnail(ready.images, result.labels, places.thumbnail)
    return write_finished(record, places, made=made, run=job.run)


def _compute(images: Images, model: Model, *, patient: BatchPatient, job: Job) -> tuple[Preprocessed, Segmentation]:
    """Make the images of a patient ready, and segment them.

    Raises:
        InputError: One cannot be used; its file is named.
    """
    with naming(patient.names):
        ready = preprocess(images, reference=job.reference, options=job.preparation, cache=job.cache)
        result = segment(ready.images, model, reference=job.reference, device=job.device)
    return ready, ready.told_by(result)


@lru_cache(maxsize=1)
def _model(directory: Path, tensors_sha256: str) -> Model:
    """Load the weights, once in a process.

    Raises:
        WeightsError: They cannot be used, or are others than when the batch began.
    """
    model = load_model(directory)
    if model.card.tensors_sha256 != tensors_sha256:
        message = f"The weights in '{directory}' are not those that the batch began with: start it again."
        raise WeightsError(message)
    return model
