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


class BusyError(LckdError):
    """Another upload is under way."""


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
    bounds, at_work = limits or Limits(), asyncio.Lock()

    async def take(request: web.Request) -> web.Response:
        try:
            if at_work.locked():
                message = "Another upload is under way: wait until it is done, then try again."
                raise BusyError(message)
            async with at_work:
                refusal = await _hand_on(request, folder, on_files, limits=bounds)
        except LckdError as error:
            return _answer(str(error), status=_status_of(error))
        return _answer(refusal or "", status=400 if refusal else 200)

    app.router.add_post(ROUTE, take)


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
    if isinstance(error, OutputError):
        return web.HTTPInsufficientStorage.status_code
    return web.HTTPConflict.status_code if isinstance(error, BusyError) else web.HTTPBadRequest.status_code


def _answer(message: str, *, status: int) -> web.Response:
    return web.json_response({"message": message}, status=status)
