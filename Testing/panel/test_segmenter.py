from collections.abc import Callable
from typing import Any, TypeAlias
from unittest.mock import Mock

import numpy as np
import numpy.typing as npt
import pytest
from slicer import vtkMRMLScalarVolumeNode as Volume
from slicer import vtkMRMLScene as Scene

from lckd.errors import InputError
from LCKDSegmentationLib.segmenter import segment_volumes
from LCKDSegmentationLib.volumes import Volumes

Array: TypeAlias = npt.NDArray[Any]
Maker: TypeAlias = Callable[..., Volume]


def test_only_the_chosen_volumes_reach_the_network(a_scene: Scene, make_volume: Maker, a_segmenter: Mock) -> None:
    volumes: Volumes = {"flair": None, "t1": make_volume("pre"), "t1ce": None, "t2": make_volume("wet")}
    outcome = segment_volumes(a_scene, volumes, segmenter=a_segmenter, device="cpu")
    assert list(a_segmenter.call_args.args[0]) == ["t1", "t2"]
    assert a_segmenter.call_args.kwargs["device"] == "cpu"
    assert outcome.node.GetName() == "wet tumour"


def test_result_is_in_the_scene_on_the_reference(
    a_scene: Scene,
    an_oblique_volume: Volume,
    a_segmenter: Mock,
    tumour_labels: Array,
    mask_of: Callable[..., Array],
) -> None:
    outcome = segment_volumes(a_scene, {"t2": an_oblique_volume}, segmenter=a_segmenter)
    assert a_scene.GetFirstNodeByClass("vtkMRMLSegmentationNode") is outcome.node
    assert np.array_equal(mask_of(outcome.node, "edema", an_oblique_volume), tumour_labels == 2)


def test_summary_says_what_was_used_and_what_was_noted(a_scene: Scene, make_volume: Maker, a_segmenter: Mock) -> None:
    volumes: Volumes = {"t1ce": make_volume("post"), "flair": make_volume("dark")}
    outcome = segment_volumes(a_scene, volumes, segmenter=a_segmenter)
    assert outcome.summary.startswith("Segmented from FLAIR + T1ce in 2.0 s on cpu. Found: ET ")
    assert outcome.summary.endswith(" cm³. A note.")


def test_progress_is_handed_on(a_scene: Scene, an_oblique_volume: Volume, a_segmenter: Mock) -> None:
    def progress(stage: str, done: int, total: int) -> None: ...

    segment_volumes(a_scene, {"t1": an_oblique_volume}, segmenter=a_segmenter, progress=progress)
    assert a_segmenter.call_args.kwargs["progress"] is progress


def test_refused_choice_leaves_the_scene_unchanged(
    a_scene: Scene,
    an_oblique_volume: Volume,
    a_segmenter: Mock,
    contents: Callable[[Scene], object],
) -> None:
    before = contents(a_scene)
    with pytest.raises(InputError, match="FLAIR and as T1"):
        segment_volumes(a_scene, {"flair": an_oblique_volume, "t1": an_oblique_volume}, segmenter=a_segmenter)
    assert contents(a_scene) == before


def test_failing_network_leaves_scene_and_output_unchanged(
    a_scene: Scene, make_volume: Maker, contents: Callable[[Scene], object]
) -> None:
    volume = make_volume("dark")
    output = a_scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    before = contents(a_scene)
    with pytest.raises(InputError, match="all zero"):
        segment_volumes(
            a_scene, {"flair": volume}, segmenter=Mock(side_effect=InputError("The image is all zero.")), output=output
        )
    assert contents(a_scene) == before
