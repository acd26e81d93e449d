"""Files that the page sends: received into a private folder, read, handed on and removed again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from aiohttp import web

from lckd.errors import InputError, LckdError, OutputError
from lckd_app.files import Found, stem_of
from lckd_app.folders import private_folder
from lckd_app.received import Limits, Upload, receive

ROUTE = "/upload"

OnFiles: TypeAlias = Callable[[Sequence[Found]], Awaitable[str | None]]
"""Gets the images that were sent, all of which can be used; answers with the sentence of a refusal, or nothing."""


def add_upload_route(app: web.Application, folder: Path, on_files: OnFiles, *, limits: Limits | None = None) -> None:
    """Take files at ``POST /upload``, as a form with any number of them.

    The answer is JSON, ``{"message": ...}``: empty, or one sentence that says why nothing was taken. Whoever adds the
    route sees to the key (`lckd_app.access.protect`).

    Args:
        app: The server.
        folder: Private folder, in which each upload gets one of its own for as long as it is worked on.
        on_files: Gets the images; their files are removed as soon as it is done.
        limits: What one upload may hold.
    """
    door = _Door(folder, on_files, limits or Limits())
    app.router.add_post(ROUTE, door.take)
    app.on_shutdown.append(door.close)


class _Door:
    """Takes one upload at a time.

    Args:
        folder: See `add_upload_route`; so for the others.
    """

    def __init__(self, folder: Path, on_files: OnFiles, limits: Limits) -> None:
        self._folder, self._on_files, self._limits = folder, on_files, limits
        self._at_work: asyncio.Task[object] | None = None

    async def take(self, request: web.Request) -> web.Response:
        """Answer one upload."""
        if self._at_work is not None:
            message = "Another upload is under way: wait until it is done, then try again."
            return _answer(message, status=web.HTTPConflict.status_code)
        self._at_work = asyncio.current_task()
        try:
            refusal = await _hand_on(request, self._folder, self._on_files, limits=self._limits)
        except LckdError as error:
            return _answer(str(error), status=_status_of(error))
        finally:
            self._at_work = None
        return _answer(refusal or "", status=400 if refusal else 200)

    async def close(self, _app: web.Application) -> None:
        """Drop what is under way: a server that is asked to stop would else wait for the rest of it."""
        if self._at_work is not None:
            self._at_work.cancel()


async def _hand_on(request: web.Request, folder: Path, on_files: OnFiles, *, limits: Limits) -> str | None:
    """Receive files, read them beside the loop and hand them on; nothing is left of the files.

    Raises:
        InputError: They cannot be used.
        OutputError: The disk is full.
    """
    with private_folder("upload-", parent=folder) as place:
        uploads = await receive(request, place, limits=limits)
        loop = asyncio.get_running_loop()
        return await on_files([await loop.run_in_executor(None, _read, upload) for upload in uploads])


def _read(upload: Upload) -> Found:
    """Read one file as `lckd segment` does; the sentences about it call it as its owner does.

    Raises:
        InputError: It is no image, or cannot be used.
    """
    from lckd.images.read_write import read_image

    try:
        return Found(stem_of(Path(upload.name)), upload.path, read_image(upload.path))
    except InputError as error:
        raise InputError(str(error).replace(str(upload.path), upload.name)) from error
    except MemoryError as error:
        message = f"There is too little memory for '{upload.name}': send smaller images, or close other programs."
        raise InputError(message) from error


def _status_of(error: LckdError) -> int:
    kind = web.HTTPInsufficientStorage if isinstance(error, OutputError) else web.HTTPBadRequest
    return kind.status_code


def _answer(message: str, *, status: int) -> web.Response:
    return web.json_response({"message": message}, status=status)
