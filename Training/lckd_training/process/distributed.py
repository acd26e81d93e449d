"""Processes that train together, as torchrun starts them; a process alone is a world of one.

Each process takes its places of every batch and computes the loss of the whole batch on gathered logits, because a
Dice over the batch is not a mean over its samples. The averaged gradient is then exactly that of one process, which
`DistributedDataParallel` around the network would not give, and all processes keep equal weights.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from lckd.errors import DeviceError, LckdError, TrainingError

STORE_PATIENCE = timedelta(seconds=5)

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class World:
    """The processes of a training, seen from one of them.

    Attributes:
        rank: Number of this process, from 0.
        size: Number of processes.
        neighbours: Number of them on this machine, itself included.
    """

    rank: int = 0
    size: int = 1
    neighbours: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self.rank == 0

    def share(self, batch: int) -> range:
        """Return the places of a batch that are this process's.

        Raises:
            TrainingError: The batch cannot be shared evenly.
        """
        if batch % self.size:
            message = f"A batch of {batch} cannot be shared by {self.size} processes: start as many as divide it."
            raise TrainingError(message)
        each = batch // self.size
        return range(self.rank * each, (self.rank + 1) * each)

    def gather(self, part: Tensor) -> Tensor:
        """Join the parts of a batch, through which gradients flow back to where each part came from.

        Args:
            part: ``(n, ...)``, of the same shape in every process.

        Returns:
            ``(size * n, ...)``, in the order of the batch.
        """
        if self.size == 1:
            return part
        joined: Tensor = _Gather.apply(part, self)  # type: ignore[no-untyped-call]  # torch's own class
        return joined

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace each gradient by its mean over the processes; one that nobody has stays absent."""
        if self.size == 1:
            return
        learnt = [parameter for parameter in parameters if parameter.requires_grad]
        own = [torch.zeros_like(p) if p.grad is None else p.grad for p in learnt]
        holders = own[0].new_tensor([p.grad is not None for p in learnt])
        total = torch.cat([*(gradient.flatten() for gradient in own), holders])
        dist.all_reduce(total)
        *sums, holders = total.split([*(gradient.numel() for gradient in own), len(own)])
        for parameter, gradient, summed, held in zip(learnt, own, sums, holders.tolist(), strict=True):
            parameter.grad = gradient.copy_(summed.view_as(gradient) / self.size) if held else None

    def mean(self, values: Tensor) -> Tensor:
        """Average values over the processes."""
        if self.size == 1:
            return values
        total = values.clone()
        dist.all_reduce(total)
        return total / self.size

    def anywhere(self, *flags: bool, device: torch.device) -> list[bool]:
        """Tell for each flag whether it is set in any process, so that all do the same."""
        return (self.mean(torch.tensor(flags, dtype=torch.float32, device=device)) > 0).tolist()

    def spread(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Share out the calls of a function; every process gets all results, in the order of the items."""
        mine = [function(item) for item in items[self.rank :: self.size]]
        if self.size == 1:
            return mine
        shares: list[list[Result]] = [[] for _ in range(self.size)]
        dist.all_gather_object(shares, mine)
        return [shares[index % self.size][index // self.size] for index in range(len(items))]

    def turned(self, work: Callable[[list[Item]], list[Result]], items: Sequence[Item]) -> list[Result]:
        """Let every process work on all items, each beginning at others, so that it finds what the others did.

        Args:
            work: Turns items into results, one each and in order.
            items: The items.

        Returns:
            The results, in the order of the items.
        """
        first = len(items) * self.rank // self.size
        done = work([*items[first:], *items[:first]])
        return [*done[len(items) - first :], *done[: len(items) - first]]

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.size > 1:
            dist.barrier()


@contextmanager
def join_world(device: torch.device) -> Iterator[World]:
    """Join the processes that torchrun started, over NCCL on GPUs and Gloo on CPUs; be alone without it.

    Args:
        device: Where to compute; on GPUs, each process takes one of its own.

    Yields:
        The world.

    Raises:
        DeviceError: More processes were started on this machine than it has GPUs.
    """
    if not {"RANK", "WORLD_SIZE"} <= os.environ.keys():
        yield World()
        return
    if device.type == "cuda":
        _take_gpu(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(dist.get_rank(), dist.get_world_size(), int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
    finally:
        dist.destroy_process_group()


@contextmanager
def said_once() -> Iterator[None]:
    """Let one process say an error that several of them have: the first; the others end with its code, silently.

    Raises:
        LckdError: One came, and no other process has it.
        SystemExit: Another process says it.
    """
    try:
        yield
    except LckdError as error:
        if _is_said(str(error)):
            raise SystemExit(error.exit_code) from error
        raise


def _is_said(message: str) -> bool:
    """Note in torchrun's store that this process says something, and tell whether another one did before."""
    if not {"RANK", "MASTER_ADDR", "MASTER_PORT"} <= os.environ.keys():
        return False
    try:
        store = dist.TCPStore(os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]), timeout=STORE_PATIENCE)
        return store.add(hashlib.sha256(message.encode(errors="replace")).hexdigest(), 1) > 1
    except (RuntimeError, ValueError):  # no store that outlives the processes: better twice than never
        return False


def _take_gpu(number: int) -> None:
    if number >= torch.cuda.device_count():
        message = f"There are {torch.cuda.device_count()} GPUs here: start one process for each (--nproc-per-node)."
        raise DeviceError(message)
    torch.cuda.set_device(number)


class _Gather(torch.autograd.Function):
    """Join the parts of a batch.

    Every process derives the same loss from what is joined, so the gradients that the others have for this part are
    equal to its own: their sum needs no communication.
    """

    @staticmethod
    def forward(ctx: Any, part: Tensor, world: World) -> Tensor:  # noqa: ANN401 - torch's own context
        ctx.world, ctx.length = world, len(part)
        parts = [torch.empty_like(part, memory_format=torch.contiguous_format) for _ in range(world.size)]
        dist.all_gather(parts, part.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - as above
        own = gradient.narrow(0, ctx.world.rank * ctx.length, ctx.length)
        return own * ctx.world.size, None
