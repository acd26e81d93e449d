"""Pictures of the patients that came out worst, for the page that is passed on only where their data may be."""

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lckd.modality import DISPLAY_NAMES
from lckd.patients.case import Case, load_labelled
from lckd.segment import encode_patient
from lckd.weights.load import Model
from lckd_training.pictures.segmentation import draw_segmentation
from lckd_training.reports.page import CaseRow, Picture


def draw_worst(
    cases: Sequence[Case], rows: Sequence[CaseRow], model: Model, *, count: int, device: str = "auto"
) -> list[Picture]:
    """Segment the worst patients again, from all modalities that they have, and draw result and truth.

    Args:
        cases: The patients that were measured.
        rows: What was measured, from `lckd_training.reports.page.case_rows`: the worst first.
        model: The weights.
        count: How many patients to draw.
        device: ``auto``, ``cpu`` or ``cuda``.

    Returns:
        One picture for each, the worst first.

    Raises:
        InputError: A patient cannot be used.
        OutputError: There is no room for temporary files.
    """
    by_name = {case.name: case for case in cases}
    return [_draw(by_name[row.name], row, model, device=device) for row in rows[:count]]


def _draw(case: Case, row: CaseRow, model: Model, *, device: str) -> Picture:
    images, truth = load_labelled(case)
    result = encode_patient(images, model, device=device).segment(row.fullest.subset)
    dice = ", ".join(f"{region} {value:.2f}" for region, value in row.fullest.dice.items())
    names = ", ".join(DISPLAY_NAMES[modality] for modality in row.fullest.subset)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        draw_segmentation(images, result.labels, truth=truth, title=f"{case.name}: {dice} from {names}", path=path)
        return Picture(case.name, base64.b64encode(path.read_bytes()).decode())
