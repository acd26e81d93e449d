"""Image files that must be refused: one maker each, which writes the file at the path it is given.

`BAD_IMAGES` maps the name of each file to its maker and to what the refusal must say.
"""

import gzip
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import SimpleITK as sitk

SIZE = (16, 14, 12)


def _scan() -> sitk.Image:
    voxels = np.random.default_rng(3).uniform(50.0, 150.0, SIZE[::-1]).astype(np.float32)
    voxels[:, :3] = 0.0
    return sitk.GetImageFromArray(voxels)


def _write(image: sitk.Image, path: Path) -> None:
    sitk.WriteImage(image, str(path), useCompression=path.suffix != ".nii")


def missing(path: Path) -> None:
    """Leave nothing at the path."""
    path.unlink(missing_ok=True)


def folder(path: Path) -> None:
    """Make a folder that is called like an image."""
    path.mkdir()


def empty(path: Path) -> None:
    """Write no byte."""
    path.write_bytes(b"")


def cut_off(path: Path) -> None:
    """Write an image and keep its first 60 %, as an interrupted download does."""
    _write(_scan(), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])


def cut_off_before_compression(path: Path) -> None:
    """Compress a NIfTI file that was cut off before: the gzip stream itself is complete."""
    plain = path.with_name("plain.nii")
    cut_off(plain)
    path.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()


def text(path: Path) -> None:
    """Write a note and call it an image."""
    path.write_text("The scan is on the other disk.\n", encoding="utf-8")


def four_dimensional(path: Path) -> None:
    """Write two volumes in one file."""
    _write(sitk.JoinSeries([_scan(), _scan()]), path)


def two_dimensional(path: Path) -> None:
    """Write a picture."""
    _write(_scan()[:, :, 5], path)


def one_slice(path: Path) -> None:
    """Write a volume of a single slice."""
    _write(_scan()[:, :, 5:6], path)


def colour(path: Path) -> None:
    """Write red, green and blue per voxel."""
    _write(sitk.Cast(sitk.Compose([_scan()] * 3), sitk.sitkVectorUInt8), path)


def vectors(path: Path) -> None:
    """Write a displacement per voxel."""
    _write(sitk.Compose([_scan()] * 3), path)


def complex_numbers(path: Path) -> None:
    """Write real and imaginary part per voxel, as a scanner's raw data have."""
    _write(sitk.RealAndImaginaryToComplex(_scan(), _scan()), path)


def zeros(path: Path) -> None:
    """Write nothing but zeros."""
    _write(_scan() * 0.0, path)


def constant(path: Path) -> None:
    """Write nothing but sevens."""
    _write(_scan() * 0.0 + 7.0, path)


def not_a_number_everywhere(path: Path) -> None:
    """Write nothing but NaN."""
    _write(_scan() * np.nan, path)


def one_not_a_number(path: Path) -> None:
    """Write a good scan but for one voxel."""
    image = _scan()
    image[8, 7, 6] = float("nan")
    _write(image, path)


def infinite(path: Path) -> None:
    """Write a good scan but for one infinite voxel."""
    image = _scan()
    image[8, 7, 6] = float("-inf")
    _write(image, path)


def absurd_intensities(path: Path) -> None:
    """Write a good scan but for one voxel, whose square is no number in single precision."""
    image = _scan()
    image[8, 7, 6] = 1e30
    _write(image, path)


def picture(path: Path) -> None:
    """Write a slice as a picture."""
    _write(sitk.Cast(_scan()[:, :, 5], sitk.sitkUInt8), path)


def no_place(path: Path) -> None:
    """Write a good scan that lies a million kilometres away."""
    image = _scan()
    image.SetOrigin([1e12, 0.0, 0.0])
    _write(image, path)


def impossible_voxels(path: Path) -> None:
    """Write a good scan whose voxels are a thousandth of a millimetre."""
    image = _scan()
    image.SetSpacing([0.001] * 3)
    _write(image, path)


def uncompressed_by_another_name(path: Path) -> None:
    """Write a good uncompressed scan under the name of a compressed one."""
    plain = path.with_name("plain.nii")
    _write(_scan(), plain)
    plain.rename(path)


def half_of_a_pair(path: Path) -> None:
    """Write a good scan as header and data in two files."""
    _write(_scan(), path)


def pipe(path: Path) -> None:
    """Make a pipe, which whoever opens it waits for without end."""
    os.mkfifo(path)


def hollow(path: Path) -> None:
    """Write a good scan and let its file be 100 GB long, without taking room on the disk."""
    _write(_scan(), path)
    os.truncate(path, 100_000_000_000)


def bomb(path: Path) -> None:
    """Pack a gigabyte of zeros behind a good scan, in a file of a megabyte."""
    plain = path.with_name("plain.nii")
    _write(_scan(), plain)
    path.write_bytes(gzip.compress(plain.read_bytes()) + gzip.compress(bytes(1 << 23)) * 128)
    plain.unlink()


def boast(path: Path) -> None:
    """Write a header that claims 32000 voxels along each side."""
    plain = path.with_name("plain.nii")
    _write(_scan(), plain)
    content = bytearray(plain.read_bytes())
    struct.pack_into("<3h", content, 42, 32000, 32000, 32000)
    path.write_bytes(gzip.compress(content) if path.name.endswith(".gz") else content)
    plain.unlink()


def boast_in_words(path: Path) -> None:
    """Write a header of NRRD that claims 500 voxels along each side, of which none is there."""
    path.write_bytes(
        b"NRRD0004\ntype: float\ndimension: 3\nsizes: 500 500 500\nencoding: gzip\n\n" + gzip.compress(b"")
    )


def nrrd_elsewhere(path: Path) -> None:
    """Write a header of NRRD that takes its voxels from another folder."""
    path.write_text("NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 4 4\nencoding: raw\ndata file: ../../etc/passwd\n\n")


def meta_elsewhere(path: Path) -> None:
    """Write a header of MetaImage that takes its voxels from another folder."""
    path.write_text("NDims = 3\nDimSize = 4 4 4\nElementType = MET_UCHAR\nElementDataFile = /etc/passwd\n")


def long_line(path: Path) -> None:
    """Write a good scan with a field of NRRD that is longer than ITK's buffer, which ends the process."""
    _write(_scan(), path)
    path.write_bytes(path.read_bytes().replace(b"endian: little", b"endian: " + b"x" * 5000))


def long_name(path: Path) -> None:
    """Write a good scan with a name of MetaImage that is longer than ITK's buffer, which ends the process."""
    _write(_scan(), path)
    path.write_bytes(b"Name = " + b"x" * 5000 + b"\n" + path.read_bytes())


def no_dimensions(path: Path) -> None:
    """Write a header of MetaImage with less than no dimensions, at which ITK counts for minutes."""
    _write(_scan(), path)
    path.write_bytes(path.read_bytes().replace(b"NDims = 3", b"NDims = -1"))


def sheared(path: Path) -> None:
    """Write a good scan whose axes do not stand at right angles."""
    _write(_scan(), path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"space directions: (1,0,0) (0,1,0)", b"space directions: (1,0,0) (.5,1,0)"))


BAD_IMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing.nii.gz": (missing, "does not exist"),
    "folder.nii.gz": (folder, "is a folder"),
    "empty.nii.gz": (empty, "is empty"),
    "cut-off.nii.gz": (cut_off, "damaged"),
    "cut-off.nii": (cut_off, "damaged"),
    "cut-off.nrrd": (cut_off, "damaged"),
    "cut-off.mha": (cut_off, "damaged"),
    "cut-off-before-compression.nii.gz": (cut_off_before_compression, "damaged"),
    "text.nii.gz": (text, "damaged"),
    "text.nii": (text, "not an image"),
    "text.nrrd": (text, "not an image"),
    "four-dimensional.nii.gz": (four_dimensional, "not a 3-D volume .*16 x 14 x 12 x 2"),
    "two-dimensional.nii.gz": (two_dimensional, "not a 3-D volume .*16 x 14"),
    "one-slice.nii.gz": (one_slice, "not a 3-D volume .*16 x 14 x 1"),
    "colour.nrrd": (colour, "3 values per voxel"),
    "vectors.nii.gz": (vectors, "3 values per voxel"),
    "complex.nii.gz": (complex_numbers, "values per voxel|complex"),
    "zeros.nii.gz": (zeros, "all its voxels are 0"),
    "constant.nii.gz": (constant, "all its voxels are 7"),
    "nan.nii.gz": (not_a_number_everywhere, "2688 voxels .* NaN or infinite"),
    "one-nan.nii.gz": (one_not_a_number, "1 voxel.* NaN or infinite"),
    "one-nan.nii": (one_not_a_number, "1 voxel.* NaN or infinite"),
    "one-nan.nrrd": (one_not_a_number, "1 voxel.* NaN or infinite"),
    "infinite.nii.gz": (infinite, "1 voxel.* NaN or infinite"),
    "absurd.nii.gz": (absurd_intensities, r"intensities from 0 to 1e\+30"),
    "picture.jpg": (picture, "is a picture, not a 3-D volume"),
    "no-place.mha": (no_place, "header that cannot be right"),
    "impossible-voxels.nrrd": (impossible_voxels, "header that cannot be right"),
    "uncompressed.nii.gz": (uncompressed_by_another_name, "not compressed, unlike its name"),
    "pipe.nii.gz": (pipe, "is a pipe or a device"),
    "hollow.nii": (hollow, "damaged|far more than a scan"),
    "hollow.nrrd": (hollow, "93 GB, far more than a scan"),
    "bomb.nii.gz": (bomb, "damaged"),
    "boast.nii.gz": (boast, "32000 x 32000 x 32000 voxels, far more"),
    "boast.nii": (boast, "32000 x 32000 x 32000 voxels, far more"),
    "boast.nrrd": (boast_in_words, "damaged"),
    "elsewhere.nhdr": (nrrd_elsewhere, "takes its voxels from '../../etc/passwd'"),
    "elsewhere.mhd": (meta_elsewhere, "takes its voxels from '/etc/passwd'"),
    "long-line.nrrd": (long_line, "line 'endian' takes 5008 bytes, too long"),
    "long-name.mha": (long_name, "line 'Name' takes 5007 bytes, too long"),
    "no-dimensions.mha": (no_dimensions, "header that is damaged"),
    "sheared.nrrd": (sheared, "header that cannot be right"),
    "pair.hdr": (half_of_a_pair, "half of a pair"),
}
