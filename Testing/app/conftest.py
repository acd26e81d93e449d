"""Real servers: routes of our own, asked over a real connection, and the whole page, looked at in a real browser."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.sync_api import Browser, sync_playwright

from Testing.app.browser import CHROMIUM, Person, open_page
from Testing.app.serving import Served, serving


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode().strip()


MakeApp = Callable[[], web.Application]
"""Makes a server; one serves one loop only."""

Ask = Callable[..., Answer]
"""Starts a server, sends it one request and stops it."""


@pytest.fixture(scope="session")
def ask() -> Ask:
    async def talk(app: MakeApp, path: str, method: str, options: dict[str, Any]) -> Answer:
        async with TestClient(TestServer(app(), host="127.0.0.1")) as client:
            here = str(client.make_url("")).rstrip("/")
            headers = {name: text.format(here=here) for name, text in options.pop("headers", {}).items()}
            response = await client.request(method, path, headers=headers, **options)
            return Answer(response.status, dict(response.headers), await response.read())

    def start(app: MakeApp, path: str, method: str = "GET", **options: Any) -> Answer:  # noqa: ANN401
        return asyncio.run(talk(app, path, method, options))

    return start


@pytest.fixture(scope="module")
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium, which draws without a screen or a graphics card; `.ci/run` installs it.

    While it is there, Playwright's loop runs in this thread, so that no test of another file may meet it.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def the_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the sample patient, shared by the tests that leave its images alone."""
    with serving(tmp_path_factory.mktemp("server")) as served:
        yield served


@pytest.fixture
def a_server(tmp_path: Path) -> Iterator[Served]:
    """A server that a test has for itself."""
    with serving(tmp_path) as served:
        yield served


@pytest.fixture
def person(a_browser: Browser, the_server: Served) -> Iterator[Person]:
    """Somebody who has just opened the page; nothing may have gone wrong in their browser at the end."""
    person = open_page(a_browser, the_server)
    yield person
    person.page.context.close()
    assert person.complaints == []
