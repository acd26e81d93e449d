"""Serves the page to this computer until it is asked to stop."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from aiohttp import web
from trame.app import get_server
from trame_client.module import vue3
from trame_server import Server

from lckd.errors import InputError
from lckd_app.doors.access import key_file, make_key, protect
from lckd_app.doors.clients import count_clients
from lckd_app.doors.downloads import add_download_routes
from lckd_app.doors.entry import add_entry_route, entry_of
from lckd_app.doors.ticket import PARAMETER, Ticket
from lckd_app.doors.uploads import add_upload_route
from lckd_app.lifetime import stop_on_signals, stopped_by_signals, temporary_folder
from lckd_app.patient.folder import read_folder, sample_folder
from lckd_app.shell import Shell
from lckd_app.views.drawing import require_drawing

HOST = "127.0.0.1"
GOODBYE_S = 1.0
"""How long browsers may take to close their connections."""

QUIET = {"TRAME_ARGS": "", "WSLINK_READY_MSG": ""}
"""Lets trame read no argument of ours, and say nothing on standard output."""

SAMPLE = "synthetic sample patient"


Tell: TypeAlias = Callable[[str, str], None]
"""Gets the address with the key in it, and one that lets in once, for whoever shows arguments to others."""


def serve(folder: Path | None, *, weights: Path, port: int, tell: Tell) -> None:
    """Serve the page until the process is asked to stop.

    Args:
        folder: Images of one patient; None for the sample that comes along.
        weights: Weights folder.
        port: Port to listen on; 0 for any free one.
        tell: Called once the page can be opened.

    Raises:
        LckdError: This computer cannot draw, the images or the weights cannot be used, or the port is taken.
    """
    require_drawing()
    with stopped_by_signals(), temporary_folder() as temporary:
        contents = read_folder(folder or sample_folder())
        if folder is None:
            contents = replace(contents, name=SAMPLE)

        def begin(shell: Shell) -> None:
            shell.take(contents, is_added=False)
            contents.found.clear()  # the scene has copies

        asyncio.run(Service(weights, temporary).run(begin, port=port, tell=tell))


class Service:
    """One server with its page.

    Args:
        weights: Weights folder.
        temporary: Private folder.
    """

    def __init__(self, weights: Path, temporary: Path) -> None:
        self._weights, self._temporary = weights, temporary
        self._key = make_key()
        self._ticket = Ticket(self._key)

    async def run(self, begin: Callable[[Shell], None], *, port: int, tell: Tell) -> None:
        """Serve until a signal comes; `begin` shows the first patient."""
        with key_file(self._key) as keys:
            server = _make_server(keys)
            shell = Shell(server, weights=self._weights, temporary=self._temporary, key=self._key)
            begin(shell)
            server.controller.on_server_bind.add(lambda wslink: self._add_doors(wslink.app, shell))
            server.controller.on_server_ready.add(lambda **_: tell(*self._addresses(server.port)))
            try:
                await _serve_until_stopped(server, shell, port=port)
            finally:
                shell.desk.close()

    def _addresses(self, port: int) -> tuple[str, str]:
        here = f"http://{HOST}:{port}/"
        return f"{here}?secret={self._key}", f"{here}?{PARAMETER}={self._ticket.text}"

    def _add_doors(self, app: web.Application, shell: Shell) -> None:
        """Add what is ours to the server, behind its one door."""
        entry = entry_of(Path(vue3.www) / "index.html")
        protect(app, self._key, page=entry)
        add_entry_route(app, entry)
        self._ticket.add_route(app)
        count_clients(app, shell.count)
        add_upload_route(app, self._temporary, shell.take)
        add_download_routes(app, self._temporary, shell.desk.results.current)


def _make_server(keys: Path) -> Server:
    """Make a server that reads our key, and nothing from the command line of `lckd`."""
    os.environ.update(QUIET)
    server = get_server(client_type="vue3")
    server.cli.set_defaults(authKeyFile=str(keys))
    return server


async def _serve_until_stopped(server: Server, shell: Shell, *, port: int) -> None:
    """Serve until a signal comes; a browser that does not say goodbye is not waited for."""
    serving = asyncio.ensure_future(_start(server, port))

    async def stop() -> None:
        shell.desk.close()
        await asyncio.wait([asyncio.ensure_future(server.stop())], timeout=GOODBYE_S)
        serving.cancel()

    stop_on_signals(stop)
    with suppress(asyncio.CancelledError):
        await serving


async def _start(server: Server, port: int) -> None:
    """Serve until `server.stop`.

    Raises:
        InputError: The port is taken.
    """
    try:
        await server.start(
            port=port, host=HOST, exec_mode="coroutine", thread=True, open_browser=False,
            show_connection_info=False, disable_logging=True, timeout=0,
        )  # fmt: skip
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        message = f"Port {port} cannot be listened on ({reason}): give another one with --port, or none."
        raise InputError(message) from error
