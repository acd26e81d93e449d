"""The colours of maps, which the application reads from files that its core does not carry."""

import numpy as np
from slicer import vtkMRMLColorTableNode, vtkMRMLScene

from LCKDSegmentationLib.maps import COLOURS

ENTRIES = 256

MAGMA = np.array(
    [
        (0.001, 0.000, 0.014), (0.232, 0.060, 0.438), (0.550, 0.161, 0.506),
        (0.869, 0.288, 0.409), (0.995, 0.624, 0.427), (0.987, 0.991, 0.750),
    ]
)  # fmt: skip
"""Magma of matplotlib, at six places; what lies between is interpolated."""


def add_colours(scene: vtkMRMLScene) -> None:
    """Add the colours of the uncertainty under the ID that the application gives them."""
    (identifier,) = set(COLOURS.values())
    node = vtkMRMLColorTableNode()
    node.SetName("Magma")
    node.SetTypeToUser()
    node.SetSingletonTag(identifier.removeprefix("vtkMRMLColorTableNode"))
    node.SetNumberOfColors(ENTRIES)
    places = np.linspace(0, len(MAGMA) - 1, ENTRIES)
    colours = [np.interp(places, range(len(MAGMA)), channel) for channel in MAGMA.T]
    for index, (red, green, blue) in enumerate(zip(*colours, strict=True)):
        node.SetColor(index, str(index), float(red), float(green), float(blue), 1.0)
    scene.AddNode(node)
