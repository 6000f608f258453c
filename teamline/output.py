"""How commands speak: results on stdout, the rest on stderr; exit codes 0 ok, 1 failed, 2 wrong use."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console

from operations.callbacks.kill_switch import StopAway
from operations.closings import ClosingsAway
from operations.configuration import StoreUnreachable
from operations.mailbox.ports import MailboxAway
from operations.sign_in.accounts import AccountsAway
from routing.teams.file import TeamsFileError
from store.connection import StoreError, StoreRefused
from store.embedded import EmbeddedStoreFailed
from teamline.secret_file import SecretRefused
from teamline.settings import Settings, load_settings

FAILED = 1
WRONG_USE = 2
KNOWN_FAILURES = (
    StoreRefused,
    StoreUnreachable,
    EmbeddedStoreFailed,
    SecretRefused,
    AccountsAway,
    ClosingsAway,
    StopAway,
    MailboxAway,
)

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="teams.yaml to work with; ./teams.yaml if not given", dir_okay=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text")]

errors = Console(stderr=True, soft_wrap=True, highlight=False)
"""Rich honours NO_COLOR and terminals without colour by itself."""


def fail(*sentences: str, code: int = FAILED) -> NoReturn:
    """Print each sentence on stderr and end with this exit code."""
    for sentence in sentences:
        errors.print(sentence, markup=False, style="red")
    raise typer.Exit(code)


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def settings_or_fail(**given: object) -> Settings:
    """The settings, or exit code 2 with each wrong one named."""
    try:
        return load_settings(**given)
    except ValidationError as error:
        told = [f"TEAMLINE_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()]
        fail(*told, code=WRONG_USE)
    except SettingsError as error:
        fail(f'settings: {error}: write JSON, a list like ["127.0.0.1/32"]', code=WRONG_USE)
    except OSError as error:
        fail(
            f"settings: {error.strerror}: {error.filename}: correct the path or its permissions",
            code=WRONG_USE,
        )


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a command's coroutine; failures that an administrator can cure become their sentence and exit code 1."""
    try:
        asyncio.run(work())
    except TeamsFileError as error:
        fail(*(str(mistake) for mistake in error.mistakes))
    except KNOWN_FAILURES as error:
        fail(str(error))
    except StoreError as error:
        fail(
            f"the store failed in the middle ({type(error).__name__}): what was in force stays in force: "
            "see the store's log, then do it again"
        )
    except OSError as error:
        fail(f"{error.filename or 'file'}: {error.strerror or error}: correct the path, its permissions, or make room")


def read_text(path: Path) -> str:
    """A file's text; a missing or unreadable one is exit code 2."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        fail(f"{path}: no such file: name an existing one", code=WRONG_USE)
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: cannot be read: {error}", code=WRONG_USE)
