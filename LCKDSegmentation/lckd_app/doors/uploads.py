"""Files that the page sends: received into a private folder, read, handed on and removed again."""

import asyncio
import traceback
from functools import partial
from pathlib import Path
from threading import Event
from typing import Protocol

from aiohttp import web

from lckd.errors import LckdError, OutputError
from lckd_app.doors.arrived import read_uploads
from lckd_app.doors.received import Limits, receive
from lckd_app.folders import private_folder
from lckd_app.patient.folder import Contents

ROUTE = "/upload"
OPEN, ADD = "open", "add"

UNFORESEEN = (
    "The images could not be taken in ({error}); what was shown before is still there. Where the server was started it "
    "is written what went wrong: please report it."
)


class OnImages(Protocol):
    """Gets the images that were sent, all of which can be used, into the scene."""

    def __call__(self, contents: Contents, *, is_added: bool) -> None:
        """Take them.

        Raises:
            LckdError: They cannot be taken; nothing has changed.
        """


def add_upload_route(app: web.Application, folder: Path, on_images: OnImages, *, limits: Limits | None = None) -> None:
    """Take files at ``POST /upload/open`` (another patient) and ``POST /upload/add`` (more of this one), as a form.

    The answer is JSON, ``{"message": ...}``: empty, or one sentence that says why nothing was taken. Whoever adds the
    route sees to the key (`lckd_app.doors.access.protect`).

    Args:
        app: The server.
        folder: Private folder, in which each upload gets one of its own for as long as it is worked on.
        on_images: Gets the images; their files are removed as soon as it is done.
        limits: What one upload may hold.
    """
    door = _Door(folder, on_images, limits or Limits())
    app.router.add_post(f"{ROUTE}/{{mode:{OPEN}|{ADD}}}", door.take)
    app.on_shutdown.append(door.close)


class _Door:
    """Takes one upload at a time.

    Args:
        folder: See `add_upload_route`; so for the others.
    """

    def __init__(self, folder: Path, on_images: OnImages, limits: Limits) -> None:
        self._folder, self._on_images, self._limits = folder, on_images, limits
        self._at_work: asyncio.Task[object] | None = None
        self._stop = Event()

    async def take(self, request: web.Request) -> web.Response:
        """Answer one upload."""
        if self._at_work is not None:
            message = "Another upload is under way: wait until it is done, then try again."
            return _answer(message, status=web.HTTPConflict.status_code)
        self._at_work = asyncio.current_task()
        try:
            await self._hand_on(request)
        except LckdError as error:
            return _answer(str(error), status=_status_of(error))
        except Exception as error:  # noqa: BLE001 - whoever sent them must get a sentence, whatever it was
            traceback.print_exc()
            told = UNFORESEEN.format(error=type(error).__name__)
            return _answer(told, status=web.HTTPInternalServerError.status_code)
        finally:
            self._at_work = None
        return _answer("", status=web.HTTPOk.status_code)

    async def close(self, _app: web.Application) -> None:
        """Drop what is under way: a server that is asked to stop would else wait for the rest of it."""
        self._stop.set()  # a thread that unpacks ends by itself only
        if self._at_work is not None:
            self._at_work.cancel()

    async def _hand_on(self, request: web.Request) -> None:
        """Receive files, read them beside the loop and hand them on; nothing is left of the files.

        Raises:
            InputError: They cannot be used.
            OutputError: The disk is full.
        """
        with private_folder("upload-", parent=self._folder) as place:
            uploads = await receive(request, place, limits=self._limits)
            read = partial(read_uploads, uploads, limits=self._limits, stop=self._stop)
            reading = asyncio.get_running_loop().run_in_executor(None, read)
            try:
                await asyncio.wait([reading])
            finally:
                await asyncio.gather(reading, return_exceptions=True)  # until it ends, it writes into the folder
            self._on_images(reading.result(), is_added=request.match_info["mode"] == ADD)


def _status_of(error: LckdError) -> int:
    kind = web.HTTPInsufficientStorage if isinstance(error, OutputError) else web.HTTPBadRequest
    return kind.status_code


def _answer(message: str, *, status: int) -> web.Response:
    return web.json_response({"message": message}, status=status)
