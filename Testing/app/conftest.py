"""The server without the page: routes of our own on a real server, asked over a real connection."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer


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
