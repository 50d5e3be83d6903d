"""A wrong password is sent once: three tries lock an account, and it is that of every program that reads a cluster."""

import asyncio

import pytest

from ringtrust.connect.web import LoginRefusedError, NoRightError
from ringtrust.errors import UnreadableError
from ringtrust.observe.account import Account, RefusedBeforeError
from tests.support.live import live


class Server:
    """Says to every question what it is to say next, once everybody has had time to ask."""

    def __init__(self, *answers: Exception | str) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0

    async def question(self) -> str:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        for _ in range(5):
            await asyncio.sleep(0)
        self.at_once -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer


async def all_asked(server: Server, account: Account, times: int = 9) -> list[str | BaseException]:
    return await asyncio.gather(*(account.ask(server.question) for _ in range(times)), return_exceptions=True)


REFUSED = LoginRefusedError("pub does not take the user or the password.")
NO_RIGHT = NoRightError("pub does not let this user in.")
SILENT = UnreadableError("pub is silent.")


@live
async def test_a_wrong_password_is_sent_once_however_many_ask_side_by_side() -> None:
    server, account = Server(REFUSED), Account()
    first, *others = await all_asked(server, account)
    assert (server.asked, first) == (1, REFUSED)
    assert all(isinstance(each, RefusedBeforeError) and each.what == REFUSED.what for each in others)


@live
async def test_it_is_sent_once_too_when_the_first_to_be_asked_say_nothing() -> None:
    server, account = Server(SILENT, SILENT, REFUSED), Account()
    answers = await all_asked(server, account)
    assert server.asked == 3
    assert answers[:3] == [SILENT, SILENT, REFUSED]


@live
async def test_whoever_was_let_in_asks_side_by_side() -> None:
    server, account = Server("in"), Account()
    assert await account.ask(server.question) == "in"
    assert account.welcome
    assert await all_asked(server, account) == ["in"] * 9
    assert server.most_at_once == 9


@live
async def test_a_password_that_is_refused_after_a_welcome_is_not_sent_again_either() -> None:
    server, account = Server("in", REFUSED), Account()
    assert await account.ask(server.question) == "in"
    with pytest.raises(LoginRefusedError):
        await account.ask(server.question)
    with pytest.raises(RefusedBeforeError, match="does not take the user or the password"):
        await account.ask(server.question)
    assert server.asked == 2


@pytest.mark.parametrize("before", [(), ("in",)])
@live
async def test_a_missing_right_ends_nothing(before: tuple[str, ...]) -> None:
    server, account = Server(*before, NO_RIGHT, NO_RIGHT, "in"), Account()
    for _ in before:
        await account.ask(server.question)
    for _ in range(2):
        with pytest.raises(NoRightError):
            await account.ask(server.question)
    assert await account.ask(server.question) == "in"
