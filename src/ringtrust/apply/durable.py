"""DBOS as the engine: each step that was brought to its end is on the disk, and a run is gone on with behind it.

DBOS keeps what it needs beside the journal: on SQLite in a file for each process that may drive, as one file takes one
executor only; on PostgreSQL in a schema of its own. It is imported with this module, which takes a second: whoever only
reads does not import it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandleAsync, error
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from ringtrust.apply.engine import Bring
from ringtrust.errors import RingtrustError
from ringtrust.journal.store import Store

_NAME: Final = "ringtrust"
_WORKFLOW: Final = "carry a run"
_FORM: Final = "1"
"""Of the workflow: one that another form has begun is not gone on with, but begun anew by the journal."""
GIVEN_UP: Final = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
"""How DBOS calls a workflow of which nothing more is to come though it was not done."""
_ENDED: Final = GIVEN_UP | {"SUCCESS"}
_POLL_SECONDS: Final = 0.2
_END_SECONDS: Final = 20
_MEND: Final = (
    "See to its database: on PostgreSQL the schema dbos, on SQLite the folder .journal.db.engine beside the journal. "
    "What is in it may be deleted: the journal alone says how far a run has come."
)


class Opened(msgspec.Struct, frozen=True):
    """A run within reach: its steps, and who brings one to its end. `ended` hears whether all of them were."""

    steps: tuple[int, ...]
    bring: Bring
    ended: Callable[[bool], Awaitable[None]]


Workflow = Callable[[int], Coroutine[None, None, bool]]
Open = Callable[[int], AbstractAsyncContextManager[Opened]]
"""Gets a run within reach, by its number."""


class Durable:
    """An engine for one run at a time, in the process that a person has started. `store` is that of the journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def carry(self, run: int, steps: Sequence[int], bring: Bring) -> bool:
        """Brings these steps to their end, up to the first behind which no other may begin; whether all were."""
        opened = Opened(tuple(steps), bring, _heard)

        @asynccontextmanager
        async def reach(_: int) -> AsyncIterator[Opened]:
            yield opened

        with engine_trouble():
            name = f"run-{self._store.identity}-{run}"
            async with launched(self._store.place, name, reach) as running:
                return await running.carried(name, run)


class Running:
    """DBOS, launched in this process."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow

    async def carried(self, name: str, run: int) -> bool:
        """Carries a run until it ends: goes on with what was cut short, or begins anew. Whether it came to its end."""
        prefix = f"{name}-"
        found = await DBOS.list_workflows_async(workflow_id_prefix=prefix, load_input=False, load_output=False)
        cut = [each.workflow_id for each in found if each.status not in _ENDED]
        if cut:
            handle: WorkflowHandleAsync[bool] = await DBOS.retrieve_workflow_async(cut[-1])
        else:
            with SetWorkflowID(f"{prefix}{len(found) + 1}"):
                handle = await DBOS.start_workflow_async(self._workflow, run)
        return await handle.get_result(polling_interval_sec=_POLL_SECONDS)


@asynccontextmanager
async def launched(place: Path | URL, executor: str, reach: Open) -> AsyncIterator[Running]:
    """DBOS in this process, until it is left. What an executor of this name has been torn from it goes on with."""
    silence()
    DBOS(config=config(place, executor, executor))

    at_work: set[asyncio.Task[object]] = set()

    @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
    async def carry(run: int) -> bool:
        noted(at_work)
        async with reach(run) as opened:
            return await brought(opened)

    DBOS.launch()
    try:
        yield Running(carry)
    finally:
        await ended(at_work)
        await shut_down()


@contextmanager
def engine_trouble() -> Iterator[None]:
    """What the engine's database says is told in a sentence: the journal knows how far a run has come."""
    try:
        yield
    except (error.DBOSException, SQLAlchemyError) as trouble:
        said = str(trouble).split("\n", 1)[0]
        raise RingtrustError(f"The engine cannot go on: {said}.", advice=_MEND) from trouble


async def brought(opened: Opened) -> bool:
    """Within a workflow: brings the steps of a run to their end, each of which is remembered."""
    for step in opened.steps:
        if not await DBOS.run_step_async({"name": f"step {step}"}, opened.bring, step):
            await opened.ended(False)  # noqa: FBT003 - it is what became of it
            return False
    await opened.ended(True)  # noqa: FBT003 - it is what became of it
    return True


async def _heard(brought: bool) -> None:  # noqa: FBT001 - as its port has it
    """The run itself says how it ended."""


def silence() -> None:
    """What a person has to know the journal says; and its handlers may hold streams of a use before."""
    log = logging.getLogger("dbos")
    log.handlers[:] = [logging.NullHandler()]
    log.propagate = False


def noted(at_work: set[asyncio.Task[object]]) -> None:
    """The task that runs now is one of those at work."""
    if (task := asyncio.current_task()) is not None:
        at_work.add(task)
        task.add_done_callback(at_work.discard)


async def ended(tasks: Collection[asyncio.Task[object]]) -> None:
    """Ends what is still at work in this process, so that nobody acts once the lock is given back."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_END_SECONDS)


async def shut_down() -> None:
    """Lets DBOS go; what it still waits for, such as a database that is gone, holds up nobody's end for long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.to_thread(DBOS.destroy, destroy_registry=True), _END_SECONDS)


def config(place: Path | URL, group: str, executor: str) -> DBOSConfig:
    """How DBOS is set up. Only executors of one group take over each other's work."""
    return DBOSConfig(
        name=_NAME,
        system_database_url=_url(place, executor),
        application_version=f"{_FORM}-{group}",
        executor_id=executor,
        enable_otlp=False,
        log_level="CRITICAL",
        use_listen_notify=isinstance(place, URL),
    )


def _url(place: Path | URL, executor: str) -> str:
    """On SQLite a file beside the journal, which the journal's own mode protects."""
    if isinstance(place, URL):
        return place.render_as_string(hide_password=False)
    folder = place.with_name(f".{place.name}.engine")
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(URL.create("sqlite", database=str(folder / f"{executor}.db")))
