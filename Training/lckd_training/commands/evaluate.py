"""`lckd evaluate` and `Training/evaluate.py`: the table over all 15 subsets."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.arguments import add_device_argument, add_weights_argument, weights_of
from lckd.errors import InputError, LckdError
from lckd.files import folder_for_results
from lckd.patients.problems import some_of
from lckd_training.commands.data_arguments import add_measured_arguments
from lckd_training.commands.outputs import require_no_input

if TYPE_CHECKING:
    from lckd.patients.case import Case
    from lckd.weights.load import Model
    from lckd_training.measuring.summary import Table

HELP = "measure weights: Dice and HD95 of ET, TC and WT for all 15 subsets of modalities"
RESULTS = ("table.json", "table.csv", "table.md", "heatmap.png", "trust.png", "report.html")
EPILOG = (
    f"It leaves {', '.join(RESULTS)}, the last one page to read and to pass on, in the folder given by --out. "
    "trust.png shows estimated against reached Dice, where the weights were calibrated."
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `evaluate` to the subcommands of `lckd`."""
    parser = subparsers.add_parser("evaluate", help=HELP, description=HELP, epilog=EPILOG)
    add_arguments(parser)
    parser.set_defaults(run=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `lckd evaluate` and `Training/evaluate.py` are told."""
    parser.add_argument(
        "--data",
        required=True,
        nargs="+",
        metavar="DIR|FILE|synthetic:test[:K]",
        help="patients with label maps: folders in any known layout, manifests (CSV, JSON), or synthetic ones",
    )
    add_measured_arguments(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the table")
    add_weights_argument(parser)
    add_device_argument(parser)
    parser.add_argument("--name", help="what the table calls the patients (default: the folder's name)")
    parser.add_argument(
        "--pictures", type=count, default=0, metavar="N", help="put pictures of the N worst patients into report.html"
    )
    parser.add_argument("--into-card", action="store_true", help="also write the table into the weights' model.json")


def count(text: str) -> int:
    """Read a number of things: 0 or more.

    Raises:
        ValueError: It is none; argparse says so.
    """
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def run(arguments: argparse.Namespace) -> None:
    """Measure weights: Dice and HD95 of ET, TC and WT for all 15 subsets of modalities.

    Raises:
        InputError: The patients cannot be used, or the weights have seen those that should go into their card.
        LckdError: The weights or the folder to write to cannot be used.
    """
    require_no_input(arguments.out, RESULTS, filter(None, [*arguments.data, arguments.split]))
    with folder_for_results(arguments.out):
        _measure_as_told(arguments)
    print(f"Table, heat map and page: {arguments.out}")


def _measure_as_told(arguments: argparse.Namespace) -> None:
    from lckd.weights.load import load_model  # noqa: PLC0415 - torch is slow to import, and the parser needs none
    from lckd_training.measuring.evaluation import seen_in_training  # noqa: PLC0415
    from lckd_training.reports.table import markdown_table  # noqa: PLC0415

    cases, title = cases_and_title(arguments.data, arguments)
    model = load_model(weights_of(arguments))
    seen = seen_in_training(model.card, [case.name for case in cases])
    if seen and arguments.into_card:
        message = f"{describe_seen(seen, len(cases))}: only patients that the weights have not seen go into their card."
        raise InputError(message)
    table = measure(
        model,
        cases,
        cohort_name=arguments.name or title,
        device=arguments.device,
        out=arguments.out,
        pictures=arguments.pictures,
    )
    if arguments.into_card:
        write_into_card(table, model.directory)
    print(markdown_table(table))
    if seen:
        print(f"Note: {describe_seen(seen, len(cases))}: these figures say nothing about new patients.")


def cases_and_title(words: Sequence[str], arguments: argparse.Namespace) -> tuple[list["Case"], str]:
    """Find the patients that ``--data`` names, and what a table calls them.

    Args:
        words: What ``--data`` names.
        arguments: Those of `lckd_training.commands.data_arguments.add_measured_arguments`.

    Raises:
        InputError: There is none, or some cannot be used.
    """
    from lckd_training.cohorts.measured import cohort_title, find_measured  # noqa: PLC0415 - torch is slow to import

    cases = find_measured(words, labels=arguments.labels, split=arguments.split, part=arguments.part)
    return cases, cohort_title(words)


def measure(
    model: "Model", cases: Sequence["Case"], *, cohort_name: str, device: str, out: Path, pictures: int = 0
) -> "Table":
    """Measure weights, tell the progress and leave the files of `lckd evaluate` in a folder.

    Args:
        model: The weights.
        cases: Patients with label maps.
        cohort_name: What the table calls them.
        device: ``auto``, ``cpu`` or ``cuda``.
        out: The folder.
        pictures: How many of the worst patients are drawn into the page.

    Returns:
        The table.

    Raises:
        LckdError: A case cannot be used, or the folder cannot be written.
    """
    from lckd_training.measuring.evaluation import evaluate  # noqa: PLC0415
    from lckd_training.pictures.trust import draw_trust  # noqa: PLC0415 - matplotlib is slow to import
    from lckd_training.reports.page import case_rows, write_page  # noqa: PLC0415
    from lckd_training.reports.table import write_table  # noqa: PLC0415
    from lckd_training.reports.worst_cases import draw_worst  # noqa: PLC0415 - torch is slow to import

    table = evaluate(cases, model, cohort_name=cohort_name, device=device, progress=_tell)
    write_table(table, out)
    if model.card.trust:
        draw_trust(table, model.card.trust, out / "trust.png")
    worst = draw_worst(cases, case_rows(table), model, count=pictures, device=device)
    write_page(table, model.card, out, pictures=worst)
    return table


def describe_seen(seen: Sequence[str], count: int) -> str:
    """Say how many of `count` patients the weights have seen, naming some of them."""
    return f"{len(seen)} of {count} patients were trained or elected on ({some_of(seen)})"


def write_into_card(table: "Table", directory: Path) -> None:
    """Keep a measured table in the card of the weights that it was measured with; synthetic patients have their own.

    Args:
        table: Table of `lckd_training.measuring.evaluation.evaluate`.
        directory: The weights folder.

    Raises:
        InputError: The table mixes real and synthetic patients.
        LckdError: The folder now holds other weights than were measured, or its card cannot be written.
    """
    from lckd.weights.card import read_card, write_card  # noqa: PLC0415
    from lckd_training.cohorts.case import is_synthetic  # noqa: PLC0415
    from lckd_training.reports.table import card_validation  # noqa: PLC0415

    card = read_card(directory)
    if card.tensors_sha256 != table["weights"]["tensors_sha256"]:
        message = f"The weights in '{directory}' changed while they were measured: evaluate them again."
        raise LckdError(message)
    kinds = {is_synthetic(name) for name in table["cohort"]["names"]}
    if len(kinds) > 1:
        message = "Real and synthetic patients are kept apart in a card: measure them one after the other."
        raise InputError(message)
    kept = card_validation(table)
    if kinds.pop():
        card = dataclasses.replace(card, synthetic_validation=kept)
    else:
        card = dataclasses.replace(card, validation=kept)
    write_card(card, directory)


def _tell(stage: str, done: int, total: int) -> None:
    """Show progress: on one line of a terminal, or one line per patient in a log."""
    from lckd_training.measuring.evaluation import STEPS  # noqa: PLC0415 - torch is slow to import

    place = f"[{done // STEPS}/{total // STEPS}]"
    if sys.stderr.isatty():
        print(f"\r\033[K{place} {stage}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done % STEPS == 0:
        print(f"{place} {stage.rpartition(': ')[0]}", file=sys.stderr, flush=True)
