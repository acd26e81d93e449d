"""A ticket is exchanged for the key once, by our own page."""

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lckd_app.doors.access import KEY_ROUTE, make_key, protect
from lckd_app.doors.ticket import HEADER, Ticket

KEY = make_key()
ELSEWHERE = "https://evil.example"


def asked(ticket: Ticket, *wanted: tuple[str, str]) -> list[tuple[int, str]]:
    """Ask one server for the key again and again, with an origin (empty for its own) and a ticket."""

    async def ask() -> list[tuple[int, str]]:
        app = web.Application()
        protect(app, KEY, page="")
        ticket.add_route(app)
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            own = str(client.make_url("")).rstrip("/")
            answers = [
                await client.post(KEY_ROUTE, headers={"Origin": origin or own, HEADER: given})
                for origin, given in wanted
            ]
            return [(answer.status, await answer.text()) for answer in answers]

    return asyncio.run(ask())


def test_the_first_who_shows_the_ticket_gets_the_key_and_nobody_after() -> None:
    ticket = Ticket(KEY)
    (first, key), (second, refusal) = asked(ticket, ("", ticket.text), ("", ticket.text))
    assert (first, key, second) == (200, KEY, 403)
    assert refusal.startswith("This address has let somebody in already")


def test_a_wrong_ticket_or_a_page_from_elsewhere_gets_nothing_and_uses_nothing_up() -> None:
    ticket = Ticket(KEY)
    answers = asked(ticket, ("", make_key()), ("", ""), (ELSEWHERE, ticket.text), ("", ticket.text))
    assert [status for status, _ in answers] == [403, 403, 403, 200]
    assert not any(KEY in text for _, text in answers[:3])
