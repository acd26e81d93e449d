"""The first file that a browser gets: trame's own, with our title and with what keeps the key for the tab."""

from pathlib import Path

from aiohttp import web

ROUTE = "/index.html"
SCRIPT = "lckd/key.js"
TITLE = "LCKD Brain Tumours"


def entry_of(page: Path) -> str:
    """Give the first file, made from trame's."""
    text = page.read_text(encoding="utf-8")
    before, _, after = text.partition('<base href="." />')
    title = after.partition("<title>")[2].partition("</title>")[0]
    script = f'<base href="." />\n    <script src="{SCRIPT}"></script>'
    return before + script + after.replace(f"<title>{title}</title>", f"<title>{TITLE}</title>")


def add_entry_route(app: web.Application, entry: str) -> None:
    """Send the first file, before trame's own is found.

    Args:
        app: The server, before it starts.
        entry: What `entry_of` gives.
    """

    async def send(_request: web.Request) -> web.Response:
        return web.Response(text=entry, content_type="text/html")

    app.router.add_get(ROUTE, send)
