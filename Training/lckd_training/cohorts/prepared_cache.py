"""Prepared patients on disk: made once, then read through the memory map, so that thousands of them fit.

An entry is named after what it was made from: contents of files or the seed, the spacing, and the code. It holds a
checksum of its own; one that does not fit, whatever happened to it, is made again.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

import lckd.grid
import lckd.intensity
import lckd.region
import lckd.sampling
import lckd_training.cohorts.prepared
import lckd_training.synthetic
from lckd.files import make_folder, replace_file
from lckd.patients.case import Case
from lckd_training.cohorts.case import SyntheticCase
from lckd_training.cohorts.prepared import PreparedCase, prepare_case

NO_CONTENT = frozenset({"name", "ignored", "declared_patient", "part", "weight"})
"""What a case says that does not change its voxels."""
CHUNK_BYTES = 1 << 20


class PreparedCache:
    """A folder of prepared patients.

    Args:
        folder: Where they are kept; made where it is missing. Several trainings may share it.

    Raises:
        OutputError: The folder cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def prepare(self, case: Case, *, spacing_mm: float) -> PreparedCase:
        """Prepare a patient, or read what was prepared before; see `prepare_case`.

        Raises:
            InputError: A file of the patient cannot be used.
            OutputError: The entry cannot be written.
        """
        try:
            path = self._folder / f"{_key(case, spacing_mm)}.safetensors"
        except OSError:  # a file of the patient cannot be read: whoever prepares it says which
            return prepare_case(case, spacing_mm=spacing_mm)
        stored = _read(path, case.name)
        if stored is None:
            _write(path, prepare_case(case, spacing_mm=spacing_mm))
            stored = _read(path, case.name)
        return stored or prepare_case(case, spacing_mm=spacing_mm)


def content_digest(case: Case) -> str:
    """Digest what a patient is made from: the contents of its files, wherever they lie, or its seed.

    Raises:
        OSError: A file cannot be read.
    """
    return hashlib.sha256(json.dumps(_described(case)).encode()).hexdigest()


def _key(case: Case, spacing_mm: float) -> str:
    """Name what a prepared patient is made from."""
    code = _digest_of_code(is_synthetic=isinstance(case, SyntheticCase))
    made_from = {"case": _described(case), "spacing_mm": spacing_mm, "code": code}
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def _described(value: object) -> object:
    """Turn a case into plain values, a path into the digest of the file."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.name not in NO_CONTENT]
        return [type(value).__name__, {name: _described(getattr(value, name)) for name in names}]
    if isinstance(value, Path):
        status = value.stat()
        return _digest_of_file(value, (status.st_mtime_ns, status.st_size))
    if isinstance(value, Mapping):
        return [[_described(key), _described(part)] for key, part in value.items()]
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_described(part) for part in value]
    return repr(value)


@lru_cache(maxsize=2)
def _digest_of_code(*, is_synthetic: bool) -> str:
    """Digest the files whose change makes prepared patients other ones."""
    modules = (lckd.grid, lckd.intensity, lckd.region, lckd.sampling, lckd_training.cohorts.prepared)
    files = [Path(str(module.__file__)) for module in modules]
    if is_synthetic:
        folder = Path(str(lckd_training.synthetic.__file__)).parent
        files += sorted([*folder.glob("*.py"), *folder.glob("*.npz")])
    return _digest_of_files(files)


@cache  # a training asks for the name of the entry and for the content
def _digest_of_file(path: Path, _state: tuple[int, int]) -> str:
    return _digest_of_files([path])


def _digest_of_files(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def _write(path: Path, case: PreparedCase) -> None:
    tensors = {"volumes": case.volumes, "present": case.present, "occupancy": case.occupancy}
    tensors |= {f"tumour{index}": voxels for index, voxels in enumerate(case.tumour)}
    tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}
    content = save(tensors, metadata={"sha256": _checksum(tensors)})  # what save_file raises is no OSError
    replace_file(path, lambda temporary: temporary.write_bytes(content))


def _read(path: Path, name: str) -> PreparedCase | None:
    """Map an entry into memory; None where there is none, or none that is whole."""
    try:
        with safe_open(path, framework="pt") as stored:
            checksum = (stored.metadata() or {}).get("sha256")
            tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118 - not a mapping
    except (OSError, SafetensorError):
        return None
    if checksum != _checksum(tensors):
        return None
    tumour = tuple(tensors[key] for key in sorted(tensors) if key.startswith("tumour"))
    return PreparedCase(name, tensors["volumes"], tensors["present"], tensors["occupancy"], tumour)


def _checksum(tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name} {tuple(tensors[name].shape)} ".encode())
        digest.update(tensors[name].flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
