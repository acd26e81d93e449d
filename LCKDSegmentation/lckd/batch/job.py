"""What is the same for all patients of a batch, and what comes of each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from lckd.modality import Modality, Subset
from lckd.preprocess import PreprocessOptions

Layout: TypeAlias = Literal["flat", "bids"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

Status: TypeAlias = Literal["done", "kept", "failed"]


@dataclass(frozen=True)
class Job:
    """What is done to every patient; it is handed to every process, on whichever machine.

    Attributes:
        out: Folder of the results, absolute.
        layout: How files are arranged in it.
        weights: Weights folder, absolute.
        tensors_sha256: Which weights must lie there.
        card_sha256: Which card must lie there, since it holds the spacing and what to expect.
        modalities: Modalities that may be used.
        reference: Modality whose geometry the results have; None takes the first of each patient.
        device: ``auto``, ``cpu`` or ``cuda``.
        run: Tells this run of the command from those before.
        preparation: What is done to images before they are segmented.
        cache: Folder in which costly steps of it are kept; None for none.
    """

    out: Path
    layout: Layout
    weights: Path
    tensors_sha256: str
    card_sha256: str
    modalities: Subset
    reference: Modality | None
    device: str
    run: str
    preparation: PreprocessOptions
    cache: Path | None


@dataclass(frozen=True)
class Usage:
    """What a patient cost.

    Attributes:
        seconds: Time from the first byte read to the last byte written.
        cpu_seconds: Time that all cores of the process worked together.
        peak_bytes: Most memory that the process has held so far; None where the system does not say.
        process: Which process on which machine.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int | None
    process: str


@dataclass(frozen=True)
class Outcome:
    """What became of a patient.

    Attributes:
        name: Name of the patient.
        status: ``done`` in this run, ``kept`` from one before, or ``failed``.
        usage: What it cost; that of a kept one is what looking at it did.
        record: Its record as it lies in its file; None where it failed.
        sentence: Why it failed.
        ends_all: Whether what failed it would fail all others, too.
    """

    name: str
    status: Status
    usage: Usage
    record: Mapping[str, Any] | None = None
    sentence: str = ""
    ends_all: bool = False
