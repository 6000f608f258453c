"""The settings, even if some are wrong: each wrong one is named, its default stands in for the other checks."""

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from teamline.doctor.findings import Finding, Verdict, fail, ok, warn
from teamline.settings import SECRETS, Settings, load_settings

NAME = "settings"
PREFIX = "TEAMLINE_"
SETTINGS_FILE = "TEAMLINE_SETTINGS"


def sound_settings(config: Path | None = None) -> tuple[Settings, Sequence[Finding]]:
    """Settings to go on with, and what was found about them."""
    faults = [*_unreadable_files(), *_unknown_names(os.environ)]
    try:
        settings = load_settings(config=config)
    except ValidationError as error:
        wrong = {str(each["loc"][0]): each["msg"] for each in error.errors()}
        faults += [_wrong(name, message) for name, message in wrong.items()]
        settings = _with_defaults(wrong, config)
    return settings, [Finding(NAME, verdict) for verdict in faults or [ok("every TEAMLINE_ setting is right")]]


def _wrong(name: str, message: str) -> Verdict:
    variable = f"{PREFIX}{name.upper()}"
    meant = Settings.model_fields[name].description if name in Settings.model_fields else None
    explained = f" ({meant})" if meant else ""
    return fail(f"{variable}: {message}", f"correct {variable}{explained}; its default is looked at below")


def _with_defaults(wrong: dict[str, str], config: Path | None) -> Settings:
    """Arguments win over the environment: the wrong ones get their default as an argument."""
    chosen = {name: Settings.model_fields[name].get_default(call_default_factory=True) for name in wrong}
    given = {} if config is None else {"config": config}
    return Settings(_env_file=os.environ.get(SETTINGS_FILE), **(chosen | given))  # type: ignore[call-arg]


def _unreadable_files() -> Iterator[Verdict]:
    """Files named by variables; one that cannot be read is left out of this process, so that the rest can go on."""
    for variable in (SETTINGS_FILE, *(f"{PREFIX}{secret.upper()}_FILE" for secret in SECRETS)):
        path = os.environ.get(variable)
        if not path:
            continue
        try:
            Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            del os.environ[variable]
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            yield fail(f"{variable}: {path}: {why}", "correct the path or its permissions")


def _unknown_names(environment: os._Environ[str]) -> Iterator[Verdict]:
    """Variables that look like settings and are none: a slip of the pen is ignored by everybody else."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {SETTINGS_FILE, *(f"{PREFIX}{secret.upper()}_FILE" for secret in SECRETS)}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            yield warn(f"{name} is no setting and has no effect", f"did you mean {near[0]}?" if near else "unset it")
