"""Files that are no images: damaged ones of every format, bombs, hollow ones, notes."""

import os
import struct
from dataclasses import replace

from Testing.hostile.fuzz.attempt import Attempt, Maker, Place, segment, segment_from, untouched
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.damage import damaged, gzip_bomb, zlib_bomb
from Testing.hostile.fuzz.good import SCANS

DAMAGED = tuple(name for name in SCANS if not name.endswith(".dcm"))
"""A damaged DICOM file may take as much memory as it claims: GDCM asks nobody (see Resources/debts.md)."""


def damaged_file(chance: Chance, place: Place) -> Attempt:
    """Damage a file of some format, now and then under the name of another."""
    name = chance.pick(DAMAGED)
    content = damaged((place.good / name).read_bytes(), chance)
    path = place.files / (chance.pick(SCANS) if chance.happens(0.1) else name)
    return segment_from(content, path, place)


def bomb(chance: Chance, place: Place) -> Attempt:
    """Pack gigabytes of zeros into a small file, with a header that says so, or less, or more."""
    size = chance.pick([(1024, 1024, 1024), (16, 18, 14), (2048, 2048, 2000), (32000, 32000, 32000), (700, 700, 700)])
    blocks = chance.pick([8, 64, 128])
    nifti = bytearray((place.good / "scan.nii").read_bytes())
    struct.pack_into("<4h", nifti, 40, 3, *size)
    shown = " ".join(map(str, size))
    nrrd = f"NRRD0004\ntype: uchar\ndimension: 3\nsizes: {shown}\nencoding: gzip\n\n".encode()
    meta = f"NDims = 3\nDimSize = {shown}\nElementType = MET_UCHAR\nCompressedData = True\nElementDataFile = LOCAL\n"
    content, name = chance.pick(
        [
            (gzip_bomb(bytes(nifti), blocks=blocks), "scan.nii.gz"),
            (nrrd + gzip_bomb(b"", blocks=blocks), "scan.nrrd"),
            (meta.encode() + zlib_bomb(b"", blocks=blocks), "scan.mha"),
        ]
    )
    return segment_from(content, place.files / name, place)


def hollow(chance: Chance, place: Place) -> Attempt:
    """Leave a file that is 100 GB long and takes no room on the disk."""
    path = place.files / chance.pick(SCANS)
    path.write_bytes((place.good / path.name).read_bytes())
    os.truncate(path, 100_000_000_000)
    return segment(place, path)


def no_image(chance: Chance, place: Place) -> Attempt:
    """Write text, noise or nothing under the name of an image."""
    content = chance.pick(
        [b"", b"\0", b"a note\n", chance.bytes(2000), b"\n" * 500, bytes(400), b"\x1f\x8b", b"NRRD0005\n"]
    )
    attempt = segment_from(content, place.files / chance.pick([*SCANS, "scan", "scan.docx", "scan.zip"]), place)
    return replace(attempt, must_be_refused=True)


MAKERS: dict[Maker, int] = {untouched: 1, damaged_file: 500, bomb: 15, hollow: 20, no_image: 60}
"""Makers, and how many attempts of each there are in a run."""
