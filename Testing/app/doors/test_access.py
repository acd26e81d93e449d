"""Strangers stay outside: whoever has no key, pages from elsewhere, and names that only point to this machine."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lckd_app.doors.access import KEY_HEADER, key_file, make_key, protect
from Testing.app.conftest import Ask, MakeApp

KEY = make_key()
OWN = {"Origin": "{here}"}
HOLDER = {**OWN, KEY_HEADER: KEY}
PAGE = "<html><script>alert(1)</script></html>"


@pytest.fixture
def app(tmp_path: Path) -> MakeApp:
    """A server with one secret, one form, a socket and a page, as trame lays them out."""

    async def tell(_request: web.Request) -> web.Response:
        return web.Response(text="secret")

    async def listen(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        return socket

    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")

    def make() -> web.Application:
        app = web.Application()
        protect(app, KEY, page=PAGE)
        app.add_routes([web.get("/secret", tell), web.post("/secret", tell), web.get("/ws", listen)])
        app.add_routes([web.static("/", tmp_path)])
        return app

    return make


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/secret", {}),
        ("/secret", {KEY_HEADER: make_key()}),
        ("/secret", {KEY_HEADER: ""}),
        ("/secret", {KEY_HEADER: KEY[:-1]}),
        ("/secret?key=", {}),
        ("/secret?secret=" + KEY, {}),
        ("/secret", {"Cookie": f"key={KEY}"}),
    ],
    ids=["missing", "wrong", "empty", "shorter", "empty in the address", "under another name", "in a cookie"],
)
def test_without_the_key_nothing_is_told(app: MakeApp, ask: Ask, path: str, headers: dict[str, str]) -> None:
    answer = ask(app, path, headers=headers)
    assert (answer.status, "key is missing or wrong" in answer.text) == (403, True)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/secret", {KEY_HEADER: KEY}), (f"/secret?key={KEY}", {})],
    ids=["in a header", "in the address"],
)
def test_whoever_holds_the_key_may_read(app: MakeApp, ask: Ask, path: str, headers: dict[str, str]) -> None:
    assert ask(app, path, headers=headers).text == "secret"


def test_a_form_takes_the_key_from_a_header_only(app: MakeApp, ask: Ask) -> None:
    assert ask(app, f"/secret?key={KEY}", "POST", headers=OWN).status == 403
    assert ask(app, "/secret", "POST", headers=HOLDER).text == "secret"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "{here}.evil.example", "file://"],
)
def test_pages_from_elsewhere_are_refused_even_with_the_key(app: MakeApp, ask: Ask, origin: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(app, "/secret", method, headers={**HOLDER, "Origin": origin})
        assert (answer.status, "another page" in answer.text) == (403, True)


def test_a_form_without_an_origin_is_refused(app: MakeApp, ask: Ask) -> None:
    assert ask(app, "/secret", "POST", headers={KEY_HEADER: KEY}).status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:80", "localhost@evil.example", ""]
)
def test_names_that_only_point_here_are_refused(app: MakeApp, ask: Ask, host: str) -> None:
    headers = {KEY_HEADER: KEY, "Host": host, "Origin": f"http://{host}"}
    assert [ask(app, path, headers=headers).status for path in ("/secret", "/index.html")] == [403, 403]


@pytest.mark.parametrize("host", ["localhost", "localhost:9000", "127.0.0.1:34567", "[::1]:8080"])
def test_every_name_of_this_machine_is_heard_also_through_a_tunnel(app: MakeApp, ask: Ask, host: str) -> None:
    headers = {KEY_HEADER: KEY, "Host": host, "Origin": f"http://{host}"}
    assert ask(app, "/secret", headers=headers).text == "secret"


def test_the_files_of_the_page_are_everybody_s_and_what_is_not_there_stays_so(app: MakeApp, ask: Ask) -> None:
    assert ask(app, "/index.html").text == PAGE
    assert ask(app, "/nothing").status == 404


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}], ids=["none", "foreign"])
def test_a_socket_opens_for_our_own_page_only(app: MakeApp, headers: dict[str, str]) -> None:
    async def attempt() -> None:
        async with TestClient(TestServer(app(), host="127.0.0.1")) as client:
            own = str(client.make_url("")).rstrip("/")
            await (await client.ws_connect("/ws", headers={"Origin": own})).close()
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await client.ws_connect("/ws", headers=headers)

    asyncio.run(attempt())


def test_answers_tell_the_browser_to_be_careful(app: MakeApp, ask: Ask) -> None:
    secret, page = ask(app, "/secret", headers={KEY_HEADER: KEY}).headers, ask(app, "/index.html").headers
    for headers in (secret, page, ask(app, "/secret").headers):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert secret["Cache-Control"] == "no-store"
    assert "Cache-Control" not in page


def test_only_the_inline_scripts_of_the_page_may_run(app: MakeApp, ask: Ask) -> None:
    policy = ask(app, "/index.html").headers["Content-Security-Policy"]
    assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in policy
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_the_policy_names_the_socket_as_the_browser_calls_the_server_and_nothing_a_stranger_calls_it(
    app: MakeApp, ask: Ask
) -> None:
    policies = [
        ask(app, "/index.html", headers={"Host": host}).headers["Content-Security-Policy"]
        for host in ("localhost:9000", "evil.example; script-src *")
    ]
    assert "connect-src 'self' ws://localhost:9000;" in policies[0]
    assert "connect-src 'self';" in policies[1]


def test_the_key_lies_in_a_file_that_only_its_owner_may_read_and_that_goes() -> None:
    with key_file(KEY) as path:
        assert path.read_text(encoding="ascii") == KEY
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()


def test_every_start_has_a_key_of_its_own() -> None:
    keys = {make_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == 43 for key in keys)


def test_what_is_no_request_is_answered_and_fills_no_log(
    app: MakeApp, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(app, "/secret", headers={KEY_HEADER: "x" * 20_000}).status == 400
    assert caplog.records == []
