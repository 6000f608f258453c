import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from ivr.phrases.catalogue import Catalogue
from metrics.board import Board, Trouble
from operations.directory_import import import_csv
from operations.sign_in.accounts import Role
from routing.centre import Centre
from routing.number import NumberFormat
from routing.teams.file import read
from store.embedded import EmbeddedStore
from teamline.commands.doctor import show
from teamline.doctor import second_opinion, session
from teamline.doctor.asterisk_conf import Include, Option
from teamline.doctor.asterisk_conf import read as read_conf
from teamline.doctor.directory import teams_gone
from teamline.doctor.examination import CHECKS, examine
from teamline.doctor.findings import Finding, Level, Verdict, fail, fail_as_told, ok, warn
from teamline.doctor.machine import year_verdict
from teamline.doctor.pbx_files import is_talkative
from teamline.doctor.sound_settings import sound_settings
from teamline.example_files import example_teams
from teamline.oidc_settings import OidcRole
from teamline.rendering import ami_secret, rendered
from teamline.secret_file import read_or_create
from teamline.settings import Settings
from teamline.stored import open_store
from telephony.agi.server import AgiServer
from telephony.dialplan.files import RELOADS, write
from tests.fakes.asterisk_ami import FakeManager, Headers, playing, success
from web.app import application
from web.health import Dependencies, Dependency
from web.live import LiveNow
from web.looking import Looking
from web.metrics_page import metrics_application
from web.server import WebServer

LANGUAGES = ("de", "de-leicht", "en")
OWN_FILES = {
    "extensions.conf": "[general]\nstatic=yes\n[globals]\n",
    "queues.conf": "[general]\npersistentmembers=yes\n",
    "manager.conf": "[general]\nenabled=yes\n",
    "cdr.conf": "[general]\n",
    "cel.conf": "[general]\n",
    "pjsip.conf": "",
    "musiconhold.conf": "",
}


@dataclass(frozen=True, slots=True)
class Installation:
    """A sound installation without its running parts; tests break one thing each."""

    settings: Settings
    centre: Centre
    version: str
    secret: bytes
    etc: Path

    def with_(self, **changed: object) -> Settings:
        return self.settings.model_copy(update=changed)


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompts")
    one = folder / "one.wav"
    with wave.open(str(one), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "none"))
        sound.writeframes(bytes(1600))
    for language in LANGUAGES:
        (folder / language).mkdir()
        for name in Catalogue.load().every_sound(language):
            for extension in ("wav", "wav16"):
                os.link(one, folder / language / f"{name}.{extension}")
    (folder / "music").mkdir()
    os.link(one, folder / "music" / "music.wav")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with EmbeddedStore(tmp_path_factory.mktemp("store")) as running:
        yield running.url


@pytest.fixture
async def sound(tmp_path: Path, prompts: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(session, "SECONDS", 60.0)
    monkeypatch.setattr(second_opinion, "SECONDS", 60.0)
    data, etc, teams = tmp_path / "data", tmp_path / "etc", tmp_path / "teams.yaml"
    for folder, mode in ((data, 0o700), (etc, 0o755)):
        folder.mkdir(mode=mode)
    shutil.copy(example_teams(), teams)
    (tmp_path / "customers.csv").write_text("customer_number,household,area\n320F811491,76259BG5640080,A2\n")
    settings = Settings(config=teams, data=data, store_url=store, prompts=prompts, render_into=etc / "teamline.d")
    secret, centre = read_or_create(settings.key_file), read(teams)
    async with open_store(settings) as stored:
        await stored.configs._client.flushall()
        version = await stored.configs.activate(teams.read_text(), datetime.now(UTC))
        numbers = NumberFormat(centre.customer_pattern, centre.household_pattern)
        file = tmp_path / "customers.csv"
        imported = import_csv(file, centre, numbers, stored.keyed_hash, lambda *_: None, now=datetime.now(UTC))
        await stored.directories.save(imported.table)
        await stored.directories.activate(imported.table.version)
    write(etc / "teamline.d", rendered(centre, version, settings, secret))
    for name, text in OWN_FILES.items():
        (etc / name).write_text(f"{text}#tryinclude teamline.d/{name}\n")
    return Installation(settings, centre, version, secret, etc)


async def found(settings: Settings, *names: str) -> Mapping[str, list[Verdict]]:
    """What these checks find, or all of them."""
    told: dict[str, list[Verdict]] = {}
    for each in await examine(settings, {name: CHECKS[name] for name in names or CHECKS}, seconds=60):
        told.setdefault(each.name, []).append(each.verdict)
    return told


async def faults(settings: Settings, name: str) -> list[tuple[str, str]]:
    """What this check says, and the cure, where it is not ok."""
    return [(each.what, each.cure) for each in (await found(settings, name))[name] if each.level is not Level.OK]


async def only_fault(settings: Settings, name: str) -> str:
    (fault,) = await faults(settings, name)
    assert fault[1], "a fault without a cure"
    return " -> ".join(fault)


PAGES = ("health", "ready", "live", "metrics")
RESTING = {"agi", "health", "ready", "live", "metrics", "ami"}


async def test_without_asterisk_and_router_just_these_fail_and_what_needs_them_is_not_looked_at(
    sound: Installation,
) -> None:
    told = await found(sound.settings)
    levels = {name: max((each.level for each in verdicts), key=list(Level).index) for name, verdicts in told.items()}
    assert {name for name, level in levels.items() if level is Level.FAIL} == RESTING
    waiting = {"ami-rights", "ami-globals", "ami-clock", "queues", "second-opinion"}
    assert waiting <= {name for name, level in levels.items() if level is Level.WARN}
    sound_ones = {"secret", "data", "teams", "active", "store", "directory", "prompts", "music", "rendered", "included"}
    sound_ones |= {"journal", "spool"}
    assert {levels[name] for name in sound_ones} == {Level.OK}


async def test_every_fault_has_a_cure(tmp_path: Path) -> None:
    empty = Settings(config=tmp_path / "none.yaml", data=tmp_path / "none", render_into=tmp_path / "nowhere/teamline.d")
    told = [each for verdicts in (await found(empty)).values() for each in verdicts if each.level is not Level.OK]
    assert all(each.cure for each in told)
    assert not (tmp_path / "none").exists(), "looking makes nothing"


async def test_a_secret_that_others_may_read_is_named_and_hides_nothing_else(sound: Installation) -> None:
    sound.settings.key_file.chmod(0o644)
    told = await found(sound.settings, "secret", "rendered", "directory")
    assert "chmod 600" in told["secret"][0].cure
    assert {each.level for each in told["rendered"] + told["directory"]} == {Level.OK}


async def test_a_short_secret_is_named(sound: Installation) -> None:
    sound.settings.key_file.write_bytes(b"x" * 20)
    assert "it holds 20 bytes" in await only_fault(sound.settings, "secret")


async def test_a_missing_secret_is_named_once_and_not_made(sound: Installation) -> None:
    sound.settings.key_file.unlink()
    told = await found(sound.settings, "secret", "rendered")
    assert told["secret"][0].level is Level.FAIL
    assert told["rendered"][0].what == "not looked at, because of `secret`"
    assert not sound.settings.key_file.exists()


async def test_another_secret_than_the_directory_s_is_named(sound: Installation) -> None:
    sound.settings.key_file.write_bytes(bytes(range(32)))
    assert "made with another secret -> put the secret file" in await only_fault(sound.settings, "directory")


async def test_a_data_folder_open_to_everybody_is_named(sound: Installation) -> None:
    sound.settings.data.chmod(0o755)
    assert f"chmod o= {sound.settings.data}" in await only_fault(sound.settings, "data")


async def test_each_mistake_of_teams_yaml_is_a_line_with_its_place(sound: Installation) -> None:
    file = sound.settings.config
    assert file
    file.write_text(file.read_text().replace("\ncentre:", "\ncenter:", 1))
    told = await faults(sound.settings, "teams")
    assert any(f"{file}:" in what for what, _ in told)
    assert all(cure for _, cure in told)


async def test_a_file_that_differs_from_the_version_in_force_is_named(sound: Installation) -> None:
    file = sound.settings.config
    assert file
    file.write_text(file.read_text() + "# changed\n")
    assert f"teamline activate {file}" in await only_fault(sound.settings, "active")


async def test_without_a_version_in_force_activate_is_the_cure(sound: Installation) -> None:
    async with open_store(sound.settings) as stored:
        await stored.configs._client.flushall()
    assert "teamline activate" in await only_fault(sound.settings, "active")
    assert "teamline import" in await only_fault(sound.settings, "directory")


async def test_a_store_that_is_away_is_one_fault(sound: Installation, tmp_path: Path) -> None:
    settings = sound.with_(store_url=f"unix://{tmp_path}/none.sock")
    assert "no answer -> start it" in await only_fault(settings, "store")
    assert "because of `store`" in await only_fault(settings, "directory")


async def test_an_open_store_on_the_network_is_refused_before_it_is_asked(sound: Installation) -> None:
    assert "without a password" in await only_fault(sound.with_(store_url="redis://192.0.2.1:6379"), "store")


async def test_a_store_without_append_only_file_can_promise_nothing(sound: Installation) -> None:
    async with open_store(sound.settings) as stored:
        client = stored.configs._client
        await client.config_set("appendonly", "no")
        try:
            told = await faults(sound.settings, "store")
        finally:
            await client.config_set("appendonly", "yes")
    assert ["its append-only file is off" in told[0][0], "WAITAOF is refused" in told[1][0]] == [True, True]


async def test_an_embedded_store_that_nobody_runs_is_started_for_the_look(sound: Installation) -> None:
    settings = sound.with_(store_url=None)
    async with open_store(settings) as stored:
        await stored.configs.activate(example_teams().read_text(), datetime.now(UTC))
    told = await found(settings, "active")
    assert told["active"][0].level is Level.OK
    assert not (settings.data / "store" / "store.url").exists(), "and ended"


async def test_a_router_s_embedded_store_is_shared(sound: Installation) -> None:
    settings = sound.with_(store_url=None)
    async with open_store(settings) as stored:
        await stored.configs.activate(example_teams().read_text(), datetime.now(UTC))
        assert (await found(settings, "active"))["active"][0].level is Level.OK
        assert await stored.config()


async def test_missing_sounds_are_counted(sound: Installation, tmp_path: Path) -> None:
    told = await found(sound.with_(prompts=tmp_path / "none"), "prompts", "music")
    assert "sounds are missing" in told["prompts"][0].what
    assert "teamline prompts build" in told["music"][0].cure


async def test_a_rendered_file_that_was_changed_by_hand_is_named(sound: Installation) -> None:
    file = sound.etc / "teamline.d" / "queues.conf"
    file.write_text(file.read_text().replace("rrmemory", "random"))
    assert "queues.conf -> teamline render" in await only_fault(sound.settings, "rendered")


async def test_a_foreign_file_where_ours_should_be_is_named(sound: Installation) -> None:
    (sound.etc / "teamline.d" / "queues.conf").write_text("mine\n")
    assert "not written by teamline" in await only_fault(sound.settings, "rendered")


async def test_files_that_were_never_rendered_are_named(sound: Installation) -> None:
    assert "teamline render --into" in await only_fault(sound.with_(render_into=sound.etc / "other.d"), "rendered")


async def test_an_asterisk_on_another_machine_is_no_fault(
    sound: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("teamline.doctor.pbx_files.DEFAULT_INTO", tmp_path / "absent" / "teamline.d")
    told = (await found(sound.with_(render_into=None), "rendered"))["rendered"][0]
    assert (told.level, "on the machine that runs Asterisk" in told.cure) == (Level.WARN, True)


@pytest.mark.parametrize("name", RELOADS)
async def test_each_file_of_ours_must_be_included(sound: Installation, name: str) -> None:
    (sound.etc / name).write_text(OWN_FILES[name])
    assert f"#tryinclude teamline.d/{name}" in await only_fault(sound.settings, "included")


@pytest.mark.parametrize("name", [name for name in RELOADS if "[" in OWN_FILES[name]])
async def test_the_section_that_ours_adds_to_must_stand_above(sound: Installation, name: str) -> None:
    (sound.etc / name).write_text(f"#include teamline.d/{name}\n{OWN_FILES[name]}")
    assert "Asterisk refuses the whole file" in await only_fault(sound.settings, "included")


async def test_an_include_of_all_our_files_in_each_is_named(sound: Installation) -> None:
    (sound.etc / "pjsip.conf").write_text("#tryinclude teamline.d/*.conf\n")
    told = await faults(sound.settings, "included")
    assert "it includes teamline.d/*.conf" in told[0][0]


async def test_call_records_that_are_switched_off_already_need_no_include(sound: Installation) -> None:
    (sound.etc / "cdr.conf").write_text("[general]\nenable=no\n")
    assert await faults(sound.settings, "included") == []


async def test_a_queue_setting_above_ours_that_says_otherwise_is_named(sound: Installation) -> None:
    (sound.etc / "queues.conf").write_text(
        "[general]\nforce_longest_waiting_caller=no\n#tryinclude teamline.d/queues.conf\n"
    )
    assert "force_longest_waiting_caller=no overrules ours (prio)" in await only_fault(sound.settings, "included")


async def test_a_file_that_includes_a_file_that_includes_ours_is_well(sound: Installation) -> None:
    (sound.etc / "extensions.conf").write_text("#include more/*.conf\n")
    (sound.etc / "more").mkdir()
    (sound.etc / "more" / "own.conf").write_text('[globals]\n#tryinclude "teamline.d/extensions.conf"\n')
    assert await faults(sound.settings, "included") == []


async def test_a_log_that_keeps_keyed_digits_is_named(sound: Installation) -> None:
    (sound.etc / "logger.conf").write_text("[logfiles]\nfull => notice,verbose(3)\nconsole => *\n")
    assert "the log full keeps" in await only_fault(sound.settings, "log-files")


@pytest.mark.parametrize(
    ("expected", "name", "levels"),
    [
        (True, "full", "notice,warning,verbose"),
        (True, "full", "*"),
        (True, "full", "[json]verbose(5),error"),
        (False, "full", "notice,verbose(2)"),
        (False, "console", "verbose(9)"),
        (False, "messages", "notice, warning,error"),
    ],
)
def test_which_logs_are_talkative(expected: bool, name: str, levels: str) -> None:
    assert expected is is_talkative(name, levels)


def test_a_loop_of_includes_ends(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("x = 1 ; why\n#include a.conf\n")
    assert Option("", "x", "1") in set(read_conf(tmp_path / "a.conf", tmp_path / "teamline.d"))


def test_an_include_knows_what_stands_above_it(tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("[General](+)\n#tryinclude <teamline.d/a.conf> ; ours\n[after]\n")
    entries = list(read_conf(tmp_path / "a.conf", tmp_path / "teamline.d"))
    assert [Include("a.conf", frozenset({"general"}))] == entries


# A running router and Asterisk, played.


ASKED = ("asterisk", "ami", "ami-rights", "ami-globals", "ami-clock", "queues", "second-opinion")


class Trusting(FakeManager):
    """Lets its user do anything."""

    def _command(self, action: Headers) -> bytes:
        return success(action, "Command output follows")


def manager_of(sound: Installation, kind: type[FakeManager] = FakeManager) -> FakeManager:
    manager = kind(sound.centre.queues)
    manager.secret = ami_secret(sound.settings, sound.secret)
    prompts = str(sound.settings.prompts_folder)
    manager.variables = {"TEAMLINE_CONFIG": sound.version, "TEAMLINE_PROMPTS": prompts, "VERSION()": "22.10.1"}
    return manager


async def told_with(manager: FakeManager, sound: Installation) -> Mapping[str, list[Verdict]]:
    async with playing(manager):
        return await found(sound.with_(ami_port=manager.port), *ASKED)


async def test_an_asterisk_as_it_should_be_has_no_fault(sound: Installation) -> None:
    told = await told_with(manager_of(sound), sound)
    assert [each for verdicts in told.values() for each in verdicts if each.level is not Level.OK] == []


async def test_a_wrong_manager_secret_is_named(sound: Installation) -> None:
    manager = manager_of(sound)
    manager.secret = "another"
    told = (await told_with(manager, sound))["ami"][0]
    assert ("the login was refused" in told.what, "render --reload" in told.cure) == (True, True)


async def test_a_manager_user_that_may_use_the_console_is_named(sound: Installation) -> None:
    told = await told_with(manager_of(sound, Trusting), sound)
    assert ["the manager user may do too much: console commands"] == [each.what for each in told["ami-rights"]]


async def test_an_old_configuration_in_asterisk_is_named(sound: Installation) -> None:
    manager = manager_of(sound)
    manager.variables |= {"TEAMLINE_CONFIG": "c-old", "TEAMLINE_PROMPTS": ""}
    told = await told_with(manager, sound)
    assert [Level.FAIL, Level.FAIL] == [each.level for each in told["ami-globals"]]
    assert "Asterisk plays prompts from nowhere" in told["ami-globals"][1].what


async def test_a_queue_that_asterisk_does_not_know_is_named(sound: Installation) -> None:
    manager = manager_of(sound)
    del manager.queues["A1-urgent"]
    assert "A1-urgent" in (await told_with(manager, sound))["queues"][0].what


async def test_an_asterisk_whose_clock_is_another_is_named(sound: Installation) -> None:
    manager = manager_of(sound)
    manager.fast_by = -300
    assert "Asterisk's clock is -" in (await told_with(manager, sound))["ami-clock"][0].what


@pytest.mark.parametrize(("release", "level"), [("21.5.0", Level.FAIL), ("20.19.0", Level.FAIL), ("", Level.WARN)])
async def test_a_release_that_does_not_fit_is_named(
    sound: Installation, monkeypatch: pytest.MonkeyPatch, release: str, level: Level
) -> None:
    monkeypatch.setattr("teamline.doctor.asterisk._program_says", str)
    manager = manager_of(sound)
    manager.variables["VERSION()"] = release
    assert level is (await told_with(manager, sound))["asterisk"][0].level


async def test_our_fastagi_is_known_by_its_silence(sound: Installation) -> None:
    server = AgiServer({}, _NoSounds(), ended=lambda _: None)
    port = await server.start("127.0.0.1", 0)
    assert await faults(sound.with_(agi_port=port), "agi") == []
    await server.stop()


async def test_a_fastagi_that_does_not_admit_us_is_named(sound: Installation) -> None:
    server = AgiServer({}, _NoSounds(), peers=[], ended=lambda _: None)
    port = await server.start("127.0.0.1", 0)
    assert "TEAMLINE_AGI_PEERS" in await only_fault(sound.with_(agi_port=port), "agi")
    await server.stop()


class _NoSounds:
    def files(self, language: str, spoken: object) -> list[tuple[str, float]]:  # noqa: ARG002 - the protocol's
        return []


async def _greets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.org\r\n")
    writer.close()


async def test_another_program_on_our_ports_is_named(sound: Installation) -> None:
    async with await asyncio.start_server(_greets, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        told = await found(sound.with_(agi_port=port, http_port=port, metrics_port=port), "agi", *PAGES)
    assert "something else listens" in told["agi"][0].what
    assert [Level.FAIL] * 4 == [told[name][0].level for name in PAGES]


def figures(*troubles: Trouble, is_stale: bool = False) -> LiveNow:
    board = Board(formula="default", teams=(), people={}, troubles=troubles)
    return LiveNow(board, datetime.now(UTC), is_stale)


async def pages(
    sound: Installation,
    look: Callable[[], Awaitable[Dependencies]],
    now: LiveNow | None = None,
    looking: Looking | None = None,
) -> Mapping[str, list[Verdict]]:
    http = WebServer(application("0", look, lambda: now, looking=looking))
    metrics = WebServer(metrics_application(lambda: None, lambda: b"teamline_build_info 1\n", "text/plain"))
    ports = [await server.start("127.0.0.1", 0) for server in (http, metrics)]
    try:
        return await found(sound.with_(http_port=ports[0], metrics_port=ports[1]), *PAGES)
    finally:
        await http.stop()
        await metrics.stop()


async def test_a_router_s_pages_are_read(sound: Installation) -> None:
    async def look() -> Dependencies:
        return {"agi": Dependency(is_ok=True, is_required=True, what="listens")}

    told = await pages(sound, look, figures())
    assert [Level.OK] * 4 == [told[name][0].level for name in PAGES]


async def test_what_the_router_says_of_itself_is_repeated_with_its_cure(sound: Installation) -> None:
    async def look() -> Dependencies:
        store = Dependency(is_ok=False, is_required=False, what="away", cure="start it")
        return {"store": store, "agi": replace(store, is_required=True)}

    told = await pages(sound, look)
    assert [(Level.WARN, "start it"), (Level.FAIL, "start it")] == [(each.level, each.cure) for each in told["ready"]]


async def _nothing() -> Dependencies:
    return {}


async def test_a_member_who_is_stuck_is_told_with_the_cure(sound: Installation) -> None:
    stuck = Trouble("a member is in use without a call", "restart their phone")
    told = (await pages(sound, _nothing, figures(stuck)))["live"]
    assert [(Level.OK, ""), (Level.WARN, "restart their phone")] == [(each.level, each.cure) for each in told]


async def test_figures_that_are_old_are_named(sound: Installation) -> None:
    (told,) = (await pages(sound, _nothing, figures(is_stale=True)))["live"]
    assert (Level.WARN, True) == (told.level, "boards show the past" in told.what)


async def test_figures_that_are_not_for_this_machine_are_no_fault(sound: Installation) -> None:
    (told,) = (await pages(sound, _nothing, figures(), Looking(listed=())))["live"]
    assert (Level.OK, True) == (told.level, "TEAMLINE_WALLBOARD_FROM" in told.what)


async def test_figures_that_are_not_known_yet_are_named(sound: Installation) -> None:
    (told,) = (await pages(sound, _nothing))["live"]
    assert (Level.WARN, True) == (told.level, "nothing is known yet" in told.what)


# What live figures and reports are made from.


async def test_the_journal_tells_its_days_and_how_long_they_are_kept(sound: Installation) -> None:
    async with open_store(sound.settings) as stored:
        await stored.journal.append(datetime.now(UTC).date(), [("an-id", b"{}")])
    (told,) = (await found(sound.settings, "journal"))["journal"]
    assert (Level.OK, True) == (told.level, told.what.startswith("1 days, from "))
    assert "kept for 30 days" in told.what


async def test_facts_that_wait_on_disk_are_named(sound: Installation) -> None:
    folder = sound.settings.journal_spool
    folder.mkdir()
    assert await faults(sound.settings, "spool") == []
    (folder / "facts").write_bytes(b"x" * 42)
    assert "42 bytes of facts wait" in await only_fault(sound.settings, "spool")


async def test_a_spool_that_cannot_be_written_is_named(sound: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    sound.settings.journal_spool.mkdir()
    monkeypatch.setattr("teamline.doctor.journal.os.access", lambda *_: False)  # root may write everywhere
    assert "not writable" in await only_fault(sound.settings, "spool")


async def test_without_a_queue_log_the_loss_is_named(sound: Installation, tmp_path: Path) -> None:
    assert "TEAMLINE_QUEUE_LOG is not set: calls that end" in await only_fault(sound.settings, "queue-log")
    assert "no such file" in await only_fault(sound.with_(queue_log=tmp_path / "none"), "queue-log")
    assert "add the router's user to the group" in await only_fault(sound.with_(queue_log=tmp_path), "queue-log")


async def test_a_queue_log_that_was_moved_aside_and_is_still_written_is_named(
    sound: Installation, tmp_path: Path
) -> None:
    log, moved = tmp_path / "queue_log", tmp_path / "queue_log.1"
    log.write_text("1795300000|NONE|NONE|NONE|QUEUESTART|\n")
    assert await faults(sound.with_(queue_log=log), "queue-log") == []
    moved.write_text("later")
    os.utime(log, (1795300000, 1795300000))
    assert "logger reload" in await only_fault(sound.with_(queue_log=log), "queue-log")


# Checks among themselves, and how they are shown.


async def test_a_check_that_hangs_or_breaks_hides_no_other(sound: Installation) -> None:
    async def hangs(_: object) -> list[Verdict]:
        return await asyncio.get_running_loop().create_future()

    async def breaks(_: object) -> list[Verdict]:
        raise KeyError("x")

    async def well(_: object) -> list[Verdict]:
        return [ok("well")]

    told = await examine(sound.settings, {"hangs": hangs, "breaks": breaks, "well": well}, seconds=0.05)
    assert [("hangs", Level.FAIL), ("breaks", Level.FAIL), ("well", Level.OK)] == [
        (each.name, each.verdict.level) for each in told
    ]


def test_a_year_before_this_program_or_near_the_end_of_priorities_is_named() -> None:
    years = {year: year_verdict(datetime(year, 6, 1, tzinfo=UTC)).level for year in (1970, 2030, 2036)}
    assert {1970: Level.FAIL, 2030: Level.OK, 2036: Level.WARN} == years


async def test_teams_that_are_gone_are_told_from_the_directory(sound: Installation) -> None:
    async with open_store(sound.settings) as stored:
        version = await stored.directory()
        assert version
        table = await stored.load_directory(version)
    assert [] == teams_gone(table, sound.centre)
    assert ["V02"] == teams_gone(
        table, replace(sound.centre, teams={k: v for k, v in sound.centre.teams.items() if k != "V02"})
    )


def test_one_line_a_finding_and_no_colour_where_there_is_no_terminal() -> None:
    shown = io.StringIO()
    findings = [Finding("secret", ok("well")), Finding("ami", fail("refused", "render")), Finding("x", warn("w", "c"))]
    show(findings, Console(file=shown, soft_wrap=True))
    assert shown.getvalue() == "ok    secret  well\nFAIL  ami     refused -> render\nwarn  x       w -> c\n"


def test_what_others_say_cannot_move_the_cursor() -> None:
    assert fail("a\x1b[31m\nb", "c\r").what == "a [31m b"


def test_a_sentence_of_ours_becomes_fault_and_cure() -> None:
    assert ("x: others may read it", "chmod 600 x") == (
        (told := fail_as_told("x: others may read it: chmod 600 x")).what,
        told.cure,
    )


def test_wrong_settings_are_each_named_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEAMLINE_AMI_PORT", "abc")
    monkeypatch.setenv("TEAMLINE_HTTP_PORT", "8123")
    monkeypatch.setenv("TEAMLINE_AMI_USR", "x")
    monkeypatch.setenv("TEAMLINE_AMI_SECRET_FILE", str(tmp_path / "none"))
    settings, findings = sound_settings()
    assert (settings.ami_port, settings.http_port) == (5038, 8123)
    told = " ".join(each.verdict.what + each.verdict.cure for each in findings)
    assert all(name in told for name in ("TEAMLINE_AMI_PORT", "AMI_SECRET_FILE: ", "did you mean TEAMLINE_AMI_USER?"))


def test_the_command_prints_json_and_ends_with_1_when_something_fails(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEAMLINE_")}
    environment |= {"TEAMLINE_DATA": str(tmp_path / "data"), "TEAMLINE_CONFIG": str(example_teams())}
    environment |= {"TEAMLINE_AMI_PORT": "1", "TEAMLINE_HTTP_PORT": "1", "TEAMLINE_AGI_PORT": "1"}
    asked = subprocess.run(
        [sys.executable, "-m", "teamline", "doctor", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = json.loads(asked.stdout)
    assert (asked.returncode, told["ok"]) == (1, False)
    assert {"name", "level", "what", "cure"} == set(told["checks"][0])


async def activate_on_call(sound: Installation, *numbers: str) -> None:
    text = f"{sound.settings.config.read_text()}emergency: {{on_call: {list(numbers)}}}\n"  # type: ignore[union-attr]
    async with open_store(sound.settings) as stored:
        await stored.configs.activate(text, datetime.now(UTC))


async def test_a_number_outside_that_no_call_reaches_is_told(sound: Installation) -> None:
    await activate_on_call(sound, "0211910999")
    assert "TEAMLINE_TRUNK" in await only_fault(sound.settings, "on-call")


async def test_a_trunk_or_a_members_phone_makes_the_emergency_service_whole(sound: Installation) -> None:
    phone = next(iter(sound.centre.members.values())).phone
    await activate_on_call(sound, phone, "0211910999")
    assert not await faults(sound.with_(trunk="provider"), "on-call")
    await activate_on_call(sound, phone)
    assert not await faults(sound.settings, "on-call")


async def test_without_an_identity_provider_local_accounts_are_well(tmp_path: Path) -> None:
    [found] = await examine(Settings(data=tmp_path), {"sign-in-provider": CHECKS["sign-in-provider"]})
    assert (Level.OK, True) == (found.verdict.level, "local accounts" in found.verdict.what)


async def test_an_identity_provider_that_is_not_there_is_a_warning_with_its_cure(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        oidc_issuer="http://127.0.0.1:9/realm",
        oidc_client_id="teamline",
        oidc_roles={"heads": OidcRole(role=Role.SUPERVISOR)},
    )
    [found] = await examine(settings, {"sign-in-provider": CHECKS["sign-in-provider"]}, seconds=60.0)
    assert (Level.WARN, True) == (found.verdict.level, "local accounts still sign in" in found.verdict.cure)
