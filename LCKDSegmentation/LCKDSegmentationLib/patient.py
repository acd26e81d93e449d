"""Which nodes belong to one patient: a result remembers the volumes that it was made from."""

from collections.abc import Iterable

from slicer import vtkMRMLNode, vtkMRMLScalarVolumeNode, vtkMRMLScene

VOLUME_ROLE = "LCKDSegmentation.volume"
"""Node references from a segmentation, a table or a map to the volumes of its patient."""


def belongs(node: vtkMRMLNode | None, scene: vtkMRMLScene, volumes: Iterable[vtkMRMLScalarVolumeNode]) -> bool:
    """Tell whether a result may be replaced by one of these volumes.

    Args:
        node: An earlier result, or None.
        scene: The scene that it should be in.
        volumes: The volumes of the new one.

    Returns:
        False for what is not in the scene, and for a result that was made from other volumes only; a node that was
        not made here belongs to everybody.
    """
    if node is None or not scene.IsNodePresent(node):
        return False
    count = node.GetNumberOfNodeReferences(VOLUME_ROLE)
    own = {node.GetNthNodeReferenceID(VOLUME_ROLE, index) for index in range(count)}
    return not own or any(volume.GetID() in own for volume in volumes)


def remember(node: vtkMRMLNode, volumes: Iterable[vtkMRMLScalarVolumeNode]) -> None:
    """Note on a result that it was made from these volumes, besides those before."""
    for volume in volumes:
        if not node.HasNodeReferenceID(VOLUME_ROLE, volume.GetID()):
            node.AddNodeReferenceID(VOLUME_ROLE, volume.GetID())
