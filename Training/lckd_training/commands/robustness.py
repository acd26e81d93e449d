"""`lckd robustness`: what is left of the Dice when scans get worse."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.arguments import add_device_argument, add_weights_argument, weights_of
from lckd.errors import InputError, OutputError
from lckd.files import folder_for_results
from lckd.preprocess.options import NOTHING
from lckd_training.commands.data_arguments import add_measured_arguments
from lckd_training.commands.evaluate import cases_and_title, count
from lckd_training.commands.outputs import require_no_input
from lckd_training.commands.progress import tell_progress

if TYPE_CHECKING:
    from lckd_training.robustness.disturbance import Disturbance

HELP = "measure weights under disturbances of growing strength: bias, noise, thick slices, movement, wrong slots, ..."
RESULTS = ("robustness.json", "robustness.md", "robustness.png")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `robustness` to the subcommands of `lckd`."""
    epilog = f"It leaves {', '.join(RESULTS)} in the folder given by --out."
    parser = subparsers.add_parser("robustness", help=HELP, description=HELP, epilog=epilog)
    parser.add_argument(
        "--data",
        required=True,
        nargs="+",
        metavar="DIR|FILE|synthetic:test[:K]",
        help="complete patients with label maps, as for 'lckd evaluate'",
    )
    add_measured_arguments(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for table and figure")
    add_weights_argument(parser)
    add_device_argument(parser)
    parser.add_argument("--name", help="what the table calls the patients (default: the folder's name)")
    parser.add_argument("--seed", type=count, default=0, help="seed of the disturbances (default: 0)")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="measure only these disturbances, such as 'bias field' (default: all)"
    )
    parser.add_argument(
        "--correct-bias",
        action="store_true",
        help="even out brightness (N4) after the disturbance, as lckd segment does",
    )
    parser.set_defaults(run=run)


def chosen(disturbances: "Sequence[Disturbance]", names: Sequence[str] | None) -> "list[Disturbance]":
    """Choose disturbances by their names.

    Args:
        disturbances: All that there are.
        names: Those that are wanted; None for all.

    Raises:
        InputError: One of the names is unknown.
    """
    known = [disturbance.name for disturbance in disturbances]
    unknown = [name for name in names or () if name not in known]
    if unknown:
        message = f"There is no disturbance '{unknown[0]}': choose among {', '.join(known)}."
        raise InputError(message)
    return [disturbance for disturbance in disturbances if names is None or disturbance.name in names]


def require_apart(out: Path, data: Sequence[str]) -> None:
    """Refuse results inside a folder of patients, where the next search would find them.

    Args:
        out: Folder of the results.
        data: What ``--data`` names.

    Raises:
        OutputError: It lies there.
    """
    for folder in (Path(word) for word in data if Path(word).is_dir()):
        if out.resolve().is_relative_to(folder.resolve()):
            message = (
                f"The folder of the results '{out}' lies in that of the patients '{folder}': give one outside of it."
            )
            raise OutputError(message)


def run(arguments: argparse.Namespace) -> None:
    """Measure weights under disturbances of growing strength.

    Raises:
        InputError: The patients cannot be used, or a disturbance is unknown.
        OutputError: The results would lie among the patients.
        LckdError: The weights or the folder to write to cannot be used.
    """
    from lckd.weights.load import load_model  # noqa: PLC0415 - torch is slow to import, and the parser needs none
    from lckd_training.reports.robustness import robustness_markdown, write_robustness  # noqa: PLC0415
    from lckd_training.robustness.catalogue import DISTURBANCES  # noqa: PLC0415
    from lckd_training.robustness.measure import measure_robustness  # noqa: PLC0415

    disturbances = chosen(DISTURBANCES, arguments.only)
    require_apart(arguments.out, arguments.data)
    require_no_input(arguments.out, RESULTS, filter(None, [*arguments.data, arguments.split]))
    with folder_for_results(arguments.out):
        cases, title = cases_and_title(arguments.data, arguments)
        table = measure_robustness(
            cases,
            load_model(weights_of(arguments)),
            disturbances,
            cohort_name=arguments.name or title,
            seed=arguments.seed,
            device=arguments.device,
            preparation=replace(NOTHING, correct_bias=arguments.correct_bias),
            progress=tell_progress,
        )
        write_robustness(table, arguments.out)
    print(robustness_markdown(table))
    print(f"Table and figure: {arguments.out}")
