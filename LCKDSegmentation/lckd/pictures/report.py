"""One page about a result, to print or pass on: pictures, measurements, what it is probably worth, how it was made."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

import matplotlib as mpl
import SimpleITK as sitk
from matplotlib.figure import Figure

from lckd.dice import with_spread
from lckd.duration import describe_duration
from lckd.files import replace_file
from lckd.modality import DISPLAY_NAMES, Modality, subset_title
from lckd.pictures.paper import CHARACTERS, LARGE, LEFT_MM, LINE_MM, QUIET, RIGHT_MM, SMALL, Paper, Row
from lckd.pictures.planes import COLOURS, Cut, Layer, backgrounds, cut_head, draw_marks, draw_plane, extent_mm
from lckd.region import REGION_NAMES, REGIONS, Region
from lckd.slices import VIEWS

PICTURES_MM, PICTURE_ROW_MM = 34.0, 63.0
"""Top of the first row of pictures, and the height of a row."""

NAMES_MM, NAME_CHARACTERS = 37.0, 23
"""Width of the column that names the subsets, and how many characters it holds."""

BESIDE = 2
"""Characters of room between the columns of figures."""

MOST_ROWS = 8
FOOT_MM = 272.0
"""Where the last lines begin, whatever stands above."""

WARNING = "#a3202f"
OUTLINES: dict[Region, float] = {"ET": 0.8, "TC": 1.8, "WT": 1.1}


@dataclass(frozen=True)
class Sheet:
    """What a page tells.

    Attributes:
        images: The images that were used, each on any grid.
        labels: The result, values of `lckd.region.BRATS`.
        record: What `lckd.record.Record.as_dict` gives.
        heads: Heads of the table of measurements.
        rows: Its rows, one for each subset that the patient was segmented from.
        title: Name of the row of this result.
    """

    images: Mapping[Modality, sitk.Image]
    labels: sitk.Image
    record: Mapping[str, Any]
    heads: Row
    rows: Sequence[Row]
    title: str


def write_report(sheet: Sheet, path: Path) -> None:
    """Write the page as PDF, its text searchable.

    Raises:
        InputError: There is no image.
        OutputError: The file cannot be written.
    """
    figure = draw_report(sheet)
    about = {"Title": "Brain tumour segmentation", "Subject": sheet.record["statement"], "Creator": "LCKDSegmentation"}

    def write(temporary: Path) -> None:
        with mpl.rc_context({"pdf.fonttype": 42}):
            figure.savefig(temporary, format="pdf", metadata=about)

    replace_file(path, write)


def draw_report(sheet: Sheet) -> Figure:
    """Draw the page.

    Raises:
        InputError: There is no image.
    """
    page = Paper()
    _write_head(page, sheet)
    shown = backgrounds(sheet.images)
    cut = cut_head([sheet.images[name] for name in shown], [sheet.labels] * len(shown), focus=sheet.labels)
    for number, (name, layer) in enumerate(zip(shown, cut.layers, strict=True)):
        _draw_row(page, cut, layer, number=number, name=name)
    page.y_mm = PICTURES_MM + len(shown) * PICTURE_ROW_MM + 1.0
    _write_legend(page)
    _write_measurements(page, sheet)
    _write_dice(page, sheet.record)
    _write_notes(page, sheet.record)
    _write_foot(page, sheet.record)
    return page.figure


def _write_head(page: Paper, sheet: Sheet) -> None:
    record = sheet.record
    page.write(LEFT_MM, "Brain tumour segmentation", fontsize=LARGE, weight="bold")
    page.y_mm += 8.0
    names = ", ".join(f"{DISPLAY_NAMES[name]} '{one['name']}'" for name, one in record["inputs"].items())
    created = datetime.fromisoformat(record["created"])
    page.write(LEFT_MM, f"From {subset_title(record['subset'])}   ·   {created:%Y-%m-%d %H:%M %Z}")
    page.write(RIGHT_MM, record["statement"], color=WARNING, weight="bold", ha="right")
    page.y_mm += LINE_MM
    page.write(LEFT_MM, textwrap.shorten(names, CHARACTERS, placeholder=" …"), fontsize=SMALL, color=QUIET)


def _draw_row(page: Paper, cut: Cut, layer: Layer, *, number: int, name: Modality) -> None:
    """Draw three slices on one image, all at one scale, on black."""
    sizes = [extent_mm(cut, layer, view) for view in VIEWS]
    scale = min(
        (PICTURE_ROW_MM - 2.0) / max(high for high, _ in sizes), (RIGHT_MM - LEFT_MM) / sum(w for _, w in sizes)
    )
    gap_mm = (RIGHT_MM - LEFT_MM - scale * sum(wide for _, wide in sizes)) / (len(VIEWS) - 1)
    page.y_mm, x_mm = PICTURES_MM + number * PICTURE_ROW_MM, LEFT_MM
    for view, (high, wide) in zip(VIEWS, sizes, strict=True):
        axes = page.axes(x_mm, scale * wide, scale * high)
        draw_plane(axes, cut, layer, view=view, widths=OUTLINES)
        draw_marks(axes, view)
        x_mm += scale * wide + gap_mm
    page.y_mm += 1.5
    page.write(LEFT_MM + 1.5, DISPLAY_NAMES[name], color="white", fontsize=SMALL)


def _write_legend(page: Paper) -> None:
    for number, region in enumerate(REGIONS):
        x_mm = LEFT_MM + 46.0 * number
        page.write(x_mm, "—", color=COLOURS[region], weight="bold", fontsize=LARGE - 3)
        page.y_mm += 1.2
        page.write(x_mm + 6.0, f"{region} {REGION_NAMES[region].lower()}", fontsize=SMALL)
        page.y_mm -= 1.2
    page.y_mm += LINE_MM


def _write_measurements(page: Paper, sheet: Sheet) -> None:
    """Write volumes, diameters and probable Dice of every subset that was tried."""
    page.section("Measurements, one line for each subset of modalities")
    told = _rows_told(sheet)
    weights = sheet.record["weights"]["name"]
    named = [[_short(title, weights), *figures] for title, *figures in told]
    rows = [[head.replace(" ", "\n") for head in sheet.heads], *named]
    page.table(rows, columns_mm=_columns_mm(rows))
    if len(told) < len(sheet.rows):
        page.lines(f"{len(sheet.rows) - len(told)} more: see the table of measurements.", color=QUIET)


def _short(title: str, weights: str) -> str:
    """Name a subset in the room that there is; the weights of this result stand at the foot of the page."""
    return textwrap.shorten(title.removesuffix(f" ({weights})"), NAME_CHARACTERS, placeholder="…")


def _rows_told(sheet: Sheet) -> list[Row]:
    """Take the row of this result, and of the others the last that find room."""
    others = [row for row in sheet.rows if row[0] != sheet.title]
    left = others[: max(len(sheet.rows) - MOST_ROWS, 0)]
    return [row for row in sheet.rows if row not in left]


def _columns_mm(rows: Sequence[Row]) -> list[float]:
    """Place the names of the subsets, and beside them the figures by the longest line of each column."""
    _names, *figures = zip(*rows, strict=True)
    longest = [max(len(line) for text in column for line in text.split("\n")) + BESIDE for column in figures]
    character_mm = (RIGHT_MM - LEFT_MM - NAMES_MM) / sum(longest)
    return [LEFT_MM, *(LEFT_MM + NAMES_MM + character_mm * count for count in accumulate(longest))]


def _write_dice(page: Paper, record: Mapping[str, Any]) -> None:
    """Write what results of these modalities reach, and what this one probably does."""
    page.section("Agreement with an expert (Dice, 0 to 1)")
    expected, probable = record["expected_dice"], record["probable_dice"]
    rows = [("", *REGIONS)]
    if expected.get("regions"):
        rows.append((_whose(expected), *(_figure(expected["regions"][region]) for region in REGIONS)))
    if probable:
        rows.append(("This result, probably (80 % interval)", *(_range(probable[region]) for region in REGIONS)))
    if len(rows) == 1:
        page.lines("Not known: the weights were not measured with these modalities.", color=QUIET)
        return
    page.table(rows, columns_mm=[LEFT_MM, 130.0, 161.0, RIGHT_MM])
    if not expected.get("holds", True):
        page.lines("What to expect does not hold for these images: see the notes.", color=WARNING)


def _write_notes(page: Paper, record: Mapping[str, Any]) -> None:
    notes = record["notes"]
    if not notes:
        return
    page.section("Please note")
    for number, note in enumerate(notes):
        if page.y_mm > FOOT_MM - 3 * LINE_MM and number < len(notes) - 1:
            page.lines(f"·  {len(notes) - number} more: see the record of the run.")
            return
        page.lines(f"·  {note}")


def _write_foot(page: Paper, record: Mapping[str, Any]) -> None:
    weights, software = record["weights"], record["software"]
    took = describe_duration(record["seconds"], preprocessing_seconds=record["preprocessing_seconds"])
    page.y_mm = FOOT_MM
    page.rule()
    page.y_mm += 1.5
    page.lines(
        f"LCKDSegmentation {software['lckd']}   ·   weights '{weights['name']}', SHA256 "
        f"{weights['tensors_sha256'][:16]}…, {weights['spacing_mm']:g} mm   ·   {record['device']}, "
        f"{took}   ·   on the voxels of {DISPLAY_NAMES[record['reference']]}",
        color=QUIET,
    )
    page.lines(
        "TC is ET and necrosis, WT is TC and edema. Ø: largest diameter of the largest part. RANO: largest axial "
        "diameter times the one perpendicular to it.",
        color=QUIET,
    )


def _whose(expected: Mapping[str, Any]) -> str:
    kind = "synthetic" if expected["is_synthetic"] else "real"
    return f"Mean of {expected['patients']} {kind} patients with these modalities"


def _figure(dice: Mapping[str, Any]) -> str:
    return with_spread(dice["mean"], dice["spread"])


def _range(dice: Mapping[str, float]) -> str:
    return f"{dice['mean']:.2f} ({dice['low']:.2f} to {dice['high']:.2f})"
