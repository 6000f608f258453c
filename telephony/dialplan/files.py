"""`<etc>/teamline.d/`: written whole or not at all, compared, and never a file that is not ours."""

import difflib
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from telephony.dialplan.lines import MARK

MODE = 0o640
SECRET = re.compile(r"^(\s*(?:secret|password)\s*=\s*)\S+", re.MULTILINE)

RELOADS = {
    "extensions.conf": "dialplan reload",
    "queues.conf": "queue reload all",
    "pjsip.conf": "module reload res_pjsip.so",
    "manager.conf": "manager reload",
    "musiconhold.conf": "moh reload",
    "cdr.conf": "module reload cdr",
    "cel.conf": "module reload cel",
}
"""File -> the console command that makes Asterisk read it again without ending a call.

Classes of music and queues come before the dialplan that names them (the order of `reload_commands`).
"""

ORDER = (
    "musiconhold.conf",
    "queues.conf",
    "pjsip.conf",
    "manager.conf",
    "cdr.conf",
    "cel.conf",
    "extensions.conf",
)


class ForeignFile(Exception):
    """A file stands where ours should, and we did not write it: move it away, then render again."""


def write(into: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Bring the folder to exactly `files` (name -> text) and return the names that changed, sorted.

    All are checked before one is written; each is replaced in one step (mode 0640). A file of ours that is no
    longer rendered is removed; others are left alone. Raises ForeignFile, OSError.
    """
    into.mkdir(mode=0o750, parents=True, exist_ok=True)
    present = {name: _ours(into / name) for name in files}
    changed = [name for name, text in files.items() if present[name] != text]
    outdated = _outdated(into, files)
    for name in changed:
        _replace(into / name, files[name])
    for name in outdated:
        (into / name).unlink()
    return tuple(sorted([*changed, *outdated]))


def differences(into: Path, files: Mapping[str, str]) -> str:
    """What `write` would change, as a unified diff with every secret masked; empty if nothing.

    A changed secret alone shows as one line that says so. Raises ForeignFile, OSError.
    """
    names = sorted({*files, *_outdated(into, files)})
    return "".join(_difference(name, _ours(into / name) or "", files.get(name, "")) for name in names)


def reload_commands(changed: Iterable[str]) -> tuple[str, ...]:
    """The console commands for these files, in the order in which they are safe; never a restart."""
    names = set(changed)
    return tuple(RELOADS[name] for name in ORDER if name in names)


def _difference(name: str, old: str, new: str) -> str:
    now, then = (_masked(text).splitlines(keepends=True) for text in (old, new))
    lines = "".join(difflib.unified_diff(now, then, f"{name} (now)", f"{name} (rendered)", n=2))
    if not lines and old != new:
        return f"{name}: a secret differs\n"
    return lines


def _masked(text: str) -> str:
    return SECRET.sub(r"\1********", text)


def _outdated(into: Path, files: Mapping[str, str]) -> list[str]:
    if not into.is_dir():
        return []
    found = (path.name for path in into.glob("*.conf") if path.name not in files and not path.is_symlink())
    return sorted(name for name in found if _is_marked(into / name))


def _ours(path: Path) -> str | None:
    """The text of a file of ours, None if there is no file."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ForeignFile(f"{path}: not a plain file: move it away, then render again")
    if not path.exists():
        return None
    if not _is_marked(path):
        raise ForeignFile(f"{path}: not written by teamline: move it away, then render again")
    return path.read_text(encoding="utf-8")


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MARK.encode()) + 1) == f"{MARK}\n".encode()


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), MODE)
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
