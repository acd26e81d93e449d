"""What was segmented, and what the page says of it."""

from dataclasses import replace
from pathlib import Path

import pytest
import SimpleITK as sitk
from slicer import vtkMRMLScene

from lckd.errors import InputError
from lckd_app.patient.results import MOST_WITH_MAPS, Results
from LCKDSegmentationLib.choices import SegmentKind
from LCKDSegmentationLib.job import Reply
from LCKDSegmentationLib.segmentation import own_segments
from Testing.app.standin import labels


@pytest.fixture
def results(a_scene: vtkMRMLScene, a_reply: Reply) -> Results:
    """One result in the scene of its volumes."""
    results = Results(a_scene)
    results.put(a_reply)
    return results


def test_each_subset_has_a_column_and_each_figure_a_line(results: Results, another_reply: Reply) -> None:
    results.put(another_reply)
    assert results.titles == ["FLAIR + T1ce", "FLAIR"]
    lines = {line["head"]: line["cells"] for line in results.measures()}
    assert lines["WT cm³"] == ["12.3", "9.9"]
    assert lines["ET RANO mm²"] == ["", ""]
    assert lines["WT probable Dice"] == ["0.91", "0.91"]
    assert lines["ET probable Dice"] == ["", ""]


def test_a_result_takes_the_place_of_the_one_before(results: Results, another_reply: Reply) -> None:
    before = results.node
    assert results.put(another_reply).startswith("Segmented from FLAIR in 1.0 s on cpu.")
    assert results.node is before
    assert results.title == "FLAIR"


def test_a_result_of_before_is_at_hand(results: Results, a_reply: Reply, another_reply: Reply) -> None:
    results.put(another_reply)
    assert results.reply_of("FLAIR + T1ce") is a_reply
    assert results.answer_to(replace(a_reply.job)) is a_reply
    assert results.answer_to(replace(a_reply.job, maps=("uncertainty",))) is None


def test_what_was_not_segmented_is_refused_by_name(results: Results) -> None:
    with pytest.raises(InputError, match=r"'T2' was not segmented yet"):
        results.reply_of("T2")


def test_what_is_no_name_is_refused_too(results: Results) -> None:
    with pytest.raises(InputError, match="was not segmented yet"):
        results.reply_of(["FLAIR"])  # type: ignore[arg-type]  # as no page of ours sends it


def test_regions_can_be_shown_in_place_of_tissues(results: Results, a_reply: Reply) -> None:
    assert results.node is not None
    assert set(own_segments(results.node)) == {"ET", "NCR", "ED"}
    results.kind = SegmentKind.REGIONS
    results.put(a_reply)
    assert set(own_segments(results.node)) == {"ET", "TC", "WT"}


def test_another_patient_begins_with_nothing(results: Results) -> None:
    results.clear()
    assert (results.titles, results.title, results.measures(), results.node) == ([], "", [], None)


def test_what_is_taken_away_is_what_is_shown(results: Results, another_reply: Reply) -> None:
    results.put(another_reply)
    current = results.current()
    assert current is not None
    assert (current.result, list(current.volumes)) == (results.result, ["flair"])
    results.clear()
    assert results.current() is None


def test_of_many_results_the_last_keep_their_maps(results: Results, a_reply: Reply) -> None:
    a_map = sitk.Cast(labels(), sitk.sitkFloat32)
    for number in range(MOST_WITH_MAPS + 2):
        job = replace(a_reply.job, weights=Path(f"weights {number}"), maps=("uncertainty",))
        record = {**a_reply.record, "weights": {"name": f"weights {number}"}}
        results.put(replace(a_reply, job=job, record=record, maps={"uncertainty": a_map}))
    kept = [bool(results.reply_of(title).maps) for title in results.titles]
    assert kept == [False, False, False, *[True] * MOST_WITH_MAPS]
    assert not any(results.reply_of(title).job.maps for title in results.titles[:3])  # else they were known with a map
