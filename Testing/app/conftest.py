"""Real servers: routes of our own, asked over a real connection, and the whole page, looked at in a real browser."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import SimpleITK as sitk
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.sync_api import Browser, sync_playwright
from slicer import vtkMRMLScene, vtkMRMLSubjectHierarchyNode, vtkSlicerSegmentationsModuleLogic

from lckd.modality import Modality, in_order
from lckd_app.patient.folder import Contents
from lckd_app.patient.scene import of_a_patient, put, remove
from lckd_training.cohorts.case import SyntheticCase
from LCKDSegmentationLib.job import Job, Reply
from Testing.app.browser import CHROMIUM, Person, somebody
from Testing.app.serving import MODULE_FOLDER, Served, serving
from Testing.app.standin import StandIn, images, labels, record
from Testing.lckd.dicom.scanner import FLAIR, T1, T2, Scanner

if TYPE_CHECKING:
    from lckd_app.patient.desk import Desk
    from lckd_app.views.stage import Stage

WEIGHTS = MODULE_FOLDER / "Resources" / "Weights" / "base"


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


@pytest.fixture
def a_scene() -> vtkMRMLScene:
    """A scene without an application, which can make surfaces."""
    scene, logic = vtkMRMLScene(), vtkSlicerSegmentationsModuleLogic()
    logic.SetMRMLScene(scene)
    scene.AddNode(vtkMRMLSubjectHierarchyNode())
    return scene


@pytest.fixture
def a_reply(a_scene: vtkMRMLScene) -> Reply:
    """Enhancing tumour within edema, from two images of one scene."""
    volumes = dict(zip(in_order(["flair", "t1ce"]), put(a_scene, images("flair", "t1ce")), strict=True))
    return Reply(Job(volumes, Path("base"), "", "cpu"), labels(), {}, record(12.34, "flair", "t1ce"))


@pytest.fixture
def another_reply(a_reply: Reply) -> Reply:
    """The same labels, from one of the images."""
    job = replace(a_reply.job, volumes={"flair": a_reply.job.volumes["flair"]})
    return replace(a_reply, job=job, record=record(9.87, "flair"))


@pytest.fixture(scope="session")
def the_stage() -> "Stage":
    """Slicer's scene and views as the server makes them, without a page; shared, since it takes seconds."""
    from trame.app import get_server  # noqa: PLC0415 - most tests need no views

    from lckd_app.views.stage import make_stage  # noqa: PLC0415 - see above

    async def make() -> "Stage":
        server = get_server("a stage", client_type="vue3")
        return make_stage(server, over_slices=lambda *_: None, over_space=lambda *_: None)

    return asyncio.run(make())


@pytest.fixture
def a_stage(the_stage: "Stage") -> "Iterator[Stage]":
    """Scene and views without a patient."""
    yield the_stage
    remove(the_stage.scene, of_a_patient(the_stage.scene))


@pytest.fixture
def process() -> StandIn:
    return StandIn()


@pytest.fixture
def desk(a_stage: "Stage", process: StandIn, tmp_path: Path) -> "Iterator[Desk]":
    """A desk with a patient of three images."""
    from lckd_app.patient.desk import Desk  # noqa: PLC0415 - see above

    desk = Desk(a_stage, weights=WEIGHTS, surroundings=process.surroundings(tmp_path), changed=lambda: None)
    desk.open(Contents("somebody", images("p_flair", "p_t1", "p_t1ce")))
    yield desk
    desk.close()


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
    with somebody(a_browser, the_server) as person:
        yield person
