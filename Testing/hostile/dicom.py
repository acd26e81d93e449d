"""DICOM files that must not be believed; each maker turns a good file into a bad one."""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian

LONG = 70_000


def cut_off(path: Path) -> None:
    """Keep the first half of the header."""
    path.write_bytes(path.read_bytes()[:700])


def noise(path: Path) -> None:
    """Keep the preamble and follow it with noise."""
    path.write_bytes(b"\0" * 128 + b"DICM" + bytes(range(256)) * 40)


def endless_value(path: Path) -> None:
    """Claim a description of two gigabytes."""
    data = bytearray(path.read_bytes())
    place = data.index(b"\x08\x00\x3e\x10LO")
    data[place + 4 : place + 8] = b"UT\0\0"
    data[place + 8 : place + 8] = (2**31).to_bytes(4, "little")
    path.write_bytes(bytes(data))


def long_value(path: Path) -> None:
    """Describe the series at great length."""
    dataset = dcmread(path)
    dataset.add_new(0x0008103E, "UT", "T1 " * LONG)
    dataset.save_as(path)


def bomb(path: Path) -> None:
    """Compress a header of ten megabytes."""
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    meta = Dataset()
    meta.file_meta = dataset.file_meta
    meta.save_as(path, enforce_file_format=True)
    packer = zlib.compressobj(wbits=-15)
    path.write_bytes(path.read_bytes() + packer.compress(b"\0" * 10**7) + packer.flush())


def deep(path: Path) -> None:
    """Put sequences into sequences, ten thousand deep."""
    data = path.read_bytes()
    sequence = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    place = data.index(b"\x08\x00\x05\x00CS")
    path.write_bytes(data[:place] + sequence * 10_000 + data[place:])


def pipe(path: Path) -> None:
    """Put a pipe that nobody writes to into the place of the file."""
    path.unlink()
    os.mkfifo(path)


HOSTILE_FILES: dict[str, Callable[[Path], None]] = {
    "cut off": cut_off,
    "noise": noise,
    "endless value": endless_value,
    "long value": long_value,
    "bomb": bomb,
    "deep": deep,
    "pipe": pipe,
}
