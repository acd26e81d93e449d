"""One job after the other, with real volumes and a process that answers when the test wants it to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lckd.errors import InputError, OutputError
from lckd_app.patient.runner import LIVE_DELAY_S, Runner
from LCKDSegmentationLib.job import Job, Reply
from LCKDSegmentationLib.progress import cancelled, starting
from Testing.app.standin import StandIn

FOUND = "Found something."


class Owner:
    """Takes what a runner hands on.

    Args:
        folder: For what is exchanged.
    """

    def __init__(self, folder: Path) -> None:
        self.process, self.taken = StandIn(), list[Reply]()
        self.known: Reply | None = None
        self.refusal = self.problem = ""
        self.shown: list[tuple[int, str, str]] = []
        self.runner = Runner(
            self.process.surroundings(folder),
            take=self.take,
            known=lambda _job: self.known,
            changed=self.show,
            tell=self.hear,
        )

    def take(self, reply: Reply) -> str:
        if self.refusal:
            raise OutputError(self.refusal)
        self.taken.append(reply)
        return FOUND

    def show(self) -> None:
        self.shown.append((self.runner.percent, self.runner.text, self.problem))

    def hear(self, problem: str) -> None:
        self.problem = problem


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner(tmp_path)


def live(do: Callable[[], Awaitable[None]]) -> None:
    """Do something on a loop, and wait until a live change would have been followed."""

    async def all_of_it() -> None:
        await do()
        await asyncio.sleep(2 * LIVE_DELAY_S)

    asyncio.run(all_of_it())


def test_a_job_is_shown_from_its_beginning_to_its_result(owner: Owner, a_reply: Reply) -> None:
    owner.runner.run(a_reply.job)
    assert owner.runner.is_busy
    owner.process.tell(**{"is": "progress", "stage": "encode", "done": 1, "total": 2})
    owner.process.finish(a_reply.labels)
    assert not owner.runner.is_busy
    assert owner.shown[0] == (0, starting(), "")
    assert owner.shown[1][1].startswith("Looking at each image (2/2)")
    assert owner.shown[-1][1:] == (FOUND, "")
    assert [reply.job for reply in owner.taken] == [a_reply.job]


def test_what_the_process_cannot_do_is_told_in_a_sentence(owner: Owner, a_reply: Reply) -> None:
    owner.runner.run(a_reply.job)
    owner.process.tell(**{"is": "failed", "message": "It is empty.", "modalities": ["flair"], "package": None})
    assert (owner.runner.text, owner.problem) == ("", "'flair': It is empty.")
    assert not owner.runner.is_busy


def test_what_the_scene_cannot_take_is_told_in_a_sentence(owner: Owner, a_reply: Reply) -> None:
    owner.refusal = "The volume is gone."
    owner.runner.run(a_reply.job)
    owner.process.finish(a_reply.labels)
    assert (owner.runner.text, owner.problem) == ("", "The volume is gone.")


def test_changes_that_follow_each_other_fast_are_one_job(owner: Owner, a_reply: Reply, another_reply: Reply) -> None:
    async def switch_twice() -> None:
        owner.runner.follow(lambda: another_reply.job)
        owner.runner.follow(lambda: a_reply.job)

    live(switch_twice)
    assert [list(request["images"]) for request in owner.process.asked] == [["flair", "t1ce"]]


def test_a_wish_that_has_not_changed_is_not_worked_on_again(owner: Owner, a_reply: Reply) -> None:
    async def wish_the_same() -> None:
        owner.runner.run(a_reply.job)
        owner.process.finish(a_reply.labels)
        owner.runner.follow(lambda: replace(a_reply.job))

    live(wish_the_same)
    assert len(owner.process.wishes("subset")) == 1


def test_what_was_replied_before_is_shown_without_computing(owner: Owner, a_reply: Reply) -> None:
    async def wish_it_again() -> None:
        owner.known = a_reply
        owner.runner.follow(lambda: a_reply.job)

    live(wish_it_again)
    assert (owner.taken, owner.process.asked) == ([a_reply], [])


def test_a_wish_that_cannot_be_segmented_is_told_and_tried_again(owner: Owner, a_reply: Reply) -> None:
    def refuse() -> Job:
        message = "No volume was chosen."
        raise InputError(message)

    async def switch_all_off_and_on() -> None:
        owner.runner.run(a_reply.job)
        owner.process.finish(a_reply.labels)
        owner.runner.follow(refuse)
        await asyncio.sleep(2 * LIVE_DELAY_S)
        assert owner.problem == "No volume was chosen."
        owner.runner.follow(lambda: a_reply.job)

    live(switch_all_off_and_on)
    assert len(owner.process.wishes("subset")) == 2
    assert owner.problem == ""


def test_cancel_ends_the_process_and_forgets_what_waits(owner: Owner, a_reply: Reply, another_reply: Reply) -> None:
    async def cancel_in_the_middle() -> None:
        owner.runner.run(a_reply.job)
        owner.runner.follow(lambda: another_reply.job)
        owner.runner.cancel()

    live(cancel_in_the_middle)
    assert (owner.runner.is_busy, owner.process.isRunning, owner.runner.text) == (False, False, cancelled())
    assert (len(owner.process.asked), owner.taken) == (1, [])
