"""One patient and all that can be done with it: real scene, real views, and a process that stands in."""

from dataclasses import replace

import pytest

from lckd.errors import InputError
from lckd.maps import UNCERTAINTY
from lckd.origin import Origin
from lckd.series.patient_tags import PatientTags
from lckd_app.patient.desk import Desk
from lckd_app.patient.files import Found
from lckd_app.patient.folder import Contents
from lckd_app.patient.scene import of_a_patient
from lckd_app.views.stage import Stage
from LCKDSegmentationLib.choices import Scans, SegmentKind
from Testing.app.standin import PATIENT, StandIn, images, labels, segment, work
from Testing.app.views.mouse import click, move

pytestmark = pytest.mark.slow


def test_a_patient_is_recognised_and_shown(desk: Desk) -> None:
    assert (desk.patient, desk.slots.used) == ("somebody", ("flair", "t1", "t1ce"))
    assert desk.display.background == desk.slots.first
    assert [volume["name"] for volume in desk.volumes()] == ["p_flair", "p_t1", "p_t1ce"]


def test_a_record_tells_the_series_of_a_study_and_what_was_left_out(desk: Desk, process: StandIn) -> None:
    flair, t2 = images("2: AX DARK FLUID", "p_t2")
    series, left_out = {"dicom": {"series_uid": "1.2"}}, {"name": "series 3", "reason": "DWI."}
    origin = Origin({"flair": series}, (left_out,), ("T1 is missing.",))
    desk.open(Contents("a study", [replace(flair, modality="flair")], origin=origin))
    desk.add(Contents("a file", [t2]))
    for _ in range(2):  # what is known already is told once
        segment(desk, process)
        assert desk.results.result is not None
        record = desk.results.result.record
        assert record["inputs"] == {"flair": {"name": "p_flair", **series}, "t2": {"name": "p_t2"}}
        assert (record["left_out"], record["notes"]) == ([left_out], ["T1 is missing.", "Look."])
    work(lambda: desk.open(Contents("somebody else", images("r_t2"))))
    segment(desk, process)
    assert desk.results.reply is not None
    record = desk.results.reply.record
    assert (record["left_out"], record["notes"]) == ([], ["Look."])


def test_what_was_left_out_stays_told_when_more_is_added(desk: Desk) -> None:
    desk.open(Contents("somebody", images("p_flair"), ("Left out: a series.",)))
    desk.add(Contents("a file", images("p_t1"), ("Left out: a file.",)))
    assert desk.left_out == ("Left out: a series.", "Left out: a file.")


def test_another_patient_takes_the_place_of_the_former_and_of_its_results(desk: Desk, process: StandIn) -> None:
    desk.scans = Scans.PREPARED
    segment(desk, process)
    work(lambda: desk.open(Contents("somebody else", images("r_t2"))))
    assert (desk.patient, desk.slots.used, desk.results.titles) == ("somebody else", ("t2",), [])
    assert desk.scans is Scans.AUTO  # the other one was said of other images
    assert [node.GetName() for node in of_a_patient(desk.scene)] == ["r_t2"]
    assert not process.isRunning


def test_the_next_patient_s_images_are_called_as_their_files_though_the_former_s_were_too(desk: Desk) -> None:
    work(lambda: desk.open(Contents("somebody else", images("p_t1", "p_t2"))))
    assert [volume["name"] for volume in desk.volumes()] == ["p_t1", "p_t2"]
    assert desk.slots.rows()[1]["reason"].startswith("Name says 'p_t1'")


def test_rulers_leave_with_their_patient_and_nothing_complains(
    desk: Desk, a_stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.rulers.measure()
    for place in ((0.4, 0.5), (0.6, 0.5)):
        move(a_stage, place)
        click(a_stage, place)
    assert len(desk.rulers.lengths_mm) == 1
    desk.rulers.measure()  # and one that is not drawn yet
    work(lambda: desk.open(Contents("somebody else", images("r_t2"))))
    assert (desk.rulers.is_measuring, desk.rulers.lengths_mm) == (False, [])
    assert [node.GetName() for node in of_a_patient(desk.scene)] == ["r_t2"]
    assert "ERR" not in capfd.readouterr().err


def test_images_that_cannot_be_put_leave_the_former_patient(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    before = of_a_patient(desk.scene)
    broken = Found("r_t1", PATIENT / "r_t1.nii.gz", None)  # type: ignore[arg-type]  # as a fault of ours would
    with pytest.raises(AttributeError):
        desk.open(Contents("somebody else", [*images("r_t2"), broken]))
    assert (desk.patient, desk.results.titles) == ("somebody", ["FLAIR + T1 + T1ce"])
    assert of_a_patient(desk.scene) == before


def test_images_that_are_added_complete_the_patient_and_change_nothing_that_is_shown(desk: Desk) -> None:
    shown = desk.volumes()[0]["id"]  # somebody's choice, not what is shown at first
    desk.display.show_behind(shown)
    desk.add(Contents("a file", images("p_t2"), ("Something was left out.",)))
    assert (desk.patient, desk.slots.used[-1], desk.left_out) == ("somebody", "t2", ("Something was left out.",))
    assert desk.display.background == shown


def test_a_study_of_another_patient_is_not_added(desk: Desk) -> None:
    ada, grace = PatientTags("MRN1", name="Lovelace^Ada"), PatientTags("MRN2", name="Hopper^Grace")
    desk.add(Contents("a study", images("p_t2"), whose=ada))  # nobody knows whose the files before it are
    before = (of_a_patient(desk.scene), desk.slots.used, desk.left_out)
    with pytest.raises(InputError, match=r"of another patient .* open it as another patient instead\.$") as refusal:
        desk.add(Contents("a study", images("r_t2"), ("Left out.",), grace))
    assert (of_a_patient(desk.scene), desk.slots.used, desk.left_out) == before
    assert not [told for told in (*ada, *grace) if told and told in str(refusal.value)]
    desk.refuse(str(refusal.value))
    desk.add(Contents("a file", images("p_swi")))
    assert desk.problem == ""
    desk.add(Contents("a later study", images("p_t1c"), whose=ada))
    work(lambda: desk.open(Contents("another", images("r_t1"), whose=grace)))
    desk.add(Contents("a study", images("r_t2"), whose=grace))
    assert desk.slots.used == ("t1", "t2")


def test_a_file_whose_name_tells_of_another_patient_is_not_used_without_asking(desk: Desk) -> None:
    work(lambda: desk.open(Contents("somebody", images("BraTS2021_00006_flair"))))
    desk.add(Contents("a file", images("BraTS2021_00031_t1")))
    assert desk.slots.used == ("flair",)
    assert desk.slots.question.startswith("'BraTS2021_00031_t1' is not used. It seems to be of another patient")


def test_live_segments_again_when_a_choice_changes_and_shows_at_once_what_is_known(
    desk: Desk, process: StandIn
) -> None:
    segment(desk, process)
    desk.is_live = True
    desk.slots.use("t1", is_used=False)
    work(desk.follow)
    process_had = process.wishes("subset")
    work(lambda: process.finish(labels()))
    desk.slots.use("t1", is_used=True)
    work(desk.follow)
    assert desk.results.title == "FLAIR + T1 + T1ce"
    assert process.wishes("subset") == process_had == [("flair", "t1", "t1ce"), ("flair", "t1ce")]


def test_the_uncertainty_is_computed_when_it_is_not_there_and_is_no_image_to_choose(
    desk: Desk, process: StandIn
) -> None:
    segment(desk, process)
    desk.show_uncertainty(is_shown=True)
    work(lambda: process.finish(labels()))
    assert [list(maps) for maps in process.wishes("maps")] == [[], [UNCERTAINTY]]
    assert desk.display.has_map
    assert [volume["name"] for volume in desk.volumes()] == ["p_flair", "p_t1", "p_t1ce"]
    desk.show_uncertainty(is_shown=False)
    desk.show_uncertainty(is_shown=True)
    assert len(process.wishes("maps")) == 2


def test_the_uncertainty_is_that_of_the_result_that_is_shown_whatever_is_chosen(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    desk.slots.use("t1", is_used=False)
    segment(desk, process)
    work(lambda: desk.show_result("FLAIR + T1 + T1ce"))
    desk.show_uncertainty(is_shown=True)
    work(lambda: process.finish(labels()))
    assert (desk.results.title, desk.display.has_map) == ("FLAIR + T1 + T1ce", True)
    work(lambda: desk.show_result("FLAIR + T1ce"))
    work(lambda: process.finish(labels()))
    assert (desk.results.title, desk.display.has_map) == ("FLAIR + T1ce", True)
    assert process.wishes("subset")[2:] == [("flair", "t1", "t1ce"), ("flair", "t1ce")]


def test_the_uncertainty_that_is_asked_for_during_a_run_is_that_of_the_run(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    desk.slots.use("t1", is_used=False)
    desk.segment()
    desk.show_uncertainty(is_shown=True)
    work(lambda: process.finish(labels()))
    work(lambda: process.finish(labels()))
    assert (desk.results.title, desk.display.has_map) == ("FLAIR + T1ce", True)


def test_a_result_of_before_is_shown_in_place_of_a_comparison(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    desk.slots.use("t1", is_used=False)
    segment(desk, process)
    desk.comparison.choose("FLAIR + T1 + T1ce", "FLAIR + T1ce", "WT")
    assert desk.comparison.agreement is not None
    work(lambda: desk.show_result("FLAIR + T1 + T1ce"))
    assert (desk.results.title, desk.comparison.first) == ("FLAIR + T1 + T1ce", "")


def test_other_segments_of_the_same_result_take_no_computing(desk: Desk, process: StandIn) -> None:
    segment(desk, process)
    work(lambda: desk.show_as(SegmentKind.REGIONS))
    assert [row["name"] for row in desk.display.segments()] == ["ET", "TC", "WT"]
    assert len(process.wishes("subset")) == 1
