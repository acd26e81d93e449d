"""The page about a result: all that a reader must know is on it, once, and nothing runs over."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk
from matplotlib.figure import Figure
from matplotlib.text import Text

from lckd.errors import InputError
from lckd.fingerprint import describe_input
from lckd.modality import SUBSETS, Modality, subset_title
from lckd.origin import Origin
from lckd.pictures.paper import PAGE_MM
from lckd.pictures.report import FOOT_MM, Sheet, draw_report, write_report
from lckd.record import record_of
from lckd.segmentation import Segmentation
from lckd.weights.load import Model

HEADS = [
    "Modalities",
    *(f"{region} {unit}" for region in ("ET", "TC", "WT") for unit in ("cm³", "Ø mm", "RANO mm²")),
    *(f"{region} probable Dice" for region in ("ET", "TC", "WT")),
]
ROW = [*["1234.5"] * 9, *["0.87"] * 3]


@pytest.fixture(scope="module")
def sheet(
    make_segmentation: Callable[..., Segmentation], a_patient: dict[Modality, sitk.Image], tiny_model: Model
) -> Sheet:
    result = replace(make_segmentation("oblique"), notes=("FLAIR looks like T2: check it.",))
    origin = Origin({"flair": describe_input(a_patient["flair"], "a flair.nii.gz")})
    record = record_of(result, origin, tiny_model.card).as_dict()
    return Sheet(a_patient, result.labels, record, HEADS, [["FLAIR", *ROW]], "FLAIR")


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text()]


def changed(sheet: Sheet, **record: Any) -> Sheet:  # noqa: ANN401 - values of a record
    return replace(sheet, record={**sheet.record, **record})


def test_the_page_tells_what_a_reader_must_know(sheet: Sheet) -> None:
    told = " ".join(text.get_text() for text in texts(draw_report(sheet)))
    weights = sheet.record["weights"]["tensors_sha256"][:16]
    for what in ("not for clinical use", "'a flair.nii.gz'", "1234.5", "'untrained'", weights, "looks like T2", "cpu"):
        assert what in told


def test_expected_and_probable_dice_stand_one_below_the_other(sheet: Sheet) -> None:
    regions = {region: {"mean": 0.73, "spread": 0.2, "interval": None} for region in ("ET", "TC", "WT")}
    expected = {"cohort": "nine", "is_synthetic": False, "patients": 9, "regions": regions}
    probable = {region: {"mean": 0.6, "low": 0.4, "high": 0.8} for region in ("ET", "TC", "WT")}
    told = [
        text.get_text() for text in texts(draw_report(changed(sheet, expected_dice=expected, probable_dice=probable)))
    ]
    assert told.count("0.73 ± 0.20") == told.count("0.60 (0.40 to 0.80)") == 3
    assert "Mean of 9 real patients with these modalities" in told


def test_every_subset_that_was_tried_has_its_probable_dice(sheet: Sheet) -> None:
    tried = replace(sheet, rows=[["FLAIR", *ROW], ["T1ce", *ROW[:-3], "0.81", "0.82", "0.83"]])
    told = [text.get_text() for text in texts(draw_report(tried))]
    assert told.count("0.87") == 3
    assert {"ET\nprobable\nDice", "0.81", "0.82", "0.83"} <= set(told)


def test_of_many_subsets_that_of_the_result_and_the_last_are_told_and_the_rest_counted(sheet: Sheet) -> None:
    own = subset_title(sheet.record["subset"])
    others = [subset_title(subset) for subset in SUBSETS if subset_title(subset) != own]
    tried = replace(sheet, rows=[[name, *ROW] for name in (own, *others)])
    told = [text.get_text() for text in texts(draw_report(tried))]
    assert {name for name in told if " + " in name or name == own} == {own, *others[-7:]}
    assert "7 more: see the table of measurements." in told


@pytest.mark.parametrize("weights", ["", " (untrained)", " (weights of somebody with a long name)"])
def test_columns_of_measurements_do_not_touch(sheet: Sheet, weights: str) -> None:
    figure = draw_report(replace(sheet, rows=[[f"FLAIR + T1 + T1ce + T2{weights}", *ROW]]))
    figure.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in texts(figure)}
    heads = [boxes[head.replace(" ", "\n")] for head in HEADS]
    assert all(left.x1 < right.x0 for left, right in pairwise(heads))
    told = [text for text in texts(figure) if text.get_text() in ROW or text.get_text().startswith("FLAIR + T1 + ")]
    row = [text.get_window_extent() for text in told]
    assert len(row) == len(HEADS)
    assert all(left.x1 < right.x0 for left, right in pairwise(row))


def test_what_was_not_measured_is_called_unknown(sheet: Sheet) -> None:
    assert any(text.get_text().startswith("Not known") for text in texts(draw_report(sheet)))


def test_three_planes_are_drawn_on_flair_and_on_t1ce(sheet: Sheet) -> None:
    axes = draw_report(sheet).axes
    assert len(axes) == 6
    assert all(one.collections for one in axes), "a plane without outlines"


def test_however_much_is_told_it_stays_on_the_page(sheet: Sheet) -> None:
    full = replace(changed(sheet, notes=["A long note: " + "word " * 60] * 30), rows=[["FLAIR + T1", *ROW]] * 15)
    figure = draw_report(full)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(figure)]
    width, height = figure.bbox.width, figure.bbox.height
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 for box in boxes)
    above = [text for text in texts(figure) if text.get_text().startswith("·")]
    assert all(text.get_window_extent().y0 > height * (1 - FOOT_MM / PAGE_MM[1]) for text in above)
    assert any("more: see the record" in text.get_text() for text in above)


def test_names_are_written_as_they_are(sheet: Sheet) -> None:
    named = {"flair": {**sheet.record["inputs"]["flair"], "name": "$x^2$ \\frac"}}
    assert any("$x^2$ \\frac" in text.get_text() for text in texts(draw_report(changed(sheet, inputs=named))))


def test_without_an_image_there_is_a_sentence(sheet: Sheet) -> None:
    with pytest.raises(InputError, match="no image to draw on"):
        draw_report(replace(sheet, images={}))


@pytest.mark.slow
def test_the_file_is_one_page_of_pdf(sheet: Sheet, tmp_path: Path) -> None:
    write_report(sheet, tmp_path / "report.pdf")
    content = (tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") == 1
