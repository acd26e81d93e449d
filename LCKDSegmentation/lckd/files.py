"""Writing files beside their place and then renaming them, so that no half-written file is ever seen."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lckd.errors import OutputError


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let a function write a file beside `path`, then rename it to `path`.

    Args:
        path: Where the file goes; missing folders are made.
        write: Writes the path that it is given, which ends like `path`.

    Raises:
        OutputError: The file cannot be written; `path` is as it was.
    """
    ending = "".join(path.suffixes[-2:])
    temporary = path.with_name(f".partial-{secrets.token_hex(4)}{ending}")
    try:
        with writing(path):
            str(path).encode()  # libraries in C++ end the process over a name that is no UTF-8
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.touch()  # libraries in C would print before they fail
            write(temporary)
            temporary.replace(path)
    finally:
        with suppress(OSError, ValueError):
            temporary.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one sentence that a file cannot be written.

    Args:
        path: What is written meanwhile, and nothing else.

    Raises:
        OutputError: It cannot.
    """
    try:
        yield
    except (OSError, RuntimeError, UnicodeError) as error:
        raise OutputError(_cannot_write(path)) from error


def _cannot_write(path: Path) -> str:
    return f"Cannot write '{path}': check its name, that its folder may be written and that the disk has room."


def require_place(path: Path) -> None:
    """Refuse a file that cannot be written where it shall go, as far as the folders tell, before the work.

    Raises:
        OutputError: Its folder may not be written, or what should hold it is a file.
    """
    with writing(path):
        nearest = next(folder for folder in path.absolute().parents if folder.exists())
        is_open = nearest.is_dir() and os.access(nearest, os.W_OK)
    if not is_open:
        raise OutputError(_cannot_write(path))


def write_text(text: str, path: Path) -> None:
    """Write a text file whole or not at all.

    Raises:
        OutputError: The file cannot be written.
    """
    replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


@contextmanager
def folder_for_results(folder: Path) -> Iterator[None]:
    """Make the folder for results before the work; where that fails, folders that stayed empty are removed again.

    Args:
        folder: The folder; one that is there already stays.

    Raises:
        OutputError: It cannot be made.
    """
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    make_folder(folder)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for path in made:
                path.rmdir()
        raise


def make_folder(folder: Path) -> None:
    """Make the folder for results, so that one that cannot be made is known before the work and not after it.

    Raises:
        OutputError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder '{folder}' cannot be made ({error.strerror}): give another one."
        raise OutputError(message) from error
