"""Who may talk to the server: a page of this server that holds the key of this start, and nobody else.

The server listens on this machine only, but so do other people's programs on it, and any page that is open in the same
browser may send requests here. Neither knows the key; a page from elsewhere betrays itself by its origin, and one whose
name was made to point at this machine by the host that it asks for.
"""

import hashlib
import logging
import os
import re
import secrets
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger
from aiohttp.typedefs import Handler, Middleware

from lckd.files import writing

KEY_HEADER = "X-LCKD-Key"
KEY_PARAMETER = "key"
"""Of the address, where a page cannot send a header: in the link of a download."""

KEY_BYTES = 32
KEY_ROUTE = "/key"
"""Where a browser that was started here gets the key (`lckd_app.doors.ticket`)."""

SOCKET = "/ws"
PUBLIC = {"/", "/index.html", KEY_ROUTE, SOCKET}
LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
READING = {hdrs.METH_GET, hdrs.METH_HEAD}
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def make_key() -> str:
    """Make the key of one start: 256 random bits that an address can hold."""
    return secrets.token_urlsafe(KEY_BYTES)


@contextmanager
def key_file(key: str) -> Iterator[Path]:
    """Hold the key in a file that only this user may read, as trame wants it; arguments could be read by everyone.

    Raises:
        OutputError: It cannot be written.
    """
    folder = Path(tempfile.gettempdir())
    with writing(folder):
        descriptor, name = tempfile.mkstemp(prefix="LCKDSegmentation-key-", dir=folder)
    path = Path(name)
    try:
        with writing(path), os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
        yield path
    finally:
        path.unlink(missing_ok=True)


def protect(app: web.Application, key: str, *, page: str) -> None:
    """Refuse strangers at every route, those that are added later included, and send what keeps a browser careful.

    Args:
        app: The server, before it starts.
        key: The key of this start.
        page: HTML of what the server sends first, whose inline scripts are allowed.
    """
    app.middlewares.append(guard(key))
    server_logger.addFilter(is_worth_telling)
    scripts = digests_of(page)

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers_for(request, scripts))

    app.on_response_prepare.append(add_headers)


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Tell our own errors from what is no request: that is answered with 400, and anybody here may send it."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def guard(key: str) -> Middleware:
    """Make the door: a middleware that answers strangers with 403 and a sentence.

    Args:
        key: The key of this start.
    """

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = refusal_of(request, key)
        return web.Response(status=403, text=f"{refusal}\n") if refusal else await handler(request)

    return door


def refusal_of(request: web.Request, key: str) -> str:
    """Say in a sentence why a request is refused; empty where it may pass."""
    if not LOOPBACK.fullmatch(request.host):
        return "This server answers to the name of this machine only: open the address that it printed."
    if not _is_of_own_page(request):
        return "The request comes from another page: open the address that the server printed."
    if not _is_public(request) and not _has_key(request, key):
        return "The key is missing or wrong: open the address that the server printed when it started."
    return ""


def _is_of_own_page(request: web.Request) -> bool:
    """Tell whether nothing speaks against our own page; only plain reading may come without a word about that."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return request.method in READING and request.path != SOCKET
    return origin.lower() == f"http://{request.host.lower()}"


def _is_public(request: web.Request) -> bool:
    """Tell whether it is about what everyone may read.

    Those are the files of the page, which are the same for all patients, and what does not exist. The socket is open,
    too: there wslink asks for the key, in the first message, before it answers any other. So is the place where a
    ticket is exchanged for the key.
    """
    resource = request.match_info.route.resource
    return resource is None or isinstance(resource, web.StaticResource) or resource.canonical in PUBLIC


def _has_key(request: web.Request, key: str) -> bool:
    given = request.headers.get(KEY_HEADER, "")
    if not given and request.method in READING:
        given = request.query.get(KEY_PARAMETER, "")
    return secrets.compare_digest(given.encode(errors="replace"), key.encode())


def headers_for(request: web.Request, scripts: str) -> dict[str, str]:
    """Give the headers of every answer; what is known of a patient is kept by no cache."""
    headers = {
        "Content-Security-Policy": content_policy(scripts, host=request.host),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if not isinstance(request.match_info.route.resource, web.StaticResource):
        headers[hdrs.CACHE_CONTROL] = "no-store"
    return headers


def digests_of(page: str) -> str:
    """Name the inline scripts of a page as policies do."""
    digests = [b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE_SCRIPT.findall(page)]
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def content_policy(scripts: str, *, host: str) -> str:
    """Give the strictest policy that trame works under: nothing from elsewhere, inline scripts of the page only.

    Vue compiles its templates in the browser, which takes ``unsafe-eval``, and Vuetify writes its colours as styles.

    Args:
        scripts: What `digests_of` gives.
        host: What the browser calls the server: older ones do not count a socket to it as its own.
    """
    socket = f"ws://{host}" if LOOPBACK.fullmatch(host) else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'unsafe-eval' {scripts}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' blob: data:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {socket}",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}".rstrip() for name, sources in rules.items())
