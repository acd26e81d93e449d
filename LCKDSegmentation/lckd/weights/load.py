"""A weights folder: `model.safetensors` and its card, `model.json`.

Nothing is ever unpickled: tensors come from safetensors, and only when their SHA256 is the one on the card.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch

from lckd.errors import WeightsError
from lckd.files import replace_file
from lckd.network.network import LckdNetwork, NetworkConfig, build_network
from lckd.weights.card import TENSORS_NAME, Card, read_card, write_card
from lckd.weights.folder import default_weights, read_tensors


@dataclass(frozen=True)
class Model:
    """A network with what is known about it.

    Attributes:
        network: In evaluation mode, single precision; it moves to the device that it is used on.
        card: The card of its weights folder.
        directory: The weights folder.
    """

    network: LckdNetwork
    card: Card
    directory: Path


def load_model(directory: Path | None = None) -> Model:
    """Load a weights folder, the default one when none is given.

    Args:
        directory: The weights folder.

    Returns:
        The model.

    Raises:
        WeightsError: A file is missing, altered, does not fit the card, or holds NaN.
    """
    directory = directory or default_weights()
    card = read_card(directory)
    tensors = _read_tensors(directory, card)
    try:
        config = NetworkConfig(**{**card.network, "channels": tuple(card.network["channels"])})
        _require_fit(config, tensors)
        network = build_network(config)
        network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        message = f"The weights in '{directory}' do not fit their card: copy both files again from one source."
        raise WeightsError(message) from error
    _require_finite(network, directory)
    return Model(network.eval(), card, directory)


def verify(directory: Path) -> Card:
    """Check a weights folder completely.

    Args:
        directory: The weights folder.

    Returns:
        Its card.

    Raises:
        WeightsError: A file is missing, altered, does not fit the card, or holds NaN.
    """
    return load_model(directory).card


def save_model(directory: Path, network: LckdNetwork, card: Card) -> Card:
    """Write a weights folder in half precision.

    Args:
        directory: Where it goes; made if it is missing.
        network: The network.
        card: Its card; the checksum is filled in here.

    Returns:
        The card as written.

    Raises:
        WeightsError: The network holds NaN, or values that half precision cannot hold; nothing is written.
        OutputError: The folder cannot be written.
    """
    unfit = unfit_tensor(network)
    if unfit:
        message = f"The weights for '{directory}' hold values that are not finite ({unfit}): train them again."
        raise WeightsError(message)
    tensors = {name: tensor.detach().cpu().half().contiguous() for name, tensor in network.state_dict().items()}
    content = safetensors.torch.save(tensors)
    card = dataclasses.replace(card, tensors_sha256=hashlib.sha256(content).hexdigest())
    replace_file(directory / TENSORS_NAME, lambda temporary: temporary.write_bytes(content))
    write_card(card, directory)
    return card


def unfit_tensor(network: LckdNetwork) -> str | None:
    """Name a tensor with a value that half precision, in which weights are kept, cannot hold; None if all fit."""
    tensors = network.state_dict().items()
    return next((name for name, tensor in tensors if not bool(torch.isfinite(tensor.half()).all())), None)


def _require_fit(config: NetworkConfig, tensors: Mapping[str, torch.Tensor]) -> None:
    """Refuse tensors of other sizes than the network has, before any memory is taken for it.

    Raises:
        ValueError: There are such.
    """
    with torch.device("meta"):
        wanted = {name: tensor.shape for name, tensor in LckdNetwork(config).state_dict().items()}
    if wanted != {name: tensor.shape for name, tensor in tensors.items()}:
        message = "the tensors have other names or sizes"
        raise ValueError(message)


def _require_finite(network: LckdNetwork, directory: Path) -> None:
    """Refuse weights that hold NaN.

    Raises:
        WeightsError: They do.
    """
    for name, tensor in network.state_dict().items():
        if not bool(torch.isfinite(tensor).all()):
            message = f"The weights in '{directory}' hold values that are not finite ({name}): train them again."
            raise WeightsError(message)


def _read_tensors(directory: Path, card: Card) -> dict[str, torch.Tensor]:
    content = read_tensors(directory, card)
    try:
        return safetensors.torch.load(content)
    except safetensors.SafetensorError as error:
        path = directory / TENSORS_NAME
        message = f"The weights '{path}' are not a safetensors file ({error}): copy the folder again from its source."
        raise WeightsError(message) from error
