"""What the rendered configuration must know beside teams.yaml: addresses, secrets, folders, the version."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FIRST_WITH_PRIORITY_OVER_ALL_QUEUES = {20: 19, 22: 9, 23: 3}
"""Branch -> first release with `force_longest_waiting_caller=prio` (apps/app_queue.c of each branch)."""

VERSION = re.compile(r"(?:Asterisk\s+)?(\d+)\.(\d+)(?:\.(\d+))?")


class UnsupportedAsterisk(Exception):
    """This Asterisk cannot keep the fair line; the sentence names the version and the cure."""


@dataclass(frozen=True, slots=True, order=True)
class AsteriskVersion:
    """A release of Asterisk, as `asterisk -V` names it."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> "AsteriskVersion":
        """Read "Asterisk 22.10.1+dfsg…", "22.9" and their like; else UnsupportedAsterisk is raised."""
        found = VERSION.match(text.strip())
        if not found:
            raise UnsupportedAsterisk(
                "this does not say which Asterisk it is: run `asterisk -V`, use a release from 20.19, 22.9 or 23.3"
            )
        major, minor, patch = (int(part or 0) for part in found.groups())
        return cls(major, minor, patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def is_supported(self) -> bool:
        """Whether one number orders callers over several queues: from 20.19, 22.9, 23.3, never 21."""
        newest = max(FIRST_WITH_PRIORITY_OVER_ALL_QUEUES)
        first = FIRST_WITH_PRIORITY_OVER_ALL_QUEUES.get(self.major)
        return self.major > newest or (first is not None and self.minor >= first)

    def require_support(self) -> None:
        """Raise UnsupportedAsterisk, with the cure, unless `is_supported`."""
        if not self.is_supported:
            raise UnsupportedAsterisk(
                f"Asterisk {self} has no force_longest_waiting_caller=prio, callers would be overtaken: "
                "install 20.19, 22.9 or 23.3, or anything newer of these branches"
            )

    @property
    def has_macro(self) -> bool:
        """Whether `Queue()` still takes the Macro argument, gone with 21 (its order of arguments changes)."""
        return self.major < 21  # noqa: PLR2004 - the release in which Macro went


@dataclass(frozen=True, slots=True)
class Wiring:
    """How this centre's Asterisk and router reach each other. Secrets are left out of `repr`."""

    ami_user: str
    ami_secret: str = field(repr=False)
    version: str
    """The configuration's version token: shown by Asterisk as the global TEAMLINE_CONFIG."""
    asterisk: AsteriskVersion
    phone_password: Callable[[str], str] = field(repr=False)
    """Member or kiosk id -> the digest password of that phone."""
    prompts: Path
    """Where the router writes spoken texts, as Asterisk sees it: shown as the global TEAMLINE_PROMPTS."""
    agi: tuple[str, ...] = ("127.0.0.1:4573",)
    """`host:port` of the router; a second one takes over when the first is away."""
    ami_permit: tuple[str, ...] = ("127.0.0.1/32",)
    """Networks from which the router may sign in to AMI."""
    music: Path | None = None
    """A folder of sound files to wait with; None leaves the class `default` of the administrator."""
    silence: Path | None = None
    """A folder with a file of silence, for teams whose callers hear no music; None: they hear music."""
    fallback_sounds: tuple[str, ...] = ()
    """Said before the general line when the router is away: full paths without extension."""
    trunk: str | None = None
    """The endpoint by which calls leave the house: to `emergency.on_call` and for callbacks; None: none leaves."""
    on_call_sounds: tuple[str, ...] = ()
    """Said to whoever answers an emergency outside: which key takes it."""
    callback_sounds: tuple[str, ...] = ()
    """Said to whoever is called back when the router is away: which key takes the call."""
    later_sounds: tuple[str, ...] = ()
    """Said to whoever is called back when the member hangs up first: they are called again."""
    whisper_sounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Said to a member who answers a placeholder: by concern, and under "" whatever it is about."""
    team_sounds: Mapping[str, str] = field(default_factory=dict)
    """Team -> its name as a sound, said with it where members serve several teams."""
    goodbye_sounds: tuple[str, ...] = ()
    """Said after a vain try at the emergency service when the router is away, in the centre's first language."""
    goodbye_sounds_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for callers who have chosen another language."""
