"""What the page shows, as plain values: read from the desk, never the other way round."""

import math
from typing import Any

from lckd.errors import LckdError
from lckd.modality import subset_title
from lckd.region import REGION_NAMES, REGIONS
from lckd_app.patient.desk import Desk
from LCKDSegmentationLib.choices import Scans, SegmentKind
from LCKDSegmentationLib.expectationtable import expectationTable

PERCENT = 100


def content_of(desk: Desk) -> dict[str, Any]:
    """Give everything that the page shows of a desk."""
    return {**_images(desk), **_expectation(desk), **_run(desk), **_views(desk), **_results(desk), **_comparison(desk)}


def _images(desk: Desk) -> dict[str, Any]:
    rows = desk.slots.rows()
    taken = {row["volume"] for row in rows}
    volumes = desk.volumes()
    return {
        "patient": desk.patient,
        "volumes": volumes,
        "slots": rows,
        "spare": [volume for volume in volumes if volume["id"] not in taken],
        "question": desk.slots.question,
        "left_out": list(desk.left_out),
        "scans": desk.scans.value,
        "scan_kinds": [{"value": kind.value, "title": kind.label()} for kind in Scans],
    }


def _expectation(desk: Desk) -> dict[str, Any]:
    table = expectationTable(desk.card, desk.slots.used)
    rows = [{"region": region, "name": REGION_NAMES[region], "cells": table.rows[region]} for region in REGIONS]
    return {"expected_heads": table.heads, "expected_rows": rows, "expected_text": table.text}


def _run(desk: Desk) -> dict[str, Any]:
    hint = ""
    try:
        desk.job()
    except LckdError as error:
        hint = str(error)
    runner = desk.runner
    return {
        "busy": runner.is_busy,
        "percent": runner.percent,
        "status": runner.text,
        "problem": desk.problem,
        "live": desk.is_live,
        "hint": hint,
        "subset": subset_title(desk.slots.used) if desk.slots.used else "",
    }


def _views(desk: Desk) -> dict[str, Any]:
    display = desk.display
    return {
        "behind": display.background,
        "window": [_short(value) for value in display.window],
        "window_limits": [_short(value) for value in display.window_limits],
        "window_step": _step(*display.window_limits),
        "style": display.style,
        "opacity": round(PERCENT * display.opacity),
        "surfaces": display.has_surfaces,
        "slices_in_space": display.shows_slices_in_space,
        "overlay": display.has_overlay,
        "crosshair": display.crosshair.is_wished,
        "measuring": desk.rulers.is_measuring,
        "rulers": len(desk.rulers.lengths_mm),
        "has_map": display.has_map,
        "segments": display.segments(),
    }


def _short(value: float) -> float:
    """Give a value of an image with as many digits as somebody reads."""
    return float(f"{value:.4g}")


def _step(low: float, high: float) -> float:
    """Give what an arrow key moves within a range: a power of ten, a hundredth of the range or less."""
    return float(f"1e{math.floor(math.log10((high - low) / PERCENT))}") if high > low else 1.0


def _results(desk: Desk) -> dict[str, Any]:
    results = desk.results
    return {
        "titles": results.titles,
        "shown": results.title,
        "measures": results.measures(),
        "notes": list(results.result.cautions) if results.result is not None else [],
        "kind": results.kind.value,
        "kinds": [{"value": kind.value, "title": kind.label()} for kind in SegmentKind],
    }


def _comparison(desk: Desk) -> dict[str, Any]:
    now, told = desk.comparison, ""
    if now.agreement is not None:
        figures = ", ".join(f"{region} {dice:.2f}" for region, dice in now.agreement.items() if dice is not None)
        told = f"Dice between the two: {figures}." if figures else "Neither holds any tumour."
    choices = {"first": now.first, "second": now.second, "region": now.region}
    return {**choices, "regions": list(REGIONS), "agreement": told}
