"""A form with files becomes files on the disk: streamed, bounded, under names of our own."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import aiohttp
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from lckd.errors import InputError, OutputError, on_one_line

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".zip")
"""What both Slicer's storage and the command read, all of it in one file; and a folder of it, or of DICOM, packed."""

KINDS = ".nii.gz, .nii, .nrrd or .mha files, or a folder of images or DICOM as .zip"

FORM = "multipart/form-data"
NOTHING = "No file was sent: choose the images of one patient."
LONGEST_NAME = 120
CHUNK_BYTES = 1 << 18
GIB = 1 << 30

CUTS = (aiohttp.ClientError, HttpProcessingError, asyncio.TimeoutError, OSError, ValueError)
"""What aiohttp raises where a form ends too early, or is none."""


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent.

    Attributes:
        path: Where it lies until it was handed on, under a name of our own.
        name: What its owner calls it: to be shown, never to be opened.
    """

    path: Path
    name: str


@dataclass(frozen=True)
class Limits:
    """What one upload may hold at most.

    Attributes:
        files: Files.
        file_bytes: Bytes of one file.
        total_bytes: Bytes of all.
        silence_s: Seconds until the next bytes come.
    """

    files: int = 16
    file_bytes: int = GIB
    total_bytes: int = 2 * GIB
    silence_s: float = 60.0


async def receive(request: web.Request, folder: Path, *, limits: Limits) -> list[Upload]:
    """Write the files of a form into a folder, piece by piece, whatever their size.

    Raises:
        InputError: There is no file, one of an unknown kind, too much, or only a part of what was announced.
        OutputError: The disk is full.
    """
    if (request.content_length or 0) > limits.total_bytes + CHUNK_BYTES:
        raise InputError(_too_much(limits))
    if request.content_type != FORM:
        raise InputError(NOTHING)
    uploads: list[Upload] = []
    with _telling_of_a_cut():
        reader = await request.multipart()
        while (part := await asyncio.wait_for(reader.next(), limits.silence_s)) is not None:
            if isinstance(part, BodyPartReader) and part.filename is not None:
                uploads.append(await _save(part, folder, limits=limits, before=uploads))
    if not uploads:
        raise InputError(NOTHING)
    return uploads


def clean_name(name: str) -> str:
    """Keep of a name what may be shown: no folder, nothing that steers, and of a long one its beginning and its end."""
    last = on_one_line(PurePosixPath(name.replace("\\", "/")).name).strip()
    ending = _ending_of(last)
    stem = last[: len(last) - len(ending)]
    if len(stem) > LONGEST_NAME:  # the modality mostly stands last, and the patient first
        stem = f"{stem[: LONGEST_NAME // 2]}…{stem[-LONGEST_NAME // 2 + 1 :]}"
    return f"{stem}{ending}" or "unnamed"


@contextmanager
def _telling_of_a_cut() -> Iterator[None]:
    """Say in a sentence that the files did not arrive whole.

    Raises:
        InputError: They did not, or it was no form.
    """
    try:
        yield
    except CUTS as error:
        message = "The upload was cut off on its way: send the files again."
        raise InputError(message) from error


async def _save(part: BodyPartReader, folder: Path, *, limits: Limits, before: Sequence[Upload]) -> Upload:
    """Write one file after those before it.

    Raises:
        InputError: It is one too many, of an unknown kind, or larger than it may be.
        OutputError: The disk is full.
    """
    if len(before) == limits.files:
        message = f"There are more than {limits.files} files: send those of one patient."
        raise InputError(message)
    upload = _place_for(part.filename or "", folder, number=len(before))
    room = min(limits.file_bytes, limits.total_bytes - sum(other.path.stat().st_size for other in before))
    with _written_to(upload) as write:
        while chunk := await asyncio.wait_for(part.read_chunk(CHUNK_BYTES), limits.silence_s):
            room -= len(chunk)
            if room < 0:
                raise InputError(_too_much(limits))
            write(chunk)
    return upload


@contextmanager
def _written_to(upload: Upload) -> Iterator[Callable[[bytes], None]]:
    """Open a file; what goes wrong between two pieces is not the fault of the disk.

    Raises:
        OutputError: The disk is full.
    """
    with _on_disk(upload):
        file = upload.path.open("wb")

    def write(chunk: bytes) -> None:
        with _on_disk(upload):
            file.write(chunk)

    try:
        yield write
    finally:
        with _on_disk(upload):
            file.close()


@contextmanager
def _on_disk(upload: Upload) -> Iterator[None]:
    """Say in a sentence that a file cannot be written.

    Raises:
        OutputError: It cannot.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(no_room_for(upload)) from error


def no_room_for(upload: Upload) -> str:
    """Say that the disk is full."""
    return f"There is no room for '{upload.name}' on the disk of temporary files: make room there."


def _place_for(name: str, folder: Path, *, number: int) -> Upload:
    """Choose where a file goes.

    Raises:
        InputError: Its kind is unknown.
    """
    shown = clean_name(name)
    ending = _ending_of(shown)
    if not ending:
        message = f"'{shown}' is not of a kind that can be read here: send {KINDS}."
        raise InputError(message)
    return Upload(folder / f"{number}{ending}", shown)


def _ending_of(name: str) -> str:
    return next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")


def _too_much(limits: Limits) -> str:
    file, total = limits.file_bytes / GIB, limits.total_bytes / GIB
    return f"A file may have {file:g} GB and all of them {total:g} GB: send the images of one patient."
