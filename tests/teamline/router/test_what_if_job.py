"""A question in a real process of its own, over a real embedded store with invented days."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from facts.record import record
from store.connection import StoreAddress, connect
from store.embedded import EmbeddedStore
from store.journal import JournalStore
from teamline.router.what_if_job import BROKEN, ChildJob, environment, options
from teamline.settings import Settings
from tests.fakes.invented_month import InventedTeam, invented
from web.what_if_job import AlreadyRunning, Now, State, Step, Why
from web.what_if_question import Asked

TEAMS = Path("teams.yaml").resolve()
DAYS = [date(2026, 10, 5) + timedelta(days=number) for number in range(5)]
WEEK = {"from": "2026-10-05", "to": "2026-10-12"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture(scope="module")
async def known(store: EmbeddedStore) -> str:
    client = connect(StoreAddress(f"{store.url}?db=0"))
    for day, facts in invented([InventedTeam("L03")], DAYS).items():
        await JournalStore(client, 0).append(day, [(fact.id, record(fact)) for fact in facts])
    await JournalStore(client, 0).append(DAYS[0], [("x", b"{}")])
    await client.aclose()
    return f"{store.url}?db=0"


def asked(**more: object) -> Asked:
    return Asked.model_validate({**WEEK, "teams": ["L03"], "runs": 3, **more})


def surroundings(url: str, data: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in environment(Settings()).items() if not name.startswith("TEAMLINE_")}
    return {**kept, "TEAMLINE_DATA": str(data), "TEAMLINE_STORE_URL": url, "TEAMLINE_CONFIG": str(TEAMS)}


@pytest.fixture
async def job(known: str, tmp_path: Path) -> AsyncIterator[ChildJob]:
    made = ChildJob(surroundings(known, tmp_path))
    yield made
    await made.cancel()


async def when(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not is_so():  # noqa: ASYNC110 - what is waited for is outside of this process
            await asyncio.sleep(0.01)


async def ended(job: ChildJob) -> Now:
    await when(lambda: job.now.state is not State.RUNNING)
    return job.now


def _below(pid: int) -> set[int]:
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def children() -> set[int]:
    """Processes that we started, ended ones that nobody waited for too."""
    return _below(os.getpid())


def script(text: str, tmp_path: Path, most_seconds: float = 300.0) -> ChildJob:
    """A job whose command does something else."""
    return ChildJob(dict(os.environ), (sys.executable, "-c", text), most_seconds)


async def test_the_answer_is_that_of_the_command(job: ChildJob) -> None:
    steps = set()
    job.start(asked(members=["L03=-1"], calls=["mon=+20%"]))
    while job.now.state is State.RUNNING:
        steps.add(job.now.progress and job.now.progress.step)
        await asyncio.sleep(0.001)
    now = job.now
    assert (State.DONE, None) == (now.state, now.error)
    assert now.answer is not None
    assert (["L03"], 3, True) == (
        [row["team"] for row in now.answer["rows"]],
        now.answer["runs"],
        now.answer["is_changed"],
    )
    assert {Step.STARTING, Step.READING} <= steps
    assert ("note: records of the journal that could not be read and are not counted: 1",) == now.notes


async def test_a_journal_that_knows_nothing_is_a_reason_of_its_own(store: EmbeddedStore, tmp_path: Path) -> None:
    job = ChildJob(surroundings(f"{store.url}?db=1", tmp_path))
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert Why.NOTHING_KNOWN is error.why
    assert "let the router run for some days" in error.what


async def test_weekdays_without_work_are_a_reason_of_their_own(job: ChildJob) -> None:
    job.start(asked(on=["sun"]))
    error = (await ended(job)).error
    assert error
    assert Why.NO_SUCH_DAY is error.why


async def test_a_store_that_is_away_is_told_in_the_commands_words(tmp_path: Path) -> None:
    job = ChildJob(surroundings(f"unix://{tmp_path}/none.sock", tmp_path))
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert (Why.FAILED, True) == (error.why, "start it, or correct TEAMLINE_STORE_URL" in error.what)


async def test_words_that_look_like_options_stay_words(job: ChildJob) -> None:
    job.start(asked(members=["--config=/etc/passwd"]))
    error = (await ended(job)).error
    assert error
    assert "--members --config=/etc/passwd: no such team" in error.what


async def test_a_question_that_is_ended_leaves_no_process(job: ChildJob) -> None:
    before = children()
    job.start(asked(runs=200, teams=[]))
    await when(lambda: job.now.progress is not None and job.now.progress.step is Step.SIMULATING)
    await job.cancel()
    assert (Now(), before) == (job.now, children())


async def test_a_question_that_is_ended_at_once_leaves_no_process(job: ChildJob) -> None:
    before = children()
    for turns in (0, 1, 2, 5):
        job.start(asked(runs=200))
        for _ in range(turns):
            await asyncio.sleep(0)
        await job.cancel()
        await when(lambda: children() == before)
    assert State.IDLE is job.now.state


ROUTER = """
import asyncio, sys
from teamline.router.what_if_job import COMMAND, ChildJob
from web.what_if_question import Asked

async def serve():
    python = COMMAND[: COMMAND.index(sys.executable) + 1]
    ChildJob({}, (*python, "-c", "import time; time.sleep(3600)")).start(Asked())
    await asyncio.sleep(3600)

asyncio.run(serve())
"""


async def test_the_process_dies_with_a_router_that_is_killed() -> None:
    router = await asyncio.create_subprocess_exec(sys.executable, "-c", ROUTER)
    begun: list[int] = []
    await when(lambda: begun.extend(pid for pid in _below(router.pid) if "time.sleep" in _words_of(pid)) or bool(begun))
    child = begun[0]
    router.kill()
    await router.wait()
    await when(lambda: not _words_of(child))


def _words_of(pid: int) -> str:
    """The command line of a process; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def test_the_process_comes_after_calls(job: ChildJob) -> None:
    before = children()
    job.start(asked(runs=200, teams=[]))
    await when(lambda: job.now.progress is not None and job.now.progress.step is Step.READING)
    (child,) = children() - before
    assert 10 == os.getpriority(os.PRIO_PROCESS, child) - os.getpriority(os.PRIO_PROCESS, 0)


async def test_one_question_at_a_time(job: ChildJob) -> None:
    job.start(asked(runs=200))
    with pytest.raises(AlreadyRunning):
        job.start(asked())


async def test_the_next_question_forgets_the_answer_before(job: ChildJob) -> None:
    job.start(asked())
    await ended(job)
    job.start(asked(seed=2))
    assert (None, 2) == (job.now.answer, job.now.question and job.now.question.seed)


async def test_a_question_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    before = children()
    job = script("import time; time.sleep(3600)", tmp_path, most_seconds=0.2)
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert (Why.TOO_LONG, before) == (error.why, children())
    assert "fewer runs" in error.what


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit(3)",
        "raise ValueError('x')",
        "print('no JSON')",
        "import sys; sys.stderr.write('x' * 1_000_000)",
        "import sys; [print(n, file=sys.stderr) for n in range(1000)]; sys.exit(1)",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
async def test_a_process_that_breaks_off_says_where_to_look(text: str, tmp_path: Path) -> None:
    job = script(text, tmp_path)
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert (Why.FAILED, BROKEN) == (error.why, error.what)


async def test_an_answer_without_end_is_cut_off(tmp_path: Path) -> None:
    before = children()
    job = script("while True: print('x' * 65536)", tmp_path)
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert ("the answer is too long: ask for fewer teams", before) == (error.what, children())


async def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    job = ChildJob({}, (str(tmp_path / "none"),))
    job.start(asked())
    error = (await ended(job)).error
    assert error
    assert "install setpriv" in error.what


async def test_a_fault_of_ours_keeps_nobody_from_asking_again(job: ChildJob, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("json.loads", lambda _: 1 / 0)
        job.start(asked())
        error = (await ended(job)).error
    assert error
    assert BROKEN == error.what
    job.start(asked())
    assert State.DONE is (await ended(job)).state


async def test_each_word_is_one_argument_with_its_option() -> None:
    question = asked(members=["L03=-1"], calls=["+20%"], on=["mon"], target="80%", within="20", seed=7)
    assert [
        "--calls=+20%",
        "--members=L03=-1",
        "--team=L03",
        "--on=mon",
        "--from=2026-10-05",
        "--to=2026-10-12",
        "--target=80%",
        "--within=20",
        "--runs=3",
        "--seed=7",
        "--json",
        "--progress-lines",
    ] == options(question)


async def test_the_process_finds_what_the_router_finds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEAMLINE_STORE_PASSWORD_FILE", str(TEAMS))
    monkeypatch.setenv("FORCE_COLOR", "1")
    found = environment(Settings(config=TEAMS, data=tmp_path))
    assert (str(TEAMS), str(tmp_path), str(TEAMS)) == (
        found["TEAMLINE_CONFIG"],
        found["TEAMLINE_DATA"],
        found["TEAMLINE_STORE_PASSWORD_FILE"],
    )
    assert "FORCE_COLOR" not in found
