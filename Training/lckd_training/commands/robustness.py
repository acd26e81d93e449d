"""`lckd robustness`: what is left of the Dice when scans get worse."""

import argparse
from pathlib import Path

from lckd.arguments import add_device_argument, add_weights_argument, weights_of
from lckd.files import folder_for_results
from lckd_training.commands.data_arguments import add_measured_arguments
from lckd_training.commands.evaluate import cases_and_title, count
from lckd_training.commands.outputs import require_no_input
from lckd_training.commands.progress import tell_progress

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
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Measure weights under disturbances of growing strength.

    Raises:
        InputError: The patients cannot be used.
        LckdError: The weights or the folder to write to cannot be used.
    """
    from lckd.weights.load import load_model  # noqa: PLC0415 - torch is slow to import, and the parser needs none
    from lckd_training.reports.robustness import robustness_markdown, write_robustness  # noqa: PLC0415
    from lckd_training.robustness.catalogue import DISTURBANCES  # noqa: PLC0415
    from lckd_training.robustness.measure import measure_robustness  # noqa: PLC0415

    require_no_input(arguments.out, RESULTS, filter(None, [*arguments.data, arguments.split]))
    with folder_for_results(arguments.out):
        cases, title = cases_and_title(arguments.data, arguments)
        table = measure_robustness(
            cases,
            load_model(weights_of(arguments)),
            DISTURBANCES,
            cohort_name=arguments.name or title,
            seed=arguments.seed,
            device=arguments.device,
            progress=tell_progress,
        )
        write_robustness(table, arguments.out)
    print(robustness_markdown(table))
    print(f"Table and figure: {arguments.out}")
