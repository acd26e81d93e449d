"""The one path from images to a segmentation, used by the panel, the command line, the evaluation and the tests."""

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import SimpleITK as sitk
import torch

from lckd.computing import computing
from lckd.device import choose_device
from lckd.errors import InputError
from lckd.grid import WorkingGrid, crop_to_content, prepare, working_grid
from lckd.images.scan import check_scan
from lckd.intensity import FloatArray
from lckd.memory import require_memory
from lckd.modality import DISPLAY_NAMES, Modality, Subset, in_order, reference_among
from lckd.network.network import Features, join_modalities, pad_to_factor
from lckd.notes import Notes, collect_notes
from lckd.parallel import in_parallel
from lckd.restore import native_labels
from lckd.segmentation import Segmentation
from lckd.weights.load import Model
from lckd.weights.trust import doubts, probable_dice

Progress = Callable[[str, int, int], None]
"""Called with the stage (prepare, encode, decode, restore), how much of it is done, and its total."""

LARGEST_GRID_MM3 = 320.0**3
"""A head is far smaller; a larger image would only exhaust the memory."""

SMALLEST_GRID_MM3 = 30.0**3
"""Nothing can be told from less."""


class PatientEncoding:
    """A patient whose modalities were encoded once, to be segmented from any subset of them.

    Made by `encode_patient`. The working grid is laid over all given modalities, that of `segment` over the images of
    one subset: the two agree exactly only where all modalities show the same extent of the head.
    """

    def __init__(
        self,
        model: Model,
        features: Features,
        *,
        grid: WorkingGrid,
        reference_image: sitk.Image,
        reference: Modality,
        modalities: Subset,
        notes: Mapping[Modality, Notes],
        seconds: float,
    ) -> None:
        self.reference = reference
        self.modalities = modalities
        self._notes = notes
        self._model = model
        self._features = features
        self._grid = grid
        self._reference_image = reference_image
        self._seconds = seconds

    @property
    def device(self) -> str:
        """Where it is computed: ``cpu`` or ``cuda``."""
        return self._features.sample.device.type

    def onto(self, image: sitk.Image, reference: Modality) -> "PatientEncoding":
        """Give the same patient, with results on the voxels of another of its images.

        Args:
            image: An image in the position of the head that was encoded, inside what the reference shows.
            reference: What it is.
        """
        other = copy.copy(self)
        other.reference, other._reference_image = reference, image
        return other

    def segment(self, subset: Subset, *, progress: Progress | None = None) -> Segmentation:
        """Segment from some of the encoded modalities; only fusion and decoder are computed.

        Args:
            subset: Modalities to use.
            progress: Told of the stages decode and restore.

        Returns:
            The segmentation in the geometry of the reference image.

        Raises:
            InputError: A modality was not encoded.
        """
        begin, report = time.perf_counter(), progress or _ignore
        chosen = in_order(subset)
        absent = [DISPLAY_NAMES[modality] for modality in chosen if modality not in self.modalities]
        if absent:
            message = f"This patient was given without {', '.join(absent)}: choose among the modalities that exist."
            raise InputError(message)
        report("decode", 0, 1)
        probabilities = self._decode([self._model.card.modalities.index(modality) for modality in chosen])
        report("decode", 1, 1)
        labels = native_labels(
            probabilities,
            self._grid,
            self._reference_image,
            report=lambda done: report("restore", done, len(probabilities)),
        )
        result = Segmentation(
            labels=labels,
            subset=chosen,
            reference=self.reference,
            notes=tuple(note for modality in chosen for note in self._notes[modality].sentences),
            seconds=self._seconds + time.perf_counter() - begin,
            device=self.device,
            _probabilities=probabilities,
            _grid=self._grid,
            doubted=tuple(modality for modality in chosen if self._notes[modality].is_doubted),
        )
        # How good a result is cannot be estimated where it holds nothing, or an image is not what it is given as.
        can_tell = bool(sitk.GetArrayViewFromImage(labels).any()) and not result.doubted
        probable = probable_dice(self._model.card.trust, chosen, result.own_dice()) if can_tell else {}
        return replace(result, probable_dice=probable, notes=(*doubts(probable), *result.notes))

    def _decode(self, indices: list[int]) -> FloatArray:
        width, height, depth = self._grid.size
        with computing(self._model.network, self._features.sample.device):
            logits = self._model.network.decode(self._features.of_modalities(indices))[0]
        array = logits[0, :, :depth, :height, :width].float().sigmoid().cpu().numpy()
        return np.asarray(array, dtype=np.float32)


def encode_patient(
    images: Mapping[Modality, sitk.Image],
    model: Model,
    *,
    reference: Modality | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> PatientEncoding:
    """Check, prepare and encode the present modalities of a patient.

    Args:
        images: The present modalities, each in its own geometry (LPS, mm); all in one position of the head.
        model: From `lckd.weights.load.load_model`.
        reference: Modality whose geometry the results will have; by default the first present one.
        device: ``auto``, ``cpu`` or ``cuda``.
        progress: Told of the stages prepare and encode, modality by modality.

    Returns:
        The encoded patient.

    Raises:
        InputError: No image, one that cannot be used, or images that do not overlap in space.
        DeviceError: The device does not exist or ran out of memory.
    """
    begin, report = time.perf_counter(), progress or _ignore
    place = choose_device(device)
    modalities = in_order(images)
    reference = reference_among(modalities, reference)
    checked = dict(zip(modalities, in_parallel(lambda one: check_scan(images[one], one), modalities), strict=True))
    grid = working_grid(checked, reference=reference, spacing_mm=model.card.spacing_mm)
    _require_head_size(grid, reference)
    grid, prepared = crop_to_content(grid, _prepare(checked, grid, report))
    require_memory(
        int(np.prod(grid.size)), modalities=len(prepared), channels=model.network.encoder.channels[0], device=place
    )
    features = _encode(model, prepared, place, report)
    return PatientEncoding(
        model,
        features,
        grid=grid,
        reference_image=checked[reference],
        reference=reference,
        modalities=modalities,
        notes=collect_notes(checked, prepared, reference=reference, spacing_mm=grid.spacing_mm),
        seconds=time.perf_counter() - begin,
    )


def segment(
    images: Mapping[Modality, sitk.Image],
    model: Model,
    *,
    reference: Modality | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Segmentation:
    """Segment a patient from all modalities that are given.

    Args:
        images: As in `encode_patient`.
        model: As in `encode_patient`.
        reference: As in `encode_patient`.
        device: As in `encode_patient`.
        progress: Told of all stages.

    Returns:
        The segmentation in the geometry of the reference image.

    Raises:
        InputError: As in `encode_patient`.
        DeviceError: As in `encode_patient`.
    """
    encoding = encode_patient(images, model, reference=reference, device=device, progress=progress)
    return encoding.segment(encoding.modalities, progress=progress)


def _require_head_size(grid: WorkingGrid, reference: Modality) -> None:
    volume_mm3 = float(np.prod(grid.size)) * grid.spacing_mm**3
    if volume_mm3 < SMALLEST_GRID_MM3:
        message = f"The images show {volume_mm3 / 1000:.1f} cm³ at most, far less than a head: give a scan of a head."
        raise InputError(message, (reference,))
    if volume_mm3 > LARGEST_GRID_MM3:
        extent = " x ".join(f"{count * grid.spacing_mm:.0f}" for count in grid.size)
        message = f"The images show {extent} mm, far more than a head: crop them to the head first."
        raise InputError(message, (reference,))


def _prepare(checked: Mapping[Modality, sitk.Image], grid: WorkingGrid, report: Progress) -> dict[Modality, FloatArray]:
    """Bring all images to the working grid."""
    prepared: dict[Modality, FloatArray] = {}
    report("prepare", 0, len(checked))
    volumes = in_parallel(lambda image: prepare(image, grid), list(checked.values()))
    for modality, volume in zip(checked, volumes, strict=True):
        prepared[modality] = volume
        report("prepare", len(prepared), len(checked))
    return prepared


def _encode(model: Model, prepared: Mapping[Modality, FloatArray], device: torch.device, report: Progress) -> Features:
    """Encode one modality after the other: it takes less memory, and there is progress to tell."""
    order = model.card.modalities
    parts = []
    for done, (modality, volume) in enumerate(prepared.items()):
        report("encode", done, len(prepared))
        present = torch.tensor([[other == modality for other in order]])
        with computing(model.network, device):
            padded = pad_to_factor(torch.from_numpy(volume)[None, None], model.network.factor).to(device)
            everywhere = padded.expand(-1, len(order), -1, -1, -1)  # those of absent modalities are never read
            parts.append(model.network.encode_present(everywhere, present.to(device)))
    report("encode", len(prepared), len(prepared))
    return join_modalities(parts)


def _ignore(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
