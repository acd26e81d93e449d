"""How many browsers show the page: they share one patient, and must be told."""

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from lckd_app.doors.access import SOCKET


def count_clients(app: web.Application, tell: Callable[[int], None]) -> None:
    """Tell of the number of open sockets whenever it changes.

    Args:
        app: The server, before it starts.
        tell: Gets the number.
    """
    sockets: list[web.Request] = []

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != SOCKET:
            return await handler(request)
        sockets.append(request)
        tell(len(sockets))
        try:
            return await handler(request)
        finally:
            sockets.remove(request)
            tell(len(sockets))

    app.middlewares.append(count)
