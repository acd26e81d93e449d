"""The page in a real browser, with the sample patient: what a person sees and does."""

import codecs
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import SimpleITK as sitk
from playwright.sync_api import Browser

from lckd.cli import build_parser, run_command
from Testing.app.browser import LAPTOP, PHONE, SLICES, SPACE, Person, coloured, differ, download, is_drawn, open_page
from Testing.app.serving import MODULE_FOLDER, Served, until

pytestmark = pytest.mark.slow

SAMPLE = MODULE_FOLDER / "Resources" / "SampleData"


def test_the_sample_patient_is_seen_in_four_views(person: Person) -> None:
    assert all(is_drawn(person.view(name)) for name in SLICES)
    assert person.view(SPACE).std() > 5
    assert person.find("patient").inner_text() == "synthetic sample patient"
    assert [person.find(f"badge-{name}").inner_text()[0] for name in ("flair", "t1", "t1ce", "t2")] == ["✓"] * 4


def test_each_modality_stands_for_its_image(person: Person) -> None:
    for modality, name in {"flair": "FLAIR", "t1": "T1", "t1ce": "T1ce", "t2": "T2"}.items():
        chosen = person.find(f"volume-{modality}")
        assert chosen.locator("option:checked").inner_text() == f"Synthetic_{name}"
        assert chosen.get_attribute("title") == f"Synthetic_{name}"  # what is too long for the list is read there


def test_what_to_expect_follows_the_modalities(person: Person) -> None:
    with_all = person.find("expected-ET").inner_text()
    heads = person.find("expectation").locator("thead th")
    assert "taught the others" in (heads.nth(3).get_attribute("title") or "")
    person.click("use-t1ce")
    until(lambda: person.find("expected-ET").inner_text() != with_all, what="another expectation")
    assert "Adding T1ce would raise ET" in person.find("expectation-text").inner_text()
    person.click("use-t1ce")
    until(lambda: person.find("expected-ET").inner_text() == with_all, what="the expectation of before")


def test_segment_gives_outlines_surfaces_and_a_column_for_each_subset(person: Person) -> None:
    person.segment()
    until(lambda: coloured(person.view("red")) > 200, what="outlines")
    until(lambda: coloured(person.view(SPACE)) > 200, what="surfaces")
    person.segment("t1ce")
    assert {"FLAIR + T1 + T1ce + T2", "FLAIR + T1 + T2"} <= set(person.titles())
    volume = person.find("measurements").locator("tbody tr").first.locator("td").first
    assert float(volume.inner_text()) > 1


def test_progress_is_that_of_the_run(a_browser: Browser, a_server: Served) -> None:
    person = open_page(a_browser, a_server)
    person.page.evaluate(
        """() => { window.told = [];
          window.trame.state.watch(["percent", "status", "busy"], (percent, status, busy) => {
            if (busy) window.told.push([percent, status]);
          }); }"""
    )
    person.segment()
    told = person.page.evaluate("window.told")
    percents, words = [percent for percent, _ in told], {status for _, status in told}
    assert percents == sorted(percents)
    assert len(set(percents)) > 3
    assert len(words) > 3
    person.page.context.close()


def test_live_follows_a_switched_modality(person: Person) -> None:
    person.segment()
    person.find("live").locator("input").check()
    before, shown = person.view("red"), set(person.titles())
    person.click("use-flair")
    until(lambda: person.titles()[-1] not in shown or differ(before, person.view("red")), what="another outline")
    until(lambda: not person.is_busy(), what="the result")
    for name in ("t1", "t1ce", "t2"):  # one after the other, until none is left: told beside the button
        person.press(f"use-{name}", is_pressed=False)
    until(lambda: not person.is_busy() and "at least one" in person.status(), what="what is missing")
    assert person.find("problem").count() == 0
    person.find("live").locator("input").uncheck()
    for name in ("flair", "t1", "t1ce", "t2"):
        person.press(f"use-{name}", is_pressed=True)
    assert person.find("problem").count() == 0


def test_what_two_results_share_is_in_sight_once_both_are_chosen(person: Person) -> None:
    person.segment()
    person.segment("t1ce")
    first, second = person.titles()[:2]
    person.find("compare-first").select_option(first)
    person.find("compare-second").select_option(second)
    person.find("agreement").wait_for()
    bottom, edge = person.page.evaluate(
        """() => ["[data-testid=agreement] + p", "[data-testid=segment]"]
          .map((one) => document.querySelector(one).getBoundingClientRect())
          .map((box, index) => (index ? box.top : box.bottom))"""
    )
    assert bottom <= edge
    person.find("compare-second").select_option("")


def test_the_background_is_chosen_and_a_view_enlarged(person: Person) -> None:
    person.click("behind-t1ce")
    before = person.view("red")
    person.click("behind-t2")
    until(lambda: differ(before, person.view("red")), what="another image")
    person.click("enlarge-red")
    until(lambda: person.size("red")[0] > 700, what="a large view")
    person.click("enlarge-red")
    until(lambda: person.find("view-green").is_visible(), what="four views")


def test_a_result_downloaded_is_voxel_for_voxel_that_of_the_command(person: Person, tmp_path: Path) -> None:
    person.segment("t1", "t2")
    saved = download(person, "labels", tmp_path / "page.nii.gz")
    images = ["--flair", str(SAMPLE / "Synthetic_FLAIR.nrrd"), "--t1ce", str(SAMPLE / "Synthetic_T1ce.nrrd")]
    assert run_command(build_parser(), ["segment", *images, "-o", str(tmp_path / "command.nii.gz")]) == 0
    page, command = sitk.ReadImage(str(saved)), sitk.ReadImage(str(tmp_path / "command.nii.gz"))
    assert (sitk.GetArrayFromImage(page) == sitk.GetArrayFromImage(command)).all()
    assert page.GetDirection() == pytest.approx(command.GetDirection(), abs=1e-5)
    assert page.GetOrigin() == pytest.approx(command.GetOrigin(), abs=1e-3)


def test_every_file_that_is_offered_comes(person: Person, tmp_path: Path) -> None:
    person.segment()
    beginnings = {
        "segmentation": b"NRRD",
        "surfaces": b"PK",
        "report": b"%PDF",
        "record": b"{",
        "measurements": codecs.BOM_UTF8,
    }
    for name, beginning in beginnings.items():
        assert download(person, name, tmp_path / name).read_bytes().startswith(beginning), name


def test_cancel_ends_the_process_and_leaves_the_scene(person: Person, the_server: Served) -> None:
    person.segment()
    former, workers = person.titles(), the_server.workers()
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)  # or it would be done before anybody can press Cancel
    person.click("use-t2")
    person.start()
    person.find("cancel").click()
    until(lambda: not person.is_busy(), what="the end of the run")
    until(lambda: not (the_server.workers() & workers), what="the end of the worker")
    assert "ancelled" in person.status()
    assert person.titles() == former
    person.click("use-t2")


def test_everything_can_be_done_with_the_keyboard(person: Person) -> None:
    for _ in range(80):
        person.page.keyboard.press("Tab")
        focused = person.page.evaluate("document.activeElement.dataset.testid || ''")
        if focused == "segment":
            break
    assert focused == "segment"
    person.page.keyboard.press("Enter")
    until(lambda: person.is_busy() or "Segmented" in person.status(), what="a run")
    person.wait_for_result()


def test_everything_that_takes_input_has_a_name(person: Person) -> None:
    nameless = person.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, [role=button], a")]
          .filter((one) => one.offsetParent && !(one.ariaLabel || one.title || one.innerText.trim()
            || one.labels?.length || one.getAttribute("aria-labelledby") || one.closest("[aria-label]")))
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_runs_over_the_edge(a_browser: Browser, the_server: Served, size: tuple[int, int], scheme: str) -> None:
    person = open_page(a_browser, the_server, size=size, color_scheme=scheme)
    wide, high = person.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert (wide, high) <= size
    assert person.find("segment").is_visible()
    assert all(person.size(name)[1] > 90 for name in (*SLICES, SPACE))
    person.page.context.close()


def test_two_browsers_are_told_of_each_other(person: Person, a_browser: Browser, the_server: Served) -> None:
    assert person.find("two-windows").count() == 0
    other = open_page(a_browser, the_server)
    for one in (person, other):
        one.find("two-windows").wait_for()
    other.page.context.close()
    until(lambda: person.find("two-windows").count() == 0, what="the notice to go")


def test_nobody_but_this_machine_is_asked(person: Person, the_server: Served) -> None:
    person.segment()
    hosts = {urlsplit(address.removeprefix("blob:")).hostname for address in person.requests}
    assert hosts == {"127.0.0.1"}
    assert the_server.spoken_to() == set()
