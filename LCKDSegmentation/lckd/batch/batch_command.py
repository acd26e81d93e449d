"""The command `lckd batch`."""

import argparse
import hashlib
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lckd.arguments import add_device_argument, add_weights_argument, weights_of
from lckd.batch.job import LAYOUTS, Job, Outcome
from lckd.batch.stop import stop_on_sigterm
from lckd.errors import BatchError, InputError
from lckd.modality import DISPLAY_NAMES, MODALITIES, Modality, Subset, in_order
from lckd.preprocess import add_arguments, cache_from, options_from
from lckd.weights.card import CARD_NAME
from lckd.weights.folder import check_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lckd.batch.cluster import Cluster

HELP = "segment many patients, and go on where it was stopped"
EPILOG = (
    "ROOT is a folder in any layout of Resources/datasets.md, or a manifest (CSV or JSON); label maps are ignored. "
    "A patient who cannot be segmented is listed at the end and stops no other; the exit code is then 1. The same "
    "command again does only what is not done, or whose images, weights or options changed. "
    "For research, not for clinical use."
)
ALWAYS, ON_CLUSTER = ("matplotlib", "jinja2"), ("dask", "distributed")
"""What the extra `batch` brings."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `lckd batch`."""
    parser = subparsers.add_parser("batch", help=HELP, description=f"{HELP[0].upper()}{HELP[1:]}.", epilog=EPILOG)
    parser.add_argument("root", type=Path, metavar="ROOT", help="folder of patients, or a manifest")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="folder of the results")
    parser.add_argument(
        "--layout", choices=LAYOUTS, default="flat", help="flat (default): NAME.nii.gz; bids: a BIDS derivative"
    )
    _add_segment_options(parser)
    add_arguments(parser)
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--workers", type=_count, metavar="N", help="use N processes on this machine (default: this one)"
    )
    place.add_argument("--scheduler", metavar="ADDRESS", help="use a Dask scheduler, such as tcp://10.0.0.1:8786")
    parser.set_defaults(run=_batch)


def _add_segment_options(parser: argparse.ArgumentParser) -> None:
    add_weights_argument(parser)
    add_device_argument(parser)
    parser.add_argument(
        "--reference", choices=MODALITIES, help="modality whose geometry results have (default: each patient's first)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--modalities", nargs="+", choices=MODALITIES, metavar="NAME", help="use only these")
    which.add_argument("--skip", nargs="+", choices=MODALITIES, metavar="NAME", help="use all but these")


def _count(text: str) -> int:
    """Read a number of processes.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or int(text) < 1:
        message = f"'{text}' is no number of processes: give 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _batch(arguments: argparse.Namespace) -> None:
    """Run a batch.

    Raises:
        BatchError: Patients could not be segmented.
    """
    is_on_cluster = bool(arguments.workers or arguments.scheduler)
    require_extra(*ALWAYS, *(ON_CLUSTER if is_on_cluster else ()))
    from lckd.batch.cluster import Cluster  # noqa: PLC0415 - `lckd --help` must not wait for SimpleITK and torch
    from lckd.batch.out import prepare_out  # noqa: PLC0415
    from lckd.batch.run import run_batch  # noqa: PLC0415
    from lckd.batch.source import find_patients  # noqa: PLC0415

    job = _job(arguments)
    patients = find_patients(arguments.root.absolute(), modalities=job.modalities)
    prepare_out(job.out, arguments.root, patients, layout=job.layout)
    cluster = Cluster(arguments.workers, arguments.scheduler) if is_on_cluster else None
    _require_device(job, cluster)
    with stop_on_sigterm():
        result = run_batch(patients, job, cluster=cluster, report=lambda line: print(line, flush=True))
    for sentence in result.summary.sentences():
        print(sentence)
    print(f"Results: {job.out}")
    _require_all(result.outcomes)


def _job(arguments: argparse.Namespace) -> Job:
    """Turn arguments into a job.

    Raises:
        WeightsError: The weights cannot be used.
        InputError: No modality is left, or the reference is none of them.
    """
    modalities = _modalities(arguments)
    _require_reference(arguments.reference, modalities)
    weights = weights_of(arguments).absolute()
    return Job(
        out=arguments.output.absolute(),
        layout=arguments.layout,
        weights=weights,
        tensors_sha256=check_folder(weights).tensors_sha256,
        card_sha256=hashlib.sha256((weights / CARD_NAME).read_bytes()).hexdigest(),
        modalities=modalities,
        reference=arguments.reference,
        device=arguments.device,
        run=secrets.token_hex(4),
        preparation=options_from(arguments),
        cache=cache_from(arguments),
    )


def _modalities(arguments: argparse.Namespace) -> Subset:
    """Choose the modalities that may be used.

    Raises:
        InputError: None is left, or one is named twice.
    """
    if arguments.modalities:
        return in_order(arguments.modalities)
    return in_order(modality for modality in MODALITIES if modality not in (arguments.skip or ()))


def _require_reference(reference: Modality | None, modalities: Subset) -> None:
    """Refuse a reference that no patient may have.

    Raises:
        InputError: It is so.
    """
    if reference and reference not in modalities:
        message = f"The reference {DISPLAY_NAMES[reference]} may not be used: choose another one, or allow it."
        raise InputError(message)


def require_extra(*packages: str) -> None:
    """Refuse to begin without a package that would be missed at the end.

    Raises:
        InputError: One is missing.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        message = (
            f"A batch needs the Python packages {', '.join(missing)}: install this software with its extra 'batch'."
        )
        raise InputError(message)


def _require_device(job: Job, cluster: "Cluster | None") -> None:
    """Refuse a device that this machine does not have, where it is this machine that computes.

    Raises:
        DeviceError: It is so.
    """
    from lckd.device import choose_device  # noqa: PLC0415 - it takes seconds

    if cluster is None or cluster.scheduler is None:
        choose_device(job.device)


def _require_all(outcomes: "Sequence[Outcome]") -> None:
    """End with a list of the patients who could not be segmented.

    Raises:
        BatchError: There are such.
    """
    failed = [f"{outcome.name}: {outcome.sentence}" for outcome in outcomes if outcome.status == "failed"]
    if failed:
        lines = [f"{len(failed)} of {len(outcomes)} patients could not be segmented:", *failed]
        raise BatchError(lines[0], lines=lines[1:])
