"""What was sent becomes images of one patient; sentences call each file as its owner does."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

from lckd.errors import InputError
from lckd.series.patient_name import patient_in_name
from lckd_app.doors.packed import is_packed, unpack
from lckd_app.doors.received import Limits, Upload
from lckd_app.patient.files import Found, stem_of
from lckd_app.patient.folder import Contents, about_label_map, is_label_map, read_folder

TITLE = "uploaded images"


def read_uploads(uploads: Sequence[Upload], *, limits: Limits, stop: Event | None = None) -> Contents:
    """Read files as `lckd segment` does, and packed folders as `lckd app` reads a folder.

    Args:
        uploads: The files.
        limits: What packed folders may hold.
        stop: Ends the unpacking when it is set, from another thread.

    Raises:
        InputError: One is no image, or cannot be used, or there are several packed folders; the sentence names it.
        OutputError: The disk is full.
        StoppedError: Somebody wanted it to end.
    """
    stop = stop or Event()
    _require_one_folder(uploads)
    wanted = [upload for upload in uploads if not is_label_map(stem_of(Path(upload.name)))] or uploads
    parts = [_read_folder(upload, limits, stop) if is_packed(upload) else _read_file(upload) for upload in wanted]
    found = [one for part in parts for one in part.found]
    left_out = [sentence for part in parts for sentence in part.left_out]
    left_out += [about_label_map(upload.name) for upload in uploads if upload not in wanted]
    name = parts[0].name if len(parts) == 1 else _name_of(found)
    folder = next((part for upload, part in zip(wanted, parts, strict=True) if is_packed(upload)), parts[0])
    return replace(folder, name=name, found=found, left_out=tuple(left_out))


def _name_of(found: Sequence[Found], *, otherwise: str = TITLE) -> str:
    """Call the patient as the names of all images do, if they call one."""
    words = {patient_in_name(one.name) for one in found}
    if len(words) > 1 or not (name := words.pop()):
        return otherwise
    as_written = re.search(r"[^a-z0-9]+".join(name.split()), found[0].name, re.IGNORECASE)
    return as_written[0] if as_written else name


def _require_one_folder(uploads: Sequence[Upload]) -> None:
    """Refuse several packed folders: one that holds two studies is refused, and so must be two that hold one each.

    Raises:
        InputError: It is so.
    """
    folders = [upload.name for upload in uploads if is_packed(upload)]
    if len(folders) > 1:
        message = f"'{folders[0]}' and '{folders[1]}' may be of two patients: open one, and add the other if it is not."
        raise InputError(message)


def _read_folder(upload: Upload, limits: Limits, stop: Event) -> Contents:
    unpacked = unpack(upload, limits=limits, stop=stop)
    folder = _innermost(unpacked)
    with _naming(folder, upload):
        contents = read_folder(folder)
    has_own_name = contents.name != unpacked.name
    name = contents.name if has_own_name else _name_of(contents.found, otherwise=Path(upload.name).stem)
    told = tuple(_rename(one, folder, upload) for one in contents.left_out)
    series = tuple(
        {key: _rename(text, folder, upload) for key, text in one.items()} for one in contents.origin.left_out
    )
    return replace(contents, name=name, left_out=told, origin=replace(contents.origin, left_out=series))


def _innermost(folder: Path) -> Path:
    """Go down to where more than one thing lies: archives mostly hold one folder."""
    while len(inside := list(folder.iterdir())) == 1 and inside[0].is_dir():
        folder = inside[0]
    return folder


def _read_file(upload: Upload) -> Contents:
    from lckd.images.read_write import read_image

    with _naming(upload.path, upload):
        image = read_image(upload.path)
    found = [Found(stem_of(Path(upload.name)), upload.path, image)]
    return Contents(_name_of(found), found)


@contextmanager
def _naming(path: Path, upload: Upload) -> Iterator[None]:
    """Name a file in sentences as its owner does.

    Raises:
        InputError: What is read cannot be used, or memory does not suffice.
    """
    try:
        yield
    except InputError as error:
        raise InputError(_rename(str(error), path, upload)) from error
    except MemoryError as error:
        message = f"There is too little memory for '{upload.name}': send smaller images, or close other programs."
        raise InputError(message) from error


def _rename(sentence: str, path: Path, upload: Upload) -> str:
    return sentence.replace(str(path), upload.name)
