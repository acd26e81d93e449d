"""The page in a browser: from the command to its views, from a switch to an outline, from the wheel to a slice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from Testing.app.browser import CHROMIUM, LAPTOP, SLICES, SPACE
from Testing.app.serving import Served, until
from Testing.benchmarks.child import KIBIBYTE
from Testing.benchmarks.options import Options
from Testing.benchmarks.table import Table, gibibytes, seconds

SWITCHES = ("t1ce", "flair", "t1", "t1", "t2", "t1ce", "t2")
TURNS, REST_S = 10, 1.5

ARE_DRAWN = """(names) => names.every((name) => {
  const image = document.querySelector(`[data-testid=view-${name}] img`);
  return image && image.naturalWidth > 100;
})"""
WATCH = """(name) => {
  window.drawn = [];
  document.querySelector(`[data-testid=view-${name}] img`)
    .addEventListener("load", () => window.drawn.push(performance.now()));
}"""
BEGIN = "() => { window.drawn = []; window.begun = performance.now(); }"
TOOK_MS = "() => window.drawn.length ? window.drawn[0] - window.begun : 0"


def measure(options: Options) -> list[Table]:
    """Measure a server with the sample patient, on the wall clock: three processes share the work."""
    times: dict[str, list[float]] = {}
    held: list[int] = []
    for run in range(options.runs):
        folder = options.folder / f"page{run}"
        folder.mkdir()
        begin = time.monotonic()
        with _opened(folder) as (served, page):
            times.setdefault("from the command to four views", []).append(time.monotonic() - begin)
            times.setdefault("wheel to another slice", []).extend(_turns(page))
            _segment(page)
            times.setdefault("switched modality to its outline", []).extend(_switches(page))
            held.append(sum(map(_resident, served.processes())))
            times.setdefault("asked to stop to the end", []).append(served.stop())
    rows = [[name, seconds(one)] for name, one in times.items()]
    rows.append(["memory of server and worker, shared pages twice", gibibytes(max(held))])
    return [Table("The page in a browser", ["what", "time"], rows, "The sample patient, Chromium on the same machine.")]


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Served, Page]]:
    """Start a server and look at it until its four views are drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        served = Served(folder)
        try:
            page.goto(served.address)
            page.wait_for_function(ARE_DRAWN, arg=[*SLICES, SPACE])
            yield served, page
        finally:
            served.kill()
            browser.close()


def _segment(page: Page) -> None:
    page.get_by_test_id("segment").click()
    until(lambda: "Segmented" in page.get_by_test_id("status").inner_text(), seconds=120.0, what="a result")
    page.get_by_test_id("live").locator("input").check()
    time.sleep(REST_S)


def _turns(page: Page) -> list[float]:
    box: Any = page.get_by_test_id("view-red").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate(WATCH, "red")
    time.sleep(REST_S)
    return [_until_drawn(page, lambda: page.mouse.wheel(0, 100)) for _ in range(TURNS)]


def _switches(page: Page) -> list[float]:
    return [_until_drawn(page, page.get_by_test_id(f"use-{name}").click) for name in SWITCHES]


def _until_drawn(page: Page, act: Callable[[], None]) -> float:
    """Do something, and give the seconds until the axial view gets another picture."""
    page.evaluate(BEGIN)
    act()
    took = until(lambda: float(page.evaluate(TOOK_MS)), what="a picture")
    time.sleep(REST_S)
    return took / 1000


def _resident(process: int) -> int:
    """Give the memory that a process holds, in bytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * KIBIBYTE
