"""What can be taken away: the result as it is now, in the formats of the panel, its record and a page about it."""

import asyncio
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from aiohttp import hdrs, web

from lckd.errors import LckdError, on_one_line
from lckd.files import writing
from lckd.modality import DISPLAY_NAMES, in_order
from lckd_app.folders import private_folder
from lckd_app.patient.results import Current
from LCKDSegmentationLib.export import (
    write_label_map,
    write_measurements,
    write_run_record,
    write_segmentation,
    write_surfaces,
)
from LCKDSegmentationLib.labelmap import tissues_of
from LCKDSegmentationLib.measurements import rows_of
from LCKDSegmentationLib.volumes import image_from_volume

ROUTE = "/download"
NO_RESULT = "There is no result yet: press Segment first."
UNFORESEEN = (
    "The file could not be made ({error}): see that the disk of temporary files has room. Where the server was started "
    "it is written what went wrong."
)


Finish: TypeAlias = Callable[[], None]
Write: TypeAlias = Callable[[Current, Path], Finish | None]
"""Writes to a path from the scene; what it gives back needs the scene no more, and is done beside the loop."""


@dataclass(frozen=True)
class Format:
    """Something that can be taken away.

    Attributes:
        ending: Ending of its file.
        title: What the page says.
        media_type: What the browser is told.
        write: Writes it.
    """

    ending: str
    title: str
    media_type: str
    write: Write


def add_download_routes(app: web.Application, folder: Path, current: Callable[[], Current | None]) -> None:
    """Offer each of `FORMATS` at ``GET /download/NAME``; whoever adds the routes sees to the key.

    The answer is the file, named after what went in, or a sentence with status 404 (no result), 409 (cannot be
    made) or 500 (nobody foresaw why).

    Args:
        app: The server.
        folder: Private folder, in which each file lies until it was sent.
        current: Gives what is shown, or None.
    """
    one_by_one = asyncio.Lock()  # matplotlib's settings are those of the whole process

    async def send(request: web.Request) -> web.Response:
        async with one_by_one:
            return await answer(request)

    async def answer(request: web.Request) -> web.Response:
        shown, form = current(), FORMATS.get(request.match_info["name"])
        if form is None or shown is None:
            return web.Response(status=404, text=f"{NO_RESULT if form else 'There is nothing of that name here.'}\n")
        try:
            content = await _made(form, shown, folder)
        except LckdError as error:
            return web.Response(status=409, text=f"{error}\n")
        except Exception as error:  # noqa: BLE001 - libraries that draw have errors of their own for a full disk
            traceback.print_exc()
            return web.Response(status=500, text=f"{UNFORESEEN.format(error=type(error).__name__)}\n")
        return web.Response(body=content, content_type=form.media_type, headers=_headers(_name_of(form, shown)))

    app.router.add_get(f"{ROUTE}/{{name}}", send)


def _name_of(form: Format, shown: Current) -> str:
    """Name a file by what went in: two subsets of one patient would else be told apart by their dates alone."""
    modalities = in_order(shown.volumes)
    used = "+".join(DISPLAY_NAMES[modality] for modality in modalities)
    what = "measurements" if form.ending == ".csv" else f"tumour from {used}"  # the table holds every subset
    return f"{shown.volumes[modalities[0]].GetName()} {what}{form.ending}"


async def _made(form: Format, shown: Current, folder: Path) -> bytes:
    """Write a file, read it and remove it.

    Raises:
        OutputError: It cannot be written.
        InputError: A volume has changed so that it can no longer be drawn.
    """
    loop = asyncio.get_running_loop()
    with private_folder("download-", parent=folder) as place:
        path = place / f"result{form.ending}"
        finish = form.write(shown, path)
        if finish is not None:
            await loop.run_in_executor(None, finish)
        return await loop.run_in_executor(None, path.read_bytes)


def _headers(name: str) -> dict[str, str]:
    """Name the file for the browser, whatever signs the name has (RFC 6266)."""
    return {hdrs.CONTENT_DISPOSITION: f"attachment; filename*=UTF-8''{quote(on_one_line(name).replace('/', '_'))}"}


def _write_label_map(shown: Current, path: Path) -> None:
    write_label_map(shown.result.segmentation, path)


def _write_segmentation(shown: Current, path: Path) -> None:
    write_segmentation(shown.result.segmentation, path)


def _write_record(shown: Current, path: Path) -> None:
    write_run_record(shown.result.segmentation, path)


def _write_table(shown: Current, path: Path) -> None:
    write_measurements(shown.result.table, path)


def _write_surfaces(shown: Current, path: Path) -> Finish:
    """Write a surface for each segment; a segment without a voxel has none."""
    write_surfaces(shown.result.segmentation, path.with_suffix(".stl"))

    def pack() -> None:
        with writing(path), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path.parent.glob("*.stl")):
                archive.write(file, file.name.removeprefix(f"{path.stem}_"))

    return pack


def _write_report(shown: Current, path: Path) -> Finish:
    """Write the page about the result; it takes seconds to draw, the scene only as long as it takes to copy."""
    images = {modality: image_from_volume(volume) for modality, volume in shown.volumes.items()}
    labels = tissues_of(shown.result.segmentation)
    heads, rows = rows_of(shown.result.table)

    def draw() -> None:
        from lckd.pictures.report import Sheet, write_report

        write_report(Sheet(images, labels, shown.result.record, heads, rows, shown.title), path)

    return draw


FORMATS = {
    "segmentation": Format(".seg.nrrd", "Segmentation for 3D Slicer", "application/octet-stream", _write_segmentation),
    "labels": Format(".nii.gz", "Label map (NIfTI)", "application/gzip", _write_label_map),
    "surfaces": Format(".zip", "Surfaces (STL)", "application/zip", _write_surfaces),
    "report": Format(".pdf", "Report with pictures (PDF)", "application/pdf", _write_report),
    "measurements": Format(".csv", "Measurements (CSV)", "text/csv", _write_table),
    "record": Format(".json", "Record of the run (JSON)", "application/json", _write_record),
}
"""By the names in their addresses."""
