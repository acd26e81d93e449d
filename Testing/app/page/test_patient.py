"""Another patient: sent, added to, dragged into place; in a real browser."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from Testing.app.browser import Person, differ, open_page
from Testing.app.serving import MODULE_FOLDER, Served, until

pytestmark = pytest.mark.slow

SAMPLE = MODULE_FOLDER / "Resources" / "SampleData"


def image_of(person: Person, modality: str) -> str:
    """Name of the image that stands for a modality."""
    return person.find(f"volume-{modality}").locator("option:checked").inner_text().strip()


def test_slots_are_filled_by_dragging(person: Person) -> None:
    def drag(modality: str, onto: str) -> None:
        person.find(f"slot-{modality}").get_by_test_id("handle").drag_to(person.find(f"slot-{onto}"))

    drag("flair", "t2")
    until(lambda: image_of(person, "t2") == "Synthetic_FLAIR", what="the image in its new place")
    assert image_of(person, "flair") == "Synthetic_T2"  # the two change places
    assert person.find("reason-t2").inner_text() == "You chose this volume."
    drag("t2", "flair")
    until(lambda: image_of(person, "flair") == "Synthetic_FLAIR", what="the images where they were")
    person.find("volume-t1").select_option("")
    before = person.still("red")
    person.click("spare-Synthetic_T1")  # whoever has to choose looks at it first
    until(lambda: differ(before, person.view("red")), what="the image that was not used")
    person.click("behind-t1ce")
    person.find("spare-Synthetic_T1").drag_to(person.find("slot-t1"))
    until(lambda: image_of(person, "t1") == "Synthetic_T1", what="the image that was not used")


def test_an_image_that_is_added_completes_the_patient(a_browser: Browser, a_server: Served) -> None:
    person = open_page(a_browser, a_server)
    person.send("open", SAMPLE / "Synthetic_FLAIR.nrrd", SAMPLE / "Synthetic_T1.nrrd")
    until(lambda: person.find("patient").inner_text() == "uploaded images", what="the patient")
    assert "missing" in person.find("badge-t1ce").inner_text()
    person.segment()
    person.send("add", SAMPLE / "Synthetic_T1ce.nrrd")
    until(lambda: image_of(person, "t1ce") == "Synthetic_T1ce", what="the image")
    person.segment()
    assert person.titles() == ["FLAIR + T1", "FLAIR + T1 + T1ce"]
    assert person.find("patient").inner_text() == "uploaded images"
    person.page.context.close()


def test_a_study_is_sent_as_one_file(
    a_browser: Browser, a_server: Served, a_dicom_folder: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        for path in a_dicom_folder.rglob("*"):
            archive.write(path, path.relative_to(a_dicom_folder))
    person = open_page(a_browser, a_server)
    person.send("open", tmp_path / "study.zip")
    until(lambda: person.find("patient").inner_text() == "study of 2024-03-05", what="the study")
    assert [image_of(person, name) for name in ("flair", "t1ce")] == ["1: AX T2 FLAIR", "2: AX T1 +C"]
    assert person.find("badge-t1ce").inner_text().startswith("✓")
    person.find("left-out").locator("summary").click()
    assert "AX DWI" in person.find("left-out").inner_text()
    person.page.context.close()


def test_a_folder_without_images_leaves_the_former_patient(person: Person, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as archive:
        archive.writestr("notes.txt", "nothing to see")
    person.segment()
    shown = person.titles()
    person.click("tab-segment")
    person.send("open", tmp_path / "notes.zip")
    person.find("problem").wait_for()
    assert "no image in 'notes.zip'" in person.find("problem").inner_text()
    assert (person.find("patient").inner_text(), person.titles()) == ("synthetic sample patient", shown)
    person.find("problem").get_by_role("button").click()
    person.complaints.clear()  # the browser says of every refusal that it got one
