"""What the page gets to show: plain values, and sentences."""

import json

import pytest

from lckd_app.content import content_of
from lckd_app.patient.desk import Desk
from lckd_app.patient.folder import Contents
from Testing.app.standin import StandIn, images, labels, segment, work

pytestmark = pytest.mark.slow


def test_everything_is_a_plain_value_before_and_after_a_result(desk: Desk, process: StandIn) -> None:
    before = content_of(desk)
    segment(desk, process)
    after = content_of(desk)
    assert json.loads(json.dumps([before, after]))[1].keys() == before.keys()
    assert (before["titles"], after["titles"]) == ([], ["FLAIR + T1 + T1ce"])
    assert (before["notes"], after["notes"]) == ([], ["Look."])


def test_a_result_of_images_that_were_assigned_otherwise_says_so(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    flair = desk.slots.rows()[0]["volume"]
    desk.slots.assign("t1", flair)
    assert content_of(desk)["notes"][0].startswith("This result is of images that stood for other modalities")
    desk.slots.assign("t1", desk.slots.rows()[0]["volume"])
    desk.slots.use("t1", is_used=False)  # which leaves the assignment as it was
    assert content_of(desk)["notes"] == ["Look."]


def test_images_that_stand_for_no_modality_are_spare(desk: Desk) -> None:
    desk.add(Contents("a file", images("p_swi")))
    assert [volume["name"] for volume in content_of(desk)["spare"]] == ["p_swi"]
    assert len(content_of(desk)["volumes"]) == 4


def test_with_everything_switched_off_a_sentence_says_what_to_do(desk: Desk) -> None:
    for modality in desk.slots.used:
        desk.slots.use(modality, is_used=False)
    content = content_of(desk)
    assert (content["subset"], content["hint"].startswith("No volume was chosen: choose at least one")) == ("", True)
    assert content["expected_text"] == "Choose a volume to see what to expect."


def test_what_to_expect_is_that_of_the_modalities_in_use(desk: Desk) -> None:
    with_all = content_of(desk)
    desk.slots.use("t1ce", is_used=False)
    without = content_of(desk)
    assert (with_all["subset"], without["subset"]) == ("FLAIR + T1 + T1ce", "FLAIR + T1")
    dice = [{row["region"]: float(row["cells"][0]) for row in one["expected_rows"]} for one in (with_all, without)]
    assert dice[0]["ET"] > dice[1]["ET"]


def test_a_run_is_told_from_its_beginning_to_its_end(desk: Desk, process: StandIn) -> None:
    desk.segment()
    assert (content_of(desk)["busy"], content_of(desk)["status"]) == (True, "Starting ...")
    work(lambda: process.finish(labels()))
    assert content_of(desk)["busy"] is False
    assert content_of(desk)["status"].startswith("Segmented from FLAIR + T1 + T1ce")


def test_what_two_results_share_is_said_in_figures(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    desk.slots.use("t1", is_used=False)
    segment(desk, process)
    desk.comparison.choose("FLAIR + T1 + T1ce", "FLAIR + T1ce", "TC")
    content = content_of(desk)
    assert content["agreement"] == "Dice between the two: ET 1.00, TC 1.00, WT 1.00."
    assert (content["first"], content["second"], content["region"]) == ("FLAIR + T1 + T1ce", "FLAIR + T1ce", "TC")
