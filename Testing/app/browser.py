"""What a person does with the page, and what it looks like to them."""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from lckd.segments import TISSUE_SEGMENTS, Colour
from Testing.app.serving import Served, until

CHROMIUM = Path("/usr/bin/chromium")
LAPTOP, PHONE = (1280, 800), (844, 390)
SLICES, SPACE = ("red", "green", "yellow"), "threed"
"""Slicer's names of the axial, the coronal and the sagittal view, and of the one in three dimensions."""

SEGMENT_S, STILL_S = 240.0, 0.4
SAME_COLOUR = 40
"""Parts of a colour that differ by less are one colour after the picture was compressed."""

BEGUN = """() => {
  if (window.begun === undefined) {
    window.begun = 0;
    window.trame.state.watch(["busy"], (busy) => { window.begun += busy ? 1 : 0; });
  }
  return window.begun;
}"""
"""Gives how many runs have begun since it was asked for the first time."""

TISSUES = [style.colour for style in TISSUE_SEGMENTS]

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Person:
    """Somebody with a browser in front of them.

    Attributes:
        page: What they see.
        requests: Every address that their browser asked for.
        complaints: What the browser's console says.
    """

    page: Page
    requests: list[str]
    complaints: list[str]

    def find(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def click(self, name: str) -> None:
        self.find(name).click()

    def look_at(self, name: str) -> Pixels:
        """Take a picture of an element: rows, columns, RGB."""
        picture = Image.open(io.BytesIO(self.find(name).screenshot())).convert("RGB")
        return np.asarray(picture)

    def view(self, name: str) -> Pixels:
        return self.look_at(f"view-{name}")

    def still(self, name: str) -> Pixels:
        """Take a picture of a view once it changes no more: what was drawn fast is drawn again, and well."""
        pictures = [self.view(name)]

        def is_still() -> bool:
            time.sleep(STILL_S)
            pictures.append(self.view(name))
            return not differ(pictures[-2], pictures[-1], by=0.1)

        until(is_still, what="a still picture")
        return pictures[-1]

    def click_in(self, name: str, right: float, down: float) -> None:
        """Click in a view, at parts of its width and height from the upper left."""
        wide, high = self.size(name)
        self.find(f"view-{name}").click(position={"x": wide * right, "y": high * down})

    def size(self, name: str) -> tuple[float, float]:
        """Give width and height of what is seen of a view, in pixels."""
        box = self.find(f"view-{name}").bounding_box()
        return (box["width"], box["height"]) if box else (0.0, 0.0)

    def segment(self, *without: str) -> None:
        """Segment without some modalities, and wait for it."""
        for modality in ("flair", "t1", "t1ce", "t2"):
            if self.find(f"use-{modality}").is_enabled():
                self.press(f"use-{modality}", is_pressed=modality not in without)
        self.start()
        self.wait_for_result()

    def start(self) -> None:
        """Press Segment and wait until a run has begun: it may be over sooner than anybody looks."""
        before = self.page.evaluate(BEGUN)
        self.click("segment")
        until(lambda: self.page.evaluate(BEGUN) > before, what="the beginning of a run")

    def status(self) -> str:
        return self.find("status").inner_text()

    def wait_for_result(self) -> None:
        """Wait for the end of a run; it must have been a good one."""
        until(lambda: not self.is_busy(), seconds=SEGMENT_S, what="the result")
        assert self.find("problem").count() == 0, self.find("problem").inner_text()

    def is_busy(self) -> bool:
        return self.find("cancel").count() > 0

    def is_pressed(self, name: str) -> bool:
        return self.find(name).get_attribute("aria-pressed") == "true"

    def press(self, name: str, *, is_pressed: bool) -> None:
        """Bring a button that stays pressed to one state, and wait until the server has heard of it."""
        if self.is_pressed(name) != is_pressed:
            self.click(name)
        until(lambda: self.is_pressed(name) == is_pressed, what=name)

    def send(self, mode: str, *files: Path) -> None:
        """Choose files as `open` or `add`, and wait until they were sent."""
        with self.page.expect_file_chooser() as coming:
            self.click(f"{mode}-images")
        with self.page.expect_response("**/upload/*"):
            coming.value.set_files(files)

    def titles(self) -> list[str]:
        """Names of the subsets in the table of measurements."""
        self.click("tab-results")
        heads = self.find("measurements").locator("thead th").all_inner_texts()
        return [head.strip() for head in heads if head.strip()]


def visit(browser: Browser, address: str, *, size: tuple[int, int] = LAPTOP, **options: Any) -> Person:  # noqa: ANN401
    """Open the page in a browser of its own and wait until it shows its views."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    person = Person(page, [], [])
    page.on("request", lambda request: person.requests.append(request.url))
    page.on("console", lambda entry: person.complaints.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    page.goto(address)
    page.get_by_test_id("views").wait_for(timeout=30_000)
    return person


def open_page(browser: Browser, served: Served, **options: Any) -> Person:  # noqa: ANN401 - of a browser
    """Open the page and wait until its views are drawn."""
    person = visit(browser, served.address, **options)
    until(lambda: all(is_drawn(person.view(name)) for name in SLICES), what="the views")
    return person


@contextmanager
def somebody(browser: Browser, served: Served) -> Iterator[Person]:
    """Open the page for somebody; nothing may have gone wrong in their browser at the end."""
    person = open_page(browser, served)
    yield person
    person.page.context.close()
    assert person.complaints == []


def is_drawn(pixels: Pixels) -> bool:
    """Tell whether there is more than one colour: a head on black."""
    grey = pixels.astype(float).mean(axis=-1)
    return bool((grey > 60).mean() > 0.03 and grey.std() > 15)


def coloured(pixels: Pixels, colours: Sequence[Colour] = TISSUES) -> int:
    """Count the pixels in some colours, or in any of the segments'."""
    wanted = np.array(colours) * 255
    distance = np.abs(pixels[:, :, None, :].astype(float) - wanted).max(axis=-1)
    return int((distance < SAME_COLOUR).any(axis=-1).sum())


def differ(one: Pixels, other: Pixels, *, by: float = 1.0) -> bool:
    """Tell whether two pictures show different things: not only another size or another compression."""
    return one.shape == other.shape and float(np.abs(one.astype(float) - other).mean()) > by


def download(person: Person, name: str, path: Path) -> Path:
    """Take a file away by the menu, as a person does."""
    person.click("downloads")
    with person.page.expect_download() as coming:
        person.click(f"download-{name}")
    coming.value.save_as(path)
    return path
