"""The whole server, as strangers, lost connections and signals meet it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import msgpack
import numpy as np
import pytest
import SimpleITK as sitk
from playwright.sync_api import Browser

from lckd.cli import build_parser, run_command
from lckd_app.doors.access import KEY_HEADER, make_key
from Testing.app.browser import Person, differ, download, is_drawn, open_page, visit
from Testing.app.lines import Line
from Testing.app.serving import MODULE_FOLDER, SPOKEN, Answer, Served, serving, until, watched

pytestmark = pytest.mark.slow

SAMPLE = MODULE_FOLDER / "Resources" / "SampleData"
HELLO = "wslink.hello"
PATIENCE = 4.0
"""How much slower a machine may be that runs other tests, too."""

GRIDS = (
    ("flair", "FLAIR", "LPS", (1.0, 1.0, 2.0)),
    ("t1", "T1", "RAS", (2.0, 1.5, 1.5)),
    ("t2", "T2", "PIR", (1.5, 2.5, 1.5)),
)
"""Of each image: modality, name in the sample, directions of its axes, and edges of its voxels."""


async def say_hello(served: Served, headers: dict[str, str], secret: str) -> Any:  # noqa: ANN401 - what wslink answers
    """Open the socket, as the page does, and give what comes of the first message."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{served.origin}/ws", headers=headers) as socket:
        content = {"wslink": "1.0", "id": "system:c0:0", "method": HELLO, "args": [{"secret": secret}], "kwargs": {}}
        packed = msgpack.packb(content)
        head = bytes(4) + (0).to_bytes(4, "little") + len(packed).to_bytes(4, "little")
        await socket.send_bytes(head + packed)
        return msgpack.unpackb((await socket.receive(5)).data[12:])


def asked(question: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a question to its end in a thread of its own, since the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, question).result()


async def status_of(served: Served, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, served.origin + path, headers=headers) as answer,
    ):
        return answer.status


def test_the_socket_answers_the_key_of_this_start_only(the_server: Served) -> None:
    own = {"Origin": the_server.origin}
    assert "result" in asked(say_hello(the_server, own, the_server.key))
    for secret in ("wslink-secret", "", make_key()):
        assert "Authentication failed" in str(asked(say_hello(the_server, own, secret)))


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://localhost:1"])
def test_the_socket_opens_for_no_other_page_even_with_the_key(the_server: Served, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        asked(say_hello(the_server, headers, the_server.key))


@pytest.mark.parametrize("path", ["/download/labels", "/download/record", "/upload/open"])
def test_no_route_of_ours_answers_strangers(the_server: Served, path: str) -> None:
    method = "POST" if path == "/upload/open" else "GET"
    own, key = {"Origin": the_server.origin}, {KEY_HEADER: the_server.key}
    for headers in ({}, own, {**own, KEY_HEADER: make_key()}, {**key, "Origin": "https://evil.example"}):
        assert asked(status_of(the_server, path, method, headers)) == 403
    assert asked(status_of(the_server, path, method, {**own, **key})) != 403


def test_the_server_does_not_answer_to_a_name_that_was_made_to_point_here(the_server: Served) -> None:
    for path in ("/", "/index.html", "/download/labels", "/ws"):
        headers = {"Host": f"evil.example:{the_server.port}", KEY_HEADER: the_server.key}
        assert asked(status_of(the_server, path, headers=headers)) == 403


@pytest.mark.parametrize("ending", ["", "/?secret=wrong"], ids=["missing", "wrong"])
def test_without_the_right_key_the_page_says_so_and_shows_nothing(
    a_browser: Browser, the_server: Served, ending: str
) -> None:
    page = a_browser.new_context().new_page()
    page.goto(the_server.origin + ending, wait_until="commit")
    until(lambda: "The key is missing or wrong" in page.inner_text("body"), what="the sentence")
    assert page.get_by_test_id("views").count() == 0
    page.context.close()


def test_the_key_leaves_the_address_bar(a_browser: Browser, the_server: Served) -> None:
    person = open_page(a_browser, the_server)
    assert the_server.key not in person.page.url
    person.page.context.close()


def test_the_browser_is_started_with_an_address_without_the_key_that_lets_in_once(
    a_browser: Browser, tmp_path: Path
) -> None:
    program, seen = tmp_path / "browser", tmp_path / "arguments.txt"
    program.write_text(f'#!/bin/sh\necho "$@" > {seen}\n', encoding="utf-8")
    program.chmod(0o700)
    with serving(tmp_path, browser=program) as served:
        address = until(lambda: seen.read_text(encoding="utf-8").strip() if seen.exists() else "", what="the browser")
        assert served.key not in address
        first = visit(a_browser, address)
        assert "ticket" not in first.page.url
        first.page.reload()
        first.find("views").wait_for()
        late = a_browser.new_context().new_page()
        late.goto(address, wait_until="commit")
        until(lambda: "The key is missing or wrong" in late.inner_text("body"), what="the sentence")
        for page in (first.page, late):
            page.context.close()


def test_the_page_can_be_loaded_again(a_browser: Browser, the_server: Served) -> None:
    person = open_page(a_browser, the_server)
    person.page.reload()
    person.find("views").wait_for()
    until(lambda: is_drawn(person.view("red")), what="the views")
    person.page.context.close()


def test_after_a_lost_connection_the_page_goes_on(a_browser: Browser, the_server: Served) -> None:
    line = Line(the_server.port)
    address = the_server.address.replace(str(the_server.port), str(line.port), 1)
    person = visit(a_browser, address)
    until(lambda: is_drawn(person.view("red")), what="the views")
    line.cut()
    until(lambda: person.find("views").count() == 0, what="the loss to be noticed")
    person.find("views").wait_for()
    until(lambda: is_drawn(person.view("red")), what="the views again")
    before = person.view("red")
    person.click("behind-t2" if person.is_pressed("behind-t1ce") else "behind-t1ce")
    until(lambda: differ(before, person.view("red")), what="another image")
    person.page.context.close()
    line.close()


def test_a_signal_in_the_middle_of_a_run_ends_everything_within_two_seconds(
    a_browser: Browser, a_server: Served
) -> None:
    person = open_page(a_browser, a_server)
    person.start()
    until(a_server.workers, what="a worker")
    assert a_server.stop() < 2.0 * PATIENCE
    person.page.context.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_is_killed_leaves_no_process_and_the_next_start_removes_its_files(
    a_browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "first").mkdir()
    served = Served(tmp_path / "first")
    person = open_page(a_browser, served)
    person.segment()
    assert served.workers()
    person.page.context.close()
    served.process.kill()
    served.process.wait()
    until(lambda: not served.processes(), seconds=10.0, what="the end of the worker")
    assert list(served.temporary.iterdir())
    (tmp_path / "next").mkdir()
    with serving(tmp_path / "next", temporary=served.temporary):
        pass
    assert list(served.temporary.iterdir()) == []


def test_a_port_is_listened_on_and_told_when_it_is_taken(tmp_path: Path, the_server: Served) -> None:
    (tmp_path / "own").mkdir()
    port = free_port()
    with serving(tmp_path / "own", "--port", str(port)) as served:
        assert served.port == port
    refused = Served(tmp_path, "--port", str(the_server.port), waits=False)
    assert refused.process.wait(30) == 2
    assert f"Port {the_server.port} cannot be listened on" in refused.errors


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def test_a_signal_before_it_serves_leaves_nothing(tmp_path: Path) -> None:
    served = Served(tmp_path, waits=False)
    until(lambda: any(served.temporary.iterdir()), what="its folder")
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(20) == 130
    assert list(served.temporary.iterdir()) == []
    assert served.processes() == set()


def test_images_on_other_grids_are_sent_and_segmented_as_the_command_does(
    a_browser: Browser, a_server: Served, a_patient_on_three_grids: dict[str, Path], tmp_path: Path
) -> None:
    person = open_page(a_browser, a_server)
    person.send("open", *a_patient_on_three_grids.values())
    until(lambda: person.find("patient").inner_text() == "jörg7", what="the patient")
    assert person.find("volume-t1ce").input_value() == ""
    assert person.find("volume-t1").locator("option:checked").inner_text() == "jörg7_t1"
    person.segment()
    assert person.titles() == ["FLAIR + T1 + T2"]
    page = sitk.ReadImage(str(download(person, "labels", tmp_path / "page.nii.gz")))
    command = sitk.ReadImage(str(segment_by_command(a_patient_on_three_grids, tmp_path / "command.nii.gz")))
    assert np.array_equal(sitk.GetArrayFromImage(page), sitk.GetArrayFromImage(command))
    assert not list(a_server.temporary.glob("*/upload-*"))


def test_what_is_no_image_is_refused_in_a_sentence_and_changes_nothing(person: Person, tmp_path: Path) -> None:
    (tmp_path / "flair.nii.gz").write_bytes(b"no image")
    before = person.view("red")
    person.send("open", tmp_path / "flair.nii.gz")
    person.find("problem").wait_for()
    assert "'flair.nii.gz'" in person.find("problem").inner_text()
    assert person.find("patient").inner_text() == "synthetic sample patient"
    person.find("problem").get_by_role("button").click()
    until(
        lambda: (now := person.view("red")).shape == before.shape and not differ(before, now),
        what="the views as before",
    )
    assert [text for text in person.complaints if "400 (Bad Request)" not in text] == []
    person.complaints.clear()


@pytest.fixture
def a_patient_on_three_grids(tmp_path: Path) -> dict[str, Path]:
    """The sample patient without T1ce, each image on voxels of its own, turned and cut in its own way."""
    made = {}
    for modality, name, axes, spacing_mm in GRIDS:
        image = sitk.DICOMOrient(sitk.ReadImage(str(SAMPLE / f"Synthetic_{name}.nrrd")), axes)
        size = [round(n * s / mm) for n, s, mm in zip(image.GetSize(), image.GetSpacing(), spacing_mm, strict=True)]
        grid = (size, sitk.Transform(), sitk.sitkLinear, image.GetOrigin(), spacing_mm, image.GetDirection())
        made[modality] = tmp_path / f"jörg7_{modality}.nii.gz"
        sitk.WriteImage(sitk.Resample(image, *grid), str(made[modality]))
    return made


def segment_by_command(images: dict[str, Path], out: Path) -> Path:
    words = [word for modality, path in images.items() for word in (f"--{modality}", str(path))]
    assert run_command(build_parser(), ["segment", *words, "--no-cache", "-o", str(out)]) == 0
    return out


def test_the_watch_of_sockets_overlooks_no_connection(tmp_path: Path, the_server: Served) -> None:
    program = f"import socket; socket.create_connection(('localhost', {the_server.port}))"
    subprocess.run([sys.executable, "-c", program], env={**os.environ, **watched(tmp_path)}, check=True)
    assert str(the_server.port) in (tmp_path / SPOKEN).read_text(encoding="utf-8")
