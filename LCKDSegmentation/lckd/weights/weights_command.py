"""The commands `lckd weights ...`: list, install, remove, verify, where. None of them uses a network."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lckd.arguments import weights_of
from lckd.modality import DISPLAY_NAMES, MODALITIES
from lckd.region import REGIONS
from lckd.weights.card import Card
from lckd.weights.folder import FOLDER_VARIABLE, own_folder, shipped_weights
from lckd.weights.store import InstalledWeights, install, installed, remove

BYTES_PER_MB = 1e6


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lckd weights`."""
    parser = subparsers.add_parser("weights", help="list, install, remove or check weights")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_action(actions, "list", "list the installed weights", _list)
    adding = _add_action(actions, "install", "install weights from a folder or a zip file of one", _install)
    adding.add_argument("source", type=Path, metavar="SOURCE", help="holds model.json and model.safetensors")
    adding.add_argument("--name", help="what to call them (default: what their card does)")
    removing = _add_action(actions, "remove", "remove weights that you installed", _remove)
    removing.add_argument("name", metavar="NAME", help="as listed")
    checking = _add_action(actions, "verify", "check weights completely", _verify)
    checking.add_argument("weights", nargs="?", metavar="NAME|DIR", help="default: those that segment uses")
    _add_action(actions, "where", "say where weights lie", _where)


def _add_action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, run: object
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    parser.set_defaults(run=run)
    return parser


def _list(_arguments: argparse.Namespace) -> None:
    print("\n\n".join(_describe(weights) for weights in installed()))


def _install(arguments: argparse.Namespace) -> None:
    weights = install(arguments.source, name=arguments.name)
    print(f"Installed '{weights.name}' in '{weights.directory}'. To use them: lckd segment --weights {weights.name}")


def _remove(arguments: argparse.Namespace) -> None:
    remove(arguments.name)
    print(f"Removed '{arguments.name}'.")


def _verify(arguments: argparse.Namespace) -> None:
    from lckd.weights.load import verify  # noqa: PLC0415 - the other actions must not wait for torch

    directory = weights_of(arguments)
    card = verify(directory)
    teachers = ", ".join(f"{region} {DISPLAY_NAMES[teacher]}" for region, teacher in card.teachers.items())
    print(f"Intact: '{directory}': {card.name}, {card.spacing_mm:g} mm, teachers: {teachers or 'not elected'}")


def _where(_arguments: argparse.Namespace) -> None:
    print(f"Installed by you: '{own_folder()}' (the variable {FOLDER_VARIABLE} can name another folder)")
    for path in shipped_weights().values():
        print(f"Came with this software: '{path}'")


def _describe(weights: InstalledWeights) -> str:
    origin = "came with this software" if weights.is_shipped else "installed by you"
    place = f"{weights.size_bytes / BYTES_PER_MB:.1f} MB in '{weights.directory}'"
    facts = _facts(weights.card) if weights.card else [f"Cannot be used. {weights.problem}"]
    return "\n    ".join([f"{weights.name} ({origin})", *facts, place])


def _facts(card: Card) -> list[str]:
    return [f"{card.name}, {card.spacing_mm:g} mm, patients: {card.patients or 'not told'}", _dice(card)]


def _dice(card: Card) -> str:
    """Say what was measured on real patients; a card may hold any table, so a strange one is as good as none."""
    try:
        full, mean = card.expected_dice(MODALITIES), card.validation["mean"]["dice"]
        cases = int(card.validation["cohort"]["n"])
        return (
            f"Dice of {'/'.join(REGIONS)} on {cases} real patients: {_numbers(full or {})} from all four modalities, "
            f"{_numbers(mean)} on average over all subsets"
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return "not measured on real patients"


def _numbers(dice: Mapping[Any, float]) -> str:
    return "/".join(f"{dice[region]:.2f}" for region in REGIONS)
