"""What the page sends is taken whole, as images, under names of our own, or refused in a sentence; nothing stays."""

import asyncio
import io
import json
import resource
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import aiohttp
import numpy as np
import pytest
import SimpleITK as sitk
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from lckd.errors import InputError
from lckd_app.doors.received import Limits, clean_name
from lckd_app.doors.uploads import add_upload_route
from lckd_app.patient.files import Found
from lckd_app.patient.folder import Contents
from Testing.app.conftest import Answer, Ask, MakeApp
from Testing.conftest import WriteVolume

LIMITS = Limits(files=3, file_bytes=20_000, total_bytes=30_000, silence_s=5.0)


class Taker:
    """Takes files as the scene does, and remembers what it saw."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.error: Exception | None = None
        self.name, self.is_added = "", False
        self.found: list[Found] = []
        self.paths: list[str] = []
        self.modes: list[int] = []

    def take(self, contents: Contents, *, is_added: bool) -> None:
        if self.error is not None:
            raise self.error
        self.found, self.name, self.is_added = contents.found, contents.name, is_added
        self.paths = [str(one.path.relative_to(self.folder)) for one in self.found]
        self.modes = [one.path.parent.stat().st_mode & 0o777 for one in self.found]

    def make(self) -> web.Application:
        app = web.Application()
        add_upload_route(app, self.folder, self.take, limits=LIMITS)
        return app


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Taker]:
    """At the end nothing is left, however it went."""
    (tmp_path / "server").mkdir()
    taker = Taker(tmp_path / "server")
    yield taker
    assert list(taker.folder.iterdir()) == []


@pytest.fixture
def flair(tmp_path: Path, write_volume: WriteVolume) -> Path:
    return write_volume(tmp_path / "mine" / "flair.nii.gz", [1, 2, 3])


def send(ask: Ask, make: MakeApp, *files: tuple[str, bytes], mode: str = "open") -> Answer:
    form = aiohttp.FormData(quote_fields=False)
    for name, content in files:
        form.add_field("files", content, filename=name, content_type="application/octet-stream")
    return ask(make, f"/upload/{mode}", "POST", data=form)


def message(answer: Answer) -> str:
    return str(json.loads(answer.text)["message"])


def test_images_arrive_with_their_voxels_in_a_private_folder(ask: Ask, taker: Taker, flair: Path) -> None:
    answer = send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()), ("t2.nii.gz", flair.read_bytes()))
    assert (answer.status, message(answer)) == (200, "")
    assert [one.name for one in taker.found] == ["flair", "t2"]
    assert [Path(path).name for path in taker.paths] == ["0.nii.gz", "1.nii.gz"]
    assert taker.modes == [0o700, 0o700]
    sent = sitk.GetArrayFromImage(sitk.ReadImage(str(flair)))
    assert np.array_equal(sitk.GetArrayFromImage(taker.found[0].image), sent)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/t1.nii.gz", "t1.nii.gz"),
        ("/etc/t1.nii", "t1.nii"),
        ("D:\\scans\\t1.nrrd", "t1.nrrd"),
        ("a\nb\x1b[2J.mha", "a\\nb\\x1b[2J.mha"),
        ("x" * 500 + "_flair.nii.gz", "x" * 60 + "…" + "x" * 53 + "_flair.nii.gz"),
        ("..", ".."),
        ("", "unnamed"),
    ],
    ids=["upwards", "absolute", "of Windows", "steering", "long", "dots", "none"],
)
def test_of_a_name_only_what_may_be_shown_is_kept(name: str, shown: str) -> None:
    assert clean_name(name) == shown


def test_a_name_decides_no_place(ask: Ask, taker: Taker, flair: Path) -> None:
    assert send(ask, taker.make, ("../../../flair.nii.gz", flair.read_bytes())).status == 200
    assert taker.paths[0].startswith("upload-")
    assert taker.found[0].name == "flair"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "No file was sent"),
        ([("notes.txt", b"hello")], "'notes.txt' is not of a kind that can be read here"),
        ([("scan.mhd", b"hello")], "'scan.mhd' is not of a kind"),
        ([("flair.nii.gz", b"hello")], "file 'flair.nii.gz'"),
        ([("flair.nii.gz", b"")], "file 'flair.nii.gz' is empty"),
        ([("flair.nrrd", b"NRRD0004\ndata file: /etc/passwd\n\n")], "takes its voxels from '/etc/passwd'"),
        ([("a.nii", bytes(20_001))], "A file may have"),
        ([("a.nii", bytes(15_000)), ("b.nii", bytes(15_001))], "A file may have"),
        ([(f"{n}.nii", b"x") for n in range(4)], "more than 3 files"),
    ],
    ids=["none", "text", "detached", "no image", "empty", "pointing elsewhere", "large", "large in all", "many"],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    ask: Ask, taker: Taker, files: list[tuple[str, bytes]], says: str
) -> None:
    answer = send(ask, taker.make, *files) if files else ask(taker.make, "/upload/open", "POST", data=b"nothing")
    assert answer.status == 400
    assert says in message(answer)
    assert str(taker.folder) not in message(answer)
    assert taker.found == []


def test_one_bad_file_among_good_ones_refuses_them_all(ask: Ask, taker: Taker, flair: Path) -> None:
    answer = send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()), ("t1.nii.gz", flair.read_bytes()[:-9]))
    assert (answer.status, "t1.nii.gz" in message(answer), taker.found) == (400, True, [])


def test_what_the_scene_refuses_is_told(ask: Ask, taker: Taker, flair: Path) -> None:
    taker.error = InputError("The volume is under a transform: remove it.")
    answer = send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()))
    assert (answer.status, message(answer)) == (400, str(taker.error))


def test_what_nobody_foresaw_is_a_sentence_too(
    ask: Ask, taker: Taker, flair: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taker.error = ZeroDivisionError("by nothing")
    answer = send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()))
    assert answer.status == 500
    assert "could not be taken in (ZeroDivisionError); what was shown before is still there" in message(answer)
    assert "by nothing" in capsys.readouterr().err


@pytest.mark.parametrize(("mode", "is_added"), [("open", False), ("add", True)])
def test_the_address_says_whether_the_images_are_of_another_patient(
    ask: Ask, taker: Taker, flair: Path, mode: str, *, is_added: bool
) -> None:
    assert send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()), mode=mode).status == 200
    assert (len(taker.found), taker.is_added) == (1, is_added)


def test_there_is_no_third_way_to_send(ask: Ask, taker: Taker, flair: Path) -> None:
    assert send(ask, taker.make, ("flair.nii.gz", flair.read_bytes()), mode="replace").status == 404


def test_a_full_disk_is_told_in_a_sentence(ask: Ask, taker: Taker) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        answer = send(ask, taker.make, ("flair.nii", bytes(9000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status, "no room for 'flair.nii'" in message(answer)) == (507, True)


def test_half_an_upload_leaves_nothing(taker: Taker) -> None:
    async def attempt(_client: TestClient[Any, Any], address: URL) -> None:
        writer = await begin(address)
        await until(lambda: any(taker.folder.rglob("0.nii")))
        writer.close()
        await until(lambda: not any(taker.folder.iterdir()))

    asyncio.run(serving(taker, attempt))
    assert taker.found == []


def test_two_uploads_at_once_are_told_apart(taker: Taker, flair: Path) -> None:
    async def attempt(client: TestClient[Any, Any], address: URL) -> None:
        writer = await begin(address)
        await until(lambda: any(taker.folder.iterdir()))
        async with client.post("/upload/open", data={"f": flair.open("rb")}) as answer:
            assert (answer.status, "Another upload" in (await answer.json())["message"]) == (409, True)
        writer.close()
        await until(lambda: not any(taker.folder.iterdir()))

    asyncio.run(serving(taker, attempt))


def test_a_server_that_stops_does_not_wait_for_the_rest(taker: Taker) -> None:
    async def attempt(client: TestClient[Any, Any], address: URL) -> None:
        writer = await begin(address)
        await until(lambda: any(taker.folder.rglob("0.nii")))
        await asyncio.wait_for(client.server.close(), 3.0)
        writer.close()

    asyncio.run(serving(taker, attempt))
    assert taker.found == []


def test_a_server_that_stops_does_not_wait_until_all_is_unpacked(taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.txt", b"-")

    def slowly(source: IO[bytes], target: IO[bytes]) -> None:
        target.write(source.read())
        time.sleep(0.5)

    monkeypatch.setattr("shutil.copyfileobj", slowly)  # by which an archive is unpacked

    async def attempt(client: TestClient[Any, Any], _address: URL) -> None:
        form = aiohttp.FormData()
        form.add_field("files", content.getvalue(), filename="a.zip")
        sending = asyncio.ensure_future(client.post("/upload/open", data=form))
        await until(lambda: any(taker.folder.rglob("1.txt")))
        await client.server.close()
        sending.cancel()

    begun = time.monotonic()
    asyncio.run(serving(taker, attempt))  # waits for its threads
    assert time.monotonic() - begun < 20.0  # of the 50 s that all of it takes


async def begin(address: URL) -> asyncio.StreamWriter:
    """Begin an upload, and do not go on."""
    _reader, writer = await asyncio.open_connection(address.host, address.port)
    about = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 15000"
    head = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.nii"\r\n\r\n'
    writer.write(f"POST /upload/open HTTP/1.1\r\nHost: localhost\r\n{about}\r\n\r\n{head}".encode() + bytes(5000))
    await writer.drain()
    return writer


async def serving(taker: Taker, attempt: Any) -> None:  # noqa: ANN401 - what to do meanwhile
    async with TestClient(TestServer(taker.make(), host="127.0.0.1")) as client:
        await attempt(client, client.make_url("/upload/open"))


async def until(is_so: Any) -> None:  # noqa: ANN401 - a question
    async def wait() -> None:
        while not is_so():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), 8)
