"""The way in for the browser that is started here: others can read its arguments, which must not hold the key."""

import secrets

from aiohttp import web

from lckd_app.doors.access import KEY_ROUTE, make_key

PARAMETER = "ticket"
HEADER = "X-LCKD-Ticket"
REFUSED = "This address has let somebody in already: open the one that the server printed."


class Ticket:
    """Gives the key to whoever shows it first.

    Args:
        key: The key of this start.
    """

    def __init__(self, key: str) -> None:
        self._key, self.text = key, make_key()
        self._is_used = False

    def add_route(self, app: web.Application) -> None:
        """Answer ``POST /key`` of our own page, which holds the ticket in a header."""
        app.router.add_post(KEY_ROUTE, self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if self._is_used or not secrets.compare_digest(given.encode(errors="replace"), self.text.encode()):
            return web.Response(status=web.HTTPForbidden.status_code, text=f"{REFUSED}\n")
        self._is_used = True
        return web.Response(text=self._key)
