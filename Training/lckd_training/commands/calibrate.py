"""`lckd calibrate`: teach the card how far its results can be trusted."""

import argparse
import dataclasses

from lckd.arguments import add_device_argument
from lckd.errors import InputError
from lckd.patients.problems import some_of
from lckd.weights.store import find
from lckd_training.commands.data_arguments import add_measured_arguments
from lckd_training.commands.evaluate import cases_and_title
from lckd_training.commands.progress import tell_progress

HELP = "learn, on patients that the weights were not trained on, what Dice a result probably reaches; into the card"
EPILOG = "Use the patients of the election: those of the table must stay unseen, so that they can judge the estimates."

ELECTION = "election"
"""What a card calls the patients that teachers were elected on: no weights were fitted to them."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `calibrate` to the subcommands of `lckd`."""
    parser = subparsers.add_parser("calibrate", help=HELP, description=HELP, epilog=EPILOG)
    parser.add_argument(
        "--data", required=True, nargs="+", metavar="DIR|FILE", help="patients with label maps, as for 'lckd evaluate'"
    )
    add_measured_arguments(parser, part="elect")
    parser.add_argument("--weights", required=True, metavar="NAME|DIR", help="own weights, whose card learns")
    parser.add_argument("--name", help="what the card calls the patients (default: the folder's name)")
    add_device_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Learn what Dice a result probably reaches.

    Raises:
        InputError: The patients cannot be used, or the weights were trained on them.
        LckdError: The weights cannot be used, or their card cannot be written.
    """
    from lckd.weights.card import read_card, write_card  # noqa: PLC0415 - torch is slow to import, and the parser needs none
    from lckd.weights.load import load_model  # noqa: PLC0415
    from lckd_training.measuring.evaluation import score_cases, seen_in_training  # noqa: PLC0415
    from lckd_training.measuring.trust import calibrate, require_enough  # noqa: PLC0415

    cases, title = cases_and_title(arguments.data, arguments)
    model = load_model(find(arguments.weights))
    trained = seen_in_training(model.card, [case.name for case in cases], but=ELECTION)
    if trained:
        message = (
            f"{len(trained)} of {len(cases)} patients were trained on ({some_of(trained)}): calibrate on patients "
            "that the weights have not learnt from."
        )
        raise InputError(message)
    measured = set(model.card.validation.get("cohort", {}).get("names", ()))
    unseen = [case.name for case in cases if case.name in measured]
    if unseen:
        message = (
            f"The card's own table was measured on {some_of(unseen)}: calibrate on other patients, or nobody "
            "is left who could judge the estimates."
        )
        raise InputError(message)
    require_enough(len(cases))
    scores = score_cases(cases, model, device=arguments.device, progress=tell_progress)
    trust = calibrate(scores, cohort=arguments.name or title)
    write_card(dataclasses.replace(read_card(model.directory), trust=trust), model.directory)
    for region, line in trust.lines.items():
        parts = f"{line.offset:+.2f} {line.own:+.2f} x own estimate {line.usual:+.2f} x usual Dice"
        print(f"{region}: {parts}, plus or minus {line.half_width:.2f}")
