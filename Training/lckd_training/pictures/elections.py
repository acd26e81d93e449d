"""The history of the elections as pictures: how well each modality segments a region alone, and who teaches it."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lckd.modality import MODALITIES, Modality
from lckd.region import REGIONS, Region

COLOURS: dict[Modality, str] = {"flair": "#e69f00", "t1": "#56b4e9", "t1ce": "#d55e00", "t2": "#009e73"}
"""Told apart by people who see red and green alike, on a light and on a dark ground."""
MARKERS: dict[Modality, str] = {"flair": "o", "t1": "s", "t1ce": "^", "t2": "D"}
INK = "#010203"
"""Stands for the colour of the text of the page, which is put in afterwards."""
SIZE_INCHES = (4.0, 2.9)


def election_figures(elections: Sequence[Mapping[str, Any]]) -> dict[Region, str]:
    """Draw one picture per region: Dice of each modality alone over the steps of the training.

    The elected teacher is filled at every election, the other modalities are hollow; the dashed line is the Dice of
    all modalities together.

    Args:
        elections: Entries as in a card's `elections`, in the order in which they were held.

    Returns:
        SVG elements that take the colour of the text around them; the same elections always give the same text.
    """
    return {region: _svg(_draw(elections, region), region) for region in REGIONS} if elections else {}


def _draw(elections: Sequence[Mapping[str, Any]], region: Region) -> Figure:
    figure = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = figure.subplots()
    for modality in MODALITIES:
        held = [election for election in elections if modality in election["dice"]]
        steps = [election["step"] for election in held]
        dice = [election["dice"][modality][region] for election in held]
        axes.plot(steps, dice, color=COLOURS[modality], linewidth=1.2)
        for step, value, election in zip(steps, dice, held, strict=True):
            face = COLOURS[modality] if election["teachers"].get(region) == modality else "none"
            axes.plot(step, value, MARKERS[modality], color=COLOURS[modality], markerfacecolor=face, markersize=6)
    together = [election["full_set_dice"][region] for election in elections]
    axes.plot([election["step"] for election in elections], together, color=INK, linewidth=1.0, linestyle="--")
    _frame(axes, region)
    return figure


def _frame(axes: Axes, region: Region) -> None:
    axes.set_ylim(-0.02, 1.02)
    axes.set_title(region, color=INK, fontsize=12, loc="left")
    axes.set_xlabel("step", color=INK)
    axes.set_ylabel("Dice alone", color=INK)
    axes.tick_params(colors=INK)
    axes.grid(color=INK, alpha=0.15, linewidth=0.6)
    for name, spine in axes.spines.items():
        spine.set_visible(name in {"left", "bottom"})
        spine.set_color(INK)


def _svg(figure: Figure, region: Region) -> str:
    """Write a figure as an element to be put into a page beside others: names of its own, no ground, no date."""
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": region, "font.family": "sans-serif"}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    element = re.sub(r"<metadata>.*?</metadata>", "", text.getvalue().partition("<svg")[2], flags=re.DOTALL)
    element = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{region}-", element)
    return "<svg" + re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", element, count=1).replace(INK, "currentColor")
