"""Asterisk's files on this machine: ours as they would be rendered now, included by theirs, and a discreet log."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from teamline.commands.render import DEFAULT_INTO
from teamline.doctor.asterisk_conf import Include, Option, read
from teamline.doctor.findings import Verdict, fail, fail_as_told, ok, warn
from teamline.doctor.missing import Missing
from teamline.doctor.premises import Premises
from teamline.rendering import rendered
from telephony.dialplan.files import RELOADS, ForeignFile, differences
from telephony.dialplan.lines import UnrenderableValue
from telephony.dialplan.wiring import UnsupportedAsterisk

NEEDED_ABOVE: Mapping[str, str] = {
    "extensions.conf": "globals",
    "queues.conf": "general",
    "manager.conf": "general",
    "cdr.conf": "general",
    "cel.conf": "general",
}
"""File -> the section that must stand above our include, else Asterisk refuses the whole file (docs/asterisk.md)."""
RECORDS = frozenset({"cdr.conf", "cel.conf"})
QUEUE_SETTINGS: Mapping[str, str] = {
    "force_longest_waiting_caller": "prio",
    "persistentmembers": "yes",
    "autofill": "yes",
    "shared_lastcall": "yes",
}
"""Ours in [general] of queues.conf; there the first value wins, which is the one above our include."""
TOO_TALKATIVE = 3
"""The verbose level at which Asterisk logs each sound that it plays, and so each digit that is read back."""

_CHANGED = re.compile(r"^(?:--- )?(\S+\.conf)(?: \(now\)|: a secret)", re.MULTILINE).findall
_VERBOSE = re.compile(r"verbose(?:\((\d+)\))?").fullmatch


async def rendered_files(on: Premises) -> Sequence[Verdict]:
    """What lies there is what would be rendered now."""
    folder = _folder(on)
    if not folder.is_dir():
        return [fail(f"{folder}: no such folder", f"teamline render --into {folder} --reload")]
    centre, version, secret = await on.centre(), await on.version(), await on.secret()
    try:
        files = rendered(centre, version, on.settings, secret)
        changed = _CHANGED(await asyncio.to_thread(differences, folder, files))
    except (UnsupportedAsterisk, UnrenderableValue, ForeignFile) as error:
        return [fail_as_told(str(error))]
    except OSError as error:
        return [fail(f"{error.filename}: {error.strerror}", "run the doctor as a user who may read it")]
    if changed:
        cure = f"teamline render --into {folder} --diff shows it; the same with --reload puts it right"
        return [fail(f"{folder}: not as teams.yaml and settings say: {', '.join(changed)}", cure)]
    return [ok(f"{folder}: {len(files)} files, as they would be rendered now")]


async def included(on: Premises) -> Sequence[Verdict]:
    """Each of our files is read by the administrator's, below the section that it adds to."""
    folder = _folder(on)
    faults = [verdict for name in RELOADS for verdict in _include_faults(folder, name)]
    return faults or [ok(f"those in {folder.parent} include ours")]


def _include_faults(folder: Path, name: str) -> Iterator[Verdict]:
    theirs = folder.parent / name
    line = f"#tryinclude {folder.name}/{name}"
    try:
        entries = list(read(theirs, folder))
    except OSError as error:
        yield fail(f"{theirs}: {error.strerror}", f"it needs{_section(name)} the line {line}")
        return
    includes = [entry for entry in entries if isinstance(entry, Include)]
    for strange in (each.target for each in includes if each.target != name):
        yield fail(f"{theirs}: it includes {folder.name}/{strange}", f"name the one file: {line}")
    own = next((each for each in includes if each.target == name), None)
    if own is None and not _keeps_no_records(name, entries):
        yield fail(f"{theirs}: ours is not included", f"add{_section(name)} the line {line}")
    elif own and NEEDED_ABOVE.get(name, "") not in {"", *own.above}:
        yield fail(
            f"{theirs}: no [{NEEDED_ABOVE[name]}] above the include: Asterisk refuses the whole file",
            f"put [{NEEDED_ABOVE[name]}] above {line}",
        )
    if name == "queues.conf":
        yield from _overruled(theirs, entries)


def _keeps_no_records(name: str, entries: Sequence[Option | Include]) -> bool:
    """The administrator has switched off what ours would switch off: who called a job centre is not recorded."""
    return name in RECORDS and Option("general", "enable", "no") in entries


def _section(name: str) -> str:
    return f" [{NEEDED_ABOVE[name]}] and below it" if name in NEEDED_ABOVE else ""


def _overruled(theirs: Path, entries: Sequence[Option | Include]) -> Iterator[Verdict]:
    for entry in entries:
        if not isinstance(entry, Option) or entry.section != "general" or entry.name not in QUEUE_SETTINGS:
            continue
        wanted = QUEUE_SETTINGS[entry.name]
        if entry.value.lower() != wanted:
            yield fail(
                f"{theirs}: {entry.name}={entry.value} overrules ours ({wanted})",
                f"take it out of [general] of {theirs}",
            )


async def log_files(on: Premises) -> Sequence[Verdict]:
    """No log file keeps what callers key: its read-back names one sound file a digit."""
    file = _folder(on).parent / "logger.conf"
    try:
        entries = list(read(file, _folder(on)))
    except FileNotFoundError:
        return [ok(f"{file}: there is none")]
    except OSError as error:
        return [warn(f"{file}: {error.strerror}", "run the doctor as a user who may read it")]
    talkative = [
        entry.name
        for entry in entries
        if isinstance(entry, Option) and entry.section == "logfiles" and is_talkative(entry.name, entry.value)
    ]
    if talkative:
        cure = f"leave verbose({TOO_TALKATIVE}) and * out of these lines of {file}, then `logger reload`"
        return [warn(f"the log {', '.join(talkative)} keeps which digits callers keyed", cure)]
    return [ok(f"{file}: no log keeps what callers key")]


def is_talkative(name: str, levels: str) -> bool:
    """Whether this line of [logfiles] keeps verbose messages of level 3 (main/logger.c; no number means all)."""
    if name.partition("/")[0] == "console":
        return False
    told = re.split(r"[,\s]+", re.sub(r"^\[\w+\]", "", levels.strip().lower()))
    verbose = (_VERBOSE(level) for level in told)
    return "*" in told or any(found and int(found[1] or TOO_TALKATIVE) >= TOO_TALKATIVE for found in verbose)


def _folder(on: Premises) -> Path:
    folder = (on.settings.render_into or DEFAULT_INTO).absolute()
    if on.settings.render_into is None and not folder.parent.is_dir():
        raise Missing(
            None,
            "Asterisk's files are not on this machine",
            "run `teamline doctor` on the machine that runs Asterisk, or name the folder in TEAMLINE_RENDER_INTO",
        )
    return folder
