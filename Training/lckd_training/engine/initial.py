"""Weights that a training begins from, instead of random ones."""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from lckd.errors import TrainingError
from lckd.network.network import NetworkConfig, build_network
from lckd.patients.problems import some_of
from lckd.weights.load import Model, load_model


def read_initial(directory: Path, network: NetworkConfig) -> Model:
    """Load a weights folder whose parameters are those of a network.

    Args:
        directory: The weights folder.
        network: The network that is to begin from it.

    Returns:
        The model.

    Raises:
        WeightsError: The folder cannot be used.
        TrainingError: Parameters are missing, superfluous or of another size; the sentence names them.
    """
    model = load_model(directory)
    with torch.device("meta"):
        wanted = build_network(network).state_dict()
    misfits = _misfits(model.network.state_dict(), wanted)
    if misfits:
        message = (
            f"The weights in '{directory}' are of another network ({'; '.join(misfits)}): "
            "give those of a training with the same recipe."
        )
        raise TrainingError(message)
    return model


def describe(model: Model) -> str:
    """Name weights so that they can be told apart from others."""
    return f"{model.card.name}, SHA256 {model.card.tensors_sha256}"


def _misfits(found: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> list[str]:
    kinds = {
        "missing": [name for name in wanted if name not in found],
        "not in ours": [name for name in found if name not in wanted],
        "of another size": [name for name in wanted if name in found and found[name].shape != wanted[name].shape],
    }
    return [f"{kind}: {some_of(names)}" for kind, names in kinds.items() if names]
