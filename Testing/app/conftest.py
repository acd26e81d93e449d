"""Real servers: routes of our own, asked over a real connection, and the whole page, looked at in a real browser."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.sync_api import Browser, sync_playwright

from lckd.modality import Modality
from lckd_training.cohorts.case import SyntheticCase
from Testing.app.browser import CHROMIUM, Person, open_page
from Testing.app.serving import Served, serving
from Testing.lckd.dicom.scanner import FLAIR, T1, T2, Scanner


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


@pytest.fixture(scope="session")
def a_scan() -> Callable[[Modality], sitk.Image]:
    """A maker of scans of a synthetic head, as a scanner counts: whole numbers from 0 on."""
    images = SyntheticCase(11, spacing_mm=6.0).load().images
    return lambda modality: sitk.Cast(sitk.RescaleIntensity(images[modality], 0, 2000), sitk.sitkUInt16)


@pytest.fixture(scope="session")
def a_dicom_folder(tmp_path_factory: pytest.TempPathFactory, a_scan: Callable[[Modality], sitk.Image]) -> Path:
    """A study of two modalities, and a series of another kind; to be read only."""
    scanner = Scanner(tmp_path_factory.mktemp("disc"), {"StudyDate": "20240305"})
    scanner.series(a_scan("flair"), "AX T2 FLAIR", **FLAIR)
    scanner.series(a_scan("t1ce"), "AX T1 +C", **T1, ContrastBolusAgent="Gadovist")
    scanner.series(a_scan("t2"), "AX DWI ASSET", **T2)
    return scanner.folder


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
