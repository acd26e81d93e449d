"""Headers that lie: odd numbers in those of NIfTI, odd lines in those of NRRD and MetaImage."""

import re
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from Testing.hostile.fuzz.attempt import Attempt, Maker, Place, segment_from, untouched
from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.damage import gzip_bomb
from Testing.hostile.fuzz.foreign import OUTSIDE, elsewhere

NIFTI_FIELDS = (
    (0, "i"),
    (40, "h"),
    (42, "h"),
    (44, "h"),
    (46, "h"),
    (48, "h"),
    (70, "h"),
    (72, "h"),
    (76, "f"),
    (80, "f"),
    (84, "f"),
    (88, "f"),
    (108, "f"),
    (112, "f"),
    (116, "f"),
    (123, "b"),
    (252, "h"),
    (254, "h"),
    (256, "f"),
    (260, "f"),
    (264, "f"),
    (268, "f"),
    (272, "f"),
    (276, "f"),
    (280, "f"),
    (284, "f"),
    (296, "f"),
    (300, "f"),
    (316, "f"),
    (320, "f"),
    (344, "4s"),
)
"""Place and kind of fields of NIfTI-1: size, dimensions, data type, spacing, offset, scale, units, places, magic."""

FLOATS = (
    float("nan"),
    float("inf"),
    -float("inf"),
    0.0,
    -0.0,
    -1.0,
    1e-30,
    1e30,
    3.4e38,
    1e5,
    0.5,
    352.5,
    2147483647.0,
)
WHOLE = (0, 1, 2, -1, 3, 4, 5, 7, 8, 16, 64, 127, 128, 255, 512, 1024, 1792, 2048, 2304, 30000, 32767, -32768)
NUMBERS = (
    "0",
    "-1",
    "1",
    "2",
    "nan",
    "inf",
    "1e400",
    "99999999999999999999",
    "4294967296",
    "65536 65536 65536",
    "2000000000 2000000000 2000000000",
    "1000 1000 1000",
    "abc",
    "16 18",
    "16 18 14 4",
    "1 1 1",
    "",
)
VECTORS = (
    "(0,0,0) (0,0,0) (0,0,0)",
    "(nan,0,0) (0,nan,0) (0,0,nan)",
    "(4,0,0) (4,0,0) (4,0,0)",
    "(4,0,0) (3,1,0) (0,0,4)",
    "none none none",
    "(1e30,0,0) (0,1e30,0) (0,0,1e30)",
    "(4,0) (0,4)",
    "(inf,0,0) (0,4,0) (0,0,4)",
    "((((",
    "(1e-9,0,0) (0,1e-9,0) (0,0,1e-9)",
)
MATRICES = (
    "0 0 0 0 0 0 0 0 0",
    "1 0 0 1 0 0 0 0 1",
    "1 0 0 0.7 0.7 0 0 0 1",
    "nan 0 0 0 1 0 0 0 1",
    "1 2 3",
    "2 0 0 0 2 0 0 0 2",
    "inf inf inf 0 1 0 0 0 1",
    "1e-20 0 0 0 1e-20 0 0 0 1e-20",
    "0 1 0 1 0 0 0 0 -1",
)
KINDS = (
    "float",
    "double",
    "uchar",
    "block",
    "int8",
    "unsigned long long",
    "MET_DOUBLE",
    "MET_LONG_LONG",
    "MET_OTHER",
    "short",
    "?",
)


def nifti_fields(chance: Chance, place: Place) -> Attempt:
    """Put odd values into one to three fields of a NIfTI header."""
    content = bytearray((place.good / "scan.nii").read_bytes())
    for _ in range(1 + chance.below(3)):
        at, kind = chance.pick(NIFTI_FIELDS)
        struct.pack_into("<" + kind, content, at, _odd(kind, chance))
    return segment_from(*_maybe_compressed(bytes(content), chance, place), place)


def _odd(kind: str, chance: Chance) -> float | bytes:
    if kind == "4s":
        return chance.bytes(4)
    if kind == "f":
        return chance.pick(FLOATS)
    value = chance.pick(WHOLE)
    return max(min(value, 127), -128) if kind == "b" else value


def nifti_2(chance: Chance, place: Place) -> Attempt:
    """Write a header of NIfTI-2 with absurd 64-bit numbers."""
    header = bytearray(544)
    struct.pack_into("<i4s4b", header, 0, 540, b"n+2\0", 13, 10, 26, 10)
    size = [3, *(chance.pick([16, 18, 14, -1, 0, 1 << 20, 1 << 31, 1 << 62]) for _ in range(3)), 1, 1, 1, 1]
    struct.pack_into(
        "<2h8q", header, 12, chance.pick([2, 4, 16, 64, 1024, 2048]), chance.pick([8, 16, 32, 64, -8]), *size
    )
    struct.pack_into("<8d", header, 104, 1.0, *(chance.pick([4.0, *FLOATS]) for _ in range(3)), 0.0, 0.0, 0.0, 0.0)
    struct.pack_into("<q", header, 168, chance.pick([544, 0, -1, 1 << 40, 1 << 62, 540]))
    content = bytes(header) + (place.good / "scan.nii").read_bytes()[352:]
    return segment_from(*_maybe_compressed(content, chance, place), place)


def _maybe_compressed(content: bytes, chance: Chance, place: Place) -> tuple[bytes, Path]:
    if chance.happens(0.5):
        return content, place.files / "scan.nii"
    return gzip_bomb(content, blocks=0), place.files / "scan.nii.gz"


def header_lines(chance: Chance, place: Place) -> Attempt:
    """Change, drop, repeat or add a line of a header in text: NRRD or MetaImage."""
    name = chance.pick(["scan.nrrd", "raw.nrrd", "scan.nhdr", "scan.mha", "raw.mha", "scan.mhd"])
    content = (place.good / name).read_bytes()
    is_nrrd = name.endswith(("nrrd", "nhdr"))
    end = re.compile(rb"\n\n|(?<=ElementDataFile = LOCAL)\n|\Z").search(content)
    at = end.start() if end else len(content)
    lines = content[:at].decode("latin-1").split("\n")
    for _ in range(1 + chance.below(2)):
        _spoil_line(lines, _nrrd_values if is_nrrd else _meta_values, chance)
    (place.files / "scan.raw").write_bytes((place.good / "scan.raw").read_bytes())
    return segment_from("\n".join(lines).encode("latin-1") + content[at:], place.files / name, place)


def _spoil_line(lines: list[str], values_of: Callable[[str], Sequence[str]], chance: Chance) -> None:
    number = chance.below(len(lines))
    key, separator, _ = re.match(r"([^:=]*)(:=|: ?| = |=|)(.*)", lines[number]).groups()  # type: ignore[union-attr]
    way = chance.below(10)
    if way == 0:
        lines.pop(number)
    elif way == 1:
        lines.insert(number, lines[number])
    elif way == 2:
        lines[number] = key + separator + "9" * chance.pick([100, 5000, 200_000])
    else:
        lines[number] = key + separator + chance.pick(values_of(key.strip()))


def _nrrd_values(key: str) -> Sequence[str]:
    return {
        "space directions": VECTORS,
        "data file": OUTSIDE,
        "type": KINDS,
        "encoding": ("raw", "gzip", "bzip2", "hex", "ascii", "zrl", "jpeg", "", "txt"),
        "endian": ("big", "little", "middle"),
        "space origin": ("(nan,nan,nan)", "(1e30,0,0)", "(0,0)", "none", "(0,0,0"),
        "kinds": ("list domain domain", "complex domain domain", "domain", "vector domain domain"),
        "space": ("left-posterior-superior", "nowhere", "scanner-xyz", "right-up-time", "3D-left-handed"),
    }.get(key, NUMBERS)


def _meta_values(key: str) -> Sequence[str]:
    return {
        "TransformMatrix": MATRICES,
        "ElementDataFile": OUTSIDE,
        "ElementType": KINDS,
        "CompressedData": ("True", "False", "maybe"),
        "BinaryData": ("True", "False"),
        "BinaryDataByteOrderMSB": ("True", "False"),
        "Offset": ("nan nan nan", "1e30 0 0", "0"),
        "ElementSpacing": ("nan nan nan", "0 0 0", "-4 4 4", "1e30 1e30 1e30", "1e-30 1 1", "4"),
    }.get(key, NUMBERS)


MAKERS: dict[Maker, int] = {untouched: 1, nifti_fields: 250, nifti_2: 60, header_lines: 300, elsewhere: 60}
"""Makers, and how many attempts of each there are in a run."""
