"""kiosk.yaml -> what one kiosk phone is: every mistake at once, each as file:line:column with its cure."""

import ipaddress
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from routing.number import NumberFormat
from routing.teams.kinds import WRONG, Id, wrong
from routing.teams.mistakes import Mistake, TeamsFileError, listed, meant, shown
from routing.teams.places import Document, Finding, document

NONE = "none"
STDIN = "stdin"
_LARGEST_BYTES = 64 * 1024
_SHOWN = 60
_LONGEST_SECRET = 256
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_LARGEST_PORT = 65535


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not colon or not _is_host(host) or not port.isdigit() or not 0 < int(port) <= _LARGEST_PORT:
        raise wrong(f"{shown(value)} is no address", 'write host and port, for example "pbx.example.org:5060"')
    return value


def _is_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        try:
            return ipaddress.ip_address(host[1:-1]).version == 6  # noqa: PLR2004 - the version of IP
        except ValueError:
            return False
    return _HOST_NAME.fullmatch(host) is not None


def _url(value: str) -> str:
    cure = 'write the router\'s address alone, for example "https://teamline.example.org:8443"'
    try:
        parts = urlsplit(value)
        is_sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError as error:
        raise wrong(f"{shown(value)} is no address of a router", cure) from error
    if not is_sound or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise wrong(f"{shown(value)} is no address of a router", cure)
    return value.rstrip("/")


def _absolute(value: str) -> str:
    if value in {NONE, STDIN} or Path(value).is_absolute():
        return value
    raise wrong(f"{shown(value)} is no device", "write its whole path, beginning with /, or none")


def _file(value: str) -> str:
    if not Path(value).is_absolute():
        raise wrong(f"{shown(value)} is not the whole path of a file", "write it from / on")
    return value


Device = Annotated[str, AfterValidator(_absolute)]
File = Annotated[str, AfterValidator(_file)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class SipKeys(_Keys):
    """The phone's account at Asterisk."""

    server: Annotated[str, AfterValidator(_address)]
    user: Id
    password_file: File
    transport: Literal["udp", "tcp"] = "udp"
    register_seconds: int = Field(default=60, ge=60, le=3600)
    """So soon an Asterisk that has forgotten this phone knows it again; fewer than 60 it refuses by default."""


class ScannerKeys(_Keys):
    """A scanner that types what it reads."""

    device: Device = NONE
    layout: Literal["us", "de"] = "us"


class CameraKeys(_Keys):
    """A camera (or a folder of pictures) in which QR codes are looked for."""

    device: Device = NONE
    width: int = Field(default=1280, ge=160, le=3840)
    height: int = Field(default=720, ge=120, le=2160)
    frames_per_second: int = Field(default=5, ge=1, le=15)


class SoundKeys(_Keys):
    """ALSA's names of what the person speaks into and hears from (`arecord -L`, `aplay -L`)."""

    capture: str | None = Field(default=None, max_length=200)
    playback: str | None = Field(default=None, max_length=200)


class HandsetKeys(_Keys):
    """The hook and keys of the handset: a keyboard to Linux."""

    device: Device = NONE
    hook: bool = True
    """Whether it can be lifted; without a hook any key begins a call, and `hang_up_key` ends it."""
    up_key: int = Field(default=169, ge=1, le=767)
    """The kernel's code (linux/input-event-codes.h) that is down while the handset is up: KEY_PHONE."""
    hang_up_key: int = Field(default=0x1BE, ge=1, le=767)
    """KEY_HANGUP_PHONE."""


class NumberKeys(_Keys):
    """Printed numbers that may be scanned, as in teams.yaml."""

    customer: str = Field(default=NumberFormat().customer, pattern="^[9A-Z]{4,20}$")
    household: str = Field(default=NumberFormat().household, pattern="^[9A-Z]{4,20}$")


class KioskYaml(_Keys):
    """One kiosk phone."""

    kiosk: Id
    router: Annotated[str, AfterValidator(_url)]
    token_file: File
    ca_file: File | None = None
    """Who has signed the router's certificate, where no public authority has."""
    sip: SipKeys
    scanner: ScannerKeys = ScannerKeys()
    camera: CameraKeys = CameraKeys()
    sound: SoundKeys = SoundKeys()
    handset: HandsetKeys = HandsetKeys()
    numbers: NumberKeys | None = None
    """Printed numbers are read as well as cards; left out: cards alone."""


class KioskConfiguration(BaseModel):
    """The file, and the two secrets that it names; they are hidden from every `repr`."""

    model_config = ConfigDict(frozen=True)

    keys: KioskYaml
    token: SecretStr
    password: SecretStr


def read(path: Path) -> KioskConfiguration:
    """The kiosk in this file, with its secrets. Raises TeamsFileError with every mistake, also of unfit files."""
    source = document(_text(path), str(path))
    try:
        keys = KioskYaml.model_validate(source.value)
    except ValidationError as error:
        findings = (_finding(each, source) for each in error.errors(include_url=False))
        raise TeamsFileError([*source.findings, *map(source.mistake, findings)]) from None
    mistakes = [*source.findings, *map(source.mistake, _between(keys))]
    secrets: dict[str, str] = {}
    for at, file in ((("token_file",), keys.token_file), (("sip", "password_file"), keys.sip.password_file)):
        try:
            secrets[at[-1]] = _secret(Path(file))
        except ValueError as error:
            mistakes.append(source.mistake(Finding(at, *error.args)))
    if mistakes:
        raise TeamsFileError(mistakes)
    return KioskConfiguration(
        keys=keys, token=SecretStr(secrets["token_file"]), password=SecretStr(secrets["password_file"])
    )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST_BYTES + 1)
        if len(raw) > _LARGEST_BYTES:
            raise TeamsFileError([Mistake(str(path), 1, 1, "the file is too large", "begin with examples/kiosk.yaml")])
        return raw.decode()
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or 'bad name'})"
        raise TeamsFileError([Mistake(str(path), 1, 1, what, "check its name and that you may read it")]) from error
    except UnicodeDecodeError as error:
        cure = 'save the file with encoding "UTF-8"'
        raise TeamsFileError([Mistake(str(path), 1, 1, "a character that is not UTF-8", cure)]) from error


def _secret(path: Path) -> str:
    """Raises ValueError(what, cure)."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        with path.open(encoding="ascii") as stream:
            text = stream.read(_LONGEST_SECRET + 2).strip()
    except OSError as error:
        raise ValueError(
            f"the file cannot be read ({error.strerror})", f"make {path}, readable by this user"
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError("the file holds no ASCII text", "write the secret alone into it") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"others may read the file (mode {mode:04o})", f"chmod 600 {path}")
    if not text or len(text) > _LONGEST_SECRET or not text.isprintable() or " " in text:
        raise ValueError("the file holds no secret of one line", "write the secret alone into it")
    return text


def _between(keys: KioskYaml) -> Iterator[Finding]:
    """What single keys cannot know."""
    if keys.numbers:
        try:
            NumberFormat(keys.numbers.customer, keys.numbers.household)
        except ValueError as error:
            yield Finding(("numbers",), str(error), "write both as in teams.yaml")
    if keys.camera.device == STDIN:
        cure = "name a video device, a folder of pictures, or none"
        yield Finding(("camera", "device"), "pictures do not come from stdin", cure)
    handset = keys.handset
    if handset.hook and handset.up_key == handset.hang_up_key:
        yield Finding(("handset",), "one key cannot mean both up and down", "give up_key or hang_up_key another code")
    if keys.scanner.device == handset.device and handset.device not in {NONE, STDIN}:
        cure = "a scanner and a handset are two devices: see /dev/input/by-id"
        yield Finding(("handset", "device"), "the scanner is read from the same device", cure)


def _finding(error: ErrorDetails, source: Document) -> Finding:
    path = error["loc"]
    name = str(path[-1]) if path else "the file"
    written = shown(source.written.get(path, "")[:_SHOWN])
    what, cure = _told(error, name, written, path)
    return Finding(path, what, cure, error["type"] == "extra_forbidden")


def _told(error: ErrorDetails, name: str, written: str, path: tuple[str | int, ...]) -> tuple[str, str]:
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case kind if kind == WRONG:
            return context["what"], context["cure"]
        case "missing":
            return f"{shown(name)} is missing", "add it as in examples/kiosk.yaml"
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            cure = meant(name, known, f"remove it; the keys here are {listed(known)}")
            return f"there is no key {shown(name)} here", cure
    return f"{shown(name)} cannot be {written}", _bound(context)


def _bound(context: Mapping[str, Any]) -> str:
    if "expected" in context:
        return f"write one of {context['expected']}"
    if "ge" in context:
        return f"write {context['ge']:g} or more"
    if "le" in context:
        return f"write {context['le']:g} or less"
    return "write it as in examples/kiosk.yaml"


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = KioskYaml
    for step in path:
        field = model.model_fields[str(step)]
        model = next((each for each in _Keys.__subclasses__() if each.__name__ in str(field.annotation)), model)
    return list(model.model_fields)
