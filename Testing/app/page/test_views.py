"""What the views show, and what a person changes about it, in a real browser."""

import pytest
from playwright.sync_api import Locator

from lckd.segments import TISSUE_SEGMENTS
from LCKDSegmentationLib.comparison import ONLY_FIRST
from Testing.app.browser import SPACE, Person, coloured, differ
from Testing.app.serving import until

pytestmark = pytest.mark.slow

GREEN = next(style.colour for style in TISSUE_SEGMENTS if style.name == "ED")
YELLOW = next(style.colour for style in TISSUE_SEGMENTS if style.name == "ET")
WARM = [style.colour for style in TISSUE_SEGMENTS if style.name != "ED"]


@pytest.fixture
def doctor(person: Person) -> Person:
    """Somebody who has just segmented the sample, and shows it as the page does at first."""
    person.segment()
    for name in ("surfaces", "segment-ET", "segment-NCR", "segment-ED", "style-both"):
        person.press(name, is_pressed=True)
    for name in ("uncertainty", "slices-3d"):
        person.press(name, is_pressed=False)
    until(lambda: coloured(person.view("red")) > 200, what="outlines")
    until(lambda: coloured(person.view(SPACE)) > 200, what="surfaces")
    return person


def test_uncertainty_is_laid_over_the_slices_with_its_scale(doctor: Person) -> None:
    before = doctor.still("red")
    doctor.click("uncertainty")
    doctor.find("legend").wait_for()
    until(lambda: not doctor.is_busy() and "1 bit" in doctor.find("legend").inner_text(), what="the map")
    until(lambda: differ(before, doctor.view("red")), what="the overlay")
    assert coloured(doctor.view("red")) < coloured(before)  # segments are outlined: they would hide it
    doctor.click("uncertainty")
    until(lambda: doctor.find("legend").count() == 0, what="the legend to go")
    until(lambda: coloured(doctor.view("red")) > 0.9 * coloured(before), what="filled segments")


def test_the_sides_of_the_patient_and_the_place_of_a_slice_are_told(doctor: Person) -> None:
    assert [doctor.find(f"side-axial-{edge}").inner_text() for edge in ("left", "right", "top", "bottom")] == list(
        "RLAP"
    )
    before = doctor.find("place-axial").inner_text()
    doctor.find("slice-axial").get_by_role("slider").press("ArrowRight")
    until(lambda: doctor.find("place-axial").inner_text() != before, what="another place")
    assert doctor.find("place-axial").inner_text().endswith(" mm")


def test_the_enhancing_tumour_is_seen_through_the_regions_around_it(doctor: Person) -> None:
    doctor.click("tab-results")
    doctor.find("kind").select_option("regions")
    until(lambda: doctor.find("segment-WT").count() == 1, what="regions")
    until(lambda: coloured(doctor.view("red"), [YELLOW]) > 50, what="its outline")
    doctor.find("kind").select_option("tissues")
    until(lambda: doctor.find("segment-NCR").count() == 1, what="tissues")
    doctor.click("tab-segment")


def test_a_result_of_before_gets_its_own_map(doctor: Person) -> None:
    doctor.segment("t1")
    doctor.click("uncertainty")
    until(lambda: "1 bit" in doctor.find("legend").inner_text(), what="the map")
    doctor.click("tab-results")
    doctor.click("result-FLAIR + T1 + T1ce + T2")
    until(lambda: doctor.status().startswith("Segmented from FLAIR + T1 + T1ce + T2 "), what="the result of before")
    until(lambda: not doctor.is_busy() and "1 bit" in doctor.find("legend").inner_text(), what="its map")
    assert doctor.is_pressed("use-t1") is False  # what was chosen stays chosen
    doctor.click("tab-segment")


def test_the_core_shines_through_the_edema(doctor: Person) -> None:
    with_core = doctor.still(SPACE)
    for name in ("segment-ET", "segment-NCR"):
        doctor.click(name)
    until(lambda: coloured(doctor.view(SPACE), WARM) == 0, what="the shell alone")
    shell = doctor.still(SPACE)
    assert differ(with_core, shell)
    doctor.click("segment-ED")
    until(lambda: differ(shell, doctor.view(SPACE)), what="nothing")
    for name in ("segment-ET", "segment-NCR"):
        doctor.click(name)
    until(lambda: coloured(doctor.view(SPACE), WARM) > 200, what="the core alone")
    assert coloured(doctor.view(SPACE), WARM) > coloured(with_core, WARM)  # nothing lies over it


def test_surfaces_and_slices_in_space_come_and_go(doctor: Person) -> None:
    doctor.click("surfaces")
    until(lambda: coloured(doctor.view(SPACE)) == 0, what="no surfaces")
    doctor.click("surfaces")
    until(lambda: coloured(doctor.view(SPACE)) > 200, what="the surfaces")
    before = doctor.still(SPACE)
    doctor.click("slices-3d")
    until(lambda: differ(before, doctor.view(SPACE)), what="slices in space")


def test_segments_are_filled_or_outlined_as_opaque_as_is_wished(doctor: Person) -> None:
    both = coloured(doctor.still("red"))
    doctor.click("style-fill")
    doctor.find("opacity").locator("[role=slider]").press("End")
    until(lambda: coloured(doctor.view("red")) > 1.5 * both, what="opaque segments")
    doctor.find("opacity").locator("[role=slider]").press("Home")
    until(lambda: coloured(doctor.view("red")) < 20, what="transparent segments")
    doctor.click("style-outline")
    until(lambda: coloured(doctor.view("red")) > 200, what="outlines, whatever the opacity")
    doctor.press("style-fill", is_pressed=True)
    until(lambda: raised(doctor) >= 50, what="half")


def raised(doctor: Person) -> int:
    """Raise the opacity a little and tell it in percent; the server's word counts, so that each step waits for it."""
    slider = doctor.find("opacity").locator("[role=slider]")
    slider.press("ArrowRight")
    return int(slider.get_attribute("aria-valuenow") or 0)


def test_one_segment_is_hidden(doctor: Person) -> None:
    assert coloured(doctor.still("red"), [GREEN]) > 50
    doctor.click("segment-ED")
    until(lambda: coloured(doctor.view("red"), [GREEN]) == 0, what="a slice without edema")
    until(lambda: not doctor.is_pressed("segment-ED"), what="the button to be told")  # pictures may come before


def test_regions_take_the_place_of_tissues(doctor: Person) -> None:
    doctor.click("tab-results")
    doctor.find("kind").select_option("regions")
    until(lambda: doctor.find("segment-WT").count() == 1, what="regions")
    assert doctor.find("segment-ED").count() == 0
    doctor.click("segment-WT")
    until(lambda: coloured(doctor.view(SPACE), [GREEN]) == 0, what="no shell")
    doctor.click("segment-WT")
    doctor.find("kind").select_option("tissues")
    until(lambda: doctor.find("segment-ED").count() == 1, what="tissues")


def valued(slider: Locator) -> float:
    """Give the value of a slider."""
    return float(slider.get_attribute("aria-valuenow") or "nan")


def lowered(slider: Locator) -> float:
    """Press the arrow key to the left, and give the value."""
    slider.press("ArrowLeft")
    return valued(slider)


def test_brightness_is_changed_and_found_again(doctor: Person) -> None:
    before = doctor.still("red")
    doctor.click("window-menu")
    white = doctor.find("window").locator("[role=slider]").last
    was = valued(white)
    until(lambda: lowered(white) < was, what="a step")  # again and again: while the menu opens, keys are lost
    now = valued(white)  # once: a key may be on its way
    assert now == round(now)  # not a tenth, which nobody sees
    for _ in range(8):
        white.press("PageDown")
    until(lambda: differ(before, doctor.view("red")), what="a brighter slice")
    doctor.click("window-auto")
    doctor.page.keyboard.press("Escape")
    until(lambda: not differ(before, doctor.view("red")), what="the slice of before")


def test_what_two_results_do_not_share_is_coloured(doctor: Person) -> None:
    doctor.segment("t1ce")
    first, second = doctor.titles()[:2]
    doctor.find("compare-region").select_option("ET")
    doctor.find("compare-first").select_option(first)
    doctor.find("compare-second").select_option(second)
    doctor.find("agreement").wait_for()
    assert f"ET only from {first}" in doctor.find("compared").inner_text()
    until(lambda: sum(coloured(doctor.view(name), [ONLY_FIRST]) for name in ("red", "green")) > 20, what="it")
    assert coloured(doctor.view("red")) < 20  # the result itself is off the slices meanwhile
    doctor.click(f"result-{first}")
    until(lambda: coloured(doctor.view("red")) > 200, what="the result whose name was clicked")
    assert doctor.find("compare-first").input_value() == ""


def test_a_third_result_ends_a_comparison(doctor: Person) -> None:
    doctor.segment("t1ce")
    first, second = doctor.titles()[:2]
    doctor.find("compare-first").select_option(first)
    doctor.find("compare-second").select_option(second)
    doctor.find("agreement").wait_for()
    doctor.segment("t1", "t1ce", "t2")
    until(lambda: coloured(doctor.view("red")) > 50, what="the third result")
    assert doctor.find("compare-second").input_value() == ""


def test_the_slices_are_linked(doctor: Person) -> None:
    before = doctor.still("green")
    box = doctor.find("view-red").bounding_box()
    assert box is not None
    doctor.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"])
    until(lambda: differ(before, doctor.view("green")), what="another coronal slice")


def test_a_click_marks_its_place_in_the_other_slices_unless_that_is_switched_off(doctor: Person) -> None:
    before = doctor.still("green")
    doctor.click_in("red", 0.6, 0.4)
    until(lambda: differ(before, doctor.view("green")), what="another slice")
    marked = doctor.still("green")
    doctor.press("crosshair", is_pressed=False)
    until(lambda: differ(marked, doctor.view("green"), by=0.3), what="the slice without lines")
    doctor.press("crosshair", is_pressed=True)


def test_a_distance_is_measured_by_two_clicks_and_removed(doctor: Person) -> None:
    before = doctor.still("red")
    doctor.press("measure", is_pressed=True)
    doctor.page.keyboard.press("Escape")
    until(lambda: not doctor.is_pressed("measure"), what="no measuring")
    doctor.press("measure", is_pressed=True)
    doctor.click_in("red", 0.3, 0.4)
    doctor.click_in("red", 0.6, 0.6)
    until(lambda: not doctor.is_pressed("measure"), what="the end of measuring")
    until(lambda: differ(before, doctor.view("red"), by=0.3), what="the ruler")
    doctor.click("remove-rulers")
    until(lambda: doctor.find("remove-rulers").count() == 0, what="no ruler")
    until(lambda: not differ(before, doctor.view("red"), by=0.3), what="the slice as before")


def test_a_bar_that_does_not_fit_fades_at_its_edge(doctor: Person) -> None:
    doctor.press("measure", is_pressed=True)
    doctor.click_in("red", 0.3, 0.4)
    doctor.click_in("red", 0.6, 0.6)
    doctor.find("remove-rulers").wait_for()
    for width in (*range(900, 1400, 50), 1263, 1264):
        doctor.page.set_viewport_size({"width": width, "height": 800})
        hidden, fades = doctor.page.evaluate(
            """() => { const bar = document.querySelector(".lckd-toolbar");
              return [bar.scrollWidth > bar.clientWidth, getComputedStyle(bar).maskImage !== "none"]; }"""
        )
        assert fades or not hidden, width
    doctor.click("remove-rulers")
