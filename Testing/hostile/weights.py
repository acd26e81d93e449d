"""Weights folders that must be refused: one maker each, which spoils the good folder it is given.

`BAD_WEIGHTS` maps the name of each to its maker and to what the refusal must say.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

CARD, TENSORS = "model.json", "model.safetensors"
MARKER = "executed"
"""Folder that appears beside the tensors when somebody unpickles them."""


class Trap:
    """An object whose pickle makes a folder when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.mkdir, (self.marker,)


def _change_card(folder: Path, **changes: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    (folder / CARD).write_text(json.dumps({**card, **changes}), encoding="utf-8")


def _sign(folder: Path) -> None:
    """Put the checksum of the tensors on the card, as somebody who means harm would."""
    _change_card(folder, tensors_sha256=hashlib.sha256((folder / TENSORS).read_bytes()).hexdigest())


def flip_byte(folder: Path, part: float) -> None:
    """Change one bit, at a part of the length of the tensors: 0 is the first byte, 1 the last."""
    content = bytearray((folder / TENSORS).read_bytes())
    content[round(part * (len(content) - 1))] ^= 1
    (folder / TENSORS).write_bytes(content)


def cut_off(folder: Path) -> None:
    """Keep the first half of the tensors."""
    content = (folder / TENSORS).read_bytes()
    (folder / TENSORS).write_bytes(content[: len(content) // 2])


def signed_cut_off(folder: Path) -> None:
    """Keep the first half of the tensors and call that right."""
    cut_off(folder)
    _sign(folder)


def no_folder(folder: Path) -> None:
    """Leave nothing at the path."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def no_card(folder: Path) -> None:
    """Leave the tensors alone."""
    (folder / CARD).unlink()


def no_tensors(folder: Path) -> None:
    """Leave the card alone."""
    (folder / TENSORS).unlink()


def broken_card(folder: Path) -> None:
    """Cut the card off."""
    (folder / CARD).write_text((folder / CARD).read_text(encoding="utf-8")[:100], encoding="utf-8")


def binary_card(folder: Path) -> None:
    """Write bytes that are no text into the card."""
    (folder / CARD).write_bytes(bytes(range(256)))


def deep_card(folder: Path) -> None:
    """Write a card whose brackets never end, to exhaust whoever reads it."""
    (folder / CARD).write_text("[" * 100_000, encoding="utf-8")


def list_as_card(folder: Path) -> None:
    """Write a card that is a list."""
    (folder / CARD).write_text("[]", encoding="utf-8")


def later_format(folder: Path) -> None:
    """Write a card of a format that does not exist yet."""
    _change_card(folder, format=2)


def unknown_entry(folder: Path) -> None:
    """Write an entry that no card has."""
    _change_card(folder, colour="blue")


def other_regions(folder: Path) -> None:
    """Claim that the outputs come in another order."""
    _change_card(folder, regions=["WT", "TC", "ET"])


def other_size(folder: Path) -> None:
    """Claim that the network has more channels than there are tensors for."""
    _change_card(folder, network={"architecture": "plain", "channels": [4, 8, 32], "supervised": 2})


def other_architecture(folder: Path) -> None:
    """Claim an architecture that does not exist."""
    _change_card(folder, network={"architecture": "mystery", "channels": [4, 8, 16], "supervised": 2})


def no_spacing(folder: Path) -> None:
    """Claim voxels without extent."""
    _change_card(folder, spacing_mm=0.0)


def spacing_in_words(folder: Path) -> None:
    """Give a length as text."""
    _change_card(folder, spacing_mm="two")


def trap(folder: Path) -> None:
    """Put a pickle that does harm in place of the tensors, signed on the card."""
    torch.save(Trap(folder / MARKER), folder / TENSORS)
    _sign(folder)


def hollow(folder: Path, name: str) -> None:
    """Let a file be 100 GB long, without taking room on the disk."""
    os.truncate(folder / name, 100_000_000_000)


def huge_network(folder: Path) -> None:
    """Claim a network that no memory holds."""
    _change_card(folder, network={"architecture": "plain", "channels": [100_000] * 3, "supervised": 2})


def large_network(folder: Path) -> None:
    """Claim a network of gigabytes, of which the tensors are not there."""
    _change_card(folder, network={"architecture": "plain", "channels": [4000, 4000, 4000], "supervised": 2})


def half_a_character(folder: Path) -> None:
    """Write half a character, which cannot be printed, into the card."""
    _change_card(folder, credits=["\ud800"])


def steering_name(folder: Path) -> None:
    """Call the weights what clears a terminal."""
    _change_card(folder, name="\x1b[2Jbase")


BAD_WEIGHTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "no-folder": (no_folder, r"No model card at '.*model\.json'"),
    "no-card": (no_card, r"No model card at '.*model\.json'"),
    "no-tensors": (no_tensors, r"No weights at '.*model\.safetensors'"),
    "broken-card": (broken_card, r"card '.*model\.json' cannot be used"),
    "binary-card": (binary_card, r"card '.*model\.json' cannot be used"),
    "deep-card": (deep_card, r"card '.*model\.json' cannot be used"),
    "list-as-card": (list_as_card, r"card '.*model\.json' cannot be used"),
    "later-format": (later_format, "format 2 instead of 1"),
    "unknown-entry": (unknown_entry, "colour"),
    "other-regions": (other_regions, "unknown modalities or regions"),
    "other-size": (other_size, "do not fit their card"),
    "other-architecture": (other_architecture, "mystery|do not fit their card"),
    "no-spacing": (no_spacing, "spacing|model.json"),
    "spacing-in-words": (spacing_in_words, "spacing|model.json"),
    "hollow-card": (lambda folder: hollow(folder, CARD), "100000 MB, far more"),
    "hollow-tensors": (lambda folder: hollow(folder, TENSORS), "100000 MB, far more"),
    "huge-network": (huge_network, "unusable sizes of the network"),
    "large-network": (large_network, "do not fit their card"),
    "half-a-character": (half_a_character, r"model\.json' cannot be used .*surrogates"),
    "steering-name": (steering_name, r"model\.json' cannot be used .*name"),
    "flipped-byte": (lambda folder: flip_byte(folder, 0.7), "not those of their card"),
    "cut-off": (cut_off, "not those of their card"),
    "signed-cut-off": (signed_cut_off, "not a safetensors file"),
}
