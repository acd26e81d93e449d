"""The whole server, as strangers, lost connections and signals meet it."""

import asyncio
from typing import Any

import aiohttp
import msgpack
import pytest
from playwright.sync_api import Browser

from lckd_app.access import KEY_HEADER, make_key
from Testing.app.browser import open_page
from Testing.app.serving import MODULE_FOLDER, Served

pytestmark = pytest.mark.slow

SAMPLE = MODULE_FOLDER / "Resources" / "SampleData"
HELLO = "wslink.hello"


async def say_hello(served: Served, headers: dict[str, str], secret: str) -> Any:  # noqa: ANN401 - what wslink answers
    """Open the socket, as the page does, and give what comes of the first message."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{served.origin}/ws", headers=headers) as socket:
        content = {"wslink": "1.0", "id": "system:c0:0", "method": HELLO, "args": [{"secret": secret}], "kwargs": {}}
        packed = msgpack.packb(content)
        head = bytes(4) + (0).to_bytes(4, "little") + len(packed).to_bytes(4, "little")
        await socket.send_bytes(head + packed)
        return msgpack.unpackb((await socket.receive(5)).data[12:])


async def status_of(served: Served, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, served.origin + path, headers=headers) as answer,
    ):
        return answer.status


def test_the_socket_answers_the_key_of_this_start_only(the_server: Served) -> None:
    own = {"Origin": the_server.origin}
    assert "result" in asyncio.run(say_hello(the_server, own, the_server.key))
    for secret in ("wslink-secret", "", make_key()):
        assert "Authentication failed" in str(asyncio.run(say_hello(the_server, own, secret)))


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://localhost:1"])
def test_the_socket_opens_for_no_other_page_even_with_the_key(the_server: Served, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        asyncio.run(say_hello(the_server, headers, the_server.key))


@pytest.mark.parametrize("path", ["/download/labels", "/download/record", "/upload"])
def test_no_route_of_ours_answers_strangers(the_server: Served, path: str) -> None:
    method = "POST" if path == "/upload" else "GET"
    own, key = {"Origin": the_server.origin}, {KEY_HEADER: the_server.key}
    for headers in ({}, own, {**own, KEY_HEADER: make_key()}, {**key, "Origin": "https://evil.example"}):
        assert asyncio.run(status_of(the_server, path, method, headers)) == 403
    assert asyncio.run(status_of(the_server, path, method, {**own, **key})) != 403


def test_the_server_does_not_answer_to_a_name_that_was_made_to_point_here(the_server: Served) -> None:
    for path in ("/", "/index.html", "/download/labels", "/ws"):
        headers = {"Host": f"evil.example:{the_server.port}", KEY_HEADER: the_server.key}
        assert asyncio.run(status_of(the_server, path, headers=headers)) == 403


def test_with_a_wrong_key_the_page_shows_nothing(a_browser: Browser, the_server: Served) -> None:
    page = a_browser.new_context().new_page()
    for address in (the_server.origin, the_server.address + "x"):
        page.goto(address)
        page.wait_for_timeout(1500)
        assert page.get_by_test_id("views").count() == 0
        assert "synthetic" not in page.content()
    page.context.close()


def test_the_key_leaves_the_address_bar(a_browser: Browser, the_server: Served) -> None:
    person = open_page(a_browser, the_server)
    assert the_server.key not in person.page.url
    person.page.context.close()
