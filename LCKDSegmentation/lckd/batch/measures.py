"""The figures of a record, as table and page show them."""

from collections.abc import Mapping
from typing import Any

from lckd.modality import Subset, in_order
from lckd.region import REGIONS

FIGURES = ("volume_cm3", "diameter_mm", "axial_long_mm", "axial_short_mm", "bidimensional_mm2", "probable_dice")

Figures = dict[str, float | None]
"""Values by column, such as ``ET_volume_cm3``; None where there is nothing to measure."""


def columns() -> list[str]:
    """Name the columns of all figures."""
    return [f"{region}_{figure}" for region in REGIONS for figure in FIGURES]


def measures_of(record: Mapping[str, Any]) -> Figures:
    """Give the figures of a record.

    Raises:
        KeyError: It has none.
        TypeError: They are no figures.
        ValueError: They are no figures.
    """
    figures: Figures = {}
    for region in REGIONS:
        measured = record["measurements"][region]
        long, short = measured["axial_diameters_mm"] or (None, None)
        probable = record["probable_dice"].get(region, {}).get("mean")
        values = (measured["volume_cm3"], measured["diameter_mm"], long, short, measured["bidimensional_mm2"], probable)
        for figure, value in zip(FIGURES, values, strict=True):
            figures[f"{region}_{figure}"] = None if value is None else float(value)
    subset_of(record)
    return figures


def subset_of(record: Mapping[str, Any]) -> Subset:
    """Give the modalities that a record says were used.

    Raises:
        InputError: They are none.
    """
    return in_order(record["subset"])
